//! Draws the command palette: a field, and the matching commands with their keys.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Command, Palette};
use crate::app::RenderContext;
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::ui::dialog;
use crate::ui::list::selection_sign;

/// Draws the command palette.
pub fn draw(it: &Palette, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(76, frame);
    let offered = it.matches();
    // The height does not depend on the matches: a dialog that jumps while typing is hard to read.
    let inside =
        dialog::open("Commands", columns, frame.area().height.saturating_sub(6).min(20), theme, frame);
    let typed = sanitize(it.field.text()).into_owned();
    let before: String = it.field.text().chars().take(it.field.cursor()).collect();
    let mut lines = vec![Line::from(vec![
        Span::styled(":", theme.key),
        Span::raw(truncate(&typed, columns as usize - 1)),
    ])];
    let room = (inside.height as usize).saturating_sub(1);
    let cursor = it.selected_index(offered.len());
    // The last line counts the hidden commands, so the selection stays above it.
    let above = if offered.len() > room { room.saturating_sub(1).max(1) } else { room };
    let top = (cursor + 1).saturating_sub(above).min(offered.len().saturating_sub(room));
    let names = offered.iter().map(|command| width(command.action.name())).max().unwrap_or(0);
    for (place, command) in offered.iter().enumerate().skip(top).take(room) {
        let keys = it.context.map(|context| cx.options.keys.keys_in(context, command.action));
        let key = keys.into_iter().flatten().next().unwrap_or_default();
        lines.push(command_line(command, place == cursor, &key, names, columns as usize, cx));
    }
    if offered.is_empty() {
        lines.push(Line::styled("  No matching command.", theme.muted));
    } else if top + room < offered.len() && room > 1 {
        let hidden = offered.len() - (top + room - 1);
        lines.truncate(room);
        lines.push(Line::styled(format!("  and {}", format_plural(hidden, "more command")), theme.muted));
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let column = (1 + width(&sanitize(&before))).min(inside.width.saturating_sub(1) as usize) as u16;
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
}

fn command_line(
    command: &Command,
    is_selected: bool,
    key: &str,
    names: usize,
    columns: usize,
    cx: &RenderContext<'_>,
) -> Line<'static> {
    let theme = cx.theme;
    let name = command.action.name();
    let gap = " ".repeat(names - width(name));
    let (style, words) = match &command.disabled_reason {
        Some(reason) => (theme.muted, format!("not now: {reason}")),
        None if is_selected => (theme.selected, command.action.words().to_owned()),
        None => (theme.title, command.action.words().to_owned()),
    };
    let room = columns.saturating_sub(names + 4 + width(key) + 1);
    let words = truncate(&words, room);
    let filler = " ".repeat(room.saturating_sub(width(&words)));
    Line::from(vec![
        Span::raw(selection_sign(is_selected)),
        Span::styled(name, style),
        Span::styled(format!("{gap}  {words}{filler} "), theme.muted),
        Span::styled(key.to_owned(), theme.key),
    ])
}
