//! Read-only: all changes are refused until a person allows them. Asked for by a person, at the start, or by a server
//! that says that this token may not.

use crate::domain::Failure;

use crate::app::ops::token;
use crate::app::shell::app::App;

/// A call about invites failed. Where the server says that this token may not, nothing more is tried unasked, and the
/// failure says so.
pub(crate) fn note(state: &mut App, failure: &mut Failure) {
    token::note(state, failure);
    if failure.status() == Some(403) && state.model.read_only.is_none() {
        state.model.read_only = Some("the server answered 403: this token may not manage invites".to_owned());
        let key = state.model.read_only_key();
        failure.next.push_str(&format!(" This console is read-only now; {key} allows changes again."));
    }
}
