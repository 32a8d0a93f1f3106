//! Handle on `cache.db`: the latest complete list of each tenancy, and the baseline.
//! The file can be deleted at any time. An unusable file is set aside or left unchanged, with a warning. One
//! thread owns the database, so writing a long list blocks no task.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::cache_sql::{self, SnapshotSlot};
use super::database_thread::DatabaseThread;
use super::journal_file::is_corruption;
use crate::domain::TenancyKey;
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::Rows;
use crate::files;

const CACHE_FILE: &str = "cache.db";
const BROKEN_FILE: &str = "cache.db.broken";

/// The database, SQLite's files beside it, and the files that were set aside.
const CACHE_FILES: [&str; 6] =
    [CACHE_FILE, "cache.db-wal", "cache.db-shm", BROKEN_FILE, "cache.db.broken-wal", "cache.db.broken-shm"];

/// Why the cache is missing or failed, as a text. Everything else works without a cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CacheError(pub String);

/// Handle on `cache.db`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: Arc<Path>,
    /// The database; `None` if it was corrupt and could not be recreated.
    thread: Arc<DatabaseThread<Option<Connection>>>,
}

impl Cache {
    /// Opens the cache in a folder and creates both if missing. A corrupt file is set aside, which the
    /// returned text reports. A file of a newer format is left unchanged, and opening fails.
    pub fn open(dir: &Path) -> Result<(Cache, Option<String>), CacheError> {
        let (connection, note) = open(dir)?;
        // A cache that is still being written at the end is dropped.
        let thread = DatabaseThread::start("cache", Some(connection), Duration::ZERO)
            .map_err(|e| cache_error(dir, &e.to_string()))?;
        Ok((Cache { dir: dir.into(), thread: Arc::new(thread) }, note))
    }

    /// Replaces the cached list by a complete one, in one transaction. Memory use does not grow: rows are
    /// shared and written one by one. A list that is already cached (same time) is not written again.
    pub async fn save(
        &self,
        key: &TenancyKey,
        slot: SnapshotSlot,
        at: Timestamp,
        rows: Rows,
    ) -> Result<(), CacheError> {
        let key = key.clone();
        self.run(move |c| cache_sql::save(c, &key, slot, at, &rows)).await
    }

    /// Returns the cached list, or `None`.
    pub async fn read(&self, key: &TenancyKey, slot: SnapshotSlot) -> Result<Option<Snapshot>, CacheError> {
        let key = key.clone();
        self.run(move |c| cache_sql::read(c, &key, slot)).await
    }

    /// Waits until all earlier work is done. Errors of that work went to its requesters.
    pub async fn flush(&self) {
        let _ = self.run(|_| Ok(())).await;
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CacheError> {
        let dir = self.dir.clone();
        let work = move |database: &mut Option<Connection>| {
            let result = work(database.as_mut()?);
            if result.as_ref().is_err_and(is_corruption) {
                // Closed before its file is set aside.
                *database = None;
                *database = set_aside(&dir).ok().and_then(|()| Some(open(&dir).ok()?.0));
            }
            Some(result)
        };
        let path = path(&self.dir);
        let result = self.thread.run(work).await.flatten();
        result
            .ok_or_else(|| cache_error(&path, "it was corrupt and could not be recreated"))?
            .map_err(|e| cache_error(&path, &e.to_string()))
    }
}

/// Returns the path of the cache of a folder, whether it exists or not.
pub fn path(dir: &Path) -> PathBuf {
    dir.join(CACHE_FILE)
}

/// Emails of the latest lists, for completion. Opens the file only for reading; never creates or repairs it.
#[derive(Debug)]
pub struct CachedEmails(Connection);

impl CachedEmails {
    /// Opens the cache of a folder. `None` if there is no usable cache.
    pub fn open(dir: &Path) -> Option<CachedEmails> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(path(dir), flags).ok().map(CachedEmails)
    }

    /// Returns the tenancies that have a list.
    pub fn tenancies(&self) -> Vec<TenancyKey> {
        cache_sql::tenancies(&self.0).unwrap_or_default()
    }

    /// Returns emails that start with a text, ignoring case; with `is_domain`, emails whose domain starts so.
    pub fn find(&self, key: &TenancyKey, start: &str, is_domain: bool, limit: usize) -> Vec<String> {
        let escaped = start.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        let pattern = format!("{}{escaped}%", if is_domain { "%@" } else { "" });
        cache_sql::find_emails(&self.0, key, &pattern, limit).unwrap_or_default()
    }
}

/// Deletes the cache; returns true if there was a cache.
/// A running guestlist process still shows the list in its memory.
pub fn delete(dir: &Path) -> io::Result<bool> {
    let mut found = false;
    for name in CACHE_FILES {
        match fs::remove_file(dir.join(name)) {
            Ok(()) => found = true,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}

fn open(dir: &Path) -> Result<(Connection, Option<String>), CacheError> {
    files::create_private_dir(dir).map_err(|e| cache_error(dir, &e.to_string()))?;
    match connect(dir) {
        Err(e) if is_corruption(&e) => {
            set_aside(dir).map_err(|e| cache_error(dir, &e.to_string()))?;
            let connection = connect(dir).map_err(|e| cache_error(dir, &e.to_string()))?;
            let old_file = dir.join(BROKEN_FILE);
            let note =
                format!("The cache was corrupt ({e}) and has been reset (old file: {}).", old_file.display());
            Ok((connection, Some(note)))
        }
        opened => opened.map(|connection| (connection, None)).map_err(|e| cache_error(dir, &e.to_string())),
    }
}

fn connect(dir: &Path) -> rusqlite::Result<Connection> {
    let file = dir.join(CACHE_FILE);
    files::create_private_file(&file).map_err(|_| rusqlite::Error::InvalidPath(file.clone()))?;
    let mut connection = Connection::open(file)?;
    cache_sql::prepare(&mut connection)?;
    Ok(connection)
}

fn set_aside(dir: &Path) -> io::Result<()> {
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(dir.join(format!("{CACHE_FILE}{end}")));
    }
    fs::rename(dir.join(CACHE_FILE), dir.join(BROKEN_FILE))
}

fn cache_error(path: &Path, cause: &str) -> CacheError {
    let path = path.display();
    CacheError(format!("Cache disabled: {cause}. You can delete {path}."))
}

#[cfg(test)]
mod tests;
