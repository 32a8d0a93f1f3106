//! Input protection: a key never acts on something that is not drawn.
//!
//! A dialog accepts only keys that arrive after its first frame, and a dialog that opens automatically waits
//! for a pause in typing.

use std::mem::{Discriminant, discriminant};
use std::time::Duration;

use crate::app::screen::ScreenPart;
use crate::app::{App, Overlay, PromptKind, View};
use crate::keys::keymap::KeyMatch;
use crate::keys::{Action, Input, Key, KeyContext};

/// Pause in typing after which a dialog may open automatically.
const MIN_TYPING_PAUSE: Duration = Duration::from_millis(300);

/// Identifies the front dialog and the part that keys act on.
///
/// A key that was typed for one target never acts on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputTarget {
    view: View,
    has_pane: bool,
    overlay_count: usize,
    overlay_kind: Option<Discriminant<Overlay>>,
    part: ScreenPart,
}

/// Returns the current front dialog.
pub fn input_target(app: &App) -> InputTarget {
    InputTarget {
        view: app.views.current,
        has_pane: app.ui_state().has_pane,
        overlay_count: app.overlays.len(),
        overlay_kind: app.overlays.last().map(discriminant),
        part: app.top_screen().part(),
    }
}

/// True if an input is accepted. `early` means that it arrived before the front dialog was drawn.
pub(super) fn accept_input(app: &mut App, input: &Input, early: bool) -> bool {
    let key = match input {
        Input::Resize { .. } => return true,
        Input::Key(key) => Some(*key),
        Input::Paste(_) | Input::Scroll { .. } | Input::Click { .. } => None,
    };
    app.input_state.is_unseen = app.model.metrics.too_small || (app.input_state.is_unseen && !is_idle(app));
    app.input_state.last_input_at = Some(app.model.now.mono);
    if key.is_some_and(|key| is_global_key(app, key, early)) {
        return true;
    }
    // A click acts on what the last frame showed at its position.
    let is_click = matches!(input, Input::Click { .. });
    let is_dropped = app.input_state.is_unseen || (early && (is_click || needs_to_be_seen(app, key)));
    if is_dropped {
        app.pending_keys.clear();
    }
    !is_dropped
}

/// True if a key means the same everywhere, so it is accepted before the dialog is drawn.
///
/// A second quit key is accepted only after the quit prompt was drawn.
fn is_global_key(app: &App, key: Key, early: bool) -> bool {
    match app.model.options.keys.find(&[KeyContext::Global], &[key]) {
        KeyMatch::Action(Action::Suspend | Action::Redraw) => true,
        KeyMatch::Action(Action::Quit) => {
            !(early && app.top_screen().part() == ScreenPart::Prompt(PromptKind::Quit))
        }
        _ => false,
    }
}

/// True if the front dialog accepts this input only after it was drawn.
fn needs_to_be_seen(app: &App, key: Option<Key>) -> bool {
    let screen = app.top_screen();
    let action =
        match key.map(|key| app.model.options.keys.find(screen.key_context().fallback_chain(), &[key])) {
            Some(KeyMatch::Action(action)) => Some(action),
            _ => None,
        };
    screen.needs_to_be_seen(action)
}

/// Opens a prompt at the next pause in typing; immediately if the user is not typing.
pub(super) fn prompt_when_idle(app: &mut App, prompt: PromptKind) {
    if !app.input_state.waiting_prompts.contains(&prompt) {
        app.input_state.waiting_prompts.push(prompt);
    }
    open_waiting_prompts(app);
}

/// Closes the prompt about a wait that ended or changed.
pub(super) fn close_wait_prompt(app: &mut App) {
    let is_wait = |prompt: &PromptKind| matches!(prompt, PromptKind::LongWait(_));
    app.input_state.waiting_prompts.retain(|prompt| !is_wait(prompt));
    app.overlays.retain(|overlay| !matches!(overlay, Overlay::Prompt(prompt) if is_wait(&prompt.kind)));
}

/// Opens waiting prompts during a pause in typing. Called after every event.
pub(super) fn open_waiting_prompts(app: &mut App) {
    if is_idle(app) && !is_user_typing(app) {
        for prompt in std::mem::take(&mut app.input_state.waiting_prompts) {
            app.open_prompt_behind(prompt);
        }
    }
}

/// True if the user types in the view itself or has the palette or the help open.
///
/// Their actions act on the screen behind, so that screen must not change.
fn is_user_typing(app: &App) -> bool {
    let is_search = app.views.current == View::Journal && app.views.journal.search.is_some();
    is_search || matches!(app.overlays.last(), Some(Overlay::Palette(_) | Overlay::Help(_)))
}

/// True if the user has paused typing.
pub(super) fn is_idle(app: &App) -> bool {
    next_idle_time(app).is_none_or(|at| at <= app.model.now.mono)
}

/// Returns when the last input is [`MIN_TYPING_PAUSE`] ago; `None` before the first input.
fn next_idle_time(app: &App) -> Option<Duration> {
    app.input_state.last_input_at.map(|at| at + MIN_TYPING_PAUSE)
}

/// Returns when the waiting prompts open; `None` if none waits or the user types.
pub(super) fn next_prompt_time(app: &App) -> Option<Duration> {
    if app.input_state.waiting_prompts.is_empty() || is_user_typing(app) { None } else { next_idle_time(app) }
}
