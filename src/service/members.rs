//! Loads the members.
//! The endpoint is optional: errors are not reported, and a server without the endpoint gets no second
//! request.

use std::sync::atomic::Ordering;

use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::limits::MAX_PAGES;
use crate::domain::members::Members;
use crate::domain::{Error, ServiceReply};

/// Replies with the members; `None` if the server does not report any.
pub(super) async fn reply_with_members(shared: &Shared, caller: &Caller) {
    if shared.lacks_members.load(Ordering::SeqCst) {
        return shared.replies.send(caller.id, ServiceReply::Members(None)).await;
    }
    let members = match fetch(shared, caller).await {
        Ok(members) => Some(members),
        Err(failure) => {
            tracing::info!(%failure, "could not load the members");
            shared.lacks_members.store(retry::is_unsupported(&failure), Ordering::SeqCst);
            None
        }
    };
    shared.replies.send(caller.id, ServiceReply::Members(members)).await;
}

async fn fetch(shared: &Shared, caller: &Caller) -> Result<Members, Error> {
    let (mut emails, mut unreadable, mut page_token) = (Vec::new(), 0, None);
    let client = shared.list_client();
    for _ in 0..MAX_PAGES {
        let page =
            retry::read_with_retry(shared, caller, || client.list_members(page_token.as_ref())).await?;
        unreadable += page.unusable_rows;
        emails.extend(page.members.into_iter().map(|member| member.email));
        // A repeated page token would loop forever.
        if page.next.is_none() || page.next == page_token {
            break;
        }
        page_token = page.next;
    }
    Ok(emails.into_iter().collect::<Members>().with_unreadable_count(unreadable))
}
