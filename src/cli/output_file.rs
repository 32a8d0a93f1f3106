//! Writes files atomically, with mode 0600. Replaces an existing file only if the user asks for it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, absolute};

use tempfile::Builder;

use super::exit_code::{CliError, FAILED};
use super::results::Results;

/// Returns true if the path means standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Returns true if the path is a pipe or a device, such as `/dev/stdout`: it is written in place.
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
pub(super) const FORCE_HINT: &str = "Name another file, or add --force to replace it.";
/// Hint for commands without `--force`.
pub(super) const NO_FORCE_HINT: &str = "Name another file.";

/// Writes a file with mode 0600, under a temporary name first. `-` is standard output.
pub(super) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), CliError> {
    let failed = |error: &std::io::Error| CliError::new(FAILED, write_error_text(path, error));
    if is_stdout(path) {
        // Write errors are reported at the end of the command.
        return Results.write_all(bytes).map_err(|error| failed(&error));
    }
    if is_stream(path) {
        let stream = OpenOptions::new().write(true).open(path);
        return stream.and_then(|mut stream| stream.write_all(bytes)).map_err(|error| failed(&error));
    }
    let absolute_path = absolute(path).map_err(|error| failed(&error))?;
    let dir = absolute_path.parent().unwrap_or(&absolute_path);
    let temp_file = Builder::new().prefix(".guestlist-").suffix(".part").tempfile_in(dir);
    let mut temp_file = temp_file.map_err(|error| failed(&error))?;
    temp_file
        .write_all(bytes)
        .and_then(|()| temp_file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    let persisted =
        if replace { temp_file.persist(&absolute_path) } else { temp_file.persist_noclobber(&absolute_path) };
    match persisted {
        Ok(_) => Ok(()),
        Err(persisted) if persisted.error.kind() == ErrorKind::AlreadyExists => {
            Err(exists_error(path, NO_FORCE_HINT))
        }
        Err(persisted) => Err(failed(&persisted.error)),
    }
}

fn write_error_text(path: &Path, error: &std::io::Error) -> String {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let path = path.display();
    // The system's own text names the temporary file.
    let reason = match error.kind() {
        ErrorKind::NotFound => format!("there is no folder {}", dir.display()),
        ErrorKind::NotADirectory => format!("{} is not a folder", dir.display()),
        ErrorKind::PermissionDenied => format!("you may not write in {}", dir.display()),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    };
    format!("Could not write {path}: {reason}. Name another file.")
}
