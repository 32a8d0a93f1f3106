//! The view of what changed since the last visit: moving in it, inviting again who is gone, and marking it seen.
//! What a change is, is told in `domain::change`.

use crate::domain::Now;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::lines::Lines;
use super::super::state::State;
use super::super::view::View;
use super::views;

/// What is known of the changes, and the place in them.
#[derive(Debug, Clone, Default)]
pub struct ChangedView {
    /// The place in the list.
    pub lines: Lines,
}

pub(in crate::app) fn act(state: &mut State, action: Action, _now: Now) -> Vec<Effect> {
    match action {
        Action::Back => views::go(state, View::Pending),
        _ => Vec::new(),
    }
}
