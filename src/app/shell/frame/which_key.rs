//! Draws the keys that complete a typed key sequence, in a small box above the footer.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::app::{App, RenderContext};
use crate::domain::text::{format_plural, truncate, width};
use crate::ui::dialog;
use crate::ui::list::pad;

/// Rows of the window that the box leaves free: its borders, the footer and the header.
const OTHER_ROWS: u16 = 5;

/// Draws the next keys with their descriptions; nothing if no key sequence was started.
pub fn draw(app: &App, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    if app.pending_keys.is_empty() {
        return;
    }
    let context = app.top_screen().key_context();
    let next: Vec<(String, &str)> = cx
        .options
        .keys
        .continuations(context, &app.pending_keys)
        .into_iter()
        .map(|(keys, context, action)| (keys, context.describe(action)))
        .collect();
    let key_width = next.iter().map(|(keys, _)| width(keys)).max().unwrap_or(0) + 2;
    let text_width = next.iter().map(|(_, text)| width(text)).max().unwrap_or(0);
    let columns = dialog::text_width((key_width + text_width) as u16, frame);
    let line = |(keys, text): &(String, &str)| {
        let available = (columns as usize).saturating_sub(key_width);
        Line::from(vec![
            Span::styled(pad(keys, key_width), cx.theme.key),
            Span::raw(truncate(text, available)),
        ])
    };
    let mut lines: Vec<Line<'_>> = next.iter().map(line).collect();
    let max_lines = frame.area().height.saturating_sub(OTHER_ROWS).max(1) as usize;
    if lines.len() > max_lines {
        lines.truncate(max_lines - 1);
        let hidden = format_plural(next.len() - lines.len(), "more key");
        lines.push(Line::styled(format!("and {hidden}"), cx.theme.muted));
    }
    let title = app.model.options.keys.display_keys(&app.pending_keys);
    let area = dialog::open_above_footer(&title, columns, lines.len() as u16, cx.theme, frame);
    dialog::draw_lines(&lines, area, frame);
}
