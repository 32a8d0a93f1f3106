//! Loads the whole list, page by page, and repeats the load until the list is complete.
//! A list is complete if it has a last page and the server's count, and if no DELETE of this process ran
//! during the load. Rows go to the console immediately, or are collected for reconciling.

use std::collections::HashSet;

use super::page_tracker::PageTracker;
use super::retry;
use super::shared::{Caller, Shared};
use crate::domain::error::LIST_INCOMPLETE;
use crate::domain::service_msg::{FetchEnd, Page};
use crate::domain::text::format_plural;
use crate::domain::{Error, ErrorKind, Invite, ServiceReply};

/// Maximum number of rows in one reply; larger pages are split.
const MAX_REPLY_ROWS: usize = 1_000;
/// Maximum numbers of repeated loads: after a DELETE by this process, and after a wrong count.
const MAX_RESTARTS_FOR_DELETES: usize = 5;
const MAX_RESTARTS_FOR_COUNT: usize = 2;

/// Predicate for the rows to collect.
type Matches<'a> = &'a (dyn Fn(&Invite) -> bool + Sync);

/// Destination of the rows.
#[derive(Default)]
struct Sink<'a> {
    /// Selects the rows to collect; `None` sends all rows to the console, page by page.
    matches: Option<Matches<'a>>,
    /// The collected rows.
    rows: Vec<Invite>,
    /// Number of rows after which the load ends; `None` loads the whole list.
    limit: Option<usize>,
}

/// Loads the whole list and sends its rows to the console.
pub(super) async fn stream(shared: &Shared, caller: &Caller) -> FetchEnd {
    stream_to(shared, caller, Sink::default()).await
}

/// Loads the first rows of the list, page by page, and sends them to the console.
pub(super) async fn stream_first(shared: &Shared, caller: &Caller, rows: usize) -> FetchEnd {
    stream_to(shared, caller, Sink { limit: Some(rows), ..Sink::default() }).await
}

async fn stream_to(shared: &Shared, caller: &Caller, mut sink: Sink<'_>) -> FetchEnd {
    let end = match read_list(shared, caller, &mut sink).await {
        Ok(_) => FetchEnd::Complete,
        Err(failure) => FetchEnd::Partial(failure),
    };
    shared.replies.send(caller.id, ServiceReply::ListFinished(end.clone())).await;
    end
}

/// Result of a complete load.
#[derive(Debug)]
pub(super) struct CollectedRows {
    /// The readable rows that match.
    pub(super) rows: Vec<Invite>,
    /// Number of rows that may be an invite for any email.
    /// If there are any, no email is proven to be without an invite.
    pub(super) ambiguous_count: usize,
    /// Number of these rows that may have any identity.
    /// If there are any, a missing invite is not proven to be gone.
    pub(super) hidden_count: usize,
}

/// Loads the list and returns the matching rows.
/// A matching invite that is not in the result does not exist.
///
/// # Errors
///
/// The list is incomplete, or has a row that may be any invite.
pub(super) async fn collect(
    shared: &Shared,
    caller: &Caller,
    matches: Matches<'_>,
) -> Result<Vec<Invite>, Error> {
    let collected = find(shared, caller, matches).await?;
    if collected.ambiguous_count == 0 {
        Ok(collected.rows)
    } else {
        Err(ambiguous_rows_error(collected.ambiguous_count))
    }
}

/// Loads the list, returns the matching rows, and counts the unreadable rows that may be any invite.
pub(super) async fn find(
    shared: &Shared,
    caller: &Caller,
    matches: Matches<'_>,
) -> Result<CollectedRows, Error> {
    let mut sink = Sink { matches: Some(matches), ..Sink::default() };
    let tracker = read_list(shared, caller, &mut sink).await?;
    let mut rows = sink.rows;
    // A row that is on two pages counts once.
    let mut seen = HashSet::new();
    rows.retain(|row| {
        let Invite { identity, email, message, expiry } = row;
        seen.insert((identity.clone(), email.clone(), message.clone(), expiry.to_micros()))
    });
    let (ambiguous_count, hidden_count) = (tracker.ambiguous_count(), tracker.hidden_count());
    Ok(CollectedRows { rows, ambiguous_count, hidden_count })
}

/// Returns the error for an invite that was not found but may exist.
pub(super) fn ambiguous_rows_error(rows: usize) -> Error {
    Error::new(
        ErrorKind::UnexpectedBody,
        "The list does not show every invite",
        format!("{} could not be read and may be any invite", format_plural(rows, "row")),
        "See the raw response in the requests, and ask the operator of the server to repair these rows.",
    )
}

async fn read_list(shared: &Shared, caller: &Caller, sink: &mut Sink<'_>) -> Result<PageTracker, Error> {
    let (mut for_deletes, mut for_count) = (MAX_RESTARTS_FOR_DELETES, MAX_RESTARTS_FOR_COUNT);
    let mut previous = None;
    loop {
        let mark = shared.deletes.mark();
        let tracker = read_pages(shared, caller, sink).await?;
        if sink.is_full(&tracker) {
            return Ok(tracker);
        }
        let (reason, remaining) = if shared.deletes.has_delete_since(mark) {
            ("an invite was deleted while loading".to_owned(), &mut for_deletes)
        } else if let Some(miscount) = tracker.count_mismatch(previous.as_ref()) {
            previous = Some(tracker);
            (miscount, &mut for_count)
        } else {
            return Ok(tracker);
        };
        if *remaining == 0 {
            return Err(incomplete_error("List incomplete".into(), reason));
        }
        *remaining -= 1;
        sink.start_over(shared, caller, reason).await;
    }
}

async fn read_pages(shared: &Shared, caller: &Caller, sink: &mut Sink<'_>) -> Result<PageTracker, Error> {
    let mut tracker = PageTracker::default();
    let mut token = None;
    // All pages are of one tenancy, even if the token file changes.
    let client = match caller.tenancy {
        Some(_) => shared.client_for(caller),
        None => shared.client.for_first_tenancy(),
    };
    loop {
        let number = tracker.page_count() + 1;
        let page = retry::read_with_retry(shared, caller, || client.list(token.as_ref()));
        let page = page.await.map_err(|failure| with_page_number(number, failure))?;
        if let Some(tenancy) = client.expected_tenancy() {
            shared.set_list_tenancy(tenancy);
        }
        let hidden = tracker.hidden_count();
        let added = tracker.add_page(&page.invites, page.unusable_rows, page.total, page.next.as_ref());
        let unreadable_rows = tracker.hidden_count() - hidden;
        let accepted = Page { number, rows: page.invites, total: page.total, unreadable_rows };
        sink.accept_page(shared, caller, accepted).await;
        added.map_err(|reason| incomplete_error(format!("List incomplete after page {number}"), reason))?;
        token = page.next;
        if token.is_none() || sink.is_full(&tracker) {
            return Ok(tracker);
        }
    }
}

impl Sink<'_> {
    /// Returns true if all requested rows are loaded.
    fn is_full(&self, tracker: &PageTracker) -> bool {
        self.limit.is_some_and(|limit| tracker.distinct_count() >= limit)
    }

    /// Passes on the rows of one page. Waits for capacity, so the next page is requested only afterwards.
    async fn accept_page(&mut self, shared: &Shared, caller: &Caller, mut page: Page) {
        if let Some(matches) = self.matches {
            return self.rows.extend(page.rows.into_iter().filter(|row| matches(row)));
        }
        loop {
            let tail = page.rows.split_off(page.rows.len().min(MAX_REPLY_ROWS));
            let (number, total) = (page.number, page.total);
            shared.replies.send(caller.id, ServiceReply::Page(page)).await;
            if tail.is_empty() {
                return;
            }
            page = Page { number, rows: tail, total, unreadable_rows: 0 };
        }
    }

    async fn start_over(&mut self, shared: &Shared, caller: &Caller, reason: String) {
        self.rows.clear();
        if self.matches.is_none() {
            shared.replies.send(caller.id, ServiceReply::ListRestarted { reason }).await;
        }
    }
}

/// Adds the page number to the error.
/// An error of the first page stays as it is, because no rows were loaded.
fn with_page_number(number: usize, failure: Error) -> Error {
    if number == 1 || failure.kind == ErrorKind::Canceled {
        return failure;
    }
    Error { summary: format!("{LIST_INCOMPLETE}could not load page {number}"), ..failure }
}

fn incomplete_error(summary: String, reason: String) -> Error {
    Error::new(ErrorKind::UnexpectedBody, summary, reason, "Refresh the list.")
}
