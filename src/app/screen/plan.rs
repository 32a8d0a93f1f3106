//! The view of plans: those that are staged, that run, and that were not finished. Each says what is known of it,
//! and goes on or is given up only when a person says so.

use crate::domain::plan::PlanState;
use crate::domain::{Now, Outcome, Request, Step};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::state::State;
use super::super::view::View;

/// The place in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The selected one.
    pub cursor: usize,
}

pub(in crate::app) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    let last = state.changes.unfinished.len().saturating_sub(1);
    let cursor = state.plans.cursor.min(last);
    match action {
        Action::Down => state.plans.cursor = (cursor + 1).min(last),
        Action::Up => state.plans.cursor = cursor.saturating_sub(1),
        Action::Resume => return resume(state, cursor, now),
        Action::Drop => return give_up(state, cursor, now),
        Action::Back => leave(state),
        _ => {}
    }
    Vec::new()
}

/// What was finished meanwhile has been read now, and need not be shown again.
fn leave(state: &mut State) {
    state.view = View::Pending;
    state.changes.unfinished.retain(|left| left.entry.state != PlanState::Finished);
}

fn resume(state: &mut State, cursor: usize, now: Now) -> Vec<Effect> {
    let Some(left) = state.changes.unfinished.get(cursor) else { return Vec::new() };
    if left.entry.state == PlanState::Finished {
        state.messages.note("This one is finished: there is nothing to go on with.", now);
        return Vec::new();
    }
    let mut left = state.changes.unfinished.remove(cursor);
    let id = left.entry.plan.id;
    for (step, progress) in left.entry.plan.steps.iter().zip(&mut left.entry.progress) {
        // It is under way again, so its draft is not one that waits to be sent as well.
        progress.outcome = progress.outcome.filter(|outcome| *outcome != Outcome::NotSent);
        if let (Step::Create { draft, .. }, None) = (step, progress.outcome) {
            state.drafts.retain(|other| other != draft);
        }
    }
    state.changes.begin(left.entry.plan, left.entry.progress);
    vec![state.ask(Request::resume(id)).1]
}

fn give_up(state: &mut State, cursor: usize, now: Now) -> Vec<Effect> {
    if cursor >= state.changes.unfinished.len() {
        return Vec::new();
    }
    let left = state.changes.unfinished.remove(cursor);
    if left.entry.state == PlanState::Finished {
        return Vec::new();
    }
    state.keep_drafts(&left.entry);
    state.messages.note("Given up: nothing more of it will be sent. A draft in it is kept.", now);
    vec![state.ask(Request::Drop(left.entry.plan.id)).1]
}
