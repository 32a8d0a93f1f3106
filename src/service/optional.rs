//! Loads members and quota.
//! Their endpoints are optional: errors are not reported, and a server without an endpoint gets no second
//! request.

use std::sync::atomic::{AtomicBool, Ordering};

use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::limits::MAX_PAGES;
use crate::domain::members::Members;
use crate::domain::{Error, Quota, ServiceReply};

/// The server's name for invites among its quotas.
const INVITE_QUOTA_NAME: &str = "Invites";

/// Replies with the members; `None` if the server does not report any.
pub(super) async fn reply_with_members(shared: &Shared, caller: &Caller) {
    let members = fetch_optional(&shared.lacks_members, "members", fetch_members(shared, caller)).await;
    shared.replies.send(caller.id, ServiceReply::Members(members)).await;
}

/// Replies with the quota; `None` if the server does not report one.
pub(super) async fn reply_with_quota(shared: &Shared, caller: &Caller) {
    let client = shared.list_client();
    let caps = retry::read_with_retry(shared, caller, || client.get_caps());
    let caps = fetch_optional(&shared.lacks_quota, "quota", caps).await.unwrap_or_default();
    let cap = caps.into_iter().find(|cap| cap.resource.eq_ignore_ascii_case(INVITE_QUOTA_NAME));
    let quota = cap.and_then(|cap| Quota::from_response(cap.remaining, cap.cap));
    shared.replies.send(caller.id, ServiceReply::Quota(quota)).await;
}

/// Loads from an endpoint unless `is_missing`, which is set if the server lacks the endpoint.
async fn fetch_optional<T>(
    is_missing: &AtomicBool,
    what: &str,
    fetch: impl Future<Output = Result<T, Error>>,
) -> Option<T> {
    if is_missing.load(Ordering::SeqCst) {
        return None;
    }
    let log_failure = |failure: &Error| {
        tracing::info!(%failure, "could not load the {what}");
        is_missing.store(is_unsupported(failure), Ordering::SeqCst);
    };
    fetch.await.inspect_err(log_failure).ok()
}

async fn fetch_members(shared: &Shared, caller: &Caller) -> Result<Members, Error> {
    let (mut emails, mut unreadable, mut page_token) = (Vec::new(), 0, None);
    let client = shared.list_client();
    for _ in 0..MAX_PAGES {
        let page =
            retry::read_with_retry(shared, caller, || client.list_members(page_token.as_ref())).await?;
        unreadable += page.unusable_rows;
        emails.extend(page.emails);
        // A repeated page token would loop forever.
        if page.next.is_none() || page.next == page_token {
            break;
        }
        page_token = page.next;
    }
    Ok(emails.into_iter().collect::<Members>().with_unreadable_count(unreadable))
}

/// True if an optional endpoint is missing on the server or not permitted, so another request is
/// useless.
/// False for an expired token or a busy server.
fn is_unsupported(failure: &Error) -> bool {
    match failure.status() {
        Some(401 | 408 | 425 | 429) => false,
        Some(status) => (400..=499).contains(&status) || status == 501,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ErrorKind;

    #[test]
    fn expired_token_does_not_mean_an_unsupported_endpoint() {
        let is_supported = |status| !is_unsupported(&Error::new(ErrorKind::Status(status), "w", "y", "n"));
        assert!([401, 408, 429, 500, 503].into_iter().all(is_supported));
        assert!(![400, 403, 404, 405, 501].into_iter().any(is_supported));
        assert!(!is_unsupported(&Error::new(ErrorKind::TimedOut, "w", "y", "n")));
    }
}
