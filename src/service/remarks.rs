//! Saves notes, snoozes and dismissals, and sends all of them. Makes no HTTP requests.

use std::sync::Arc;

use super::shared::Shared;
use crate::domain::remark::{Remark, Remarks};
use crate::domain::{Failure, Reply, RequestId};

/// Saves an annotation if one is given, and sends all of them.
pub(super) async fn serve(shared: Arc<Shared>, id: RequestId, remark: Option<Remark>) {
    let reply = remarks(&shared, remark).await.map_or_else(Reply::Failed, Reply::Remarks);
    shared.out.send(id, reply).await;
}

async fn remarks(shared: &Shared, remark: Option<Remark>) -> Result<Remarks, Failure> {
    let journal = match (&shared.journal, &remark) {
        (Ok(journal), _) => journal,
        // The journal's own error is reported where changes are refused because of it.
        (Err(_), None) => return Ok(Remarks::default()),
        (Err(failure), Some(_)) => return Err(failure.clone()),
    };
    let key = shared.client.session().key;
    match remark {
        None => {}
        Some(Remark::Note { address, note }) => journal.set_note(&key, &address, &note).await?,
        Some(Remark::Carry { from, to, keeps }) => journal.carry_note(&key, &from, &to, keeps).await?,
        Some(Remark::Snooze { addresses, until }) => {
            journal.set_snooze(&key, &addresses, until).await?;
        }
        Some(Remark::Dismiss(what, dismissed)) => journal.set_dismissed(&key, what, dismissed).await?,
    }
    journal.remarks(&key).await
}
