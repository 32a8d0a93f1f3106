//! Saves notes, snoozes and dismissals, and replies with all annotations. Makes no HTTP requests.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::{Error, RequestId, ServiceReply};

/// Saves `change`, if given, and replies with all annotations of the tenancy.
pub(super) async fn serve(shared: Arc<Shared>, id: RequestId, change: Option<AnnotationChange>) {
    let annotations = save_and_load(&shared, change).await;
    shared.replies.send_result(id, annotations.map(ServiceReply::Annotations)).await;
}

async fn save_and_load(shared: &Shared, change: Option<AnnotationChange>) -> Result<Annotations, Error> {
    if shared.journal.is_err() && change.is_none() {
        // The first refused change reports the error of an unusable journal.
        return Ok(Annotations::default());
    }
    let journal = shared.journal.clone()?;
    let key = shared.client.connection().key;
    match change {
        None => {}
        Some(AnnotationChange::Note { email, note }) => journal.set_note(&key, &email, &note).await?,
        Some(AnnotationChange::MoveNote { from, to, keeps_old }) => {
            journal.move_note(&key, &from, &to, keeps_old).await?
        }
        Some(AnnotationChange::Snooze { emails, until }) => {
            journal.set_snooze(&key, &emails, until).await?;
        }
        Some(AnnotationChange::Dismiss(problem, is_dismissed)) => {
            journal.set_dismissed(&key, problem, is_dismissed).await?
        }
    }
    journal.annotations(&key).await
}
