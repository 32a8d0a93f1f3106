//! Saves and loads the table view of a tenancy. Makes no HTTP requests.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::{Error, RequestId, ServiceReply};

/// Saves the newest view unless another task has saved it; reports only errors.
pub(super) async fn save(shared: Arc<Shared>, id: RequestId) {
    if let Err(failure) = write(&shared).await {
        shared.replies.send(id, ServiceReply::Failed(failure)).await;
    }
}

/// Saves the newest view at the end, when no receiver is left.
pub(super) async fn save_on_exit(shared: &Shared) {
    if let Err(failure) = write(shared).await {
        tracing::warn!(%failure, "could not save the table view");
    }
}

async fn write(shared: &Shared) -> Result<(), Error> {
    // A missing journal was already reported when a change was refused.
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let _guard = shared.pending_prefs.write_lock.lock().await;
    match shared.pending_prefs.take() {
        Some(prefs) => journal.save_table_prefs(&shared.client.connection().key, &prefs).await,
        None => Ok(()),
    }
}

/// Replies with the saved table view, or the default one.
pub(super) async fn reply_with_saved(shared: Arc<Shared>, id: RequestId) {
    let Ok(journal) = &shared.journal else { return };
    match journal.table_prefs(&shared.client.connection().key).await {
        Ok(prefs) => shared.replies.send(id, ServiceReply::TablePrefs(prefs.unwrap_or_default())).await,
        Err(failure) => tracing::warn!(%failure, "could not read the table view"),
    }
}
