//! Folders and files of the store, for their owner alone.

use std::fs::{DirBuilder, OpenOptions};
use std::path::Path;

/// Makes a folder that only its owner can enter. One that is there already is left as it is.
pub(super) fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file that only its owner can read. SQLite gives its companions (-wal, -shm) the same mode. One that is there
/// is not opened: closing it would free the locks that SQLite has on it in this process.
pub(super) fn private_file(path: &Path) -> std::io::Result<()> {
    match private_options().create_new(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Opens for reading and writing, and makes the file for its owner alone where it is missing.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
