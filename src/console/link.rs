//! The channels to the service task of a tenancy.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::domain::request::{PlanEvent, ReadEnd};
use crate::domain::{Failure, FailureKind, Plan, Reply, Request, RequestId, TenancyKey};

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
        let (_, request) = match error {
            TrySendError::Full(asked) | TrySendError::Closed(asked) => asked,
        };
        let failure = Failure::new(
            FailureKind::Cancelled,
            "That was not done",
            "the part of guestlist that talks to the server does not answer",
            "Quit and start again; what was confirmed before is in the journal.",
        );
        Some(match request {
            // Ends what would otherwise look as if it went on for ever; a draft in the plan is kept that way.
            Request::Read => Reply::ReadEnded(ReadEnd::Partial(failure)),
            Request::Run { plan: Plan { id, .. }, .. } | Request::Resume { plan: id, .. } => {
                Reply::Plan(id, PlanEvent::Paused(failure))
            }
            _ => Reply::Failed(failure),
        })
    }
}
