//! The cache's rows: writes complete lists and reads them back.
//! A list that is both the latest and the baseline is stored once. All SQL of the cache is here.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::journal_sql::conversion_error;
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::{InviteStore, Rows};
use crate::domain::{Expiry, Identity, Invite, TenancyKey};

type Result<T> = rusqlite::Result<T>;

/// Slot of a cached list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotSlot {
    /// The latest complete list.
    Latest,
    /// The baseline: the list the user has last seen. Changes are relative to the baseline.
    Baseline,
}

/// Format number. There are no migrations: a cache of an older format is reset.
const CACHE_FORMAT: i64 = 1;

const TABLES: &str = include_str!("cache_tables.sql");

/// Maximum wait for another process to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Creates missing tables. A cache file of a newer format is an error and stays unchanged.
pub(super) fn prepare(c: &mut Connection) -> Result<()> {
    c.busy_timeout(BUSY_TIMEOUT)?;
    let format: i64 = c.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format > CACHE_FORMAT {
        return Err(invalid_error(format!(
            "a newer version of guestlist wrote it (format {format}; this version supports {CACHE_FORMAT})"
        )));
    }
    // A crash may lose the last list, but never damages the file.
    c.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    let transaction = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format < CACHE_FORMAT {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", CACHE_FORMAT)?;
    }
    transaction.commit()
}

/// Writes a list and removes the previous one, in one transaction.
pub(super) fn save(
    c: &mut Connection,
    key: &TenancyKey,
    slot: SnapshotSlot,
    at: Timestamp,
    rows: &Rows,
) -> Result<()> {
    let transaction = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let existing = "SELECT id FROM snapshot WHERE tenancy = ?1 AND at = ?2 AND count = ?3";
    let existing: Option<i64> = transaction
        .query_row(existing, params![key.0, at.as_microsecond(), rows.len() as i64], |row| row.get(0))
        .optional()?;
    let snapshot = match existing {
        Some(id) => id,
        None => insert_list(&transaction, key, at, rows.len())?,
    };
    transaction.execute(
        "INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3)",
        params![key.0, slot_name(slot), snapshot],
    )?;
    // The old list is removed first, so the new one reuses its pages and the file does not grow.
    let unused = "SELECT id FROM snapshot WHERE id NOT IN (SELECT snapshot FROM kept)";
    transaction.execute(&format!("DELETE FROM invite WHERE snapshot IN ({unused})"), [])?;
    transaction.execute(&format!("DELETE FROM snapshot WHERE id IN ({unused})"), [])?;
    if existing.is_none() {
        insert_rows(&transaction, snapshot, rows)?;
    }
    transaction.commit()?;
    // Otherwise the `-wal` file would keep its size. A reader may prevent the checkpoint.
    c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn insert_list(c: &Connection, key: &TenancyKey, at: Timestamp, count: usize) -> Result<i64> {
    let snapshot = "INSERT INTO snapshot (tenancy, at, count) VALUES (?1, ?2, ?3)";
    c.execute(snapshot, params![key.0, at.as_microsecond(), count as i64])?;
    Ok(c.last_insert_rowid())
}

fn insert_rows(c: &Connection, id: i64, rows: &Rows) -> Result<()> {
    let mut insert = c.prepare("INSERT INTO invite VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (position, row) in rows.iter().filter_map(|row| rows.get(row)).enumerate() {
        let (identity, position) = (row.identity(), position as i64);
        let expiry = row.expiry.0.map(Timestamp::as_microsecond);
        match identity.uuid() {
            Some(uuid) => {
                insert.execute(params![id, position, uuid.as_bytes(), row.email, row.message, expiry])?
            }
            None => {
                insert.execute(params![id, position, identity.as_str(), row.email, row.message, expiry])?
            }
        };
    }
    Ok(())
}

/// Reads a list back. A list with missing rows counts as corrupt.
pub(super) fn read(c: &Connection, key: &TenancyKey, slot: SnapshotSlot) -> Result<Option<Snapshot>> {
    let head = "SELECT id, at, count FROM kept JOIN snapshot ON snapshot.id = kept.snapshot
                WHERE kept.tenancy = ?1 AND kept = ?2";
    let head = c.query_row(head, params![key.0, slot_name(slot)], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    let Some((id, at, count)) = head.optional()? else { return Ok(None) };
    let at = Timestamp::from_microsecond(at).map_err(|e| conversion_error(1, e))?;
    let mut store = InviteStore::default();
    let mut query =
        c.prepare("SELECT identity, email, message, expiry FROM invite WHERE snapshot = ?1 ORDER BY place")?;
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        store.insert(&parse_invite(row)?);
    }
    if store.len() as i64 != count {
        return Err(conversion_error(2, format!("only {} of {count} rows exist", store.len())));
    }
    Ok(Some(Snapshot { taken_at: at, store }))
}

/// Returns emails of the latest list of a tenancy that match a LIKE pattern with `\\` as escape, sorted.
pub(super) fn find_emails(
    c: &Connection,
    key: &TenancyKey,
    pattern: &str,
    limit: usize,
) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT email FROM invite JOIN kept ON kept.snapshot = invite.snapshot
               WHERE tenancy = ?1 AND kept = ?2 AND email LIKE ?3 ESCAPE '\\' ORDER BY email LIMIT ?4";
    let mut query = c.prepare(sql)?;
    let slot = slot_name(SnapshotSlot::Latest);
    let rows = query.query_map(params![key.0, slot, pattern, limit as i64], |row| row.get(0))?;
    rows.collect()
}

/// Returns the tenancies that have a list.
pub(super) fn tenancies(c: &Connection) -> Result<Vec<TenancyKey>> {
    let mut query = c.prepare("SELECT DISTINCT tenancy FROM kept")?;
    let rows = query.query_map([], |row| row.get(0).map(TenancyKey))?;
    rows.collect()
}

fn parse_invite(row: &Row<'_>) -> Result<Invite> {
    let identity = match row.get_ref(0)? {
        ValueRef::Blob(bytes) => Uuid::from_slice(bytes).ok().map(Identity::from_uuid),
        other => other.as_str().ok().and_then(Identity::parse),
    };
    let identity = identity.ok_or_else(|| conversion_error(0, "no identity"))?;
    let expiry = row.get::<_, Option<i64>>(3)?.map_or(Expiry(None), Expiry::from_micros);
    Ok(Invite { identity, email: row.get(1)?, message: row.get(2)?, expiry })
}

fn slot_name(slot: SnapshotSlot) -> &'static str {
    match slot {
        SnapshotSlot::Latest => "last",
        SnapshotSlot::Baseline => "seen",
    }
}

fn invalid_error(cause: String) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(cause.into())
}
