//! The view of the journal: the plans of this tenancy that were run from this machine, their steps, and each call.
//! Read only, but for what can be restored from it: a plan like any other.

use crate::domain::Now;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::state::State;
use super::super::view::View;

/// What is known of the journal, and the place in it.
#[derive(Debug, Clone, Default)]
pub struct JournalView {
    /// The selected line.
    pub cursor: usize,
}

pub(in crate::app) fn act(state: &mut State, action: Action, _now: Now) -> Vec<Effect> {
    if action == Action::Back {
        state.view = View::Pending;
    }
    Vec::new()
}
