//! Reads the whole list, page by page, until it is known to be complete: to the end, without a DELETE of
//! ours meanwhile, and equal to the server's count. Rows go to the screen at once, or are kept for settling.

use std::collections::HashSet;

use super::retry;
use super::shared::{Asker, Shared};
use super::walk::Walk;
use crate::domain::request::{Page, ReadEnd};
use crate::domain::text::plural;
use crate::domain::{Failure, FailureKind, Invite, Reply};

/// Rows in one reply; larger pages are split.
const ROWS: usize = 1_000;
/// How often a reading is repeated because of a DELETE of ours, and because of the count.
const AGAIN_FOR_DELETES: usize = 5;
const AGAIN_FOR_COUNT: usize = 2;

/// Where the rows of a reading go.
pub(super) enum Sink<'a> {
    /// To whoever asked, as they come.
    Screen,
    /// Nowhere but here, and only those that are wanted.
    Keep { wanted: &'a (dyn Fn(&Invite) -> bool + Sync), rows: Vec<Invite> },
}

/// Reads the list for the screen, to its end.
pub(super) async fn stream(shared: &Shared, asker: &Asker) -> ReadEnd {
    let end = match whole_list(shared, asker, &mut Sink::Screen).await {
        Ok(_) => ReadEnd::Complete,
        Err(failure) => ReadEnd::Partial(failure),
    };
    shared.out.send(asker.id, Reply::ReadEnded(end.clone())).await;
    end
}

/// What a complete reading found.
#[derive(Debug)]
pub(super) struct Found {
    /// The wanted rows among those that could be read.
    pub(super) rows: Vec<Invite>,
    /// How many rows may be an invite for any email: while there is any, nothing proves that an email has none.
    pub(super) doubtful: usize,
    /// How many of these may have any identity: while there is any, what was not found is not proven to be gone.
    pub(super) hidden: usize,
}

/// Reads the list quietly for the wanted rows, of which a missing one has to be missing for certain.
///
/// # Errors
///
/// The list is not complete, or has a row that may be any invite.
pub(super) async fn wanted(
    shared: &Shared,
    asker: &Asker,
    wanted: &(dyn Fn(&Invite) -> bool + Sync),
) -> Result<Vec<Invite>, Failure> {
    let found = find(shared, asker, wanted).await?;
    if found.doubtful == 0 { Ok(found.rows) } else { Err(doubtful(found.doubtful)) }
}

/// Reads the list quietly for the wanted rows, and says how many rows may be any invite.
pub(super) async fn find(
    shared: &Shared,
    asker: &Asker,
    wanted: &(dyn Fn(&Invite) -> bool + Sync),
) -> Result<Found, Failure> {
    let mut sink = Sink::Keep { wanted, rows: Vec::new() };
    let walk = whole_list(shared, asker, &mut sink).await?;
    let Sink::Keep { mut rows, .. } = sink else { return Err(doubtful(walk.doubtful())) };
    // One row that came on two pages is one invite.
    let mut seen = HashSet::new();
    rows.retain(|row| {
        let Invite { identity, email, message, expiry } = row;
        seen.insert((identity.clone(), email.clone(), message.clone(), expiry.to_micros()))
    });
    Ok(Found { rows, doubtful: walk.doubtful(), hidden: walk.hidden() })
}

/// Why an invite that was not found may be there all the same.
pub(super) fn doubtful(rows: usize) -> Failure {
    Failure::new(
        FailureKind::Unreadable,
        "The list does not show every invite",
        format!("{} of it could not be read, and may be any invite", plural(rows, "row")),
        "The raw response is among the requests. Ask for these rows to be repaired on the server.",
    )
}

async fn whole_list(shared: &Shared, asker: &Asker, sink: &mut Sink<'_>) -> Result<Walk, Failure> {
    let (mut for_deletes, mut for_count) = (AGAIN_FOR_DELETES, AGAIN_FOR_COUNT);
    let mut before = None;
    loop {
        let mark = shared.deletes.mark();
        let walk = pages(shared, asker, sink).await?;
        let (why, left) = if shared.deletes.any_since(mark) {
            ("an invite was deleted meanwhile".to_owned(), &mut for_deletes)
        } else if let Some(miscount) = walk.miscount(before.as_ref()) {
            before = Some(walk);
            (miscount, &mut for_count)
        } else {
            return Ok(walk);
        };
        if *left == 0 {
            return Err(incomplete("The list is incomplete".into(), why));
        }
        *left -= 1;
        sink.start_over(shared, asker, why).await;
    }
}

async fn pages(shared: &Shared, asker: &Asker, sink: &mut Sink<'_>) -> Result<Walk, Failure> {
    let mut walk = Walk::default();
    let mut token = None;
    // All its pages are of one tenancy, though the token file may change meanwhile.
    let client = match asker.tenancy {
        Some(_) => shared.client_for(asker),
        None => shared.client.for_one_tenancy(),
    };
    loop {
        let number = walk.pages() + 1;
        let page = retry::read(shared, asker, || client.list(token.as_ref()));
        let page = page.await.map_err(|failure| at_page(number, failure))?;
        if let Some(tenancy) = client.expected_tenancy() {
            shared.note_listed(tenancy);
        }
        let hidden = walk.hidden();
        let endless = walk.take(&page.invites, page.unusable, page.total, page.next.as_ref());
        let unreadable = walk.hidden() - hidden;
        sink.page(shared, asker, Page { number, rows: page.invites, total: page.total, unreadable }).await;
        endless.map_err(|why| incomplete(format!("The list is incomplete after page {number}"), why))?;
        token = page.next;
        if token.is_none() {
            return Ok(walk);
        }
    }
}

impl Sink<'_> {
    /// Returns when there was room for the rows: the next page is not asked for before.
    async fn page(&mut self, shared: &Shared, asker: &Asker, mut page: Page) {
        match self {
            Sink::Keep { wanted, rows } => rows.extend(page.rows.into_iter().filter(|row| wanted(row))),
            Sink::Screen => loop {
                let tail = page.rows.split_off(page.rows.len().min(ROWS));
                let (number, total) = (page.number, page.total);
                shared.out.send(asker.id, Reply::Page(page)).await;
                if tail.is_empty() {
                    return;
                }
                page = Page { number, rows: tail, total, unreadable: 0 };
            },
        }
    }

    async fn start_over(&mut self, shared: &Shared, asker: &Asker, why: String) {
        match self {
            Sink::Keep { rows, .. } => rows.clear(),
            Sink::Screen => shared.out.send(asker.id, Reply::ReadAgain { why }).await,
        }
    }
}

/// Nothing is known of the list before its first page, so that failure keeps its own words.
fn at_page(number: usize, failure: Failure) -> Failure {
    if number == 1 || failure.kind == FailureKind::Cancelled {
        return failure;
    }
    Failure { what: format!("The list is incomplete: page {number} could not be read"), ..failure }
}

fn incomplete(what: String, why: String) -> Failure {
    Failure::new(FailureKind::Unreadable, what, why, "Read it again.")
}
