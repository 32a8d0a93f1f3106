//! The number of the last request in the journal, in a file beside it.
//! A journal whose last request has a lower number has lost its `-wal` file or is an older copy. The file
//! only serves to detect that, so a failed write is only logged.

use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;

use crate::domain::journal::CallId;
use crate::files::private_options;

const LAST_CALL_FILE: &str = "journal.last";

/// Writes the number of the last journaled request. Call it after the request's row is durable.
pub(super) fn write_number(dir: &Path, call: CallId) {
    // Fixed length, so no digits of an earlier number remain.
    let text = format!("{:020}", call.0);
    let file = private_options().write(true).create(true).truncate(false).open(dir.join(LAST_CALL_FILE));
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    if let Err(error) = written {
        tracing::warn!(%error, "could not write the number of the last request");
    }
}

/// Deletes the number, because plans are about to be removed on purpose.
pub(super) fn delete_number(dir: &Path) {
    let _ = std::fs::remove_file(dir.join(LAST_CALL_FILE));
}

/// Returns why the journal must have lost requests, or `None`. A fragment without trailing period.
pub(super) fn lost_reason(dir: &Path, journal: &Connection) -> Option<String> {
    let recorded: i64 = std::fs::read_to_string(dir.join(LAST_CALL_FILE)).ok()?.trim().parse().ok()?;
    let sql = "SELECT coalesce(max(id), 0) FROM call";
    let last: i64 = journal.query_row(sql, [], |row| row.get(0)).ok()?;
    (last < recorded).then(|| {
        format!(
            "the last request of journal.db in {} is number {last}, but number {recorded} was made: journal.db lost its -wal \
             file, or is an older copy",
            dir.display()
        )
    })
}
