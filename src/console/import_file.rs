//! Reads a file to import, up to a size limit. A longer file is an error. Runs in the background.

use std::fs::File;
use std::io;
use std::path::{Path, absolute};

use crate::config::parse_typed_path;
use crate::domain::import::{DecodedText, decode};
use crate::domain::limits::MAX_IMPORT_BYTES;
use crate::files;

/// Reads and decodes a file.
///
/// # Errors
///
/// The error is a sentence for the user.
pub fn read(name: &str) -> Result<DecodedText, String> {
    let path = absolute(parse_typed_path(name))
        .map_err(|error| format!("Could not use the file name “{name}”: {error}."))?;
    let bytes = read_bytes(&path)
        .map_err(|error| format!("Could not read {}: {}.", path.display(), files::read_error_text(&error)))?;
    Ok(decode(&bytes))
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Anything but a regular file, such as a pipe, might never end.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    files::read_bounded(File::open(path)?, MAX_IMPORT_BYTES as u64)?
        .ok_or_else(|| io::Error::other(format!("it is larger than {} MB. Split it", MAX_IMPORT_BYTES >> 20)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_decoded_by_its_encoding() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.csv");
        let utf_16: Vec<u8> =
            "\u{feff}ann@x.com\r\nbob@x.com".encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&path, utf_16).expect("written");
        let decoded = read(&path.display().to_string()).expect("read");
        assert_eq!((decoded.text.as_str(), decoded.is_uncertain), ("ann@x.com\nbob@x.com", false));
    }

    #[test]
    fn read_error_has_a_reason() {
        let dir = tempfile::tempdir().expect("a folder");
        let large = dir.path().join("large");
        File::create(&large).expect("made").set_len(MAX_IMPORT_BYTES as u64 + 1).expect("grown");
        for (path, expected) in [
            (dir.path().to_owned(), "it is not a file"),
            (dir.path().join("nothing"), "there is no such file"),
            (large, "larger than 8 MB"),
        ] {
            let reason = read(&path.display().to_string()).expect_err("not read");
            assert!(reason.contains(expected), "{reason}");
        }
    }
}
