//! The view of what looks wrong: moving in it, mending one, and dismissing it. What is a problem is told in
//! `domain::lint`.

use crate::domain::Now;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::lines::Lines;
use super::super::state::State;
use super::super::view::View;
use super::views;

/// What is known of the problems, and the place in them.
#[derive(Debug, Clone, Default)]
pub struct ProblemsView {
    /// The place in the list.
    pub lines: Lines,
}

pub(in crate::app) fn act(state: &mut State, action: Action, _now: Now) -> Vec<Effect> {
    match action {
        Action::Back => views::go(state, View::Pending),
        _ => Vec::new(),
    }
}
