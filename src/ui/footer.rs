//! The last line: the keys that matter where one is, taken from the key table, so that it cannot lie.
//! As many as fit; what helps most comes first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::screen::Screen;
use crate::app::screen::text::About;
use crate::app::state::State;
use crate::domain::text::width;

use super::theme::Theme;

/// Draws it.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let context = Screen::contexts(state.screens.last(), state.view)[0];
    let mut spans = vec![Span::raw(" ")];
    let mut room = area.width.saturating_sub(2) as usize;
    for (action, words) in shown(state, context) {
        let contexts = Screen::contexts(state.screens.last(), state.view);
        let mut keys = contexts.iter().flat_map(|context| state.start.keys.keys_of(*context, action));
        let Some(key) = keys.next() else { continue };
        let columns = width(&key) + 1 + width(words);
        if columns > room {
            continue;
        }
        room = room.saturating_sub(columns + 2);
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::raw(format!(" {words}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What is offered where, with the shortest word for it.
fn shown(state: &State, context: Context) -> Vec<(Action, &'static str)> {
    match context {
        Context::List => in_list(state),
        Context::Filter => vec![(Action::Accept, "keep it"), (Action::Back, "as it was")],
        Context::Form | Context::Field => {
            vec![
                (Action::Send, "send"),
                (Action::Next, "next"),
                (Action::Back, "keep as draft"),
                (Action::Editor, "editor"),
            ]
        }
        Context::Dialog => vec![(Action::Yes, "yes"), (Action::Back, "no"), (Action::Next, "other button")],
        Context::Confirm => vec![(Action::Yes, "yes"), (Action::Back, "no"), (Action::Next, "other button")],
        Context::Plan if !state.changes.can_go_on() => vec![(Action::Back, "back")],
        Context::Plan => {
            vec![(Action::Resume, "go on"), (Action::Drop, "give up"), (Action::Back, "later")]
        }
        Context::Journal => vec![(Action::Back, "back")],
        Context::Text => in_text(state),
        Context::Triage => vec![
            (Action::Keep, "keep"),
            (Action::Delete, "revoke"),
            (Action::Resend, "resend"),
            (Action::Edit, "correct"),
            (Action::Skip, "skip"),
            (Action::BackOne, "back"),
            (Action::Back, "stop"),
        ],
        Context::Palette => {
            vec![(Action::Accept, "run"), (Action::Complete, "complete"), (Action::Back, "close")]
        }
        Context::Views | Context::Anywhere => Vec::new(),
    }
}

fn in_text(state: &State) -> Vec<(Action, &'static str)> {
    let mut shown = vec![(Action::Back, "back"), (Action::Down, "scroll")];
    if matches!(state.screens.last(), Some(Screen::Text(text)) if text.about == About::Messages) {
        shown.push((Action::Dismiss, "dismiss the newest"));
    }
    shown
}

fn in_list(state: &State) -> Vec<(Action, &'static str)> {
    let mut shown = Vec::new();
    if state.changes.held().is_some() {
        shown.push((Action::Undo, "take back"));
    }
    if !state.changes.unfinished.is_empty() {
        shown.push((Action::ViewPlan, "unfinished"));
    }
    if state.messages.errors() > 0 {
        shown.push((Action::Details, "messages"));
    }
    if matches!(state.screens.last(), Some(Screen::Detail(_))) {
        shown.push((Action::Back, "back"));
    }
    shown.extend([
        (Action::Help, "help"),
        (Action::New, "new"),
        (Action::Delete, "revoke"),
        (Action::Filter, "filter"),
    ]);
    if state.list.reading.is_some() {
        shown.push((Action::Stop, "stop reading"));
    }
    shown.extend([
        (Action::Open, "open"),
        (Action::Refresh, "refresh"),
        (Action::Pane, "pane"),
        (Action::Quit, "quit"),
    ]);
    shown
}
