//! What the keys do that mark rows. Marks act on what is shown; where more than that could be meant and is not there
//! yet, they refuse and say so.

use crate::domain::text::{count, plural};
use crate::domain::{Identity, Now};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::state::State;

pub(in crate::app) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::Mark => mark(state),
        Action::MarkRange => range(state, now),
        Action::MarkAll if is_whole(state, now) => {
            let shown: Vec<Identity> = shown(state).collect();
            state.marks.extend(shown.into_iter());
        }
        Action::MarkInvert if is_whole(state, now) => {
            let shown: Vec<Identity> = shown(state).collect();
            shown.into_iter().for_each(|identity| state.marks.toggle(identity));
        }
        Action::MarkNone => state.marks.clear(),
        _ => return Vec::new(),
    }
    count_shown(state);
    // A filter that asks for marks lets other rows through now.
    if state.table.query.filter.asks_marks() { state.arrange() } else { Vec::new() }
}

fn mark(state: &mut State) {
    let Some(identity) = state.table.selected.clone() else { return };
    state.marks.toggle(identity);
    state.table.move_by(1, &state.list.shown, state.drawn.table_height);
    follow(state);
}

fn range(state: &mut State, now: Now) {
    if end_range(state, now) {
        return;
    }
    let Some(identity) = state.table.selected.clone() else { return };
    state.table.moved = true;
    state.marks.begin_range(identity);
    state.messages.note("Marking from here to where you go; v ends it.", now);
    follow(state);
}

/// Ends a range; `false` where there is none.
pub(in crate::app) fn end_range(state: &mut State, now: Now) -> bool {
    let ended = state.marks.end_range();
    if ended {
        state.messages.note(format!("{} marked.", plural(state.marks.len(), "invite")), now);
    }
    ended
}

/// A range goes along with the selection.
pub(in crate::app) fn follow(state: &mut State) {
    let Some(from) = state.marks.range() else { return };
    let row = state.list.shown.find(from);
    let Some(from) = row.and_then(|row| state.table.order.iter().position(|other| *other == row)) else {
        return;
    };
    let (first, last) = (from.min(state.table.cursor), from.max(state.table.cursor));
    let rows = state.table.order.get(first..=last).unwrap_or_default();
    let identity = |row| state.list.shown.rows().get(row).map(|row| row.identity());
    state.marks.set_range(rows.iter().copied().filter_map(identity));
    count_shown(state);
}

/// Takes note of how many of the marked rows are shown.
pub(in crate::app) fn count_shown(state: &mut State) {
    let marked = match state.marks.is_empty() || state.table.query.filter.is_empty() {
        true => state.marks.len(),
        false => shown(state).filter(|identity| state.marks.contains(identity)).count(),
    };
    state.marks.count_shown(marked);
}

/// The invites that are shown, in their order.
fn shown(state: &State) -> impl Iterator<Item = Identity> + '_ {
    state.table.order.iter().filter_map(|row| state.list.shown.rows().get(*row)).map(|row| row.identity())
}

/// The invites that are marked and shown, in their order.
pub(in crate::app) fn marked(state: &State) -> Vec<Identity> {
    shown(state).filter(|identity| state.marks.contains(identity)).collect()
}

/// Whether what is shown is all that the filter finds. Where it is not, "all" would mislead.
fn is_whole(state: &mut State, now: Now) -> bool {
    let why = if state.is_arranging() {
        "The rows are still being searched: a moment, and then again.".to_owned()
    } else if !state.list.is_complete() {
        let loaded = count(state.list.shown.len());
        format!(
            "Only {loaded} of the rows are loaded so far, so \"all\" would not be all: wait, or read again."
        )
    } else {
        return true;
    };
    state.messages.note(why, now);
    false
}
