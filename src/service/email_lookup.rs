//! Finds the invites of one email with the server's `email` filter, instead of loading the whole list.
//!
//! The contract does not say whether the filter is exact, or ignores case. So the result counts only if the responses
//! prove that the filter works as [`normalize`] does: each row has this email, and the filter returns the same rows
//! for the email with upper and lower case swapped. In every other case the caller loads the whole list:
//! - No row: only a complete list proves that an email has no invite.
//! - A row of another email: the server ignores the filter, or matches parts.
//! - A row that cannot be read, or a wrong count: the row may be an invite for this email.
//! - An email with other letters than ASCII: how the server compares their case is unknown.
//!
//! A stored email with spaces around it is the one case that a complete list finds and this lookup does not. Before a
//! plan sends email, it compares with a complete list, so such an invite still prevents a second email.

use super::page_tracker::PageTracker;
use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::email::normalize;
use crate::domain::{Error, Invite, ServiceReply};

/// Maximum number of pages of a filtered list. More pages show that the server ignores the filter.
const MAX_PAGES: usize = 2;

/// Replies with the invites of an email; `None` if only a complete list can answer.
pub(super) async fn reply(shared: &Shared, caller: Caller, email: &str) {
    let found = find(shared, &caller, email.trim()).await;
    shared.replies.send_result(caller.id, found.map(ServiceReply::InvitesByEmail)).await;
}

async fn find(shared: &Shared, caller: &Caller, email: &str) -> Result<Option<Vec<Invite>>, Error> {
    if !email.is_ascii() {
        return Ok(None);
    }
    let Some(rows) = read_rows(shared, caller, email).await? else { return Ok(None) };
    let swapped = swap_case(email);
    if !rows.iter().all(|row| normalize(&row.email) == normalize(email)) || rows.is_empty() {
        return Ok(None);
    }
    let is_proven = swapped == email || read_rows(shared, caller, &swapped).await?.as_ref() == Some(&rows);
    Ok(is_proven.then_some(rows))
}

/// Returns the rows for one spelling of an email, sorted; `None` if rows may be missing.
async fn read_rows(shared: &Shared, caller: &Caller, email: &str) -> Result<Option<Vec<Invite>>, Error> {
    // All requests are of one tenancy, even if the token file changes.
    let client = shared.list_client();
    let (mut tracker, mut rows, mut token) = (PageTracker::default(), Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let page =
            retry::read_with_retry(shared, caller, || client.list_email(email, token.as_ref())).await?;
        if let Some(tenancy) = client.expected_tenancy() {
            shared.set_list_tenancy(tenancy);
        }
        if tracker.add_page(&page.invites, page.unusable_rows, page.total, page.next.as_ref()).is_err() {
            return Ok(None);
        }
        rows.extend(page.invites);
        token = page.next;
        if token.is_none() {
            let is_complete = tracker.ambiguous_count() == 0 && tracker.count_mismatch(None).is_none();
            rows.sort_by(|one, other| one.identity.cmp(&other.identity));
            return Ok(is_complete.then_some(rows));
        }
    }
    Ok(None)
}

/// Swaps upper and lower case, so that each letter differs.
fn swap_case(email: &str) -> String {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    email.chars().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_case_differs_in_each_letter() {
        assert_eq!(swap_case("Ann.Lee2@x.COM"), "aNN.lEE2@X.com");
        assert_eq!(swap_case("1@2"), "1@2");
    }
}
