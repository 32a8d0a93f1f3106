//! The handle on `cache.db`: the last complete list of each tenancy, and the one that a person has seen. It is free to
//! delete and never an obstacle: what cannot be used is set aside or left alone, and said in a sentence. One thread
//! owns the database, so that writing a long list holds nobody up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::private_files;
use super::snapshots::{self, Kept};
use crate::domain::TenancyKey;
use crate::domain::change::Snapshot;
use crate::domain::roster::Rows;

const FILE: &str = "cache.db";
const ASIDE: &str = "cache.db.broken";

/// What SQLite lays beside its file, and ourselves.
const COMPANIONS: [&str; 6] =
    [FILE, "cache.db-wal", "cache.db-shm", ASIDE, "cache.db.broken-wal", "cache.db.broken-shm"];

/// Says whether the database turned out to be broken.
type Work = Box<dyn FnOnce(&mut Connection) -> bool + Send>;

/// Why there is no cache, or why it did not do what it was asked: a sentence. Everything else goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CacheTrouble(pub String);

/// A handle on `cache.db`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    path: Arc<Path>,
    work: mpsc::Sender<Work>,
}

impl Cache {
    /// Opens the cache in a folder, and makes both where they are missing. A broken file is set aside, and the
    /// sentence beside the handle says so. One of a newer format is left alone: then there is no cache this time.
    pub fn open(folder: &Path) -> Result<(Cache, Option<String>), CacheTrouble> {
        let (mut connection, note) = open(folder)?;
        let (work, mut orders) = mpsc::channel::<Work>(4);
        let place = folder.to_owned();
        let thread = move || {
            while let Some(work) = orders.blocking_recv() {
                if !work(&mut connection) {
                    continue;
                }
                drop(connection);
                let Ok(next) = set_aside(&place).map_err(|_| ()).and_then(|()| open(&place).map_err(drop))
                else {
                    return;
                };
                connection = next.0;
            }
        };
        let started = std::thread::Builder::new().name("cache".into()).spawn(thread);
        started.map_err(|e| trouble(folder, &e.to_string()))?;
        Ok((Cache { path: folder.join(FILE).into(), work }, note))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a complete list in place of the one before, all of it or nothing. Memory does not grow by it: the
    /// rows are shared, and written one by one. A list that is kept already, by its moment, is not written again.
    pub async fn keep(
        &self,
        key: &TenancyKey,
        kept: Kept,
        at: Timestamp,
        rows: Rows,
    ) -> Result<(), CacheTrouble> {
        let key = key.clone();
        self.run(move |c| snapshots::keep(c, &key, kept, at, &rows)).await
    }

    /// The list that is kept; `None` where there is none.
    pub async fn read(&self, key: &TenancyKey, kept: Kept) -> Result<Option<Snapshot>, CacheTrouble> {
        let key = key.clone();
        self.run(move |c| snapshots::read(c, &key, kept)).await
    }

    /// Waits until all is done that was asked before. What went wrong with it was told to whoever asked.
    pub async fn come_to_rest(&self) {
        let _ = self.run(|_| Ok(())).await;
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CacheTrouble> {
        let (tell, told) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let result = work(connection);
            let broken = result.as_ref().err().is_some_and(is_broken);
            // Whoever asked may have gone.
            let _ = tell.send(result);
            broken
        });
        let gone = || trouble(&self.path, "it was broken and could not be made anew");
        self.work.send(work).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())?.map_err(|e| trouble(&self.path, &e.to_string()))
    }
}

/// Where the cache of a folder lies, whether it is there or not.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Deletes the cache; says whether there was one. What a running guestlist has in memory it still shows.
pub fn delete(folder: &Path) -> io::Result<bool> {
    let mut found = false;
    for name in COMPANIONS {
        match fs::remove_file(folder.join(name)) {
            Ok(()) => found = true,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}

fn open(folder: &Path) -> Result<(Connection, Option<String>), CacheTrouble> {
    private_files::private_folder(folder).map_err(|e| trouble(folder, &e.to_string()))?;
    match connect(folder) {
        Err(e) if is_broken(&e) => {
            set_aside(folder).map_err(|e| trouble(folder, &e.to_string()))?;
            let connection = connect(folder).map_err(|e| trouble(folder, &e.to_string()))?;
            let aside = folder.join(ASIDE);
            Ok((
                connection,
                Some(format!(
                    "The cache was broken ({e}); it begins anew, the old one is {}.",
                    aside.display()
                )),
            ))
        }
        opened => opened.map(|connection| (connection, None)).map_err(|e| trouble(folder, &e.to_string())),
    }
}

fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    let file = folder.join(FILE);
    private_files::private_file(&file).map_err(|_| rusqlite::Error::InvalidPath(file.clone()))?;
    let mut connection = Connection::open(file)?;
    snapshots::prepare(&mut connection)?;
    Ok(connection)
}

/// Only what SQLite itself calls broken: a full disk or a file that is locked is no reason to throw anything away.
fn is_broken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown))
        || matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..)
        )
}

fn set_aside(folder: &Path) -> io::Result<()> {
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.join(format!("{FILE}{end}")));
    }
    fs::rename(folder.join(FILE), folder.join(ASIDE))
}

fn trouble(place: &Path, why: &str) -> CacheTrouble {
    let place = place.display();
    CacheTrouble(format!(
        "The cache in {place} is not used: {why}. Everything works without it; it can be deleted."
    ))
}

#[cfg(test)]
mod tests;
