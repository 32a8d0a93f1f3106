//! Reads the whole list, page by page, until it is known to be complete: to the end, without a DELETE of
//! ours meanwhile, and equal to the server's count. Rows go to the screen at once, or are kept for settling.

use super::retry;
use super::shared::{Asker, Shared};
use super::walk::Walk;
use crate::domain::request::{Page, ReadEnd};
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
        Ok(()) => ReadEnd::Complete,
        Err(failure) => ReadEnd::Partial(failure),
    };
    shared.out.send(asker.id, Reply::ReadEnded(end.clone())).await;
    end
}

/// Reads the list quietly and returns the wanted rows of a complete reading.
pub(super) async fn wanted(
    shared: &Shared,
    asker: &Asker,
    wanted: &(dyn Fn(&Invite) -> bool + Sync),
) -> Result<Vec<Invite>, Failure> {
    let mut sink = Sink::Keep { wanted, rows: Vec::new() };
    whole_list(shared, asker, &mut sink).await?;
    match sink {
        Sink::Keep { rows, .. } => Ok(rows),
        Sink::Screen => Ok(Vec::new()),
    }
}

async fn whole_list(shared: &Shared, asker: &Asker, sink: &mut Sink<'_>) -> Result<(), Failure> {
    let (mut for_deletes, mut for_count) = (AGAIN_FOR_DELETES, AGAIN_FOR_COUNT);
    loop {
        let mark = shared.deletes.mark();
        let walk = pages(shared, asker, sink).await?;
        let (why, left) = if shared.deletes.any_since(mark) {
            ("an invite was deleted meanwhile".to_owned(), &mut for_deletes)
        } else if let Some(miscount) = walk.miscount() {
            (miscount, &mut for_count)
        } else {
            return Ok(());
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
        let endless = walk.take(&page.invites, page.unusable, page.total, page.next.as_ref());
        sink.page(shared, asker, number, page.invites, page.total).await;
        endless.map_err(|why| incomplete(format!("The list is incomplete after page {number}"), why))?;
        token = page.next;
        if token.is_none() {
            return Ok(walk);
        }
    }
}

impl Sink<'_> {
    /// Returns when there was room for the rows: the next page is not asked for before.
    async fn page(
        &mut self,
        shared: &Shared,
        asker: &Asker,
        number: usize,
        new: Vec<Invite>,
        total: Option<u64>,
    ) {
        match self {
            Sink::Keep { wanted, rows } => rows.extend(new.into_iter().filter(|row| wanted(row))),
            Sink::Screen => {
                let mut rest = new;
                loop {
                    let tail = rest.split_off(rest.len().min(ROWS));
                    let page = Page { number, rows: rest, total };
                    shared.out.send(asker.id, Reply::Page(page)).await;
                    if tail.is_empty() {
                        return;
                    }
                    rest = tail;
                }
            }
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
