//! Which theme was chosen: the name of one that is built in, or a file of the user's, which is read here.
//! What its text means is `ui::theme`'s affair.

use std::path::{Path, PathBuf};

use super::file::{FileError, read_text};

/// A choice of looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    /// One that is built in, or should be.
    Named(String),
    /// The text of a file.
    File {
        /// Which file.
        path: PathBuf,
        /// What stands in it.
        text: String,
    },
}

impl ThemeChoice {
    /// Reads the chosen file, if it is one: what ends in `.toml` or has a slash in it. A path that is not
    /// absolute begins in the folder of the configuration.
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
            Err(cause) => Err(FileError::Unreadable { path, cause, named_by: "theme in config.toml" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_a_path_is_read() {
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
        assert!(matches!(read("gone.toml"), Err(FileError::Unreadable { .. })));
    }
}
