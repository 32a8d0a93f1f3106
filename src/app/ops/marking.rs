//! The keys that mark rows. What would mark more, or less, than a person sees refuses with a sentence.

use crate::domain::Now;
use crate::domain::text::count;

use crate::app::effect::Effect;
use crate::app::model::marks::identity_of;
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Does what an action means for the marks.
pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::Mark => mark(state),
        Action::MarkRange => range(state, now),
        Action::MarkAll | Action::MarkInvert => {
            if let Some(why) = misleads(state) {
                state.model.notifications.note(why, now);
                return Vec::new();
            }
            all(state, action == Action::MarkInvert);
        }
        Action::MarkNone => state.model.marks.clear(),
        _ => return Vec::new(),
    }
    filter_anew(state)
}

/// Marks of rows that may be hidden are others now: their count, and a filter that asks for them, follow.
pub(crate) fn marks_changed(state: &mut App) -> Vec<Effect> {
    state.model.marks.count(&state.model.table, &state.model.invites.shown);
    filter_anew(state)
}

/// A filter that asks for marks lets other rows through now.
fn filter_anew(state: &mut App) -> Vec<Effect> {
    if state.model.table.query.filter.asks_marks() { state.arrange() } else { Vec::new() }
}

/// The cursor has moved: a range follows it.
pub(crate) fn moved(state: &mut App) -> Vec<Effect> {
    if state.model.marks.in_range().is_none() {
        return Vec::new();
    }
    state.model.marks.follow(&state.model.table, &state.model.invites.shown);
    // Not counted anew: a key has to be answered at once in a range of a million rows, too.
    filter_anew(state)
}

fn mark(state: &mut App) {
    let Some(identity) = state.model.table.selected.clone() else { return };
    state.model.marks.end_range();
    state.model.marks.toggle(identity);
    state.model.table.move_by(1, &state.model.invites.shown, state.model.metrics.table_height);
}

fn range(state: &mut App, now: Now) {
    if state.model.marks.end_range() {
        return;
    }
    if state.model.table.selected.is_none() {
        return state.model.notifications.note("There is no row to mark.", now);
    }
    state.model.table.moved = true;
    state.model.marks.begin_range(&state.model.table, &state.model.invites.shown);
}

/// Why "all that are shown" would not be what it seems to be.
pub(crate) fn misleads(state: &App) -> Option<String> {
    let arranging = "The rows are being arranged: press it again in a moment.";
    incomplete(state).or_else(|| state.model.is_arranging().then(|| arranging.to_owned()))
}

/// Why "all" would not be what it seems to be: some rows are not known.
pub(crate) fn incomplete(state: &App) -> Option<String> {
    if state.model.invites.is_complete() {
        return None;
    }
    let rows = count(state.model.invites.shown.len());
    Some(match state.model.invites.reading {
        Some(_) => format!("Only {rows} of the rows are loaded so far: all can be marked when they are."),
        None => {
            let key = state.model.key(KeyContext::List, Action::Refresh);
            format!("Only {rows} of the rows are loaded: {key} reads them all, then all can be marked.")
        }
    })
}

fn all(state: &mut App, invert: bool) {
    state.model.marks.end_range();
    for row in &state.model.table.order {
        let Some(identity) = identity_of(*row, &state.model.invites.shown) else { continue };
        if invert { state.model.marks.toggle(identity) } else { state.model.marks.insert(identity) }
    }
}
