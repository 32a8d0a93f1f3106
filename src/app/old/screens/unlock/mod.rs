//! Lifting the guard of a guarded profile: its name is typed, so that no single key does it.

pub mod view;

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::ui::text_field::TextField;

/// The question.
#[derive(Debug, Clone, Default)]
pub struct Unlock {
    /// What is typed of the profile's name.
    pub field: TextField,
    /// Why the guard was not lifted, after the user tried.
    pub refused: Option<String>,
}

pub(crate) fn open(state: &mut App) {
    state.screens.push(Overlay::Unlock(Unlock::default()));
}

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Unlock(lift)) = state.screens.last_mut() {
        lift.refused = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let profile = state.model.options.guards.profile.clone();
    let Some(Overlay::Unlock(lift)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Accept | Action::Send if lift.field.text().trim() == profile => {
            state.screens.pop();
            state.model.read_only = None;
            state.model.notifications.note("Changes are allowed again.", now);
        }
        Action::Accept | Action::Send => {
            lift.refused = Some(format!("Not the profile's name: type {profile}."));
        }
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}
