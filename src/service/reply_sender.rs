//! Sends replies over the bounded channel.
//! A sender waits for capacity; the end of the program ends that wait.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::domain::{Connection, Error, HttpRecord, RequestId, ServiceReply};

/// A handle on the channel of replies. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ReplySender {
    replies: mpsc::Sender<(RequestId, ServiceReply)>,
    last_connection: Arc<Mutex<Option<Connection>>>,
    quit: CancellationToken,
}

impl ReplySender {
    pub(super) fn new(
        replies: mpsc::Sender<(RequestId, ServiceReply)>,
        quit: CancellationToken,
    ) -> ReplySender {
        ReplySender { replies, last_connection: Arc::default(), quit }
    }

    /// Sends a reply; waits for capacity. The reply is lost if the receiver is gone.
    pub(super) async fn send(&self, id: RequestId, reply: ServiceReply) {
        tokio::select! {
            biased;
            () = self.quit.cancelled() => {}
            _ = self.replies.send((id, reply)) => {}
        }
    }

    /// Sends a reply, or why there is none.
    pub(super) async fn send_result(&self, id: RequestId, result: Result<ServiceReply, Error>) {
        self.send(id, result.unwrap_or_else(ServiceReply::Failed)).await;
    }

    /// Reports an HTTP request; may wait for capacity. A change must be journaled before.
    pub(super) async fn report_request(&self, record: HttpRecord) {
        self.send(RequestId(0), ServiceReply::RequestMade(record)).await;
    }

    /// Sends the connection if it differs from the last one sent.
    pub(super) async fn report_connection(&self, connection: Connection) {
        let is_new = {
            let mut last = self.last_connection.lock().unwrap_or_else(PoisonError::into_inner);
            let is_new = last.as_ref() != Some(&connection);
            *last = Some(connection.clone());
            is_new
        };
        if is_new {
            self.send(RequestId(0), ServiceReply::Connection(connection)).await;
        }
    }
}
