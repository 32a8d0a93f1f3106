//! A small menu: one of a few texts to copy. The texts are made when it is opened, so that what is chosen is what
//! was seen.

pub mod view;

use crate::domain::Now;

use crate::app::nav::Choice;
use crate::app::effect::Effect;
use crate::app::ops::clipboard;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMenu {
    /// What it is about.
    pub title: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Which has the focus.
    pub at: usize,
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(Overlay::CopyMenu(choose)) = state.screens.last_mut() else { return Vec::new() };
    let last = choose.choices.len().saturating_sub(1);
    match action {
        Action::Next => choose.at = if choose.at >= last { 0 } else { choose.at + 1 },
        Action::Previous => choose.at = if choose.at == 0 { last } else { choose.at - 1 },
        Action::Accept | Action::Yes => {
            let chosen = choose.choices.get(choose.at).cloned();
            state.screens.pop();
            return chosen.map_or(Vec::new(), |chosen| clipboard::send(state, chosen.text, chosen.what, now));
        }
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}
