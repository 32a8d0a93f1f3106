//! Questions with two answers, the harmless one having the focus: leaving while something is under way, and
//! waiting as long as the server asks.

use std::time::Duration;

use crate::domain::Request;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::exporting;
use super::super::state::State;
use super::Screen;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Leaving, although something is under way or not sent.
    Quitting,
    /// Waiting that long, because the server asks for it.
    Waiting(Duration),
    /// Writing an export over a file that is there.
    Replacing,
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub about: About,
    /// Whether the answer that does it has the focus; at first it has not.
    pub on_yes: bool,
}

/// Leaves, or asks first. Asked twice to leave, it leaves.
pub(in crate::app) fn quit(state: &mut State) -> Vec<Effect> {
    let asked =
        matches!(state.screens.last(), Some(Screen::Question(Question { about: About::Quitting, .. })));
    let unsent = state.drafts.iter().any(|draft| !draft.is_blank())
        || state.screens.iter().any(|screen| match screen {
            Screen::Create(create) => !create.draft().is_blank(),
            _ => false,
        });
    if asked || (state.changes.open_steps() == 0 && !unsent) {
        return vec![Effect::Quit];
    }
    ask(state, About::Quitting);
    Vec::new()
}

pub(in crate::app) fn ask(state: &mut State, about: About) {
    state.screens.push(Screen::Question(Question { about, on_yes: false }));
}

/// Asks whether to wait that long, behind whatever somebody is typing in: keys meant for that must not answer
/// this. One question at a time.
pub(in crate::app) fn ask_wait(state: &mut State, wait: Duration) {
    no_wait(state);
    let question = Question { about: About::Waiting(wait), on_yes: false };
    let behind = state.screens.iter().take_while(|screen| matches!(screen, Screen::Detail(_))).count();
    state.screens.insert(behind, Screen::Question(question));
}

/// The wait is over or has changed: there is nothing to ask any more.
pub(in crate::app) fn no_wait(state: &mut State) {
    state
        .screens
        .retain(|screen| !matches!(screen, Screen::Question(Question { about: About::Waiting(_), .. })));
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Screen::Question(question)) = state.screens.last_mut() else { return Vec::new() };
    let yes = match action {
        Action::Next | Action::Previous => {
            question.on_yes = !question.on_yes;
            return Vec::new();
        }
        Action::Yes => true,
        Action::Accept => question.on_yes,
        Action::Back => false,
        _ => return Vec::new(),
    };
    let about = question.about;
    state.screens.pop();
    match (about, yes) {
        (About::Quitting, true) => vec![Effect::Quit],
        (About::Quitting, false) => Vec::new(),
        (About::Replacing, true) => exporting::replace(state),
        (About::Replacing, false) => {
            state.exporting = None;
            Vec::new()
        }
        (About::Waiting(_), true) => vec![state.ask(Request::WaitOut).1],
        (About::Waiting(_), false) => vec![state.ask(Request::DoNotWait).1],
    }
}
