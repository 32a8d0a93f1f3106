//! Loads the list of invites.
//!
//! If the server does not respond, the latest snapshot is shown for browsing, filtering and staging. Before a
//! plan is applied, a fresh list is loaded.

use std::sync::Arc;

use crate::app::model::invites::{Completeness, FetchResult};
use crate::app::ops::query;
use crate::app::{Context, Model, RequestPurpose};
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::overview::Overview;
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::service_msg::Page;
use crate::domain::{Error, ErrorKind, Identity, Invite, ServiceRequest};
use crate::keys::{Action, KeyContext};

/// Starts loading the list. If no rows are shown, also requests the snapshot, which is shown until the list arrives.
pub(crate) fn refresh(cx: &mut Context<'_>) {
    let is_denied = cx.invites.load_error().is_some_and(Error::is_about_access);
    let id = cx.request(ServiceRequest::FetchList);
    let model = &mut *cx.model;
    // A sort that finishes the previous fetch is obsolete.
    model.pending_query.take_if(|query| query.finishes_fetch.is_some());
    model.invites.start_fetch(id);
    if !is_denied && cx.invites.shown.is_empty() && cx.invites.completeness == Completeness::NotLoaded {
        request_cached_list(cx);
    }
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
        query::requery_after_rows(cx);
    }
}

/// Ends a fetch.
///
/// New rows replace the shown rows together with their order, because row numbers refer to one set of rows.
pub(crate) fn finish_fetch(cx: &mut Context<'_>, result: FetchResult) {
    cx.model.invites.fetch = None;
    let incoming_len =
        cx.invites.incoming.as_ref().filter(|_| cx.invites.will_replace(&result)).map(InviteStore::len);
    if incoming_len.is_some_and(|rows| rows > MAX_INLINE_ROWS) {
        return query::requery_in_background(cx, Some(result));
    }
    query::apply_fetch_result(cx, result);
    if incoming_len.is_some() {
        query::requery(cx);
    } else {
        query::requery_after_rows(cx);
    }
}

/// Requests the snapshot after a failed fetch if the list is empty.
///
/// Does nothing if the server does not allow this account to read the list.
pub(crate) fn request_cached_list_if_empty(cx: &mut Context<'_>) {
    if let Completeness::Partial(failure) = &cx.invites.completeness
        && cx.invites.shown.is_empty()
        && failure.is_transient()
    {
        request_cached_list(cx);
    }
}

fn request_cached_list(cx: &mut Context<'_>) {
    if !cx.in_flight.is_pending(&RequestPurpose::CachedList) {
        cx.request_for(RequestPurpose::CachedList, ServiceRequest::LoadCachedList);
    }
}

/// Requests the snapshot again if the token, known only now, shows which tenancy's list to show.
pub(crate) fn on_tenancy_known(cx: &mut Context<'_>) {
    let is_loading = cx.invites.is_streaming() && cx.invites.completeness == Completeness::NotLoaded;
    if is_loading && cx.invites.shown.is_empty() {
        request_cached_list(cx);
    }
}

/// Shows the snapshot if there is one and no rows have arrived in the meantime.
pub(crate) fn on_cached_list(cx: &mut Context<'_>, snapshot: Option<Box<Snapshot>>) {
    let Some(snapshot) = snapshot.filter(|_| cx.model.invites.shown.is_empty()) else { return };
    let (at, invites) = (snapshot.taken_at, &mut cx.model.invites);
    let failure = match (&invites.completeness, &invites.fetch) {
        (Completeness::NotLoaded, Some(fetch)) if fetch.rows == 0 => {
            let (summary, cause) = ("Invites are not loaded yet", "no response yet");
            Error::new(ErrorKind::TimedOut, summary, cause, "Wait a moment.")
        }
        (Completeness::Partial(failure), None) if failure.is_transient() => failure.clone(),
        _ => return,
    };
    (invites.shown, invites.completeness) = (snapshot.store, Completeness::Cached { at, failure });
    if invites.fetch.is_some() {
        invites.incoming = Some(InviteStore::default());
    } else {
        let (key, time) = (cx.key(KeyContext::List, Action::Refresh), cx.short_time(at));
        cx.info(format!("Cannot reach the server. Showing the list from {time}. Press {key} to retry."));
    }
    query::requery(cx);
}

/// Returns sentences about why no plan can be applied to a snapshot; `None` if the list is fresh.
///
/// If there is a reason, the caller loads a fresh list.
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
    // Do not add a row that was removed: the response may be older than the removal.
    let Some(listed) = cx.invites.shown.invite(&invite.identity) else { return };
    cx.model.last_lookup = Some((invite.clone(), cx.now.wall));
    if listed == invite {
        return;
    }
    cx.info("This invite changed since the last refresh. Showing the current version.");
    cx.model.invites.insert(&invite);
    query::requery(cx);
}

/// Stores the email domains of the tenancy, and the counts of the list.
pub(crate) fn set_overview(cx: &mut Context<'_>, domains: Arc<DomainStats>, overview: Overview) {
    (cx.model.domain_stats, cx.model.overview) = (domains, overview);
}

/// Counts a stale reply.
pub(crate) fn count_stale_reply(cx: &mut Context<'_>) {
    cx.model.stale_replies += 1;
}

/// Removes a row without sorting the other rows again.
pub(crate) fn remove(cx: &mut Context<'_>, identity: &Identity) {
    let row = cx.invites.shown.find(identity);
    cx.model.invites.remove(identity);
    cx.model.marks.remove(identity);
    let order = cx.table.order.iter().copied().filter(|other| Some(*other) != row).collect();
    query::set_order(cx, order);
}
