//! Reads and writes the cache, and reports its errors.
//! Opens the cache in the background on first use. `diff` decides what is cached.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};

use super::reply_sender::ReplySender;
use crate::domain::diff::{FullList, Snapshot};
use crate::domain::{RequestId, ServiceReply, TenancyKey};
use crate::store::{Cache, CacheError, SnapshotSlot};

/// Maximum wait for the cache at exit.
/// An unfinished write is dropped; the cache keeps the previous list.
const MAX_FLUSH_WAIT: Duration = Duration::from_millis(500);

/// The cache of this machine; empty if caching is disabled or the file is unusable.
#[derive(Debug)]
pub(super) struct CacheHandle {
    dir: Option<PathBuf>,
    cache: OnceCell<Option<Cache>>,
    /// Locked while the cache is being opened, even if the task that opens it was aborted.
    open_lock: Arc<Mutex<()>>,
}

impl CacheHandle {
    /// Uses the cache in a folder; with `None` nothing is cached.
    pub(super) fn new(dir: Option<PathBuf>) -> CacheHandle {
        CacheHandle { dir, cache: OnceCell::new(), open_lock: Arc::default() }
    }

    /// Returns the cached list. An error is reported and treated as no list.
    pub(super) async fn read(
        &self,
        replies: &ReplySender,
        key: &TenancyKey,
        slot: SnapshotSlot,
    ) -> Option<Snapshot> {
        let read = self.get_or_open(replies).await?.read(key, slot).await;
        ok_or_report(replies, read).await.flatten()
    }

    /// Writes a list to the cache. An error is reported.
    pub(super) async fn write(
        &self,
        replies: &ReplySender,
        key: &TenancyKey,
        slot: SnapshotSlot,
        list: FullList,
    ) {
        if let Some(cache) = self.get_or_open(replies).await {
            ok_or_report(replies, cache.save(key, slot, list.at, list.rows).await).await;
        }
    }

    /// True if lists are cached. Opens the cache if needed.
    pub(super) async fn is_used(&self, replies: &ReplySender) -> bool {
        self.get_or_open(replies).await.is_some()
    }

    /// Waits briefly until all writes are done, because a sandbox deletes its folder afterwards.
    pub(super) async fn flush(&self) {
        let flushed = async {
            let _opened = self.open_lock.lock().await;
            if let Some(Some(cache)) = self.cache.get() {
                cache.flush().await;
            }
        };
        if tokio::time::timeout(MAX_FLUSH_WAIT, flushed).await.is_err() {
            tracing::info!("the cache was still being written at exit");
        }
    }

    /// Returns the cache, and opens it if needed.
    /// Waits in a blocking task, because the disk may be slow or another process may be writing.
    async fn get_or_open(&self, replies: &ReplySender) -> Option<&Cache> {
        let open = async {
            let dir = self.dir.clone()?;
            let guard = self.open_lock.clone().lock_owned().await;
            let open = move || {
                let opened = Cache::open(&dir);
                drop(guard);
                opened
            };
            let opened = tokio::task::spawn_blocking(open).await.ok()?;
            let (cache, note) = ok_or_report(replies, opened).await?;
            if let Some(note) = note {
                report_warning(replies, note).await;
            }
            Some(cache)
        };
        self.cache.get_or_init(|| open).await.as_ref()
    }
}

async fn ok_or_report<T>(replies: &ReplySender, result: Result<T, CacheError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::warn!(%error, "the cache is disabled");
            report_warning(replies, error.0).await;
            None
        }
    }
}

async fn report_warning(replies: &ReplySender, text: String) {
    replies.send(RequestId(0), ServiceReply::CacheWarning(text)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn flush_waits_for_a_cache_that_is_being_opened() {
        let temp = tempfile::tempdir().expect("a folder");
        let cache_dir = temp.path().join("cache");
        let handle = Arc::new(CacheHandle::new(Some(cache_dir.clone())));
        let (sender, _receiver) = mpsc::channel(1);
        let replies = ReplySender::new(sender, CancellationToken::new());
        let opener = handle.clone();
        let task = tokio::spawn(async move { opener.is_used(&replies).await });
        while handle.open_lock.try_lock().is_ok() {
            assert!(!task.is_finished(), "the open ended before it could be aborted");
            tokio::task::yield_now().await;
        }
        task.abort();
        handle.flush().await;
        assert!(crate::store::cache::path(&cache_dir).exists());
    }
}
