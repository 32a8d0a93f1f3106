//! Reads who is a member already. The call is optional on the server, so whoever asks gets an answer or none: a
//! server that does not tell is no trouble, and is not asked again.

use std::sync::atomic::Ordering;

use super::retry;
use super::shared::{Asker, Shared};
use crate::domain::limits::PAGES;
use crate::domain::members::Members;
use crate::domain::{Failure, Reply};

/// Tells the members, or that the server does not tell them.
pub(super) async fn tell(shared: &Shared, asker: &Asker) {
    if shared.no_members.load(Ordering::SeqCst) {
        return shared.out.send(asker.id, Reply::Members(None)).await;
    }
    let members = match read(shared, asker).await {
        Ok(members) => Some(members),
        Err(failure) => {
            tracing::info!(%failure, "the members are not known");
            shared.no_members.store(retry::is_not_there(&failure), Ordering::SeqCst);
            None
        }
    };
    shared.out.send(asker.id, Reply::Members(members)).await;
}

async fn read(shared: &Shared, asker: &Asker) -> Result<Members, Failure> {
    let (mut addresses, mut unreadable, mut after) = (Vec::new(), 0, None);
    let client = shared.client_of_list();
    for _ in 0..PAGES {
        let page = retry::read(shared, asker, || client.members(after.as_ref())).await?;
        unreadable += page.unusable;
        addresses.extend(page.members.into_iter().map(|member| member.email));
        // A token that repeats would go on for ever.
        if page.next.is_none() || page.next == after {
            break;
        }
        after = page.next;
    }
    Ok(addresses.into_iter().collect::<Members>().with_unreadable(unreadable))
}
