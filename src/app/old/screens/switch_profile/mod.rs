//! The change of tenancy: those that the configuration names, how each stands, and going to one of them. The one
//! that is left stays open behind it, with all that is marked, written and running there.

pub mod view;

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::screens::changes;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

/// The list of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SwitchProfile {
    /// Which has the focus.
    pub at: usize,
}

/// Shows it, or says why there is nothing to change to.
pub(crate) fn open(state: &mut App, now: Now) {
    let listed = &state.model.options.listed;
    if listed.len() < 2 {
        let words =
            "There is no other tenancy: config.toml names them, each in a [profiles.NAME] of its own.";
        return state.model.notifications.note(words, now);
    }
    let here = listed.iter().position(|listed| listed.name == state.model.options.name).unwrap_or(0);
    state.screens.push(Overlay::SwitchProfile(SwitchProfile { at: here }));
}

/// Shows it before anything is open, with the one that was used last under the cursor.
pub(crate) fn choose(state: &mut App) {
    let last = state.model.options.last_used.as_ref();
    let at = state.model.options.listed.iter().position(|listed| Some(&listed.name) == last).unwrap_or(0);
    state.screens.push(Overlay::SwitchProfile(SwitchProfile { at }));
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::SwitchProfile(tenancies)) = state.screens.last_mut() else { return Vec::new() };
    let count = state.model.options.listed.len().max(1);
    match action {
        Action::Next => tenancies.at = (tenancies.at + 1) % count,
        Action::Previous => tenancies.at = (tenancies.at + count - 1) % count,
        Action::Accept | Action::Yes => {
            let chosen = state.model.options.listed.get(tenancies.at).map(|listed| listed.name.clone());
            if !state.model.options.chooses {
                state.screens.pop();
            }
            let Some(chosen) = chosen.filter(|name| *name != state.model.options.name) else {
                return Vec::new();
            };
            // Who goes elsewhere leaves the view that is shown here, though it is there again on coming back.
            let mut effects = changes::leave(state);
            effects.push(Effect::GoTo(chosen));
            return effects;
        }
        Action::Back if state.model.options.chooses => return vec![Effect::Quit],
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}
