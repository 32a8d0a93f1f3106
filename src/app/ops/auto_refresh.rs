//! Auto-refresh: reloads the list periodically if the user turned it on.
//!
//! Auto-refresh waits while the user is busy, a plan runs or the list is loading.
//! A refresh keeps cursor and marks, and reports what is new.

use std::time::Duration;

use crate::app::model::invites::AutoRefresh;
use crate::app::ops::context::UiState;
use crate::app::ops::invites;
use crate::app::{Context, Model};
use crate::domain::RequestId;
use crate::domain::invite_store::InviteStore;
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::text::{format_count, format_counts};
use crate::keys::{Action, KeyContext};

/// Turns auto-refresh on or off.
pub(crate) fn toggle(cx: &mut Context<'_>) {
    let auto_refresh = &mut cx.model.auto_refresh;
    *auto_refresh = AutoRefresh {
        enabled: !auto_refresh.enabled,
        interval: auto_refresh.interval,
        ..AutoRefresh::default()
    };
    let key = cx.model.key(KeyContext::List, Action::AutoRefresh);
    let text = match cx.auto_refresh.label() {
        Some(every) => format!("Auto-refresh is on: {every}. Press {key} to turn it off."),
        None => "Auto-refresh is off.".to_owned(),
    };
    cx.info(text);
}

/// Returns when the next refresh is due; `None` while something prevents it.
pub(crate) fn next_refresh_time(model: &Model, ui: UiState) -> Option<Duration> {
    if can_refresh(model, ui) { model.auto_refresh.due_at } else { None }
}

/// Starts a refresh if it is due. Called after every event.
pub(crate) fn refresh_if_due(cx: &mut Context<'_>) {
    if !cx.model.auto_refresh.enabled {
        return;
    }
    // Every fetch of the list, automatic or not, restarts the interval.
    if cx.model.invites.fetch.is_some() {
        cx.model.auto_refresh.due_at = None;
        return;
    }
    let delay = cx.model.auto_refresh.delay();
    let due = *cx.model.auto_refresh.due_at.get_or_insert(cx.now.mono + delay);
    if due > cx.now.mono || !can_refresh(cx, cx.ui) {
        return;
    }
    // The selected row stays selected, even if the user has not moved yet.
    cx.model.table.moved_by_user = true;
    cx.model.auto_refresh.due_at = None;
    invites::refresh(cx);
    cx.model.auto_refresh.fetch_id = cx.invites.fetch.as_ref().map(|fetch| fetch.id);
}

/// True if auto-refresh is on, and neither the user nor guestlist is busy.
fn can_refresh(model: &Model, ui: UiState) -> bool {
    model.auto_refresh.enabled
        && !(ui.has_overlay || ui.captures_keys || ui.has_pending_keys)
        && model.marks.range_len().is_none()
        && model.plans.running.is_empty()
        && model.invites.fetch.is_none()
        && model.rate_limit_wait.is_none()
        && !model.is_query_pending()
}

/// Handles a complete fetch before its rows are shown. Reports what is new if the fetch was automatic.
pub(crate) fn on_refreshed(cx: &mut Context<'_>, id: RequestId) {
    cx.model.auto_refresh.failures = 0;
    let is_automatic = cx.model.auto_refresh.fetch_id.take_if(|fetch_id| *fetch_id == id).is_some();
    let incoming = cx.invites.incoming.as_ref().filter(|_| is_automatic && cx.invites.is_complete());
    if let Some(text) = incoming.and_then(|incoming| change_summary(&cx.invites.shown, incoming)) {
        cx.info(text);
    }
}

/// Handles a failed fetch.
///
/// Returns true if the caller must not report the failure, because an earlier automatic failure was reported.
pub(crate) fn record_failure(cx: &mut Context<'_>, id: RequestId) -> bool {
    if cx.model.auto_refresh.fetch_id.take_if(|fetch_id| *fetch_id == id).is_none() {
        return false;
    }
    cx.model.auto_refresh.failures += 1;
    cx.model.auto_refresh.failures > 1
}

/// Returns what is new; for a long list, only how many more or fewer invites there are.
///
/// Missing invites are not called gone, because one fetch does not prove that.
fn change_summary(old: &InviteStore, new: &InviteStore) -> Option<String> {
    if old.len().max(new.len()) > MAX_INLINE_ROWS {
        let summary = match new.len().cmp(&old.len()) {
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => format!("{} more", format_count(new.len() - old.len())),
            std::cmp::Ordering::Less => format!("{} fewer", format_count(old.len() - new.len())),
        };
        return Some(format!("Refreshed: {summary} than before."));
    }
    let count_missing = |rows: &InviteStore, other: &InviteStore| {
        let rows = rows.rows();
        let identities = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.identity());
        identities.filter(|identity| other.find(identity).is_none()).count()
    };
    let (added, gone) = (count_missing(new, old), count_missing(old, new));
    let counts = format_counts(&[(added, "new"), (gone, "no longer listed")]);
    (!counts.is_empty()).then(|| format!("Refreshed: {}.", counts.join(", ")))
}
