//! What the user has seen when a key arrives. A key never acts on anything that is not drawn: a dialog takes only keys
//! that came after its first frame, and one that opens automatically waits until nothing is typed.

use std::mem::{Discriminant, discriminant};
use std::time::Duration;

use crate::domain::{Now, PlanId};

use crate::app::model::view::View;
use crate::app::screens::import;
use crate::app::screens::prompt;
use crate::app::screens::prompt::PromptKind;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::keys::input::{Input, Key};
use crate::keys::keymap::Found;

/// A dialog that opens automatically waits until nothing was typed for so long.
const QUIET: Duration = Duration::from_millis(300);

/// When something was typed, and what waits for a pause.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attention {
    last_typed: Option<Duration>,
    /// The last input came while nothing was drawn. What follows it without a pause is dropped too: it was typed in the
    /// same go, whatever size the window has by then.
    is_unseen: bool,
    /// Questions that open when nothing is typed.
    waiting: Vec<PromptKind>,
}

/// Identifies the dialog in front and the part of it that keys act on: an answer to one is never one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front {
    view: View,
    depth: usize,
    kind: Option<Discriminant<Overlay>>,
    part: Part,
}

/// What of it is shown, where it has several parts that keys act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Question(PromptKind),
    /// A plan that asks to be confirmed, and how many steps it has now.
    Plan(PlanId, usize),
    /// The invite of a triage session that is decided about.
    Invite(usize),
    /// A stage of an import.
    Import(import::Place),
}

/// What lies in front now.
pub fn front(state: &App) -> Front {
    let screen = state.screens.last();
    let part = match screen {
        Some(Overlay::Prompt(question)) => Part::Question(question.about),
        Some(Overlay::Confirm(confirm)) => Part::Plan(confirm.plan.id, confirm.plan.steps.len()),
        Some(Overlay::Triage(triage)) => Part::Invite(triage.walk.at),
        Some(Overlay::Import(many)) => Part::Import(many.place),
        _ => Part::Whole,
    };
    Front { view: state.view, depth: state.screens.len(), kind: screen.map(discriminant), part }
}

/// Whether an input is taken. `early` where it came before what lies in front was drawn.
pub(crate) fn admits(state: &mut App, input: &Input, early: bool, now: Now) -> bool {
    let key = match input {
        Input::Resize { .. } | Input::Focus(_) => return true,
        Input::Key(key) => Some(*key),
        Input::Paste(_) | Input::Wheel { .. } | Input::Click { .. } => None,
    };
    let typed_on = state.attention.last_typed.is_some_and(|at| now.mono.saturating_sub(at) < QUIET);
    state.attention.is_unseen = state.model.metrics.too_small || (state.attention.is_unseen && typed_on);
    state.attention.last_typed = Some(now.mono);
    if key.is_some_and(|key| is_global(state, key, early)) {
        return true;
    }
    let dropped = state.attention.is_unseen || (early && needs_to_be_seen(state, key));
    if dropped {
        state.typed.clear();
    }
    !dropped
}

/// Whether a key means the same wherever it is pressed: it needs nothing to be seen. To leave for the second time,
/// the question has to be.
fn is_global(state: &App, key: Key, early: bool) -> bool {
    match state.model.options.keys.find(&[KeyContext::Anywhere], &[key]) {
        Found::Action(Action::Suspend | Action::Redraw) => true,
        Found::Action(Action::Quit) => {
            let asks =
                matches!(state.screens.last(), Some(Overlay::Prompt(it)) if it.about == PromptKind::Quitting);
            !(early && asks)
        }
        _ => false,
    }
}

/// Whether what lies in front takes an input only after it was drawn: a dialog any, a form what ends it, a triage
/// session what decides, a view what acts at once.
fn needs_to_be_seen(state: &App, key: Option<Key>) -> bool {
    let place = Overlay::place(state.screens.last(), state.view);
    let action = match key.map(|key| state.model.options.keys.find(place.read_with(), &[key])) {
        Some(Found::Action(action)) => Some(action),
        _ => None,
    };
    match state.screens.last() {
        None => matches!(
            action,
            Some(
                Action::Resume | Action::Pause | Action::TakeOut | Action::DismissProblem | Action::MarkSeen
            )
        ),
        Some(
            Overlay::Detail(_)
            | Overlay::Filter(_)
            | Overlay::Pager(_)
            | Overlay::Columns(_)
            | Overlay::RequestDetail(_)
            | Overlay::Forecast(_),
        ) => false,
        Some(
            Overlay::Confirm(_)
            | Overlay::Prompt(_)
            | Overlay::CopyMenu(_)
            | Overlay::Snooze(_)
            | Overlay::SwitchProfile(_),
        ) => true,
        // Going from one invite to another shows them; to decide about one it has to be seen.
        Some(Overlay::Triage(_)) => matches!(
            action,
            Some(Action::Keep | Action::Delete | Action::Resend | Action::Edit | Action::Back)
        ),
        Some(Overlay::Import(many)) if !many.is_typed_into() => true,
        Some(
            Overlay::InviteForm(_)
            | Overlay::Unlock(_)
            | Overlay::Note(_)
            | Overlay::Export(_)
            | Overlay::Palette(_)
            | Overlay::Import(_),
        ) => matches!(action, Some(Action::Accept | Action::Send)),
    }
}

/// Asks as soon as nothing is typed. Where nothing was typed lately that is now.
pub(crate) fn ask_in_a_pause(state: &mut App, about: PromptKind) {
    if !state.attention.waiting.contains(&about) {
        state.attention.waiting.push(about);
    }
    keep_up(state);
}

/// What waited is no longer to be asked.
pub(crate) fn forget(state: &mut App, is_over: impl Fn(&PromptKind) -> bool) {
    state.attention.waiting.retain(|about| !is_over(about));
}

/// Opens what waits, where the pause has come. Asked after whatever has happened.
pub(crate) fn keep_up(state: &mut App) {
    if is_quiet(state) {
        for about in std::mem::take(&mut state.attention.waiting) {
            prompt::open_behind(state, about);
        }
    }
}

/// Whether nothing was typed lately.
pub(crate) fn is_quiet(state: &App) -> bool {
    pause(state).is_none_or(|pause| pause <= state.model.now.mono)
}

/// When nothing was typed for long enough.
fn pause(state: &App) -> Option<Duration> {
    state.attention.last_typed.map(|typed| typed + QUIET)
}

/// When a dialog that waits opens.
pub(crate) fn deadline(state: &App) -> Option<Duration> {
    if state.attention.waiting.is_empty() { None } else { pause(state) }
}
