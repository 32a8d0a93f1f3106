//! Lifting the guard of a guarded profile: its name is typed, so that no single key does it.

use crate::domain::Now;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::state::State;
use super::Screen;

/// The question.
#[derive(Debug, Clone, Default)]
pub struct Lift {
    /// What is typed of the profile's name.
    pub field: Field,
    /// Why the guard was not lifted, after the user tried.
    pub refused: Option<String>,
}

pub(in crate::app) fn open(state: &mut State) {
    state.screens.push(Screen::Lift(Lift::default()));
}

pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    if let Some(Screen::Lift(lift)) = state.screens.last_mut() {
        lift.refused = None;
    }
    Vec::new()
}

pub(in crate::app) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    let profile = state.start.guards.profile.clone();
    let Some(Screen::Lift(lift)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Accept | Action::Send if lift.field.text().trim() == profile => {
            state.screens.pop();
            state.read_only = None;
            state.messages.note("Changes are allowed again.", now);
        }
        Action::Accept | Action::Send => {
            lift.refused = Some(format!("Not the profile's name: type {profile}."));
        }
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}
