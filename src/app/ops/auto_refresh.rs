//! Reading the list again by itself, from time to time, where a person wants that. It waits while a person is in the
//! middle of something, while a plan runs and while anything is read; it moves nothing, and says what is new.
//! Between two readings nothing happens.

use std::time::Duration;

use crate::app::model::invites::AutoRefresh;
use crate::app::ops::context::UiState;
use crate::app::ops::invites;
use crate::app::{Context, Model};
use crate::domain::RequestId;
use crate::domain::invite_store::InviteStore;
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::text::format_count;
use crate::keys::{Action, KeyContext};

/// Turns it on or off.
pub(crate) fn toggle(cx: &mut Context<'_>) {
    let watch = &mut cx.model.auto_refresh;
    *watch = AutoRefresh { enabled: !watch.enabled, interval: watch.interval, ..AutoRefresh::default() };
    let key = cx.model.key(KeyContext::List, Action::AutoRefresh);
    let text = match cx.auto_refresh.label() {
        Some(every) => format!("The list is read again {every}; {key} stops that."),
        None => "The list is read again only when you ask for it.".to_owned(),
    };
    cx.info(text);
}

/// When it wants to read, if nothing holds it up: then it is looked at again when that is over.
pub(crate) fn next_redraw(model: &Model, place: UiState) -> Option<Duration> {
    if can_refresh(model, place) { model.auto_refresh.due_at } else { None }
}

/// Reads, where it is time for that. Asked after whatever has happened.
pub(crate) fn refresh_if_due(cx: &mut Context<'_>) {
    if !cx.model.auto_refresh.enabled {
        return;
    }
    // Whoever reads the list: the next time is reckoned from there on.
    if cx.model.invites.fetch.is_some() {
        cx.model.auto_refresh.due_at = None;
        return;
    }
    let pause = cx.model.auto_refresh.delay();
    let due = *cx.model.auto_refresh.due_at.get_or_insert(cx.now.mono + pause);
    if due > cx.now.mono || !can_refresh(cx, cx.ui) {
        return;
    }
    // The row that is looked at stays selected, although perhaps nobody has moved yet.
    cx.model.table.moved_by_user = true;
    cx.model.auto_refresh.due_at = None;
    invites::refresh(cx);
    cx.model.auto_refresh.fetch_id = cx.invites.fetch.as_ref().map(|reading| reading.id);
}

/// Whether nobody is in the middle of anything.
fn can_refresh(model: &Model, place: UiState) -> bool {
    model.auto_refresh.enabled
        && !(place.has_overlay || place.captures_keys || place.has_pending_keys)
        && model.marks.range_len().is_none()
        && model.plans.running.is_empty()
        && model.invites.fetch.is_none()
        && model.rate_limit_wait.is_none()
        && !model.is_query_pending()
}

/// A reading came to its end; its rows are not shown yet. Says what is new by one that began by itself.
pub(crate) fn on_refreshed(cx: &mut Context<'_>, id: RequestId) {
    cx.model.auto_refresh.failures = 0;
    let is_automatic = cx.model.auto_refresh.fetch_id.take_if(|reading| *reading == id).is_some();
    let incoming = cx.invites.incoming.as_ref().filter(|_| is_automatic && cx.invites.is_complete());
    if let Some(words) = incoming.and_then(|incoming| change_summary(&cx.invites.shown, incoming)) {
        cx.info(words);
    }
}

/// A reading has failed. Whether that was said already: of those that began by themselves only the first is.
pub(crate) fn record_failure(cx: &mut Context<'_>, id: RequestId) -> bool {
    if cx.model.auto_refresh.fetch_id.take_if(|reading| *reading == id).is_none() {
        return false;
    }
    cx.model.auto_refresh.failures += 1;
    cx.model.auto_refresh.failures > 1
}

/// What is new, in words; of a list that cannot be compared within a moment, how many more or fewer there are.
/// What is missing is called just that: one reading proves no more.
fn change_summary(old: &InviteStore, new: &InviteStore) -> Option<String> {
    if old.len().max(new.len()) > MAX_INLINE_ROWS {
        let words = match new.len().cmp(&old.len()) {
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => format!("{} more", format_count(new.len() - old.len())),
            std::cmp::Ordering::Less => format!("{} fewer", format_count(old.len() - new.len())),
        };
        return Some(format!("Read again: {words} than before."));
    }
    let absent = |rows: &InviteStore, from: &InviteStore| {
        let rows = rows.rows();
        let names = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.identity());
        names.filter(|identity| from.find(identity).is_none()).count()
    };
    let words = match (absent(new, old), absent(old, new)) {
        (0, 0) => return None,
        (come, 0) => format!("{} new", format_count(come)),
        (0, gone) => format!("{} not listed any more", format_count(gone)),
        (come, gone) => format!("{} new, {} not listed any more", format_count(come), format_count(gone)),
    };
    Some(format!("Read again: {words}."))
}
