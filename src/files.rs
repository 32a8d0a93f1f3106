//! Files and folders that only their owner can read, complete or absent files, and reads with a size limit.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, BufWriter, Read};
use std::path::Path;

use tempfile::NamedTempFile;

/// Creates a folder that only its owner can enter, and its parents. An existing one is left as it is.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Creates a file that only its owner can read. SQLite gives its companions (-wal, -shm) the same mode. An
/// existing file is not opened: closing it would release SQLite's locks on it in this process.
pub(crate) fn create_private_file(path: &Path) -> io::Result<()> {
    match private_options().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// Options that create a file for its owner only.
pub(crate) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file under a temporary name in its folder, with mode 0600. It gets its own name when it is complete;
/// `replace` allows that name to exist. The path is absolute.
pub(crate) fn write_atomic<T>(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut BufWriter<NamedTempFile>) -> io::Result<T>,
) -> io::Result<T> {
    let dir = path.parent().unwrap_or(path);
    // Removed if it is dropped before it gets its name.
    let temp_file = tempfile::Builder::new().prefix(".guestlist-").suffix(".part").tempfile_in(dir)?;
    let mut writer = BufWriter::new(temp_file);
    let written = write(&mut writer)?;
    let temp_file = writer.into_inner().map_err(|error| error.into_error())?;
    temp_file.as_file().sync_all()?;
    if replace { temp_file.persist(path) } else { temp_file.persist_noclobber(path) }
        .map_err(|error| error.error)?;
    Ok(written)
}

/// Reads to the end; `None` if there is more than the maximum.
pub(crate) fn read_bounded(reader: impl Read, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(max_bytes + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max_bytes).then_some(bytes))
}
