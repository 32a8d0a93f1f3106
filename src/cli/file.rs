//! Files that commands write: whole or not at all, readable by their owner alone, and never over another one unless
//! a person said so.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, absolute};

use tempfile::Builder;

use super::codes::{Ended, FAILED};
use super::results::Results;

/// Whether a path stands for standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether a path is a pipe or a device, such as `/dev/stdout`: it is written to as it is.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|known| !known.is_file() && !known.is_dir())
}

/// Fails if there is a file of this name already. `next`: what the user can do then.
pub(super) fn free(path: &Path, next: &str) -> Result<(), Ended> {
    if is_stdout(path) || is_stream(path) {
        return Ok(());
    }
    match path.symlink_metadata() {
        Ok(_) => Err(taken(path, next)),
        Err(_) => Ok(()),
    }
}

fn taken(path: &Path, next: &str) -> Ended {
    Ended::refused(format!("There is a file {} already, and it was left as it is. {next}", path.display()))
}

/// What to do about a file that is there, for commands that have --force.
pub(super) const FORCE: &str = "Name another file, or add --force to replace it.";
/// The same for commands that do not.
pub(super) const NO_FORCE: &str = "Name another file.";

/// Writes a file with mode 0600, under another name first. `-` is standard output.
pub(super) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Ended> {
    let failed = |error: &std::io::Error| Ended::new(FAILED, not_written(path, error));
    if is_stdout(path) {
        // What could not be written is reported at the end of the command.
        return Results.write_all(bytes).map_err(|error| failed(&error));
    }
    if is_stream(path) {
        let stream = OpenOptions::new().write(true).open(path);
        return stream.and_then(|mut stream| stream.write_all(bytes)).map_err(|error| failed(&error));
    }
    let whole = absolute(path).map_err(|error| failed(&error))?;
    let folder = whole.parent().unwrap_or(&whole);
    let part = Builder::new().prefix(".guestlist-").suffix(".part").tempfile_in(folder);
    let mut part = part.map_err(|error| failed(&error))?;
    part.write_all(bytes).and_then(|()| part.as_file().sync_all()).map_err(|error| failed(&error))?;
    let kept = if replace { part.persist(&whole) } else { part.persist_noclobber(&whole) };
    match kept {
        Ok(_) => Ok(()),
        Err(kept) if kept.error.kind() == ErrorKind::AlreadyExists => Err(taken(path, NO_FORCE)),
        Err(kept) => Err(failed(&kept.error)),
    }
}

fn not_written(path: &Path, error: &std::io::Error) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let path = path.display();
    // Not the system's own words, which name the temporary file.
    let why = match error.kind() {
        ErrorKind::NotFound => format!("there is no folder {}", folder.display()),
        ErrorKind::NotADirectory => format!("{} is not a folder", folder.display()),
        ErrorKind::PermissionDenied => format!("you may not write in {}", folder.display()),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    };
    format!("Could not write {path}: {why}. Name another file.")
}
