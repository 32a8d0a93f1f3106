//! Who may change what: read-only, which all changes are refused for until a person allows them, and the token.

use crate::app::{Context, Route};
use crate::domain::Error;
use crate::keys::{Action, KeyContext};

/// Whether anything may be changed; where not, it is said why.
pub(crate) fn check_writable(cx: &mut Context<'_>) -> bool {
    if let Some(text) = cx.read_only_text() {
        cx.info(text);
        return false;
    }
    check_journal(cx)
}

/// Whether anything can be written to the journal; where not, it is said why.
pub(crate) fn check_journal(cx: &mut Context<'_>) -> bool {
    let Some(failure) = cx.journal_error.clone() else { return true };
    cx.error(failure);
    false
}

/// Refuses all changes, or allows them again; a guarded profile asks for its name first.
pub(crate) fn toggle_read_only(cx: &mut Context<'_>) {
    if let Some(text) = cx.wrong_tenancy_text() {
        return cx.info(text);
    }
    if cx.read_only_reason.is_none() {
        cx.model.read_only_reason = Some("you asked for it".to_owned());
        return cx.info("Read-only: changes are refused.");
    }
    if cx.options.guards.guarded { cx.open(Route::Unlock) } else { allow_changes(cx) }
}

/// Allows changes again.
pub(crate) fn allow_changes(cx: &mut Context<'_>) {
    cx.model.read_only_reason = None;
    cx.info("Changes are allowed again.");
}

/// A request about invites failed. Where the server refuses the token, or says that it may not, nothing more is tried
/// unasked, and the failure says what to do.
pub(crate) fn handle_auth_error(cx: &mut Context<'_>, failure: &mut Error) {
    match failure.status() {
        Some(401) => {
            cx.model.token_rejected = true;
            let key = cx.key(KeyContext::List, Action::Refresh);
            failure.hint = match &cx.options.token_source {
                Some(place) => format!("Put a new token into {place} and press {key}."),
                None => format!("Get a new token and press {key}."),
            };
        }
        Some(403) if cx.read_only_reason.is_none() => {
            cx.model.read_only_reason =
                Some("the server answered 403: this token may not manage invites".to_owned());
            let key = cx.read_only_key();
            failure.hint.push_str(&format!(" This console is read-only now; {key} allows changes again."));
        }
        _ => {}
    }
}

/// The server has taken the token, or there is another one.
pub(crate) fn on_token_accepted(cx: &mut Context<'_>) {
    cx.model.token_rejected = false;
}
