//! Whether `journal.db` is still the file that was opened, whether it lost its content, and what is said of a file that
//! cannot be used. What is in the file is the business of `schema` and `rows`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::lock;
use crate::domain::{Failure, FailureKind};

pub(super) const NAME: &str = "journal.db";
const WAL: &str = "journal.db-wal";
pub(super) const NOT_OPENED: &str = "The journal could not be opened";

/// The names of an open journal's files and what they stood for when it was opened.
#[derive(Debug)]
pub(super) struct JournalFile {
    folder: PathBuf,
    database: Option<FileId>,
    /// Known from the first write, with the length after the last one.
    wal: Option<(FileId, u64)>,
}

/// Device and inode; elsewhere than on Unix only whether there is such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId(u64, u64);

impl JournalFile {
    /// The files of a journal that was just opened.
    pub(super) fn new(folder: &Path) -> JournalFile {
        JournalFile {
            folder: folder.to_owned(),
            database: FileId::from_path(&folder.join(NAME)),
            wal: wal(&folder.join(WAL)),
        }
    }

    /// Remembers the files as they are after something was written.
    pub(super) fn note_written(&mut self) {
        self.wal = wal(&self.folder.join(WAL)).or(self.wal);
    }

    /// Why what is written now would be lost, if it would. The files are never opened for this: closing one would
    /// free the locks that SQLite has on it.
    pub(super) fn lost_reason(&mut self) -> Option<String> {
        let path = self.folder.join(NAME);
        if FileId::from_path(&path) != self.database {
            return Some(format!("{} was deleted or replaced while it was open", path.display()));
        }
        if path.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return Some(format!("{} was emptied while it was open", path.display()));
        }
        let path = self.folder.join(WAL);
        let now = wal(&path);
        if let Some((id, length)) = self.wal {
            let Some((_, now)) = now.filter(|(now, _)| *now == id) else {
                return Some(format!("{} was deleted or replaced while it was open", path.display()));
            };
            // Another guestlist may have moved all of it into the database and emptied it: then nothing is missing.
            if now < length && !is_whole(&self.folder.join(NAME)) {
                return Some(format!("{} was truncated while it was open", path.display()));
            }
        }
        self.wal = now;
        None
    }
}

fn wal(path: &Path) -> Option<(FileId, u64)> {
    FileId::from_path(path).zip(path.metadata().ok().map(|metadata| metadata.len()))
}

/// Whether a connection that remembers nothing can read all of the journal.
fn is_whole(path: &Path) -> bool {
    let checked = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|other| other.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)));
    checked.is_ok_and(|answer| answer == "ok")
}

impl FileId {
    #[cfg(unix)]
    fn from_path(path: &Path) -> Option<FileId> {
        use std::os::unix::fs::MetadataExt as _;
        path.metadata().ok().map(|metadata| FileId(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn from_path(path: &Path) -> Option<FileId> {
        path.metadata().ok().map(|_| FileId(0, 0))
    }
}

/// Whether there is no journal in a folder, or an empty file in its place.
pub(super) fn is_missing(folder: &Path) -> bool {
    folder.join(NAME).metadata().map_or(true, |metadata| metadata.len() == 0)
}

/// Copies a journal that cannot be written into memory, to be read there. Nothing is made in the folder.
pub(super) fn open_copy(folder: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let path = folder.join(NAME);
    let has_wal = folder.join(WAL).metadata().is_ok_and(|metadata| metadata.len() > 0);
    // Without a log of changes SQLite would have to make one, which it cannot do there.
    let name = if has_wal { path } else { PathBuf::from(format!("{}?immutable=1", uri(&path))) };
    let source = Connection::open_with_flags(name, flags)?;
    let mut copy = Connection::open_in_memory()?;
    Backup::new(&source, &mut copy)?.run_to_completion(1_000, Duration::ZERO, None)?;
    Ok(copy)
}

fn uri(path: &Path) -> String {
    let path = path.display().to_string();
    format!("file:{}", path.replace('%', "%25").replace('?', "%3f").replace('#', "%23"))
}

/// Why the journal cannot be used, if plans ran beside it that it does not have. To be asked before it is made.
pub(super) fn check_not_lost(folder: &Path, is_empty: impl FnOnce() -> bool) -> Result<(), Failure> {
    // In this order: a plan is in the journal before its tenancy is locked.
    if !lock::any(folder) || !is_empty() {
        return Ok(());
    }
    let folder = folder.display();
    Err(Failure::new(
        FailureKind::Journal,
        NOT_OPENED,
        format!(
            "{folder} has tenancy locks of earlier plans, but {NAME} is missing or empty: it was deleted or \
             truncated, or lost its -wal file"
        ),
        format!(
            "Restore {NAME} from a backup. To start a new journal, delete the tenancy-*.lock files in {folder}; the \
             new journal does not know what was sent before."
        ),
    ))
}

/// The journal misses requests that it had.
pub(super) fn older(folder: &Path, why: String) -> Failure {
    let next = format!(
        "Restore {NAME} and its -wal file from a backup. To use this journal, check the list first, and delete the \
         tenancy-*.lock files in {}.",
        folder.display()
    );
    Failure::new(FailureKind::Journal, NOT_OPENED, why, next)
}

/// What failed on an open journal, and why.
pub(super) fn failure(what: &str, folder: &Path, error: &rusqlite::Error) -> Failure {
    let why = first_line(&error.to_string());
    match error.sqlite_error_code() {
        _ if is_damage(error) => damaged(what, folder, &why),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            let path = folder.join(NAME);
            let next =
                format!("Nothing more is sent. Close the program that uses {}, then resume.", path.display());
            Failure::new(FailureKind::Journal, what, why, next)
        }
        _ => not_written(what, why),
    }
}

/// Whether the content of the file is wrong, and not the disk, the folder or another program in the way.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    match error.sqlite_error_code() {
        Some(code) => {
            matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        }
        None => matches!(
            error,
            FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..)
        ),
    }
}

/// The disk or the folder is in the way.
pub(super) fn not_written(what: &str, why: String) -> Failure {
    Failure::new(
        FailureKind::Journal,
        what,
        why,
        "Nothing more is sent. See that the disk has room and the state folder can be written, then resume.",
    )
}

/// What was open is not the journal any more.
pub(super) fn lost(what: &str, folder: &Path, why: String) -> Failure {
    let next = format!(
        "Nothing more is sent. Close guestlist, restore the files of the journal in {} from a backup, and check the \
         list before you send anything again.",
        folder.display()
    );
    Failure::new(FailureKind::Journal, what, why, next)
}

/// The file is there, and is not as this program wrote it.
pub(super) fn damaged(what: &str, folder: &Path, why: &str) -> Failure {
    let next = format!(
        "Restore {NAME} in {} from a backup, or move it and the tenancy-*.lock files away. Until then changes are \
         refused; reading works.",
        folder.display()
    );
    Failure::new(FailureKind::Journal, what, first_line(why), next)
}

/// The first complaint of SQLite, which can have many lines.
fn first_line(why: &str) -> String {
    let mut lines = why.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("***"));
    let first = lines.next().unwrap_or("SQLite gives no reason").to_owned();
    match lines.count() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}
