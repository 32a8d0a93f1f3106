//! The channels to the service task of a tenancy.

use tokio::sync::mpsc::{Receiver, Sender};

use crate::domain::{Failure, FailureKind, Reply, Request, RequestId, TenancyKey};

/// Both ends towards the service task.
#[derive(Debug)]
pub struct Link {
    /// Tags what comes from there.
    pub tenancy: TenancyKey,
    /// What is asked goes here.
    pub requests: Sender<(RequestId, Request)>,
    /// What is said comes from here.
    pub replies: Receiver<(RequestId, Reply)>,
}

impl Link {
    /// Asks without waiting. The reply at once is a failure when the task takes no more.
    pub fn ask(&self, id: RequestId, request: Request) -> Option<Reply> {
        let error = self.requests.try_send((id, request)).err()?;
        tracing::error!(%error, "the service task takes no request");
        Some(Reply::Failed(Failure::new(
            FailureKind::Cancelled,
            "That was not done",
            "the part of guestlist that talks to the server does not answer",
            "Quit with q and start again; what was confirmed before is in the journal.",
        )))
    }
}
