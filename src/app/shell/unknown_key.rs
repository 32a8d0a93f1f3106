//! Answers keys without an action: once, and not again until a key with an action is pressed.

use crate::app::App;
use crate::app::model::notifications::Topic;
use crate::keys::{Action, Key, KeyCode};

/// Notifies the user that the keys do nothing here.
///
/// Stays silent if the user closed a key sequence with Esc, and while another notification or an undo window is
/// shown, because both are more important.
pub(super) fn on_unknown_keys(app: &mut App, typed: &[Key]) {
    let is_closed_sequence = typed.len() > 1 && typed.last() == Some(&KeyCode::Esc.into());
    let model = &app.model;
    let is_line_in_use =
        model.notifications.newest_notification().is_some() || model.plans.plan_in_undo_window().is_some();
    if app.input_state.is_unknown_key_answered || is_closed_sequence || is_line_in_use {
        return;
    }
    let mut text = format!("{} does nothing here", model.options.keys.display_keys(typed));
    let help_keys = model.options.keys.keys_in(app.top_screen().key_context(), Action::Help);
    if let Some(key) = help_keys.first() {
        text.push_str(&format!("; {key} help"));
    }
    app.input_state.is_unknown_key_answered = true;
    app.model.notifications.info(text, Some(Topic::UnknownKey), app.model.now);
}

/// Removes the answer to an unknown key after a key with an action.
pub(super) fn on_known_key(app: &mut App) {
    app.input_state.is_unknown_key_answered = false;
    app.model.notifications.clear(Topic::UnknownKey);
}
