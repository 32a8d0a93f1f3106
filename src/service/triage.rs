//! Saves the progress of a triage session, and reports a saved one. Makes no HTTP requests.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;

use super::shared::Shared;
use crate::domain::{Error, RequestId, ServiceReply, TriageSession};

/// Saves the session. Reports only errors.
///
/// Until the session of an earlier run is reported, another session does not replace it.
pub(super) async fn save(shared: Arc<Shared>, id: RequestId, session: Box<TriageSession>) {
    let key = shared.client.connection().key;
    let is_reported =
        shared.triage_reported_of.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(&key);
    let result = match &shared.journal {
        Err(failure) => Err(failure.clone()),
        Ok(journal) => journal.save_triage(&key, &session, is_reported).await,
    };
    report_error(&shared, id, result).await;
}

/// Deletes the saved session that started at this time. Reports only errors.
pub(super) async fn clear(shared: Arc<Shared>, id: RequestId, started_at: Timestamp) {
    let result = match &shared.journal {
        Err(failure) => Err(failure.clone()),
        Ok(journal) => journal.clear_triage(&shared.client.connection().key, started_at).await,
    };
    report_error(&shared, id, result).await;
}

async fn report_error(shared: &Shared, id: RequestId, result: Result<(), Error>) {
    if let Err(failure) = result {
        shared.replies.send(id, ServiceReply::Failed(failure)).await;
    }
}

/// Reports the unfinished triage session of the tenancy, if there is one.
pub(super) async fn report_saved(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    let key = shared.client.connection().key;
    let session = match journal.triage(&key).await {
        Ok(session) => session,
        // The first refused change reports the error of an unusable journal.
        Err(failure) => return tracing::warn!(%failure, "could not read the triage session"),
    };
    *shared.triage_reported_of.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    if let Some(session) = session {
        shared.replies.send(RequestId(0), ServiceReply::Triage(Box::new(session))).await;
    }
}
