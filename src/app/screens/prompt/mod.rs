//! Questions with a few answers, the harmless one first and with the focus: leaving while something is not over,
//! waiting as long as the server asks, and how plans go on that cannot go on by themselves.

pub mod view;

use std::time::Duration;

use crate::domain::request::GoOn;
use crate::domain::{Now, PlanId, Request};

use crate::app::effect::Effect;
use crate::app::model::export;
use crate::app::model::plans::Changes;
use crate::app::model::sessions::Elsewhere;
use crate::app::model::view::View;
use crate::app::ops::delete_first;
use crate::app::ops::staging;
use crate::app::screens::{changes, plans};
use crate::app::shell::app::State;
use crate::app::shell::attention;
use crate::app::shell::dispatch;
use crate::app::shell::stack::Screen;
use crate::keys::action::Action;

/// A question that comes by itself takes none but the harmless answer for so long: what is typed then was meant for
/// something else.
const DEAF: Duration = Duration::from_millis(500);

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Leaving, although something is not over.
    Quitting,
    /// Waiting that long, because the server asks for it.
    Waiting(Duration),
    /// Writing an export over a file that is there.
    Replacing,
    /// What becomes of what an earlier run did not finish; the plan, where it is a single one.
    LeftOver(Option<PlanId>),
    /// Giving a plan up that owes something, or of which much is left.
    GiveUp(PlanId),
    /// Letting go of all that is staged.
    DropStaged,
    /// A quota is reached: going on with the steps that send nothing.
    WithoutMail(PlanId),
    /// It is unknown whether a plan has invited somebody: only looking, or sending again.
    SendAgain(PlanId),
    /// The server takes no second invite for addresses of this plan: revoking first, and then sending.
    DeleteFirst(PlanId),
}

impl About {
    /// The answers; the first is the harmless one, the second is what is asked for.
    pub fn answers(self) -> &'static [&'static str] {
        match self {
            About::Quitting => &["Stay", "Quit"],
            About::Waiting(_) => &["Do not wait", "Wait"],
            About::Replacing => &["Keep it", "Replace it"],
            About::LeftOver(Some(_)) => &["Review", "Resume", "Give up"],
            About::LeftOver(None) => &["Review", "Later"],
            About::GiveUp(_) => &["Keep it", "Give up"],
            About::DropStaged => &["Keep them", "Drop all"],
            About::WithoutMail(_) => &["Leave it paused", "Only revoke"],
            About::SendAgain(_) => &["Only look", "Send again"],
            About::DeleteFirst(_) => &["Leave them", "Revoke first"],
        }
    }
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub about: About,
    /// The answer that has the focus; at first the harmless one.
    pub focus: usize,
    /// Until then it takes the harmless answer only.
    deaf_until: Duration,
}

impl Question {
    /// A question that was asked for, and takes any answer.
    pub fn of(about: About) -> Question {
        Question { about, focus: 0, deaf_until: Duration::ZERO }
    }
}

/// Leaves; what the view of changes showed was seen.
fn leaving(state: &mut State) -> Vec<Effect> {
    let mut effects = changes::leave(state);
    effects.push(Effect::Quit);
    effects
}

/// Leaves, or asks first. Asked twice to leave, it leaves.
pub(crate) fn quit(state: &mut State) -> Vec<Effect> {
    let asked =
        matches!(state.screens.last(), Some(Screen::Question(Question { about: About::Quitting, .. })));
    let elsewhere = state.elsewhere.iter().any(Elsewhere::is_open);
    if asked || (!has_unsent(state) && !has_list(state) && !is_open(&state.changes) && !elsewhere) {
        return leaving(state);
    }
    ask(state, About::Quitting);
    Vec::new()
}

/// Whether a draft would be lost by leaving.
pub fn has_unsent(state: &State) -> bool {
    state.drafts.iter().any(|draft| !draft.is_blank())
        || state.screens.iter().any(|screen| match screen {
            Screen::Create(create) => create.is_unsent(),
            _ => false,
        })
}

/// Whether a list of many would be lost by leaving.
pub fn has_list(state: &State) -> bool {
    let in_front = |screen: &Screen| matches!(screen, Screen::Many(many) if many.is_unsent());
    state.many.is_some() || state.screens.iter().any(in_front)
}

/// Whether something is running, held, staged or owed.
fn is_open(changes: &Changes) -> bool {
    changes.open_steps() > 0 || changes.staged_steps() > 0 || changes.owed() > 0
}

pub(crate) fn ask(state: &mut State, about: About) {
    state.screens.push(Screen::Question(Question::of(about)));
}

/// Asks what nobody has asked for, in a pause of typing and behind whatever somebody is typing in: keys meant for
/// that must not answer this. The same is not asked twice.
pub(crate) fn ask_by_itself(state: &mut State, about: About) {
    attention::ask_in_a_pause(state, about);
}

/// Opens it behind whatever somebody is typing in.
pub(crate) fn open_behind(state: &mut State, about: About) {
    let is_same = |screen: &Screen| matches!(screen, Screen::Question(Question { about: other, .. }) if *other == about);
    if state.screens.iter().any(is_same) {
        return;
    }
    let question = Question { about, focus: 0, deaf_until: state.now.mono + DEAF };
    let behind = state.screens.iter().take_while(|screen| screen.is_beside_table()).count();
    state.screens.insert(behind, Screen::Question(question));
}

/// Asks whether to wait that long; one such question at a time.
pub(crate) fn ask_wait(state: &mut State, wait: Duration) {
    no_wait(state);
    ask_by_itself(state, About::Waiting(wait));
}

/// The wait is over or has changed: there is nothing to ask any more.
pub(crate) fn no_wait(state: &mut State) {
    attention::forget(state, |about| matches!(about, About::Waiting(_)));
    state
        .screens
        .retain(|screen| !matches!(screen, Screen::Question(Question { about: About::Waiting(_), .. })));
}

pub(crate) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    let Some(Screen::Question(question)) = state.screens.last_mut() else { return Vec::new() };
    let is_offer = matches!(question.about, About::LeftOver(Some(_)));
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
        (About::LeftOver(_) | About::SendAgain(_), 0) if action == Action::Back => Vec::new(),
        (About::SendAgain(id), 0) => plans::go_on_if_sure(state, id, GoOn::Everything),
        (About::LeftOver(_), 0) => dispatch::go(state, View::Plan),
        (About::Waiting(_), 0) => vec![state.ask(Request::DoNotWait).1],
        (About::Replacing, 0) => {
            state.exporting = None;
            Vec::new()
        }
        (_, 0) => Vec::new(),
        (About::Replacing, _) => export::replace(state),
        (About::Quitting, _) => leaving(state),
        (About::Waiting(_), _) => vec![state.ask(Request::WaitOut).1],
        (About::LeftOver(None), _) => Vec::new(),
        (About::LeftOver(Some(id)), 1) => {
            let mut effects = dispatch::go(state, View::Plan);
            effects.extend(plans::resume(state, id, now));
            effects
        }
        (About::LeftOver(Some(id)), _) => plans::give_up(state, id, now),
        (About::GiveUp(id), _) => plans::give_up_now(state, id, now),
        (About::DropStaged, _) => staging::drop_all(state, now),
        (About::WithoutMail(id), _) => plans::go_on_if_sure(state, id, GoOn::WithoutMail),
        (About::SendAgain(id), _) => plans::go_on_if_sure(state, id, GoOn::SendAgain),
        (About::DeleteFirst(id), _) => delete_first::ask(state, id, now),
    }
}
