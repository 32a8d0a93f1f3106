//! The view of the calls that were made: moving among them, one in full, and copying from there.

pub mod view;

use crate::domain::text::{visible, visible_lines};
use crate::domain::{Now, curl, json};

use crate::app::effect::Effect;
use crate::app::model::request_log::LoggedRequest;
use crate::app::model::view::View;
use crate::app::ops::clipboard;
use crate::app::screens::pending::copy::choice;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::ui::list_state::moved_by;

/// A call in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDetail {
    /// Which one.
    pub number: u64,
    /// The first line that is shown.
    pub scroll: usize,
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if let Some(lines) = moved_by(action, state.model.metrics.text_height) {
        step(state, lines);
        return Vec::new();
    }
    match action {
        Action::Open => open(state),
        Action::Back => back(state),
        Action::Copy => return copy_curl(state, now),
        Action::CopyChoose => choose(state, now),
        _ => {}
    }
    Vec::new()
}

/// Lines of the call in front, or else calls of the list.
fn step(state: &mut App, lines: isize) {
    let drawn = state.model.metrics;
    if let Some(Overlay::RequestDetail(call)) = state.screens.last_mut() {
        call.scroll = call.scroll.saturating_add_signed(lines).min(drawn.scroll_limit);
        return;
    }
    let to = state.model.request_log.cursor().saturating_add_signed(lines);
    state.model.request_log.go_to(to, drawn.text_height);
}

fn open(state: &mut App) {
    let Some(number) = state.model.request_log.selected().map(|kept| kept.number) else { return };
    if !matches!(state.screens.last(), Some(Overlay::RequestDetail(_))) {
        // Pinned, so that one reads on although others come.
        state.model.request_log.go_to(state.model.request_log.cursor(), state.model.metrics.text_height);
        state.screens.push(Overlay::RequestDetail(RequestDetail { number, scroll: 0 }));
    }
}

/// One step back: out of the call, then away with a message, then to all calls, then to the invites.
fn back(state: &mut App) {
    if state.screens.pop().is_some() || state.model.notifications.dismiss_newest() {
        return;
    }
    if state.model.request_log.only.is_some() {
        return state.model.request_log.show_only(None);
    }
    state.view = View::Pending;
}

/// The call in front, or else the selected one.
pub(crate) fn in_hand(state: &App) -> Option<&LoggedRequest> {
    match state.screens.last() {
        Some(Overlay::RequestDetail(call)) => state.model.request_log.get(call.number),
        _ => state.model.request_log.selected(),
    }
}

/// The call as a curl line.
pub fn curl_line(state: &App, kept: &LoggedRequest) -> String {
    let address =
        state.model.session.as_ref().map_or(&state.model.options.address, |session| &session.address);
    curl::of_call(address, &kept.call)
}

/// What was answered: JSON laid out, anything else line by line; nothing in it acts on a terminal.
pub fn answer_lines(answered: &str) -> Vec<String> {
    match json::pretty(answered) {
        Some(pretty) => visible_lines(&pretty),
        None => visible_lines(answered),
    }
}

fn copy_curl(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(line) = in_hand(state).map(|kept| curl_line(state, kept)) else {
        state.model.notifications.note("There is no request to copy here.", now);
        return Vec::new();
    };
    clipboard::send(state, line, "The curl call".into(), now)
}

fn choose(state: &mut App, now: Now) {
    let Some(kept) = in_hand(state) else {
        return state.model.notifications.note("There is no request to copy here.", now);
    };
    let call = &kept.call;
    let mut choices = vec![
        choice("curl call", "The curl call".into(), curl_line(state, kept)),
        choice("path", "The path".into(), visible(&call.path).into_owned()),
    ];
    if let Some(id) = &call.request_id {
        choices.push(choice("request id", "The request id".into(), visible(id).into_owned()));
    }
    if !call.answered.is_empty() {
        choices.push(choice("answer", "The answer".into(), answer_lines(&call.answered).join("\n")));
    }
    clipboard::choose(state, "Copy of this request".into(), choices);
}
