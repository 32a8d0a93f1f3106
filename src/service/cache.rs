//! The service's hand on the cache: opened when it is first needed, off the work's way, and its troubles told. What is
//! kept in it, and when, is in `compare`.

use std::path::PathBuf;

use tokio::sync::OnceCell;

use super::out::Out;
use crate::domain::change::{Listed, Snapshot};
use crate::domain::{Reply, RequestId, TenancyKey};
use crate::store::{Cache, CacheTrouble, Kept};

/// The cache of this machine, or none: because it is not wanted, or because it cannot be used.
#[derive(Debug)]
pub(super) struct Caching {
    folder: Option<PathBuf>,
    opened: OnceCell<Option<Cache>>,
}

impl Caching {
    /// In a folder; without one nothing is kept.
    pub(super) fn new(folder: Option<PathBuf>) -> Caching {
        Caching { folder, opened: OnceCell::new() }
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

    /// The disk may be slow, or somebody else be writing: that is waited for elsewhere.
    async fn cache(&self, out: &Out) -> Option<&Cache> {
        let open = async {
            let folder = self.folder.clone()?;
            let opened = tokio::task::spawn_blocking(move || Cache::open(&folder)).await.ok()?;
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
