//! Reads invites before and after changes.
//! Uses GET for a few invites, one list for many, and two lists to reconcile a create. Changes nothing.

use std::collections::{HashMap, HashSet};

use super::shared::{Caller, Shared, cancelled_error};
use super::{list_reader, retry};
use crate::api::is_api_not_found;
use crate::domain::limits::{MAX_SINGLE_FETCHES, RECONCILE_INTERVAL};
use crate::domain::{Error, Identity, Invite};

/// Fetches one invite; `None` if the invite is certainly gone.
/// A 404 that does not come from the API counts only if a complete list does not show the invite either.
pub(super) async fn get(
    shared: &Shared,
    caller: &Caller,
    identity: &Identity,
) -> Result<Option<Invite>, Error> {
    let client = shared.client_for(caller);
    match retry::read_with_retry(shared, caller, || client.get(identity)).await {
        Ok(invite) => Ok(Some(invite)),
        Err(failure) if is_api_not_found(&failure) => Ok(None),
        Err(failure) if failure.status() == Some(404) => find_in_list(shared, caller, identity).await,
        Err(failure) => Err(failure),
    }
}

/// Finds one invite in a complete list.
pub(super) async fn find_in_list(
    shared: &Shared,
    caller: &Caller,
    identity: &Identity,
) -> Result<Option<Invite>, Error> {
    let collected = list_reader::find(shared, caller, &|row| row.identity == *identity).await?;
    match collected.rows.into_iter().next() {
        None if collected.hidden_count > 0 => Err(list_reader::ambiguous_rows_error(collected.hidden_count)),
        invite => Ok(invite),
    }
}

/// Fetches invites: a few one by one, many by one list. Invites that are not in the result are gone.
pub(super) async fn get_many(
    shared: &Shared,
    caller: &Caller,
    targets: &[Identity],
) -> Result<HashMap<Identity, Invite>, Error> {
    let mut invites = Vec::new();
    let mut remaining: HashSet<&Identity> = targets.iter().collect();
    if targets.len() > MAX_SINGLE_FETCHES {
        let collected = list_reader::find(shared, caller, &|row| remaining.contains(&row.identity)).await?;
        invites = collected.rows;
        // An unreadable row may be one of the missing invites, so each is fetched.
        if collected.hidden_count == 0 {
            remaining.clear();
        }
        for invite in &invites {
            remaining.remove(&invite.identity);
        }
    }
    for target in targets.iter().filter(|target| remaining.contains(target)) {
        invites.extend(get(shared, caller, target).await?);
    }
    Ok(invites.into_iter().map(|invite| (invite.identity.clone(), invite)).collect())
}

/// Loads the whole list twice and returns the matching rows.
/// An invite that becomes visible late is only in the second list.
pub(super) async fn read_twice(
    shared: &Shared,
    caller: &Caller,
    matches: &(dyn Fn(&Invite) -> bool + Sync),
) -> Result<(Vec<Invite>, Vec<Invite>), Error> {
    let first = list_reader::collect(shared, caller, matches).await?;
    tokio::select! {
        biased;
        () = caller.cancel.cancelled() => return Err(cancelled_error()),
        () = shared.clock.sleep(RECONCILE_INTERVAL) => {}
    }
    Ok((first, list_reader::collect(shared, caller, matches).await?))
}
