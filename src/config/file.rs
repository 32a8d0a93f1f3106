//! `config.toml`: read strictly, so that a misspelt entry is an error with its line and not a surprise.
//! `assets/config.toml` is the commented sample; a test reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::reader::{Found, Table, meant};
use crate::domain::text::visible;

/// What stands at the top only.
const AT_THE_TOP: [&str; 6] = ["profile", "hold_seconds", "refresh_minutes", "mouse", "cache", "theme"];

/// What can stand in the file. Every entry may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// What lies beneath every profile.
    pub common: Entries,
    /// The profile that is used when none is named.
    pub profile: Option<Found<String>>,
    /// For how many seconds a confirmed plan can be undone; 0 to 60.
    pub hold_seconds: Option<Found<usize>>,
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
    /// It is there, but cannot be read.
    #[error("{} cannot be read: {cause}. Mend its permissions, or name another file with --config", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
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

/// Reads a file that was named, or the one at the usual place if there is one.
pub fn read(path: &Path, named: bool) -> Result<ConfigFile, FileError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(ConfigFile::default());
        }
        Err(cause) => return Err(FileError::Unreadable { path: path.to_owned(), cause }),
    };
    parse(&text).map_err(|cause| FileError::NotUnderstood { path: path.to_owned(), cause })
}

/// Reads the text of a file.
pub fn parse(text: &str) -> Result<ConfigFile, String> {
    let mut table = Table::parse(text)?;
    let mut file = ConfigFile {
        common: Entries::read(&mut table)?,
        profile: table.text("profile")?,
        hold_seconds: table.number("hold_seconds", 0, 60)?,
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
