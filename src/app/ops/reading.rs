//! Without a server: the last complete list that was kept is shown in place of the one that could not be read, for
//! reading, filtering and staging. Nothing is sent on it: a fresh list is read before a plan runs.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::change::Snapshot;
use crate::domain::roster::Roster;
use crate::domain::{Failure, FailureKind, Now, Request};

use crate::app::effect::Effect;
use crate::app::model::invites::Known;
use crate::app::screens::changes::items::moment;
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// A server that has sent nothing for so long is slow: an older list is better than none.
const SLOW: Duration = Duration::from_millis(500);

/// A reading has failed. Where nothing at all is known of the list, and not because somebody may not read it, the one
/// that was kept is asked for.
pub(crate) fn ask(state: &mut App) -> Vec<Effect> {
    match &state.model.invites.known {
        Known::Part(failure) if state.model.invites.shown.is_empty() && failure.is_passing() => {
            let (id, effect) = state.ask(Request::Kept);
            state.model.invites.asked_kept = Some(id);
            vec![effect]
        }
        _ => Vec::new(),
    }
}

/// When the list that was kept is asked for, because the first reading has brought nothing for too long.
pub(crate) fn deadline(state: &App) -> Option<Duration> {
    let reading = state.model.invites.reading.as_ref()?;
    let brings_nothing = reading.rows == 0
        && state.model.invites.shown.is_empty()
        && state.model.invites.known == Known::Nothing;
    (brings_nothing && state.model.invites.asked_kept.is_none()).then_some(reading.since + SLOW)
}

/// Asks for the list that was kept where the server is slow. Asked after whatever has happened.
pub(crate) fn keep_up(state: &mut App, now: Now) -> Vec<Effect> {
    if deadline(state).is_none_or(|at| at > now.mono) {
        return Vec::new();
    }
    let (id, effect) = state.ask(Request::Kept);
    state.model.invites.asked_kept = Some(id);
    vec![effect]
}

/// The list that was kept, if there is one. What the server has told meanwhile is better.
pub(crate) fn found(state: &mut App, kept: Option<Box<Snapshot>>, now: Now) -> Vec<Effect> {
    let Some(kept) = kept.filter(|_| state.model.invites.shown.is_empty()) else { return Vec::new() };
    let at = kept.at;
    match (&state.model.invites.known, &state.model.invites.reading) {
        (Known::Nothing, Some(reading)) if reading.rows == 0 => {
            let failure = Failure::new(
                FailureKind::TimedOut,
                "The list is not loaded yet",
                "the server has not answered yet",
                "Wait a little.",
            );
            state.model.invites.known = Known::Kept { at, failure };
            (state.model.invites.shown, state.model.invites.incoming) =
                (kept.roster, Some(Roster::default()));
            return state.arrange();
        }
        (Known::Part(failure), None) => {
            state.model.invites.known = Known::Kept { at, failure: failure.clone() }
        }
        _ => return Vec::new(),
    }
    state.model.invites.shown = kept.roster;
    let (key, when) = (state.model.key(KeyContext::List, Action::Refresh), moment(state, at));
    let words = format!("The server cannot be read: this is the list of {when}. {key} tries again.");
    state.model.notifications.note(words, now);
    state.arrange()
}

/// As of when the list is that is shown, where it is one that was kept.
pub fn shown_as_of(state: &App) -> Option<Timestamp> {
    match state.model.invites.known {
        Known::Kept { at, .. } => Some(at),
        _ => None,
    }
}

/// Why no plan runs on the list that is shown, as sentences; `None` where one may. Then a fresh one is to be read.
pub(crate) fn no_plan(state: &App) -> Option<String> {
    let when = moment(state, shown_as_of(state)?);
    let (place, stage) = (KeyContext::Confirm, Action::Stage);
    Some(format!(
        "This is the list of {when}, so nothing is sent yet: the list of now is being read first. Run the plan \
         again when it is there; {} stages it.",
        state.model.key(place, stage)
    ))
}
