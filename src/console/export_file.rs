//! Writes an export to a file: under a temporary name first, mode 0600, and replacing an existing file only after the
//! user
//! confirmed. Runs off the loop.

use std::io;
use std::io::{BufWriter, Write};
use std::path::{Path, absolute};

use tempfile::{Builder, NamedTempFile};

use crate::config::parse_typed_path;
use crate::domain::export;
use crate::domain::export::{ExportJob, ExportResult, ExportTarget};
use crate::domain::invite_store::RowId;

/// Runs an export job.
pub fn export(job: &ExportJob) -> ExportResult {
    match &job.target {
        ExportTarget::Clipboard { max_bytes: most } => export_text(job, *most),
        ExportTarget::File { name, overwrite: replace } => export_file(job, name, *replace),
    }
}

fn write(job: &ExportJob, to: &mut impl Write) -> io::Result<usize> {
    let row = |row: &RowId| job.rows.rows.get(*row);
    export::write(job.format, job.rows.order.iter().filter_map(row), to)
}

/// Collects a text, and fails if it exceeds its limit.
struct BoundedBuffer {
    text: Vec<u8>,
    max_bytes: usize,
}

impl Write for BoundedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.max_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn export_text(job: &ExportJob, most: usize) -> ExportResult {
    let mut to = BoundedBuffer { text: Vec::new(), max_bytes: most };
    match write(job, &mut to) {
        Ok(rows) => {
            ExportResult::ClipboardText { text: String::from_utf8_lossy(&to.text).into_owned(), rows }
        }
        Err(_) => ExportResult::TooLong,
    }
}

fn export_file(job: &ExportJob, name: &str, replace: bool) -> ExportResult {
    let path = match absolute(parse_typed_path(name)) {
        Ok(path) => path,
        Err(error) => return ExportResult::Failed(format!("Could not use the file name “{name}”: {error}.")),
    };
    match path.symlink_metadata() {
        Ok(known) if known.is_dir() => {
            return ExportResult::Failed(format!("{} is a folder. Add a file name.", path.display()));
        }
        Ok(_) if !replace => return ExportResult::Exists,
        _ => {}
    }
    match write_file(job, &path, replace) {
        Ok(rows) => ExportResult::File { path: path.display().to_string(), rows },
        // Another program created the file after the prompt.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !replace => ExportResult::Exists,
        Err(error) => ExportResult::Failed(format!(
            "Could not write {}: {}.",
            path.display(),
            error_reason(&error, &path)
        )),
    }
}

fn write_file(job: &ExportJob, path: &Path, replace: bool) -> io::Result<usize> {
    let folder = path.parent().unwrap_or(path);
    // Mode 0600; removed if it is dropped before it gets its name.
    let part: NamedTempFile = Builder::new().prefix(".guestlist-").suffix(".part").tempfile_in(folder)?;
    let mut to = BufWriter::new(part);
    let rows = write(job, &mut to)?;
    let part = to.into_inner().map_err(|error| error.into_error())?;
    part.as_file().sync_all()?;
    if replace { part.persist(path) } else { part.persist_noclobber(path) }.map_err(|error| error.error)?;
    Ok(rows)
}

/// Returns the reason without the random name of the temporary file, which the system's text contains.
fn error_reason(error: &io::Error, path: &Path) -> String {
    let folder = path.parent().unwrap_or(path).display();
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no folder {folder}"),
        io::ErrorKind::NotADirectory => format!("{folder} is not a folder"),
        io::ErrorKind::PermissionDenied => format!("you may not write in {folder}"),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::export::ExportRows;
    use crate::domain::export::Format;
    use crate::domain::invite_store::InviteStore;
    use crate::domain::{Expiry, Identity, Invite};
    use std::fs;

    fn job(rows: usize, target: ExportTarget) -> ExportJob {
        let mut roster = InviteStore::default();
        for n in 0..rows {
            roster.insert(&Invite {
                identity: Identity::from_uuid(uuid::Uuid::from_u128(n as u128)),
                email: format!("p{n}@x.example"),
                message: "hello".into(),
                expiry: Expiry(None),
            });
        }
        let order = (0..rows as u32).rev().collect();
        let shown = ExportRows { rows: roster.rows().clone(), order, ..ExportRows::default() };
        ExportJob { number: 1, format: Format::Csv, rows: shown, target }
    }

    fn to_file(path: &Path, replace: bool) -> ExportTarget {
        ExportTarget::File { name: path.display().to_string(), overwrite: replace }
    }

    #[test]
    fn export_file_is_private_and_in_the_shown_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let exported = export(&job(3, to_file(&path, false)));
        assert_eq!(exported, ExportResult::File { path: path.display().to_string(), rows: 3 });
        let text = fs::read_to_string(&path).expect("written");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("p2@")), "{text}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no other file is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn existing_file_is_kept_unless_replace_is_allowed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "precious").expect("written");
        assert_eq!(export(&job(1, to_file(&path, false))), ExportResult::Exists);
        assert_eq!(fs::read_to_string(&path).expect("there"), "precious");
        assert!(matches!(export(&job(1, to_file(&path, true))), ExportResult::File { rows: 1, .. }));
        assert!(fs::read_to_string(&path).expect("there").starts_with("email,"));
    }

    #[test]
    fn write_error_has_a_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, words) in [
            (folder.path().join("nowhere/a.csv"), "there is no folder"),
            (folder.path().to_owned(), "is a folder"),
        ] {
            let exported = export(&job(1, to_file(&path, false)));
            assert!(matches!(&exported, ExportResult::Failed(why) if why.contains(words)), "{exported:?}");
        }
    }

    #[test]
    fn clipboard_text_is_limited() {
        let text = export(&job(2, ExportTarget::Clipboard { max_bytes: 1_000 }));
        assert!(
            matches!(&text, ExportResult::ClipboardText { rows: 2, text } if text.lines().count() == 3),
            "{text:?}"
        );
        assert_eq!(export(&job(2, ExportTarget::Clipboard { max_bytes: 50 })), ExportResult::TooLong);
    }
}
