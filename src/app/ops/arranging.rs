//! The order of the rows: made at once where there are few, off the loop where there are many, and put in force together
//! with the rows that it is of.

use std::collections::HashSet;

use crate::app::effect::Effect;
use crate::app::model::invites::{Arranging, Ending};
use crate::app::ops::context::Context;
use crate::app::ops::reading;
use crate::domain::Identity;
use crate::domain::query::{self, ARRANGED_AT_ONCE};
use crate::domain::roster::Row;

/// Arranges the shown rows anew.
pub(crate) fn arrange(cx: &mut Context<'_>) {
    let now = cx.server_now(cx.now);
    cx.model.arranged_for = now;
    // Rows that are about to be shown are arranged anew in their place, or they would never be.
    if let Some(ending) = cx.model.arranging.take().and_then(|arranging| arranging.swaps_in) {
        return arrange_elsewhere(cx, Some(ending));
    }
    if cx.invites.shown.len() > ARRANGED_AT_ONCE {
        return arrange_elsewhere(cx, None);
    }
    let order = query::arrange(cx.invites.shown.rows(), &cx.table.query, now, cx.marks.identities());
    take_order(cx, order);
}

/// As [`arrange`], but leaves an arrangement that is under way its time, because rows arrive quicker than many of them
/// can be sorted; and while a long list streams in, waits until it has grown by a quarter.
pub(crate) fn arrange_after_arrival(cx: &mut Context<'_>) {
    let (rows, arranged) = (cx.invites.shown.len(), cx.table.order.len());
    if cx.invites.streams() && rows > ARRANGED_AT_ONCE && rows < arranged + arranged / 4 {
        return;
    }
    match &mut cx.model.arranging {
        Some(arranging) => arranging.outdated = true,
        None => arrange(cx),
    }
}

/// Time has gone by: a filter that asks for the time may let other rows through now, and what was snoozed come back.
pub(crate) fn arrange_for_the_time(cx: &mut Context<'_>) {
    let now = cx.server_now(cx.now);
    let asks = cx.table.query.filter.asks_time() || cx.table.put_off.next_wake.is_some_and(|at| at <= now);
    if asks && now != cx.arranged_for && !cx.is_arranging() {
        arrange(cx);
    }
}

/// Arranges off the loop. With `swaps_in` it is of the incoming rows, which replace the shown ones then.
pub(super) fn arrange_elsewhere(cx: &mut Context<'_>, swaps_in: Option<Ending>) {
    let number = cx.next_number();
    let roster = match (&cx.invites.incoming, &swaps_in) {
        (Some(incoming), Some(_)) => incoming,
        _ => &cx.invites.shown,
    };
    let (rows, query) = (roster.rows().clone(), cx.table.query.clone());
    let marked = match query.filter.asks_marks() {
        true => cx.marks.identities().clone(),
        false => HashSet::new(),
    };
    cx.model.arranging = Some(Arranging { number, swaps_in, outdated: false });
    let now = cx.server_now(cx.now);
    cx.effect(Effect::Arrange { number, rows, query, now, marked });
}

/// An arrangement that was made off the loop is there.
pub(crate) fn arranged(cx: &mut Context<'_>, number: u64, mut order: Vec<Row>) {
    let Some(arranging) = cx.model.arranging.take_if(|arranging| arranging.number == number) else {
        cx.model.stale_replies += 1;
        return;
    };
    if let Some(ending) = arranging.swaps_in {
        reading::end_list(cx, ending);
    }
    query::without_gone(cx.invites.shown.rows(), &mut order);
    take_order(cx, order);
    if arranging.outdated {
        arrange(cx);
    }
}

fn take_order(cx: &mut Context<'_>, order: Vec<Row>) {
    let model = &mut *cx.model;
    model.table.arrange(order, &model.invites.shown, model.metrics.table_height);
    model.marks.rearranged(&model.table, &model.invites.shown);
    count_snoozed(cx);
}

/// Takes a row away without sorting the others anew.
pub(crate) fn remove(cx: &mut Context<'_>, identity: &Identity) {
    let row = cx.invites.shown.find(identity);
    cx.model.invites.remove(identity);
    cx.model.marks.remove(identity);
    let order = cx.table.order.iter().copied().filter(|other| Some(*other) != row).collect();
    take_order(cx, order);
}

/// Counts what is snoozed of the rows that are there, as of the moment for which they were arranged.
fn count_snoozed(cx: &mut Context<'_>) {
    cx.model.table.put_off = match cx.annotations.snoozes.is_empty() {
        true => Default::default(),
        false => cx.annotations.put_off(&cx.invites.shown, cx.arranged_for),
    };
}
