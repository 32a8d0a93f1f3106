//! Saves notes, snoozes and dismissals, and sends all of them. Makes no HTTP requests.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::{Error, RequestId, ServiceReply};

/// Saves an annotation if one is given, and sends all of them.
pub(super) async fn serve(shared: Arc<Shared>, id: RequestId, remark: Option<AnnotationChange>) {
    let reply =
        save_and_load(&shared, remark).await.map_or_else(ServiceReply::Failed, ServiceReply::Annotations);
    shared.replies.send(id, reply).await;
}

async fn save_and_load(shared: &Shared, remark: Option<AnnotationChange>) -> Result<Annotations, Error> {
    let journal = match (&shared.journal, &remark) {
        (Ok(journal), _) => journal,
        // The journal's own error is reported where changes are refused because of it.
        (Err(_), None) => return Ok(Annotations::default()),
        (Err(failure), Some(_)) => return Err(failure.clone()),
    };
    let key = shared.client.connection().key;
    match remark {
        None => {}
        Some(AnnotationChange::Note { email: address, note }) => {
            journal.set_note(&key, &address, &note).await?
        }
        Some(AnnotationChange::MoveNote { from, to, keeps_old: keeps }) => {
            journal.move_note(&key, &from, &to, keeps).await?
        }
        Some(AnnotationChange::Snooze { emails: addresses, until }) => {
            journal.set_snooze(&key, &addresses, until).await?;
        }
        Some(AnnotationChange::Dismiss(what, dismissed)) => {
            journal.set_dismissed(&key, what, dismissed).await?
        }
    }
    journal.annotations(&key).await
}
