//! Questions with a few answers, the harmless one first and with the focus: leaving while something is not over,
//! waiting as long as the server asks, and how plans go on that cannot go on by themselves.

pub mod view;

use std::time::Duration;

use crate::domain::request::GoOn;
use crate::domain::{Now, PlanId, Request};

use crate::app::effect::Effect;
use crate::app::model::export;
use crate::app::model::plans::Plans;
use crate::app::model::sessions::SessionStatus;
use crate::app::model::view::View;
use crate::app::nav::PromptKind;
use crate::app::ops::delete_first;
use crate::app::ops::staging;
use crate::app::screens::{changes, plans};
use crate::app::shell::app::App;
use crate::app::shell::attention;
use crate::app::shell::dispatch;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

/// A question that comes by itself takes none but the harmless answer for so long: what is typed then was meant for
/// something else.
const DEAF: Duration = Duration::from_millis(500);

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// What is asked.
    pub about: PromptKind,
    /// The answer that has the focus; at first the harmless one.
    pub focus: usize,
    /// Until then it takes the harmless answer only.
    deaf_until: Duration,
}

impl Prompt {
    /// A question that was asked for, and takes any answer.
    pub fn of(about: PromptKind) -> Prompt {
        Prompt { about, focus: 0, deaf_until: Duration::ZERO }
    }
}

/// Leaves; what the view of changes showed was seen.
fn leaving(state: &mut App) -> Vec<Effect> {
    let mut effects = changes::leave(state);
    effects.push(Effect::Quit);
    effects
}

/// Leaves, or asks first. Asked twice to leave, it leaves.
pub(crate) fn quit(state: &mut App) -> Vec<Effect> {
    let asked =
        matches!(state.screens.last(), Some(Overlay::Prompt(Prompt { about: PromptKind::Quitting, .. })));
    let elsewhere = state.model.background.iter().any(SessionStatus::is_open);
    if asked || (!has_unsent(state) && !has_list(state) && !is_open(&state.model.plans) && !elsewhere) {
        return leaving(state);
    }
    ask(state, PromptKind::Quitting);
    Vec::new()
}

/// Whether a draft would be lost by leaving.
pub fn has_unsent(state: &App) -> bool {
    state.model.drafts.iter().any(|draft| !draft.is_blank())
        || state.screens.iter().any(|screen| match screen {
            Overlay::InviteForm(create) => create.is_unsent(),
            _ => false,
        })
}

/// Whether a list of many would be lost by leaving.
pub fn has_list(state: &App) -> bool {
    let in_front = |screen: &Overlay| matches!(screen, Overlay::Import(many) if many.is_unsent());
    state.many.is_some() || state.screens.iter().any(in_front)
}

/// Whether something is running, held, staged or owed.
fn is_open(changes: &Plans) -> bool {
    changes.open_steps() > 0 || changes.staged_steps() > 0 || changes.owed() > 0
}

pub(crate) fn ask(state: &mut App, about: PromptKind) {
    state.screens.push(Overlay::Prompt(Prompt::of(about)));
}

/// Asks what nobody has asked for, in a pause of typing and behind whatever somebody is typing in: keys meant for
/// that must not answer this. The same is not asked twice.
pub(crate) fn ask_by_itself(state: &mut App, about: PromptKind) {
    attention::ask_in_a_pause(state, about);
}

/// Opens it behind whatever somebody is typing in.
pub(crate) fn open_behind(state: &mut App, about: PromptKind) {
    let is_same =
        |screen: &Overlay| matches!(screen, Overlay::Prompt(Prompt { about: other, .. }) if *other == about);
    if state.screens.iter().any(is_same) {
        return;
    }
    let question = Prompt { about, focus: 0, deaf_until: state.model.now.mono + DEAF };
    let behind = state.screens.iter().take_while(|screen| screen.is_beside_table()).count();
    state.screens.insert(behind, Overlay::Prompt(question));
}

/// Asks whether to wait that long; one such question at a time.
pub(crate) fn ask_wait(state: &mut App, wait: Duration) {
    no_wait(state);
    ask_by_itself(state, PromptKind::Waiting(wait));
}

/// The wait is over or has changed: there is nothing to ask any more.
pub(crate) fn no_wait(state: &mut App) {
    attention::forget(state, |about| matches!(about, PromptKind::Waiting(_)));
    state
        .screens
        .retain(|screen| !matches!(screen, Overlay::Prompt(Prompt { about: PromptKind::Waiting(_), .. })));
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(Overlay::Prompt(question)) = state.screens.last_mut() else { return Vec::new() };
    let is_offer = matches!(question.about, PromptKind::LeftOver(Some(_)));
    let answers = question.about.answers().len();
    let answer = match action {
        Action::Next | Action::Previous => {
            let step = if action == Action::Next { 1 } else { answers - 1 };
            question.focus = (question.focus + step) % answers;
            return Vec::new();
        }
        Action::Accept => question.focus,
        // There is no plain yes to an offer of three.
        Action::Yes if !is_offer => 1,
        Action::Resume if is_offer => 1,
        Action::Drop if is_offer => 2,
        Action::Back => 0,
        _ => return Vec::new(),
    };
    if answer > 0 && now.mono < question.deaf_until {
        return Vec::new();
    }
    let about = question.about;
    state.screens.pop();
    match (about, answer) {
        (PromptKind::LeftOver(_) | PromptKind::SendAgain(_), 0) if action == Action::Back => Vec::new(),
        (PromptKind::SendAgain(id), 0) => plans::go_on_if_sure(state, id, GoOn::Everything),
        (PromptKind::LeftOver(_), 0) => dispatch::go(state, View::Plan),
        (PromptKind::Waiting(_), 0) => vec![state.ask(Request::DoNotWait).1],
        (PromptKind::Replacing, 0) => {
            state.model.export = None;
            Vec::new()
        }
        (_, 0) => Vec::new(),
        (PromptKind::Replacing, _) => export::replace(state),
        (PromptKind::Quitting, _) => leaving(state),
        (PromptKind::Waiting(_), _) => vec![state.ask(Request::WaitOut).1],
        (PromptKind::LeftOver(None), _) => Vec::new(),
        (PromptKind::LeftOver(Some(id)), 1) => {
            let mut effects = dispatch::go(state, View::Plan);
            effects.extend(plans::resume(state, id, now));
            effects
        }
        (PromptKind::LeftOver(Some(id)), _) => plans::give_up(state, id, now),
        (PromptKind::GiveUp(id), _) => plans::give_up_now(state, id, now),
        (PromptKind::DropStaged, _) => staging::drop_all(state, now),
        (PromptKind::WithoutMail(id), _) => plans::go_on_if_sure(state, id, GoOn::WithoutMail),
        (PromptKind::SendAgain(id), _) => plans::go_on_if_sure(state, id, GoOn::SendAgain),
        (PromptKind::DeleteFirst(id), _) => delete_first::ask(state, id, now),
    }
}
