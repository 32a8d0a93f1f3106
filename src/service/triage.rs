//! Saves the progress of a triage session, and reports it at the start. Makes no HTTP requests.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::{RequestId, ServiceReply, TriageSession};

/// Saves the session; `None` deletes the saved one. Reports only errors.
pub(super) async fn save(shared: Arc<Shared>, id: RequestId, session: Option<Box<TriageSession>>) {
    let key = shared.client.connection().key;
    let result = match (&shared.journal, session) {
        (Err(failure), _) => Err(failure.clone()),
        (Ok(journal), Some(session)) => journal.save_triage(&key, &session).await,
        (Ok(journal), None) => journal.clear_triage(&key).await,
    };
    if let Err(failure) = result {
        shared.replies.send(id, ServiceReply::Failed(failure)).await;
    }
}

/// Reports the unfinished triage session, if there is one.
pub(super) async fn report_saved(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    match journal.triage(&shared.client.connection().key).await {
        Ok(Some(session)) => shared.replies.send(RequestId(0), ServiceReply::Triage(Box::new(session))).await,
        Ok(None) => {}
        // The first refused change reports the error of an unusable journal.
        Err(failure) => tracing::warn!(%failure, "could not read the triage session"),
    }
}
