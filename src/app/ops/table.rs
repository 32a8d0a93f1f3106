//! Moving in the table, its order and its filter.

use crate::app::model::in_flight::RequestPurpose;
use crate::app::ops::context::Context;
use crate::app::ops::{arranging, marking, table_prefs};
use crate::domain::query::{Filter, Sort};
use crate::domain::{Identity, Request};

/// Selects a line, or the last one. A range that is being marked follows.
pub(crate) fn go_to(cx: &mut Context<'_>, line: usize) {
    let model = &mut *cx.model;
    model.table.go_to(line, &model.invites.shown, model.metrics.table_height);
    marking::moved(cx);
}

/// Moves by lines, up where negative.
pub(crate) fn move_by(cx: &mut Context<'_>, lines: isize) {
    let model = &mut *cx.model;
    model.table.move_by(lines, &model.invites.shown, model.metrics.table_height);
    marking::moved(cx);
}

/// Moves window and selection by lines, as pages do.
pub(crate) fn page_by(cx: &mut Context<'_>, lines: isize) {
    let model = &mut *cx.model;
    model.table.page_by(lines, &model.invites.shown, model.metrics.table_height);
    marking::moved(cx);
}

/// Selects an invite; a filter that hides it is removed, and what was snoozed is shown where it is among that.
pub(crate) fn show(cx: &mut Context<'_>, identity: &Identity) {
    follow(cx, identity);
    let model = &mut *cx.model;
    if model.table.selected.as_ref() == Some(identity) {
        return;
    }
    // Arranging finds it again by its name, also when that is done off the loop.
    (model.table.selected, model.table.moved) = (Some(identity.clone()), true);
    model.table.query.filter = Default::default();
    let now = model.server_now(model.now);
    let invite = model.invites.shown.invite(identity);
    model.table.query.with_snoozed |=
        invite.is_some_and(|invite| model.annotations.is_asleep(&invite.email, invite.expiry, now));
    arranging::arrange(cx);
}

/// Selects an invite where it is among the rows that are shown.
pub(crate) fn follow(cx: &mut Context<'_>, identity: &Identity) {
    let model = &mut *cx.model;
    model.table.go_to_identity(identity, &model.invites.shown, model.metrics.table_height);
}

/// Looks the selected invite up, because the list may be older than the truth.
pub(crate) fn look_up(cx: &mut Context<'_>) {
    let Some(identity) = cx.table.selected.clone() else { return };
    cx.model.table.moved = true;
    cx.ask_for(RequestPurpose::Lookup(identity.clone()), Request::Get(identity));
}

/// Sorts by this; the other way round where that is the order already.
pub(crate) fn sort(cx: &mut Context<'_>, sort: Sort) {
    let query = &mut cx.model.table.query;
    query.reversed = query.sort == sort && !query.reversed;
    query.sort = sort;
    arranging::arrange(cx);
    table_prefs::save(cx);
}

/// Reverses the order.
pub(crate) fn reverse(cx: &mut Context<'_>) {
    cx.model.table.query.reversed = !cx.table.query.reversed;
    arranging::arrange(cx);
    table_prefs::save(cx);
}

/// Filters.
pub(crate) fn set_filter(cx: &mut Context<'_>, filter: Filter) {
    cx.model.table.query.filter = filter;
    arranging::arrange(cx);
}

/// Keeps a filter for the next time.
pub(crate) fn remember_filter(cx: &mut Context<'_>, text: &str) {
    cx.model.filter_history.add(text);
}
