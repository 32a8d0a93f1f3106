//! `config.toml`: read strictly, so that a misspelt entry is an error with its line and not a surprise.
//! `assets/config.toml` is the commented sample; a test reads it.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::reader::{Found, Table, meant};
use crate::domain::text::visible;

/// The longest file that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// What stands at the top only.
const AT_THE_TOP: [&str; 6] = ["profile", "undo_seconds", "refresh_minutes", "mouse", "cache", "theme"];

/// What can stand in the file. Every entry may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// What lies beneath every profile.
    pub common: Entries,
    /// The profile that is used when none is named.
    pub profile: Option<Found<String>>,
    /// For how many seconds a confirmed plan can be undone; 0 to 60.
    pub undo_seconds: Option<Found<usize>>,
    /// Every how many minutes the list is read again by itself, 1 to 60; 0, as by default, never.
    pub refresh_minutes: Option<Found<usize>>,
    /// Whether the mouse is used: the wheel and a click. The terminal's own selection then needs Shift.
    pub mouse: Option<Found<bool>>,
    /// Whether the lists that were read are kept, for telling what changed and for reading without a server.
    pub cache: Option<Found<bool>>,
    /// How it looks: the name of a theme, or a file that says it.
    pub theme: Option<Found<String>>,
    /// The profiles by their names, with the lines where they begin.
    pub profiles: BTreeMap<String, Found<Entries>>,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("Could not read {}: {}. {}", path.display(), words(cause), next(cause, named_by))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
        /// What named it: a flag or an entry; empty where nothing did.
        named_by: &'static str,
    },
    /// It says something that is not understood.
    #[error("{} is not understood:\n{cause}", path.display())]
    NotUnderstood {
        /// Which file.
        path: PathBuf,
        /// Where in it, and what was expected.
        cause: String,
    },
}

/// Reads a text file. What might never end is refused before it is opened; a pipe that the shell has opened is not.
pub(super) fn read_text(path: &Path) -> std::io::Result<String> {
    let known = path.metadata()?;
    let is_open_pipe = ["/dev/fd/", "/proc/"].iter().any(|folder| path.starts_with(folder));
    if known.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    if !known.is_file() && !is_open_pipe && path != Path::new("/dev/null") {
        return Err(std::io::Error::other("it is a pipe or a device, not a file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(std::io::Error::other("it is larger than 1 MB"));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
}

fn words(cause: &std::io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => cause.to_string(),
    }
}

fn next(cause: &std::io::Error, named_by: &str) -> String {
    match (cause.kind(), named_by) {
        (ErrorKind::PermissionDenied, "") => "Change its permissions.".to_owned(),
        (ErrorKind::PermissionDenied, _) => {
            format!("Change its permissions, or name another file with {named_by}.")
        }
        (_, "") => "Put a text file in its place, or move it away.".to_owned(),
        _ => format!("Name another file with {named_by}."),
    }
}

/// Reads a file that was named, or the one at the usual place if there is one.
pub fn read(path: &Path, named: bool) -> Result<ConfigFile, FileError> {
    let text = match read_text(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound && !named => {
            return Ok(ConfigFile::default());
        }
        Err(cause) => {
            let named_by = if named { "--config" } else { "" };
            return Err(FileError::Unreadable { path: path.to_owned(), cause, named_by });
        }
    };
    parse(&text).map_err(|cause| FileError::NotUnderstood { path: path.to_owned(), cause })
}

/// Reads the text of a file.
pub fn parse(text: &str) -> Result<ConfigFile, String> {
    let mut table = Table::parse(text)?;
    let mut file = ConfigFile {
        common: Entries::read(&mut table)?,
        profile: table.text("profile")?,
        undo_seconds: table.number("undo_seconds", 0, 60)?,
        refresh_minutes: table.number("refresh_minutes", 0, 60)?,
        mouse: table.flag("mouse")?,
        cache: table.flag("cache")?,
        theme: table.text("theme")?,
        profiles: BTreeMap::new(),
    };
    let profiles = table.table("profiles")?.map_or(Ok(Vec::new()), Table::into_tables)?;
    table.finish(&[])?;
    for (name, line, mut profile) in profiles {
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            let name = visible(&name);
            return Err(format!(
                "line {line}: a profile's name has letters, digits, - and _ in it, not {name:?}"
            ));
        }
        let value = Entries::read(&mut profile)?;
        profile.finish(&AT_THE_TOP)?;
        file.profiles.insert(name, Found { value, line });
    }
    if let Some(Found { value, line }) = &file.profile {
        file.named(value).map_err(|why| format!("line {line}: {why}"))?;
    }
    Ok(file)
}

impl ConfigFile {
    /// A profile; the error names the one that may have been meant.
    pub fn named(&self, name: &str) -> Result<&Entries, String> {
        if let Some(found) = self.profiles.get(name) {
            return Ok(&found.value);
        }
        let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
        let guess = match meant(name, names.iter().copied()) {
            Some(guess) => format!("was {guess} meant?"),
            None if names.is_empty() => "config.toml has none".to_owned(),
            None => format!("there are {}", names.join(", ")),
        };
        Err(format!("there is no profile {}: {guess}", visible(name)))
    }

    /// The variables of the environment that hold tokens and secrets, of all profiles.
    pub fn variables(&self) -> Vec<String> {
        let profiles = self.profiles.values().map(|profile| &profile.value);
        let names = profiles.chain([&self.common]).filter_map(Entries::variables);
        names.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests;
