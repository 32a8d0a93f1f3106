//! Folders and files of the store, accessible only by their owner.

use std::fs::{DirBuilder, OpenOptions};
use std::path::Path;

/// Creates a folder that only its owner can enter. An existing one is left as it is.
pub(super) fn create_private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Creates a file that only its owner can read. SQLite gives its companions (-wal, -shm) the same mode. An
/// existing file is not opened: closing it would release SQLite's locks on it in this process.
pub(super) fn create_private_file(path: &Path) -> std::io::Result<()> {
    match private_options().create_new(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// Options to open a file for reading and writing, or create it for its owner only.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
