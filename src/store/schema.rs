//! Opens `journal.db`.
//! Creates private folders and files, makes commits durable, and migrates older formats.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::journal_file::{self, NOT_OPENED, check_not_lost};
use super::{last_call, tenancy_lock};
use crate::domain::{Error, ErrorKind};
use crate::files::{create_private_dir, create_private_file};

/// Migrations. Entry n migrates format n to format n + 1; the last entry leads to the current format.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1_plans.sql"),
    include_str!("migrations/2_plan_filter.sql"),
    include_str!("migrations/3_annotations.sql"),
    include_str!("migrations/4_triage_session.sql"),
    include_str!("migrations/5_table_view.sql"),
];

/// Maximum wait for another process to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the journal in `dir` and migrates it to the current format.
/// Creates folder and file if missing.
pub(super) fn open(dir: &Path) -> Result<Connection, Error> {
    let file = dir.join(journal_file::JOURNAL_FILE);
    check_not_lost(dir, || journal_file::is_missing(dir))?;
    if !tenancy_lock::has_locks(dir) {
        last_call::delete_number(dir);
    }
    create_private_dir(dir)
        .and_then(|()| create_private_file(&file))
        .map_err(|e| unusable_error(dir, &e.to_string()))?;
    let mut connection = Connection::open(&file).map_err(|e| open_error(dir, &e))?;
    prepare(&mut connection).map_err(|e| open_error(dir, &e))?;
    migrate(&mut connection, dir)?;
    Ok(connection)
}

/// Opens a copy in memory of an unwritable journal, for reading.
pub(super) fn open_copy(dir: &Path) -> Result<Connection, Error> {
    let mut copy = journal_file::open_copy(dir).map_err(|e| open_error(dir, &e))?;
    migrate(&mut copy, dir)?;
    Ok(copy)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // If the file system cannot share memory, SQLite keeps its rollback journal, which is as safe. If two
    // processes open a new journal at the same time, one gets a busy error; the other sets the mode.
    match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
        mode => drop(mode?),
    }
    connection.execute_batch(
        // Emails removed from the journal are overwritten.
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
    )
}

fn migrate(connection: &mut Connection, dir: &Path) -> Result<(), Error> {
    let to_error = |e: rusqlite::Error| open_error(dir, &e);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(to_error)?;
    let format: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(to_error)?;
    check_not_lost(dir, || format == 0 && !has_tables(&transaction))?;
    if usize::try_from(format).is_ok_and(|format| format > MIGRATIONS.len()) {
        return Err(Error::new(
            ErrorKind::Journal,
            NOT_OPENED,
            format!(
                "a newer version of guestlist wrote it (format {format}; this version supports {})",
                MIGRATIONS.len()
            ),
            "Update guestlist to make changes; viewing still works.",
        ));
    }
    let missing =
        usize::try_from(format).ok().and_then(|current| MIGRATIONS.get(current..)).unwrap_or_default();
    let migrated = missing.iter().try_for_each(|step| transaction.execute_batch(step));
    if format < 0 || migrated.is_err() || !is_current(&transaction) {
        let cause = format!(
            "its format number (user_version) is {format}, and its tables are not those of that format"
        );
        return Err(journal_file::damaged_error(NOT_OPENED, dir, &cause));
    }
    if !missing.is_empty() {
        transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64).map_err(to_error)?;
    }
    check_not_lost(dir, || has_lost_plans(&transaction))?;
    // If there are no lock files, the user has discarded the earlier journal.
    if let Some(cause) = last_call::lost_reason(dir, &transaction).filter(|_| tenancy_lock::has_locks(dir)) {
        return Err(journal_file::older_error(dir, cause));
    }
    transaction.commit().map_err(to_error)
}

fn has_tables(c: &Connection) -> bool {
    c.prepare("SELECT 1 FROM sqlite_schema").and_then(|mut query| query.exists([])).unwrap_or(true)
}

/// True if every table has the columns that are read.
fn is_current(c: &Connection) -> bool {
    [
        "SELECT id, tenancy, made, state, filter FROM plan",
        "SELECT plan, place, verb, address, identity, step, progress, outcome FROM step",
        "SELECT id, plan, step, method, identity, at, result, status, request_id, answered FROM call",
        "SELECT tenancy, address, note FROM note",
        "SELECT tenancy, address, until, before_expiry FROM snooze",
        "SELECT tenancy, address, about FROM dismissed",
        "SELECT tenancy, begun, version, walk FROM walk",
        "SELECT tenancy, view FROM view",
    ]
    .iter()
    .all(|query| c.prepare(query).is_ok())
}

/// The `application_id` of a journal whose last plan was removed on purpose.
const EMPTIED_ID: i64 = 1;

/// Records that the plans were removed on purpose, if none is left.
pub(super) fn mark_if_emptied(c: &Connection) -> rusqlite::Result<()> {
    if c.prepare("SELECT 1 FROM plan")?.exists([])? {
        return Ok(());
    }
    c.pragma_update(None, "application_id", EMPTIED_ID)
}

fn has_lost_plans(c: &Connection) -> bool {
    let emptied = c.query_row("PRAGMA application_id", [], |row| row.get::<_, i64>(0));
    let has_plans = c.prepare("SELECT 1 FROM plan").and_then(|mut query| query.exists([]));
    emptied == Ok(0) && has_plans == Ok(false)
}

fn open_error(dir: &Path, error: &rusqlite::Error) -> Error {
    match journal_file::is_corruption(error) {
        true => journal_file::damaged_error(NOT_OPENED, dir, &error.to_string()),
        false => unusable_error(dir, &error.to_string()),
    }
}

fn unusable_error(dir: &Path, cause: &str) -> Error {
    let dir = dir.display();
    let hint = format!("Repair journal.db in {dir}, or move it away. Until then guestlist is read-only.");
    Error::new(ErrorKind::Journal, NOT_OPENED, cause, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journal_of_newer_format_is_rejected_and_unchanged() {
        let dir = tempfile::tempdir().expect("a folder");
        drop(open(dir.path()).expect("a new journal"));
        let raw = Connection::open(dir.path().join("journal.db")).expect("it is there");
        raw.pragma_update(None, "user_version", 99).expect("a newer format");
        let error = open(dir.path()).expect_err("it is newer");
        assert_eq!(error.kind, ErrorKind::Journal);
        let known = MIGRATIONS.len();
        assert_eq!(
            error.cause,
            format!("a newer version of guestlist wrote it (format 99; this version supports {known})")
        );
        let format: i64 = raw.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("it reads");
        assert_eq!(format, 99);
    }

    #[test]
    fn non_database_and_non_directory_are_errors() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("journal.db");
        std::fs::write(&file, "not a database, but long enough to look at ".repeat(50)).expect("written");
        assert_eq!(open(dir.path()).expect_err("garbage").kind, ErrorKind::Journal);
        let error = open(&file).expect_err("a file, not a folder");
        assert_eq!(error.summary, "Could not open the journal");
    }

    #[cfg(unix)]
    #[test]
    fn journal_is_readable_only_by_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let outer = tempfile::tempdir().expect("a folder");
        let dir = outer.path().join("state");
        let connection = open(&dir).expect("a journal");
        connection
            .execute("INSERT INTO plan VALUES ('a', 'b', 1, 'c', '')", [])
            .expect("so that -wal is there");
        let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&dir), 0o700);
        let mut files = 0;
        for entry in std::fs::read_dir(&dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            files += 1;
        }
        assert_eq!(files, 3, "journal.db, -wal and -shm");
    }
}
