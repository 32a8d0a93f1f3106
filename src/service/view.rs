//! Keeping how the table of a tenancy is looked at, and telling it when it is asked for. Nothing is sent for it.

use super::shared::Shared;
use crate::domain::{Failure, Reply, RequestId};

/// Keeps the newest one, if that was not done; says only when it failed.
pub(super) async fn save(shared: &Shared, id: RequestId) {
    if let Err(failure) = write(shared).await {
        shared.out.send(id, Reply::Failed(failure)).await;
    }
}

/// The same before the end, when nobody listens any more.
pub(super) async fn save_last(shared: &Shared) {
    if let Err(failure) = write(shared).await {
        tracing::warn!(%failure, "how the table was looked at could not be kept");
    }
}

async fn write(shared: &Shared) -> Result<(), Failure> {
    // That there is no journal was told already, where changes are refused because of it.
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let _alone = shared.unsaved.writing.lock().await;
    match shared.unsaved.take() {
        Some(view) => journal.save_view(&shared.client.session().key, &view).await,
        None => Ok(()),
    }
}

/// Tells how the table was looked at last, where that is known.
pub(super) async fn tell(shared: &Shared, id: RequestId) {
    let Ok(journal) = &shared.journal else { return };
    match journal.view(&shared.client.session().key).await {
        Ok(Some(view)) => shared.out.send(id, Reply::View(view)).await,
        Ok(None) => {}
        Err(failure) => tracing::warn!(%failure, "how the table was looked at could not be read"),
    }
}
