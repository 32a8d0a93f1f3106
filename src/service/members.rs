//! Loads the members. The endpoint is optional on the server: an error is not reported, and a server without it
//! is not asked again.

use std::sync::atomic::Ordering;

use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::limits::MAX_PAGES;
use crate::domain::members::Members;
use crate::domain::{Error, ServiceReply};

/// Sends the members, or that the server does not report them.
pub(super) async fn send_members(shared: &Shared, asker: &Caller) {
    if shared.lacks_members.load(Ordering::SeqCst) {
        return shared.replies.send(asker.id, ServiceReply::Members(None)).await;
    }
    let members = match fetch(shared, asker).await {
        Ok(members) => Some(members),
        Err(failure) => {
            tracing::info!(%failure, "could not load the members");
            shared.lacks_members.store(retry::is_unsupported(&failure), Ordering::SeqCst);
            None
        }
    };
    shared.replies.send(asker.id, ServiceReply::Members(members)).await;
}

async fn fetch(shared: &Shared, asker: &Caller) -> Result<Members, Error> {
    let (mut addresses, mut unreadable, mut after) = (Vec::new(), 0, None);
    let client = shared.list_client();
    for _ in 0..MAX_PAGES {
        let page = retry::read_with_retry(shared, asker, || client.list_members(after.as_ref())).await?;
        unreadable += page.unusable_rows;
        addresses.extend(page.members.into_iter().map(|member| member.email));
        // A repeated page token would loop forever.
        if page.next.is_none() || page.next == after {
            break;
        }
        after = page.next;
    }
    Ok(addresses.into_iter().collect::<Members>().with_unreadable(unreadable))
}
