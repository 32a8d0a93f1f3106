//! Read-only: all changes are refused until a person allows them. Asked for by a person, at the start, or by a server
//! that says that this token may not.

use crate::domain::Failure;

use super::state::State;

/// Why nothing may be changed, as a sentence, and how that ends; `None` where it may.
pub fn why(state: &State) -> Option<String> {
    let why = state.read_only.as_ref()?;
    let key = state.read_only_key();
    Some(format!("Read-only, because {why}: nothing is changed. {key} allows changes again."))
}

/// A call about invites failed. Where the server says that this token may not, nothing more is tried unasked, and the
/// failure says so.
pub(super) fn note(state: &mut State, failure: &mut Failure) {
    if failure.status() == Some(403) && state.read_only.is_none() {
        state.read_only = Some("the server answered 403: this token may not manage invites".to_owned());
        let key = state.read_only_key();
        failure.next.push_str(&format!(" This console is read-only now; {key} allows changes again."));
    }
}
