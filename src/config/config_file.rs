//! Reads `config.toml` strictly: an unknown setting is an error with its line.
//! A test reads the commented sample, `assets/config.toml`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::profile::ProfileConfig;
use super::toml_reader::{Spanned, TomlText, did_you_mean, number};
use crate::domain::text::sanitize;
use crate::files;

/// Maximum size of a configuration file.
const MAX_BYTES: u64 = 1024 * 1024;

/// Settings that only the top of the file can have.
const TOP_LEVEL_ONLY: [&str; 8] =
    ["profile", "undo_seconds", "refresh_minutes", "mouse", "cache", "theme", "ascii", "profiles"];

/// Content of `config.toml`. Every setting is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ConfigFile {
    /// Defaults of all profiles.
    #[serde(skip)]
    pub defaults: ProfileConfig,
    /// Profile to use if no flag or variable selects a profile.
    pub profile: Option<Spanned<String>>,
    /// Undo window of a plan, 0 to 60 seconds.
    #[serde(deserialize_with = "number::<_, 0, 60>")]
    pub undo_seconds: Option<Spanned<usize>>,
    /// Auto-refresh interval, 1 to 60 minutes; 0 or `None`: off.
    #[serde(deserialize_with = "number::<_, 0, 60>")]
    pub refresh_minutes: Option<Spanned<usize>>,
    /// Enables the mouse (wheel, click). Selecting text in the terminal then needs Shift.
    pub mouse: Option<Spanned<bool>>,
    /// Caches lists on disk, for changes and the offline view.
    pub cache: Option<Spanned<bool>>,
    /// Theme: a name, or a `.toml` file.
    pub theme: Option<Spanned<String>>,
    /// Draws only ASCII. `None`: if the locale is not UTF-8.
    pub ascii: Option<Spanned<bool>>,
    /// Profiles by name, with the line of their header.
    pub profiles: BTreeMap<String, Spanned<ProfileConfig>>,
}

/// Error of a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("Could not read {}: {}. {}", path.display(), files::read_error_text(cause), hint(cause, named_by))]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// The system's error.
        cause: std::io::Error,
        /// Flag or setting that gives the path; empty for the default path.
        named_by: &'static str,
    },
    /// The file has an error.
    #[error("Could not read {}:\n{cause}", path.display())]
    Invalid {
        /// Path of the file.
        path: PathBuf,
        /// Line and reason.
        cause: String,
    },
}

/// Reads a text file.
/// Refuses pipes and devices, which may never end, except pipes that the shell has opened.
pub(super) fn read_text(path: &Path) -> std::io::Result<String> {
    let metadata = path.metadata()?;
    let is_open_pipe = ["/dev/fd/", "/proc/"].iter().any(|prefix| path.starts_with(prefix));
    if metadata.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    if !metadata.is_file() && !is_open_pipe && path != Path::new("/dev/null") {
        return Err(std::io::Error::other("it is a pipe or a device, not a file"));
    }
    let bytes = files::read_bounded(std::fs::File::open(path)?, MAX_BYTES)?
        .ok_or_else(|| std::io::Error::other("it is larger than 1 MB"))?;
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
}

fn hint(cause: &std::io::Error, named_by: &str) -> String {
    match (cause.kind(), named_by) {
        (ErrorKind::PermissionDenied, "") => "Change its permissions.".to_owned(),
        (ErrorKind::PermissionDenied, _) => {
            format!("Change its permissions, or choose another file with {named_by}.")
        }
        (_, "") => "Put a text file in its place, or move it away.".to_owned(),
        _ => format!("Choose another file with {named_by}."),
    }
}

/// Reads the file. If `named` is false, a missing file is an empty configuration.
pub fn read(path: &Path, named: bool) -> Result<ConfigFile, FileError> {
    let text = match read_text(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound && !named => {
            return Ok(ConfigFile::default());
        }
        Err(cause) => {
            let named_by = if named { "--config" } else { "" };
            return Err(FileError::Io { path: path.to_owned(), cause, named_by });
        }
    };
    parse(&text).map_err(|cause| FileError::Invalid { path: path.to_owned(), cause })
}

/// Parses the text of a file. The error has a line of text for each mistake, with the mistake's line number.
pub fn parse(text: &str) -> Result<ConfigFile, String> {
    let toml = TomlText::parse(text, &TOP_LEVEL_ONLY)?;
    let mut errors = Vec::new();
    let defaults = toml.read(&TOP_LEVEL_ONLY, &mut errors);
    let mut file = ConfigFile { defaults, ..toml.read(&[], &mut errors) };
    toml.check(&mut errors);
    file.defaults.check(&mut errors);
    for (name, Spanned { value, line }) in &mut file.profiles {
        if let Some(reason) = profile_name_error(name) {
            errors.push(format!("line {line}: {reason}"));
        }
        value.check(&mut errors);
    }
    if let Some(Spanned { value, line }) = &file.profile {
        errors.extend(file.find_profile(value).err().map(|reason| format!("line {line}: {reason}")));
    }
    // A mistake can cause others in its line; the first is the cause.
    errors.sort_by_key(|error| line_in(error));
    errors.dedup_by_key(|error| line_in(error));
    if errors.is_empty() { Ok(file) } else { Err(errors.join("\n")) }
}

/// Returns the line number at the start of an error.
fn line_in(error: &str) -> Option<usize> {
    error.strip_prefix("line ")?.split(':').next()?.parse().ok()
}

/// Returns what is wrong with the name of a profile.
pub fn profile_name_error(name: &str) -> Option<String> {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let error = || format!("a profile name can have letters, digits, -, _ and ., not {:?}", sanitize(name));
    (name.is_empty() || !name.chars().all(is_allowed)).then(error)
}

impl ConfigFile {
    /// Returns a profile. The error suggests a similar name.
    pub fn find_profile(&self, name: &str) -> Result<&ProfileConfig, String> {
        if let Some(found) = self.profiles.get(name) {
            return Ok(&found.value);
        }
        let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
        let guess = match did_you_mean(name, names.iter().copied()) {
            Some(guess) => format!("did you mean {guess}?"),
            None if names.is_empty() => "config.toml has no profiles".to_owned(),
            None => format!("the profiles are {}", names.join(", ")),
        };
        Err(format!("no profile {}; {guess}", sanitize(name)))
    }

    /// Returns the environment variables that hold tokens and secrets, of all profiles.
    pub fn secret_vars(&self) -> Vec<String> {
        let profiles = self.profiles.values().map(|profile| &profile.value);
        let names = profiles.chain([&self.defaults]).filter_map(ProfileConfig::secret_var);
        names.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests;
