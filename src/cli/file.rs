//! Files that commands write: whole or not at all, readable by their owner alone, and never over another one unless
//! a person said so.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, absolute};

use tempfile::Builder;

use super::codes::{Ended, FAILED};

/// Whether a path stands for standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether a path is a pipe or a device, such as `/dev/stdout`: it is written to as it is.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|known| !known.is_file() && !known.is_dir())
}

/// Fails where there is a file of this name already.
pub(super) fn free(path: &Path) -> Result<(), Ended> {
    if is_stdout(path) || is_stream(path) {
        return Ok(());
    }
    match path.symlink_metadata() {
        Ok(_) => Err(taken(path, " --force replaces it, where the command has that.")),
        Err(_) => Ok(()),
    }
}

fn taken(path: &Path, next: &str) -> Ended {
    Ended::refused(format!("There is a file {} already, and it was left as it is.{next}", path.display()))
}

/// Writes a file with mode 0600, under another name first. `-` is standard output.
pub(super) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Ended> {
    let failed = |error: &std::io::Error| {
        Ended::new(FAILED, format!("{} was not written: {}.", path.display(), error.kind()))
    };
    if is_stdout(path) {
        let mut out = std::io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| failed(&error));
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
        Err(kept) if kept.error.kind() == std::io::ErrorKind::AlreadyExists => Err(taken(path, "")),
        Err(kept) => Err(failed(&kept.error)),
    }
}
