//! A token that the server has refused: the header says so, and the sentence about it names where the next one goes.

use super::action::Action;
use super::context::Context;
use super::state::State;
use crate::domain::Failure;

/// A request failed. Where the server refused the token, that is kept, and the failure says what to do.
pub(super) fn note(state: &mut State, failure: &mut Failure) {
    if failure.status() != Some(401) {
        return;
    }
    state.token_rejected = true;
    let key = state.key(Context::List, Action::Refresh);
    failure.next = match &state.start.token {
        Some(place) => format!("Put a new token into {place} and press {key}."),
        None => format!("Get a new token and press {key}."),
    };
}

/// The server has taken the token, or there is another one.
pub(super) fn works(state: &mut State) {
    state.token_rejected = false;
}
