//! The service's hand on the cache: opened when it is first needed, off the work's way, and its troubles told. What is
//! kept in it, and when, is in `compare`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};

use super::out::Out;
use crate::domain::change::{Listed, Snapshot};
use crate::domain::{Reply, RequestId, TenancyKey};
use crate::store::{Cache, CacheTrouble, Kept};

/// Longest wait for the cache at the end. A list that is cut off then is none, and the one before is still there.
const AT_THE_END: Duration = Duration::from_millis(500);

/// The cache of this machine, or none: because it is not wanted, or because it cannot be used.
#[derive(Debug)]
pub(super) struct Caching {
    folder: Option<PathBuf>,
    opened: OnceCell<Option<Cache>>,
    /// Held while it is being opened, also when nobody waits for that any more.
    opening: Arc<Mutex<()>>,
}

impl Caching {
    /// In a folder; without one nothing is kept.
    pub(super) fn new(folder: Option<PathBuf>) -> Caching {
        Caching { folder, opened: OnceCell::new(), opening: Arc::default() }
    }

    /// The list that is kept. Trouble is told, and taken for none.
    pub(super) async fn read(&self, out: &Out, key: &TenancyKey, kept: Kept) -> Option<Snapshot> {
        let read = self.cache(out).await?.read(key, kept).await;
        told(out, read).await.flatten()
    }

    /// Keeps a list. Trouble is told.
    pub(super) async fn keep(&self, out: &Out, key: &TenancyKey, kept: Kept, listed: Listed) {
        if let Some(cache) = self.cache(out).await {
            told(out, cache.keep(key, kept, listed.at, listed.rows).await).await;
        }
    }

    /// Whether lists are kept; opens the cache to find out.
    pub(super) async fn is_used(&self, out: &Out) -> bool {
        self.cache(out).await.is_some()
    }

    /// Waits until nothing is written any more, but not for long: a try-out takes its folder away then.
    pub(super) async fn come_to_rest(&self) {
        let rests = async {
            let _opened = self.opening.lock().await;
            if let Some(Some(cache)) = self.opened.get() {
                cache.come_to_rest().await;
            }
        };
        if tokio::time::timeout(AT_THE_END, rests).await.is_err() {
            tracing::info!("the cache was still being written at the end");
        }
    }

    /// The disk may be slow, or somebody else be writing: that is waited for elsewhere.
    async fn cache(&self, out: &Out) -> Option<&Cache> {
        let open = async {
            let folder = self.folder.clone()?;
            let busy = self.opening.clone().lock_owned().await;
            let open = move || {
                let opened = Cache::open(&folder);
                drop(busy);
                opened
            };
            let opened = tokio::task::spawn_blocking(open).await.ok()?;
            let (cache, note) = told(out, opened).await?;
            if let Some(note) = note {
                say(out, note).await;
            }
            Some(cache)
        };
        self.opened.get_or_init(|| open).await.as_ref()
    }
}

async fn told<T>(out: &Out, result: Result<T, CacheTrouble>) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(trouble) => {
            tracing::warn!(%trouble, "the cache is not used");
            say(out, trouble.0).await;
            None
        }
    }
}

async fn say(out: &Out, sentence: String) {
    out.send(RequestId(0), Reply::CacheTrouble(sentence)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn the_end_waits_for_a_cache_that_is_being_opened_for_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("cache");
        let caching = Arc::new(Caching::new(Some(place.clone())));
        let (said, _heard) = mpsc::channel(1);
        let out = Out::new(said, CancellationToken::new());
        let opening = caching.clone();
        let task = tokio::spawn(async move { opening.is_used(&out).await });
        while caching.opening.try_lock().is_ok() {
            assert!(!task.is_finished(), "it was over before it could be cut off");
            tokio::task::yield_now().await;
        }
        task.abort();
        caching.come_to_rest().await;
        assert!(crate::store::cache::path(&place).exists());
    }
}
