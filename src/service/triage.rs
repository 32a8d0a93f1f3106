//! Keeping where a triage walk stands, and telling it at the start. Nothing is sent for it.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::{Reply, RequestId, Walk};

/// Keeps it, or forgets it where there is none any more; says only when that failed.
pub(super) async fn save(shared: Arc<Shared>, id: RequestId, walk: Option<Box<Walk>>) {
    let key = shared.client.session().key;
    let kept = match (&shared.journal, walk) {
        (Err(failure), _) => Err(failure.clone()),
        (Ok(journal), Some(walk)) => journal.save_walk(&key, &walk).await,
        (Ok(journal), None) => journal.forget_walk(&key).await,
    };
    if let Err(failure) = kept {
        shared.out.send(id, Reply::Failed(failure)).await;
    }
}

/// Tells a walk that was not finished.
pub(super) async fn tell(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    match journal.walk(&shared.client.session().key).await {
        Ok(Some(walk)) => shared.out.send(RequestId(0), Reply::Walk(Box::new(walk))).await,
        Ok(None) => {}
        // The journal's own trouble is told where changes are refused because of it.
        Err(failure) => tracing::warn!(%failure, "the walk could not be read"),
    }
}
