//! Read-only: all changes are refused until a person allows them. Asked for by a person, at the start, or by a server
//! that says that this token may not.

use crate::domain::Failure;
use crate::domain::session::OTHER_PROFILE;

use crate::app::model::options::AppOptions;
use crate::app::ops::token;
use crate::app::shell::app::App;

/// Why a console begins read-only, as half a sentence.
pub(crate) fn at_the_start(start: &AppOptions) -> Option<String> {
    if start.read_only {
        return Some("it was started with --read-only".to_owned());
    }
    let profile = &start.guards.profile;
    start.guards.guarded.then(|| format!("the profile {profile} is guarded"))
}

/// Why nothing may be changed whatever a person says, as half a sentence: the token is of another tenancy.
pub fn pinned(state: &App) -> Option<&str> {
    state.session.as_ref()?.wrong_tenancy.as_deref()
}

/// The same as a sentence.
pub(crate) fn pinned_words(state: &App) -> Option<String> {
    pinned(state).map(|why| format!("Nothing is changed: {why}. {OTHER_PROFILE}"))
}

/// Why nothing may be changed, as a sentence, and how that ends; `None` where it may.
pub fn why(state: &App) -> Option<String> {
    if let Some(words) = pinned_words(state) {
        return Some(words);
    }
    let why = state.read_only.as_ref()?;
    let key = state.read_only_key();
    Some(format!("Read-only, because {why}: nothing is changed. {key} allows changes again."))
}

/// A call about invites failed. Where the server says that this token may not, nothing more is tried unasked, and the
/// failure says so.
pub(crate) fn note(state: &mut App, failure: &mut Failure) {
    token::note(state, failure);
    if failure.status() == Some(403) && state.read_only.is_none() {
        state.read_only = Some("the server answered 403: this token may not manage invites".to_owned());
        let key = state.read_only_key();
        failure.next.push_str(&format!(" This console is read-only now; {key} allows changes again."));
    }
}
