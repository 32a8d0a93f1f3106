//! Files and folders that only their owner can read, complete or absent files, and reads with a size limit.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read};
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
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
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

/// Returns the error text for a file that could not be written.
/// The system's own text would contain the temporary file name.
pub(crate) fn write_error_text(path: &Path, error: &io::Error) -> String {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")).display();
    let reason = match error.kind() {
        ErrorKind::NotFound => format!("there is no folder {dir}"),
        ErrorKind::NotADirectory => format!("{dir} is not a folder"),
        ErrorKind::PermissionDenied => format!("you have no write permission in {dir}"),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    };
    format!("Could not write {}: {reason}. Choose another file name.", path.display())
}

/// Returns why a file could not be read, a fragment without trailing period.
pub(crate) fn read_error_text(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads to the end; `None` if there is more than the maximum.
pub(crate) fn read_bounded(reader: impl Read, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(max_bytes + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max_bytes).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_error_names_folder_and_hint_not_the_temporary_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("nowhere/a.csv");
        let error = write_atomic(&path, false, |_| Ok(())).expect_err("no folder");
        let expected = format!(
            "Could not write {}: there is no folder {}. Choose another file name.",
            path.display(),
            dir.path().join("nowhere").display()
        );
        assert_eq!(write_error_text(&path, &error), expected);
        let in_current_dir = write_error_text(Path::new("a.csv"), &ErrorKind::PermissionDenied.into());
        assert!(in_current_dir.contains("you have no write permission in .. "), "{in_current_dir}");
    }

    #[test]
    fn bounded_read_accepts_exactly_the_maximum() {
        assert_eq!(read_bounded(&b"1234"[..], 4).expect("read"), Some(b"1234".to_vec()));
        assert_eq!(read_bounded(&b"12345"[..], 4).expect("read"), None);
    }
}
