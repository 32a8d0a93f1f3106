//! Channels to the service task of a session.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::domain::service_msg::{FetchEnd, PlanEvent};
use crate::domain::{Error, ErrorKind, Plan, RequestId, ServiceReply, ServiceRequest, TenancyKey};

/// Both channels to the service task.
#[derive(Debug)]
pub struct ServiceChannel {
    /// Tenancy of the session; its messages carry this key.
    pub tenancy: TenancyKey,
    /// Sends requests.
    pub requests: Sender<(RequestId, ServiceRequest)>,
    /// Receives replies.
    pub replies: Receiver<(RequestId, ServiceReply)>,
}

impl ServiceChannel {
    /// Sends a request without waiting. Returns an error reply if the task does not accept it.
    pub fn send_request(&self, id: RequestId, request: ServiceRequest) -> Option<ServiceReply> {
        let send_error = self.requests.try_send((id, request)).err()?;
        tracing::error!(error = %send_error, "the service task does not accept requests");
        let (_, request) = match send_error {
            TrySendError::Full(message) | TrySendError::Closed(message) => message,
        };
        let error = Error::new(
            ErrorKind::Canceled,
            "Could not start the operation",
            "internal error: the service task does not respond",
            "Quit and restart guestlist; confirmed plans are in the journal.",
        );
        Some(match request {
            // The reply ends an operation that would seem to run forever, and keeps the draft of a plan.
            ServiceRequest::FetchList | ServiceRequest::FetchFirst(_) => {
                ServiceReply::ListFinished(FetchEnd::Partial(error))
            }
            ServiceRequest::ApplyPlan { plan: Plan { id, .. }, .. }
            | ServiceRequest::ResumePlan { plan: id, .. } => ServiceReply::Plan(id, PlanEvent::Paused(error)),
            _ => ServiceReply::Failed(error),
        })
    }
}
