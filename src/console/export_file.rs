//! Writes an export to a file or a text. Runs in another thread than the event loop.
//! A file first has a temporary name and mode 0600. It replaces an existing file only after the user
//! confirmed.

use std::io::{self, Cursor, Write};
use std::path::absolute;

use crate::config::parse_typed_path;
use crate::domain::export;
use crate::domain::export::{ExportJob, ExportResult, ExportTarget};
use crate::domain::invite_store::RowId;
use crate::files;

/// Runs an export job.
pub fn export(job: &ExportJob) -> ExportResult {
    match &job.target {
        ExportTarget::Clipboard { max_bytes } => export_text(job, *max_bytes),
        ExportTarget::File { name, overwrite } => export_file(job, name, *overwrite),
    }
}

fn write(job: &ExportJob, writer: &mut impl Write) -> io::Result<usize> {
    let row = |row: &RowId| job.rows.rows.get(*row);
    export::write(job.format, job.rows.order.iter().filter_map(row), writer)
}

fn export_text(job: &ExportJob, max_bytes: usize) -> ExportResult {
    let mut buffer = vec![0; max_bytes];
    // Writing fails when the buffer is full.
    let mut writer = Cursor::new(buffer.as_mut_slice());
    let Ok(rows) = write(job, &mut writer) else { return ExportResult::TooLong };
    let len = writer.position() as usize;
    ExportResult::ClipboardText { text: String::from_utf8_lossy(&buffer[..len]).into_owned(), rows }
}

fn export_file(job: &ExportJob, name: &str, overwrite: bool) -> ExportResult {
    let path = match absolute(parse_typed_path(name)) {
        Ok(path) => path,
        Err(error) => return ExportResult::Failed(format!("Could not use the file name “{name}”: {error}.")),
    };
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => {
            return ExportResult::Failed(format!("{} is a folder. Add a file name.", path.display()));
        }
        Ok(_) if !overwrite => return ExportResult::Exists,
        _ => {}
    }
    match files::write_atomic(&path, overwrite, |file| write(job, file)) {
        Ok(rows) => ExportResult::File { path: path.display().to_string(), rows },
        // Another program created the file after the prompt.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !overwrite => ExportResult::Exists,
        Err(error) => ExportResult::Failed(files::write_error_text(&path, &error)),
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
    use std::path::Path;

    fn job(rows: usize, target: ExportTarget) -> ExportJob {
        let mut store = InviteStore::default();
        for n in 0..rows {
            store.insert(&Invite {
                identity: Identity::from_uuid(uuid::Uuid::from_u128(n as u128)),
                email: format!("p{n}@x.example"),
                message: "hello".into(),
                expiry: Expiry(None),
            });
        }
        let order = (0..rows as u32).rev().collect();
        let export_rows = ExportRows { rows: store.rows().clone(), order, ..ExportRows::default() };
        ExportJob { number: 1, format: Format::Csv, rows: export_rows, target }
    }

    fn to_file(path: &Path, overwrite: bool) -> ExportTarget {
        ExportTarget::File { name: path.display().to_string(), overwrite }
    }

    #[test]
    fn export_file_is_private_and_in_the_shown_order() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.csv");
        let exported = export(&job(3, to_file(&path, false)));
        assert_eq!(exported, ExportResult::File { path: path.display().to_string(), rows: 3 });
        let text = fs::read_to_string(&path).expect("written");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("p2@")), "{text}");
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 1, "no other file is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn existing_file_is_kept_unless_replace_is_allowed() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.csv");
        fs::write(&path, "precious").expect("written");
        assert_eq!(export(&job(1, to_file(&path, false))), ExportResult::Exists);
        assert_eq!(fs::read_to_string(&path).expect("there"), "precious");
        assert!(matches!(export(&job(1, to_file(&path, true))), ExportResult::File { rows: 1, .. }));
        assert!(fs::read_to_string(&path).expect("there").starts_with("email,"));
    }

    #[test]
    fn write_error_has_a_reason() {
        let dir = tempfile::tempdir().expect("a folder");
        for (path, expected) in [
            (dir.path().join("nowhere/a.csv"), "nowhere. Choose another file name."),
            (dir.path().to_owned(), "is a folder"),
        ] {
            let exported = export(&job(1, to_file(&path, false)));
            assert!(
                matches!(&exported, ExportResult::Failed(reason) if reason.contains(expected)),
                "{exported:?}"
            );
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
