//! The last line: the keys that matter where one is, taken from the key table, so that it cannot lie.
//! As many as fit; what helps most comes first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screen::Hint;
use crate::app::shell::app::App;
use crate::domain::text::width;
use crate::keys::action::Action;
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(app: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let mut spans = vec![Span::raw(" ")];
    let mut room = area.width.saturating_sub(2) as usize;
    for (_, key, label) in offered(app) {
        let columns = width(&key) + 1 + width(label);
        if columns > room {
            continue;
        }
        room = room.saturating_sub(columns + 2);
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::raw(format!(" {label}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What is offered in front of the person: an action, the first key that leads to it there, and a word for it. What
/// has no key is not offered.
pub fn offered(app: &App) -> Vec<(Action, String, &'static str)> {
    let (screen, keys) = (app.front(), &app.model.options.keys);
    let with_key = |hint: Hint| {
        let key = keys.keys_in(screen.keys(), hint.action).into_iter().next()?;
        Some((hint.action, key, hint.label))
    };
    screen.hints(&app.model).into_iter().filter_map(with_key).collect()
}
