//! Permission for changes: read-only mode, and rejected tokens.

use crate::app::{Context, Route};
use crate::domain::Error;
use crate::keys::{Action, KeyContext};

/// True if changes are allowed; otherwise notifies the user of the reason.
pub(crate) fn check_writable(cx: &mut Context<'_>) -> bool {
    if let Some(text) = cx.read_only_text() {
        cx.info(text);
        return false;
    }
    check_journal(cx)
}

/// True if the journal can be written; otherwise notifies the user of the reason.
pub(crate) fn check_journal(cx: &mut Context<'_>) -> bool {
    let Some(failure) = cx.journal_error.clone() else { return true };
    cx.error(failure);
    false
}

/// Hides the line about the sandbox. Returns false if it is not shown.
pub(crate) fn hide_sandbox_line(cx: &mut Context<'_>) -> bool {
    cx.options.sandbox.is_some() && !std::mem::replace(&mut cx.model.is_sandbox_line_hidden, true)
}

/// Turns read-only mode on or off; a guarded profile first asks for its name.
pub(crate) fn toggle_read_only(cx: &mut Context<'_>) {
    if let Some(text) = cx.wrong_tenancy_text() {
        return cx.info(text);
    }
    if cx.read_only_reason.is_none() {
        cx.model.read_only_reason = Some("you turned it on".to_owned());
        return cx.info("Read-only mode is on.");
    }
    if cx.options.guards.guarded { cx.open(Route::Unlock) } else { allow_changes(cx) }
}

/// Turns read-only mode off.
pub(crate) fn allow_changes(cx: &mut Context<'_>) {
    cx.model.read_only_reason = None;
    cx.info("Read-only mode is off. Changes are allowed.");
}

/// Reacts to a failed invite request.
///
/// A missing or rejected token (401) adds a hint. A forbidden request (403) turns read-only mode on.
pub(crate) fn handle_auth_error(cx: &mut Context<'_>, failure: &mut Error) {
    match failure.status() {
        _ if failure.is_about_token() => {
            let is_rejected = failure.status().is_some();
            cx.model.token_problem = Some(if is_rejected { "token rejected" } else { "no usable token" });
            let key = cx.key(KeyContext::List, Action::Refresh);
            if cx.options.token_source.is_some() {
                failure.hint = format!("{} and press {key}.", cx.options.new_token_hint());
            } else {
                let retry = [("try again.", "press"), ("Try again.", "Press")];
                let named = retry.iter().find_map(|(end, press)| {
                    Some(format!("{}{press} {key}.", failure.hint.strip_suffix(end)?))
                });
                failure.hint = named.unwrap_or_else(|| failure.hint.clone());
            }
        }
        Some(403) if cx.read_only_reason.is_none() => {
            cx.model.read_only_reason = Some("the token cannot manage invites (403)".to_owned());
            let key = cx.read_only_key();
            failure.hint.push_str(&format!(" Read-only mode is on; press {key} to allow changes."));
        }
        _ => {}
    }
}
