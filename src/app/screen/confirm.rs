//! A plan that asks to be confirmed: it names what will happen, and Cancel has the focus, so that nobody
//! confirms by pressing Enter twice.

use crate::domain::{Plan, PlanId};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::state::State;
use super::Screen;

/// The question.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What would be done.
    pub plan: Plan,
    /// The staged plans that it is made of.
    pub replaces: Vec<PlanId>,
    /// What else is to be known of it, as sentences.
    pub note: Option<String>,
    /// Whether the button that does it has the focus; at first it has not.
    pub on_yes: bool,
}

/// Asks whether a plan is to be run.
pub(in crate::app) fn ask(state: &mut State, plan: Plan, replaces: Vec<PlanId>) {
    state.screens.push(Screen::Confirm(Confirm { plan, replaces, note: None, on_yes: false }));
}

/// The same, of a new plan, with sentences that tell what else is to be known of it.
pub(in crate::app) fn ask_saying(state: &mut State, plan: Plan, note: String) {
    let (replaces, note) = (Vec::new(), Some(note));
    state.screens.push(Screen::Confirm(Confirm { plan, replaces, note, on_yes: false }));
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Screen::Confirm(confirm)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Next | Action::Previous => confirm.on_yes = !confirm.on_yes,
        Action::Accept if !confirm.on_yes => drop(state.screens.pop()),
        Action::Accept | Action::Yes => {
            if let Some(Screen::Confirm(confirm)) = state.screens.pop() {
                return state.run(confirm.plan, confirm.replaces);
            }
        }
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}
