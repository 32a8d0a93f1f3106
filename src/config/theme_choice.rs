//! Reads the chosen theme: a built-in name, or a file. `ui::theme` parses it.

use std::path::{Path, PathBuf};

use super::config_file::{FileError, read_text};
use super::paths::expand_tilde;

/// The chosen theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    /// A built-in name; not checked here.
    Named(String),
    /// A theme file.
    File {
        /// Path of the file.
        path: PathBuf,
        /// Content of the file.
        text: String,
    },
}

impl ThemeChoice {
    /// Reads the theme file, if the choice ends in `.toml` or contains a slash.
    /// A relative path starts in the configuration folder.
    pub fn read(choice: &str, dir: &Path, home: Option<&Path>) -> Result<ThemeChoice, FileError> {
        if !choice.ends_with(".toml") && !choice.contains('/') {
            return Ok(ThemeChoice::Named(choice.to_owned()));
        }
        let path = dir.join(expand_tilde(Path::new(choice), home));
        match read_text(&path) {
            Ok(text) => Ok(ThemeChoice::File { path, text }),
            Err(cause) => Err(FileError::Io { path, cause, named_by: "theme in config.toml" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theme_setting_is_a_name_or_a_file() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("mine.toml"), "[warning]\n").expect("written");
        let read = |choice: &str| ThemeChoice::read(choice, dir.path(), Some(dir.path()));
        assert_eq!(read("dark").expect("a name"), ThemeChoice::Named("dark".into()));
        for choice in ["mine.toml", "~/mine.toml", "./mine.toml"] {
            assert!(
                matches!(read(choice), Ok(ThemeChoice::File { text, .. }) if text == "[warning]\n"),
                "{choice}"
            );
        }
        assert!(matches!(read("gone.toml"), Err(FileError::Io { .. })));
    }
}
