//! Without a server: the last complete list that was kept is shown in place of the one that could not be read, for
//! reading, filtering and staging. Nothing is sent on it: a fresh list is read before a plan runs.

use jiff::Timestamp;

use crate::domain::change::Snapshot;
use crate::domain::{Now, Request};

use super::action::Action;
use super::effect::Effect;
use super::keymap::Context;
use super::list::Known;
use super::screen::changed::items::moment;
use super::state::State;

/// A reading has failed. Where nothing at all is known of the list, and not because somebody may not read it, the one
/// that was kept is asked for.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    match &state.list.known {
        Known::Part(failure) if state.list.shown.is_empty() && failure.is_passing() => {
            let (id, effect) = state.ask(Request::Kept);
            state.list.asked_kept = Some(id);
            vec![effect]
        }
        _ => Vec::new(),
    }
}

/// The list that was kept, if there is one. What the server has told meanwhile is better.
pub(super) fn found(state: &mut State, kept: Option<Box<Snapshot>>, now: Now) -> Vec<Effect> {
    let Known::Part(failure) = &state.list.known else { return Vec::new() };
    let Some(kept) = kept.filter(|_| state.list.shown.is_empty() && state.list.reading.is_none()) else {
        return Vec::new();
    };
    let at = kept.at;
    state.list.known = Known::Kept { at, failure: failure.clone() };
    state.list.shown = kept.roster;
    let (key, when) = (state.key(Context::List, Action::Refresh), moment(state, at));
    let words = format!("The server cannot be read: this is the list of {when}. {key} tries again.");
    state.messages.note(words, now);
    state.arrange()
}

/// As of when the list is that is shown, where it is one that was kept.
pub fn shown_as_of(state: &State) -> Option<Timestamp> {
    match state.list.known {
        Known::Kept { at, .. } => Some(at),
        _ => None,
    }
}

/// Why no plan runs on the list that is shown, as sentences; `None` where one may. Then a fresh one is to be read.
pub(super) fn no_plan(state: &State) -> Option<String> {
    let when = moment(state, shown_as_of(state)?);
    let (place, stage) = (Context::Confirm, Action::Stage);
    Some(format!(
        "This is the list of {when}, so nothing is sent yet: the list of now is being read first. Run the plan \
         again when it is there; {} stages it.",
        state.key(place, stage)
    ))
}
