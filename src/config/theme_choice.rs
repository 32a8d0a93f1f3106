//! Reads the chosen theme: a built-in name, or a file. `ui::theme` parses it.

use std::path::{Path, PathBuf};

use super::config_file::{FileError, read_text};

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
    /// Reads the theme file, if the choice ends in `.toml` or contains a slash. A relative path starts in the
    /// configuration
    /// folder.
    pub fn read(chosen: &str, folder: &Path, home: Option<&Path>) -> Result<ThemeChoice, FileError> {
        if !chosen.ends_with(".toml") && !chosen.contains('/') {
            return Ok(ThemeChoice::Named(chosen.to_owned()));
        }
        let path = match (chosen.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => folder.join(chosen),
        };
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
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("mine.toml"), "[warning]\n").expect("written");
        let read = |chosen: &str| ThemeChoice::read(chosen, folder.path(), Some(folder.path()));
        assert_eq!(read("dark").expect("a name"), ThemeChoice::Named("dark".into()));
        for chosen in ["mine.toml", "~/mine.toml", "./mine.toml"] {
            assert!(
                matches!(read(chosen), Ok(ThemeChoice::File { text, .. }) if text == "[warning]\n"),
                "{chosen}"
            );
        }
        assert!(matches!(read("gone.toml"), Err(FileError::Io { .. })));
    }
}
