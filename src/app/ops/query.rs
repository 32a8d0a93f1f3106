//! Filters and sorts the rows: a short list immediately, a long list in the background.

use std::collections::HashSet;

use crate::app::model::invites::{FetchResult, PendingQuery};
use crate::app::{Context, Effect};
use crate::domain::invite_store::{RowId, Rows};
use crate::domain::query;
use crate::domain::query::{MAX_INLINE_ROWS, Query};

/// Filters and sorts the shown rows again.
pub(crate) fn requery(cx: &mut Context<'_>) {
    let now = cx.server_now(cx.now);
    cx.model.queried_at = now;
    // First sort the rows of a finished fetch; otherwise they would never be shown.
    if let Some(result) = cx.model.pending_query.take().and_then(|query| query.finishes_fetch) {
        return requery_in_background(cx, Some(result));
    }
    if cx.invites.shown.len() > MAX_INLINE_ROWS {
        return requery_in_background(cx, None);
    }
    let order = query::run(cx.invites.shown.rows(), &cx.table.query, now, cx.marks.identities());
    set_order(cx, order);
}

/// Like [`requery`], but does not restart a running sort, because rows can arrive faster than it ends.
///
/// While a long list is loading, waits until the list has grown by a quarter.
pub(crate) fn requery_after_rows(cx: &mut Context<'_>) {
    let (rows, queried_rows) = (cx.invites.shown.len(), cx.table.order.len());
    if cx.invites.is_streaming() && rows > MAX_INLINE_ROWS && rows < queried_rows + queried_rows / 4 {
        return;
    }
    match &mut cx.model.pending_query {
        Some(query) => query.needs_rerun = true,
        None => requery(cx),
    }
}

/// Filters again if the passed time can change the rows, because of an expiry filter or a snooze.
pub(crate) fn requery_if_time_based(cx: &mut Context<'_>) {
    let now = cx.server_now(cx.now);
    let is_affected =
        cx.table.query.filter.is_time_dependent() || cx.table.snoozed.next_due.is_some_and(|at| at <= now);
    if is_affected && now != cx.queried_at && !cx.is_query_pending() {
        requery(cx);
    }
}

/// Filters and sorts in the background.
///
/// With `finishes_fetch`, sorts the incoming rows, which replace the shown rows afterwards.
pub(super) fn requery_in_background(cx: &mut Context<'_>, finishes_fetch: Option<FetchResult>) {
    let store = match (&cx.invites.incoming, &finishes_fetch) {
        (Some(incoming), Some(_)) => incoming,
        _ => &cx.invites.shown,
    };
    let (rows, query) = (store.rows().clone(), cx.table.query.clone());
    let number = run_in_background(cx, rows, query);
    cx.model.pending_query = Some(PendingQuery { number, finishes_fetch, needs_rerun: false });
}

/// Filters and sorts rows in the background. Returns the number of the result.
pub(super) fn run_in_background(cx: &mut Context<'_>, rows: Rows, query: Query) -> u64 {
    let (number, now) = (cx.next_number(), cx.server_now(cx.now));
    let marked = match query.filter.uses_marks() {
        true => cx.marks.identities().clone(),
        false => HashSet::new(),
    };
    cx.push_effect(Effect::RunQuery { number, rows, query, now, marked });
    number
}

/// Applies the result of a background sort.
pub(crate) fn on_query_finished(cx: &mut Context<'_>, number: u64, mut order: Vec<RowId>) {
    let Some(query) = cx.model.pending_query.take_if(|query| query.number == number) else {
        cx.model.stale_replies += 1;
        return;
    };
    if let Some(result) = query.finishes_fetch {
        apply_fetch_result(cx, result);
    }
    query::remove_gone_rows(cx.invites.shown.rows(), &mut order);
    set_order(cx, order);
    if query.needs_rerun {
        requery(cx);
    }
}

/// Applies the result of a fetch, and removes the marks of invites that are gone.
pub(crate) fn apply_fetch_result(cx: &mut Context<'_>, result: FetchResult) {
    if cx.invites.will_replace(&result) {
        cancel_mark_search(cx);
    }
    let model = &mut *cx.model;
    model.invites.finish_fetch(result);
    if model.invites.is_complete() && model.invites.refresh_error.is_none() {
        model.marks.retain_existing(&model.invites.shown);
    }
}

/// Cancels a search for rows to mark, because the rows were replaced.
pub(crate) fn cancel_mark_search(cx: &mut Context<'_>) {
    if cx.model.pending_mark_search.take().is_some() {
        cx.info("The list was refreshed; no rows were marked. Try again.");
    }
}

pub(super) fn set_order(cx: &mut Context<'_>, order: Vec<RowId>) {
    let model = &mut *cx.model;
    model.table.set_order(order, &model.invites.shown, model.metrics.table_height);
    model.marks.on_reordered(&model.table, &model.invites.shown);
    // As of the time for which the rows were filtered.
    cx.model.table.snoozed = match cx.annotations.snoozes.is_empty() {
        true => Default::default(),
        false => cx.annotations.snooze_summary(&cx.invites.shown, cx.queried_at),
    };
}
