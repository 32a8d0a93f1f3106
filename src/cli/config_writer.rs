//! Reads and writes `config.toml` and the files of `guestlist login`. A file is complete or unchanged.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::exit_code::CliError;
use crate::config::ConfigText;
use crate::files;

/// Reads the file for an edit; a missing file is empty.
pub(super) fn read(path: &Path) -> Result<ConfigText, CliError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ConfigText::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ConfigText::new("")),
        Err(error) => {
            let cause = files::read_error_text(&error);
            Err(CliError::usage(format!("Could not read {}: {cause}.", path.display())))
        }
    }
}

/// Returns the error for an edit that the file does not allow.
pub(super) fn edit_error(path: &Path, mistakes: &str) -> CliError {
    CliError::usage(format!(
        "Could not change {}:\n{mistakes}\nNo changes were made. Run guestlist config edit to change it.",
        path.display()
    ))
}

/// Checks the edited text and writes it.
pub(super) fn write(path: &Path, text: &ConfigText) -> Result<(), CliError> {
    let text = text.new_text().map_err(|mistakes| edit_error(path, &mistakes))?;
    write_private(path, text.as_bytes())
}

/// Writes a file that only its owner can read, and its folder. Follows a link to the file.
pub(super) fn write_private(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let path = absolute(path);
    let target = path.canonicalize().unwrap_or(path);
    let dir = target.parent().unwrap_or(&target);
    files::create_private_dir(dir)
        .and_then(|()| files::write_atomic(&target, true, |file| file.write_all(content)))
        .map_err(|error| CliError::failed(files::write_error_text(&target, &error)))
}

/// Returns the path from the root, so that a profile finds its files from every folder.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
