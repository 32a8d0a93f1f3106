//! A token that the server has refused: the header says so, and the sentence about it names where the next one goes.

use crate::app::shell::app::App;
use crate::domain::Failure;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// A request failed. Where the server refused the token, that is kept, and the failure says what to do.
pub(crate) fn note(state: &mut App, failure: &mut Failure) {
    if failure.status() != Some(401) {
        return;
    }
    state.model.token_rejected = true;
    let key = state.model.key(KeyContext::List, Action::Refresh);
    failure.next = match &state.model.options.token {
        Some(place) => format!("Put a new token into {place} and press {key}."),
        None => format!("Get a new token and press {key}."),
    };
}

/// The server has taken the token, or there is another one.
pub(crate) fn works(state: &mut App) {
    state.model.token_rejected = false;
}
