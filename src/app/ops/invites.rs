//! Loads and sorts the list.
//!
//! Without a server the latest snapshot is shown, for browsing, filtering and staging. No plan is applied on a
//! snapshot: a fresh list is loaded first.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::app::model::invites::{Completeness, FetchResult, PendingQuery};
use crate::app::{Context, Effect, Model, RequestPurpose};
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::{InviteStore, RowId};
use crate::domain::lint::DomainStats;
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::service_msg::Page;
use crate::domain::{Error, ErrorKind, Identity, Invite, ServiceRequest, query};
use crate::keys::{Action, KeyContext};

/// After this time without a response the snapshot is shown.
const CACHE_FALLBACK_DELAY: Duration = Duration::from_millis(500);

/// Starts loading the list.
pub(crate) fn refresh(cx: &mut Context<'_>) {
    let id = cx.request(ServiceRequest::FetchList);
    let model = &mut *cx.model;
    // A sort of rows that were about to be shown is void with them.
    model.pending_query.take_if(|query| query.finishes_fetch.is_some());
    model.invites.start_fetch(id, model.now.mono);
}

/// Stops loading and shows the rows received so far.
pub(crate) fn stop(cx: &mut Context<'_>) {
    let Some(fetch) = &cx.invites.fetch else { return };
    let id = fetch.id;
    let failure = Error::new(
        ErrorKind::Canceled,
        "The list is incomplete",
        "loading was stopped",
        format!("Press {} to refresh.", cx.key(KeyContext::List, Action::Refresh)),
    );
    cx.info(failure.to_string());
    cx.request(ServiceRequest::Cancel(id));
    finish_fetch(cx, FetchResult::Partial(failure));
}

/// Adds a page of rows.
pub(crate) fn on_page(cx: &mut Context<'_>, page: &Page) {
    cx.model.invites.add_rows(&page.rows, page.total, page.unreadable_rows);
    if cx.invites.is_streaming() {
        requery_after_rows(cx);
    }
}

/// Ends a fetch.
///
/// Rows that replace the shown rows are swapped in together with their order, because row numbers belong to one
/// set of rows.
pub(crate) fn finish_fetch(cx: &mut Context<'_>, result: FetchResult) {
    cx.model.invites.fetch = None;
    let incoming_len =
        cx.invites.incoming.as_ref().filter(|_| cx.invites.will_replace(&result)).map(InviteStore::len);
    if incoming_len.is_some_and(|rows| rows > MAX_INLINE_ROWS) {
        return requery_in_background(cx, Some(result));
    }
    apply_fetch_result(cx, result);
    if incoming_len.is_some() {
        requery(cx);
    } else {
        requery_after_rows(cx);
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

/// Requests the snapshot after a failed fetch if no rows are known.
///
/// Does nothing if the server forbids the user to read the list.
pub(crate) fn request_cached_list_if_empty(cx: &mut Context<'_>) {
    if let Completeness::Partial(failure) = &cx.invites.completeness
        && cx.invites.shown.is_empty()
        && failure.is_transient()
    {
        request_cached_list(cx);
    }
}

fn request_cached_list(cx: &mut Context<'_>) {
    cx.request_for(RequestPurpose::CachedList, ServiceRequest::LoadCachedList);
    cx.model.invites.cache_requested = true;
}

/// Returns when the snapshot is requested because the first fetch is slow.
pub(crate) fn next_redraw(model: &Model) -> Option<Duration> {
    let invites = &model.invites;
    let fetch = invites.fetch.as_ref()?;
    let has_no_rows =
        fetch.rows == 0 && invites.shown.is_empty() && invites.completeness == Completeness::NotLoaded;
    (has_no_rows && !invites.cache_requested).then_some(fetch.since + CACHE_FALLBACK_DELAY)
}

/// Requests the snapshot if the server is slow. Called after every event.
pub(crate) fn request_cached_list_if_slow(cx: &mut Context<'_>) {
    if next_redraw(cx).is_some_and(|at| at <= cx.now.mono) {
        request_cached_list(cx);
    }
}

/// Shows the snapshot, if there is one and no rows have arrived since.
pub(crate) fn on_cached_list(cx: &mut Context<'_>, snapshot: Option<Box<Snapshot>>) {
    let Some(snapshot) = snapshot.filter(|_| cx.model.invites.shown.is_empty()) else { return };
    let at = snapshot.taken_at;
    match (&cx.model.invites.completeness, &cx.model.invites.fetch) {
        (Completeness::NotLoaded, Some(fetch)) if fetch.rows == 0 => {
            let failure = Error::new(
                ErrorKind::TimedOut,
                "Could not load invites yet",
                "no response yet",
                "Wait a moment.",
            );
            cx.model.invites.completeness = Completeness::Cached { at, failure };
            (cx.model.invites.shown, cx.model.invites.incoming) =
                (snapshot.store, Some(InviteStore::default()));
            return requery(cx);
        }
        (Completeness::Partial(failure), None) => {
            cx.model.invites.completeness = Completeness::Cached { at, failure: failure.clone() }
        }
        _ => return,
    }
    cx.model.invites.shown = snapshot.store;
    let (key, time) = (cx.key(KeyContext::List, Action::Refresh), cx.short_time(at));
    cx.info(format!("Cannot reach the server. Showing the list from {time}. Press {key} to retry."));
    requery(cx);
}

/// Returns why no plan is applied on the shown list, as sentences; `None` if it is not a snapshot.
///
/// The caller loads a fresh list then.
pub(crate) fn offline_blocked_reason(model: &Model) -> Option<String> {
    let time = model.short_time(model.invites.cached_at()?);
    Some(format!(
        "This list is from {time}. Refreshing first; apply the plan again when that is done, or press {} to \
         stage it.",
        model.key(KeyContext::ConfirmPlan, Action::Stage)
    ))
}

/// Handles an invite that was looked up.
pub(crate) fn on_invite(cx: &mut Context<'_>, invite: Invite) {
    // A removed row does not come back: the response may be older than the removal.
    let Some(listed) = cx.invites.shown.invite(&invite.identity) else { return };
    cx.model.last_lookup = Some((invite.clone(), cx.now.wall));
    if listed == invite {
        return;
    }
    cx.info("This invite changed since the last refresh. Showing the current version.");
    cx.model.invites.insert(&invite);
    requery(cx);
}

/// Stores the email domains of the tenancy.
pub(crate) fn set_domain_stats(cx: &mut Context<'_>, domains: Arc<DomainStats>) {
    cx.model.domain_stats = domains;
}

/// Counts a stale reply.
pub(crate) fn count_stale_reply(cx: &mut Context<'_>) {
    cx.model.stale_replies += 1;
}

/// Filters and sorts the shown rows again.
pub(crate) fn requery(cx: &mut Context<'_>) {
    let now = cx.server_now(cx.now);
    cx.model.queried_at = now;
    // Rows that are about to be shown are sorted instead, or they would never be shown.
    if let Some(result) = cx.model.pending_query.take().and_then(|query| query.finishes_fetch) {
        return requery_in_background(cx, Some(result));
    }
    if cx.invites.shown.len() > MAX_INLINE_ROWS {
        return requery_in_background(cx, None);
    }
    let order = query::run(cx.invites.shown.rows(), &cx.table.query, now, cx.marks.identities());
    set_order(cx, order);
}

/// Like [`requery`], but lets a running sort finish: rows arrive faster than many rows can be sorted.
///
/// While a long list streams in, waits until it has grown by a quarter.
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

/// Filters again because time has passed: expiry filters and snoozes may change the rows.
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
/// With `finishes_fetch` it sorts the incoming rows, which then replace the shown rows.
pub(super) fn requery_in_background(cx: &mut Context<'_>, finishes_fetch: Option<FetchResult>) {
    let number = cx.next_number();
    let store = match (&cx.invites.incoming, &finishes_fetch) {
        (Some(incoming), Some(_)) => incoming,
        _ => &cx.invites.shown,
    };
    let (rows, query) = (store.rows().clone(), cx.table.query.clone());
    let marked = match query.filter.uses_marks() {
        true => cx.marks.identities().clone(),
        false => HashSet::new(),
    };
    cx.model.pending_query = Some(PendingQuery { number, finishes_fetch, needs_rerun: false });
    let now = cx.server_now(cx.now);
    cx.push_effect(Effect::RunQuery { number, rows, query, now, marked });
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
    query::remove_gone(cx.invites.shown.rows(), &mut order);
    set_order(cx, order);
    if query.needs_rerun {
        requery(cx);
    }
}

fn set_order(cx: &mut Context<'_>, order: Vec<RowId>) {
    let model = &mut *cx.model;
    model.table.set_order(order, &model.invites.shown, model.metrics.table_height);
    model.marks.on_reordered(&model.table, &model.invites.shown);
    count_snoozed(cx);
}

/// Removes a row without sorting the others again.
pub(crate) fn remove(cx: &mut Context<'_>, identity: &Identity) {
    let row = cx.invites.shown.find(identity);
    cx.model.invites.remove(identity);
    cx.model.marks.remove(identity);
    let order = cx.table.order.iter().copied().filter(|other| Some(*other) != row).collect();
    set_order(cx, order);
}

/// Counts the snoozed rows, as of the time for which the rows were filtered.
fn count_snoozed(cx: &mut Context<'_>) {
    cx.model.table.snoozed = match cx.annotations.snoozes.is_empty() {
        true => Default::default(),
        false => cx.annotations.snooze_summary(&cx.invites.shown, cx.queried_at),
    };
}
