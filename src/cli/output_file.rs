//! Writes files atomically, with mode 0600. Replaces an existing file only if the user asks for it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, absolute};

use super::exit_code::CliError;
use super::results::Results;
use crate::files;

/// Returns true if the path means standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Returns true if the path is a pipe or a device, such as `/dev/stdout`. These are written in place.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Fails if the file exists. `hint` ends the error text.
pub(super) fn ensure_absent(path: &Path, hint: &str) -> Result<(), CliError> {
    if is_stdout(path) || is_stream(path) {
        return Ok(());
    }
    match path.symlink_metadata() {
        Ok(_) => Err(exists_error(path, hint)),
        Err(_) => Ok(()),
    }
}

fn exists_error(path: &Path, hint: &str) -> CliError {
    CliError::refused(format!("{} already exists and was left unchanged. {hint}", path.display()))
}

/// Hint for commands that have `--force`.
pub(super) const FORCE_HINT: &str =
    "Choose another file name, or add --force to overwrite the existing file.";
/// Hint for commands without `--force`.
pub(super) const NO_FORCE_HINT: &str = "Choose another file name.";

/// Writes a file with mode 0600, under a temporary name first. `-` is standard output.
pub(super) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), CliError> {
    let failed = |error: &std::io::Error| CliError::failed(files::write_error_text(path, error));
    if is_stdout(path) {
        // Write errors are reported at the end of the command.
        return Results.write_all(bytes).map_err(|error| failed(&error));
    }
    if is_stream(path) {
        let stream = OpenOptions::new().write(true).open(path);
        return stream.and_then(|mut stream| stream.write_all(bytes)).map_err(|error| failed(&error));
    }
    let absolute_path = absolute(path).map_err(|error| failed(&error))?;
    match files::write_atomic(&absolute_path, replace, |file| file.write_all(bytes)) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists_error(path, NO_FORCE_HINT)),
        result => result.map_err(|error| failed(&error)),
    }
}
