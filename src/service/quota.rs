//! Loads the quota.
//! The endpoint is optional: errors are not reported, and a server without the endpoint gets no second
//! request.

use std::sync::atomic::Ordering;

use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::{Quota, ServiceReply};

/// The server's name for invites among its quotas.
const INVITE_QUOTA_NAME: &str = "Invites";

/// Replies with the quota; `None` if the server does not report one.
pub(super) async fn reply_with_quota(shared: &Shared, caller: &Caller) {
    if shared.lacks_quota.load(Ordering::SeqCst) {
        return shared.replies.send(caller.id, ServiceReply::Quota(None)).await;
    }
    let client = shared.list_client();
    let caps = match retry::read_with_retry(shared, caller, || client.get_caps()).await {
        Ok(caps) => caps.into_iter().find(|cap| cap.resource.eq_ignore_ascii_case(INVITE_QUOTA_NAME)),
        Err(failure) => {
            tracing::info!(%failure, "could not load the quota");
            shared.lacks_quota.store(retry::is_unsupported(&failure), Ordering::SeqCst);
            None
        }
    };
    let quota = caps.and_then(|cap| Quota::from_response(cap.remaining, cap.cap));
    shared.replies.send(caller.id, ServiceReply::Quota(quota)).await;
}
