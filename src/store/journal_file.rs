//! Detects whether `journal.db` was replaced or lost content while it was open.
//! Also builds the errors for an unusable file. Its format is in `schema` and `journal_sql`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::tenancy_lock;
use crate::domain::{Error, ErrorKind};

pub(super) const JOURNAL_FILE: &str = "journal.db";
const WAL_FILE: &str = "journal.db-wal";
pub(super) const NOT_OPENED: &str = "Could not open the journal";

/// The files of an open journal, with their identity when the journal was opened.
#[derive(Debug)]
pub(super) struct JournalFile {
    dir: PathBuf,
    database: Option<FileId>,
    /// Identity of the `-wal` file, and its length after the last write. `None` before the first write.
    wal: Option<(FileId, u64)>,
}

/// Device and inode. On systems without inodes, shows only that the file exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId(u64, u64);

impl JournalFile {
    /// Records the files of a journal that was just opened.
    pub(super) fn new(dir: &Path) -> JournalFile {
        JournalFile {
            dir: dir.to_owned(),
            database: FileId::from_path(&dir.join(JOURNAL_FILE)),
            wal: wal_state(&dir.join(WAL_FILE)),
        }
    }

    /// Records the identity and length of the `-wal` file after a write.
    pub(super) fn record_wal(&mut self) {
        self.wal = wal_state(&self.dir.join(WAL_FILE)).or(self.wal);
    }

    /// Returns why a write would be lost, or `None`.
    /// Never opens the files: closing a file would release SQLite's locks on that file.
    pub(super) fn lost_reason(&mut self) -> Option<String> {
        let path = self.dir.join(JOURNAL_FILE);
        if FileId::from_path(&path) != self.database {
            return Some(format!("{} was deleted or replaced while it was open", path.display()));
        }
        if path.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return Some(format!("{} was emptied while it was open", path.display()));
        }
        let path = self.dir.join(WAL_FILE);
        let now = wal_state(&path);
        if let Some((id, length)) = self.wal {
            let Some((_, now)) = now.filter(|(now, _)| *now == id) else {
                return Some(format!("{} was deleted or replaced while it was open", path.display()));
            };
            // Another guestlist process may have checkpointed and emptied the file. Then nothing is missing.
            if now < length && !is_readable(&self.dir.join(JOURNAL_FILE)) {
                return Some(format!("{} was truncated while it was open", path.display()));
            }
        }
        self.wal = now;
        None
    }
}

fn wal_state(path: &Path) -> Option<(FileId, u64)> {
    FileId::from_path(path).zip(path.metadata().ok().map(|metadata| metadata.len()))
}

/// True if a new connection can read all of the journal.
fn is_readable(path: &Path) -> bool {
    let checked = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|other| other.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)));
    checked.is_ok_and(|result| result == "ok")
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

/// Returns the path of the journal in this folder, whether it exists or not.
pub fn path(dir: &Path) -> PathBuf {
    dir.join(JOURNAL_FILE)
}

/// True if a folder has no journal, or an empty file in its place.
pub(super) fn is_missing(dir: &Path) -> bool {
    dir.join(JOURNAL_FILE).metadata().map_or(true, |metadata| metadata.len() == 0)
}

/// Copies an unwritable journal into memory to read it there. Creates nothing in the folder.
pub(super) fn open_copy(dir: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let path = dir.join(JOURNAL_FILE);
    let has_wal = dir.join(WAL_FILE).metadata().is_ok_and(|metadata| metadata.len() > 0);
    // Without a `-wal` file SQLite would have to create one, which it cannot do there.
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

/// Returns an error if the journal has lost plans that ran in this folder.
/// Call this before the journal is created.
pub(super) fn check_not_lost(dir: &Path, is_empty: impl FnOnce() -> bool) -> Result<(), Error> {
    // Checks in this order, because a plan is in the journal before its tenancy is locked.
    if !tenancy_lock::has_locks(dir) || !is_empty() {
        return Ok(());
    }
    let dir = dir.display();
    Err(Error::new(
        ErrorKind::Journal,
        NOT_OPENED,
        format!(
            "{dir} has tenancy locks of earlier plans, but {JOURNAL_FILE} is missing or empty: it was deleted or \
             truncated, or lost its -wal file"
        ),
        format!(
            "Restore {JOURNAL_FILE} from a backup. To start a new journal, delete the tenancy-*.lock files in {dir}; the \
             new journal has no record of the emails sent before."
        ),
    ))
}

/// Returns the error for a journal that has lost requests.
pub(super) fn older_error(dir: &Path, cause: String) -> Error {
    let hint = format!(
        "Restore {JOURNAL_FILE} and its -wal file from a backup. To use this journal, check the list first, and delete the \
         tenancy-*.lock files in {}.",
        dir.display()
    );
    Error::new(ErrorKind::Journal, NOT_OPENED, cause, hint)
}

/// Returns the error for a failed operation on an open journal.
pub(super) fn operation_error(what: &str, dir: &Path, error: &rusqlite::Error) -> Error {
    let cause = first_line(&error.to_string());
    match error.sqlite_error_code() {
        _ if is_corruption(error) => damaged_error(what, dir, &cause),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            let user = format!("the program that uses {}", dir.join(JOURNAL_FILE).display());
            let hint = format!("Close {user}, then try again.");
            Error::new(ErrorKind::Journal, what, cause, hint)
        }
        _ => write_error(what, cause),
    }
}

/// True if the content of the file is wrong.
/// False for problems of the disk, the folder or another program.
pub(super) fn is_corruption(error: &rusqlite::Error) -> bool {
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

/// Returns the error for a disk or folder problem.
pub(super) fn write_error(what: &str, cause: String) -> Error {
    Error::new(
        ErrorKind::Journal,
        what,
        cause,
        "Check that the disk has space and the state folder is writable, then try again.",
    )
}

/// Returns the error for an open file that is no longer the journal.
pub(super) fn lost_error(what: &str, dir: &Path, cause: String) -> Error {
    let hint = format!(
        "No more changes are made. Close guestlist, restore the files of the journal in {} from a backup, and check the \
         list before you make more changes.",
        dir.display()
    );
    Error::new(ErrorKind::Journal, what, cause, hint)
}

/// Returns the error for a file with damaged content.
pub(super) fn damaged_error(what: &str, dir: &Path, cause: &str) -> Error {
    let hint = format!(
        "Restore {JOURNAL_FILE} in {} from a backup, or move it and the tenancy-*.lock files away. Until then guestlist is \
         read-only.",
        dir.display()
    );
    Error::new(ErrorKind::Journal, what, first_line(cause), hint)
}

/// Returns the first problem that SQLite reports, and the number of further problems.
fn first_line(cause: &str) -> String {
    let mut lines = cause.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("***"));
    let first = lines.next().unwrap_or("SQLite gives no reason").to_owned();
    match lines.count() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}
