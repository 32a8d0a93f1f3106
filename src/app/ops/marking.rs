//! The keys that mark rows. What would mark more, or less, than a person sees refuses with a sentence.

use crate::domain::forecast::Day;
use crate::domain::text::{count, plural};

use crate::app::model::Model;
use crate::app::model::marks::identity_of;
use crate::app::ops::arranging;
use crate::app::ops::context::Context;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Does what an action means for the marks.
pub(crate) fn act(cx: &mut Context<'_>, action: Action) {
    match action {
        Action::Mark => mark(cx),
        Action::MarkRange => range(cx),
        Action::MarkAll | Action::MarkInvert => {
            if let Some(why) = misleads(cx) {
                return cx.note(why);
            }
            all(cx, action == Action::MarkInvert);
        }
        Action::MarkNone => cx.model.marks.clear(),
        _ => return,
    }
    filter_anew(cx);
}

/// Marks of rows that may be hidden are others now: their count, and a filter that asks for them, follow.
pub(crate) fn marks_changed(cx: &mut Context<'_>) {
    cx.model.marks.count(&cx.model.table, &cx.model.invites.shown);
    filter_anew(cx);
}

/// A filter that asks for marks lets other rows through now.
fn filter_anew(cx: &mut Context<'_>) {
    if cx.table.query.filter.asks_marks() {
        arranging::arrange(cx);
    }
}

/// The cursor has moved: a range follows it.
pub(crate) fn moved(cx: &mut Context<'_>) {
    if cx.model.marks.in_range().is_none() {
        return;
    }
    cx.model.marks.follow(&cx.model.table, &cx.model.invites.shown);
    // Not counted anew: a key has to be answered at once in a range of a million rows, too.
    filter_anew(cx);
}

fn mark(cx: &mut Context<'_>) {
    let Some(identity) = cx.model.table.selected.clone() else { return };
    let model = &mut *cx.model;
    model.marks.end_range();
    model.marks.toggle(identity);
    model.table.move_by(1, &model.invites.shown, model.metrics.table_height);
}

fn range(cx: &mut Context<'_>) {
    if cx.model.marks.end_range() {
        return;
    }
    if cx.model.table.selected.is_none() {
        return cx.note("There is no row to mark.");
    }
    cx.model.table.moved = true;
    cx.model.marks.begin_range(&cx.model.table, &cx.model.invites.shown);
}

/// Ends the range that follows the cursor. False where there is none.
pub(crate) fn end_range(cx: &mut Context<'_>) -> bool {
    cx.model.marks.end_range()
}

/// Marks all invites that expire on a day, or takes their marks away where all have one.
pub(crate) fn toggle_day(cx: &mut Context<'_>, day: &Day) {
    if let Some(why) = misleads(cx) {
        return cx.note(why);
    }
    let date = day.date.strftime("%a %-d %b");
    if day.count == 0 {
        return cx.note(format!("Nothing expires on {date}, so nothing was marked."));
    }
    let model = &mut *cx.model;
    let marked = model.marks.toggle_all(&model.invites.shown, |expiry| day.holds(expiry));
    marks_changed(cx);
    let what = plural(day.count, "invite");
    let text = match (marked, cx.marks.hidden()) {
        (false, _) => format!("{what} of {date}: no longer marked."),
        (true, 0) => format!("{what} of {date}: marked."),
        (true, hidden) => {
            let (marks, why) = (plural(hidden, "mark"), cx.what_hides());
            format!("{what} of {date}: marked. {marks} hidden by {why}.")
        }
    };
    cx.note(text);
}

/// Why "all that are shown" would not be what it seems to be.
pub(crate) fn misleads(model: &Model) -> Option<String> {
    let arranging = "The rows are being arranged: press it again in a moment.";
    incomplete(model).or_else(|| model.is_arranging().then(|| arranging.to_owned()))
}

/// Why "all" would not be what it seems to be: some rows are not known.
pub(crate) fn incomplete(model: &Model) -> Option<String> {
    if model.invites.is_complete() {
        return None;
    }
    let rows = count(model.invites.shown.len());
    Some(match model.invites.reading {
        Some(_) => format!("Only {rows} of the rows are loaded so far: all can be marked when they are."),
        None => {
            let key = model.key(KeyContext::List, Action::Refresh);
            format!("Only {rows} of the rows are loaded: {key} reads them all, then all can be marked.")
        }
    })
}

fn all(cx: &mut Context<'_>, invert: bool) {
    let model = &mut *cx.model;
    model.marks.end_range();
    for row in &model.table.order {
        let Some(identity) = identity_of(*row, &model.invites.shown) else { continue };
        if invert { model.marks.toggle(identity) } else { model.marks.insert(identity) }
    }
}
