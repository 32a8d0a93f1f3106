//! Draws the command palette: a field, and the matching commands with their keys.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Command, Palette};
use crate::app::RenderContext;
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::ui::dialog;
use crate::ui::list::{pad, row};

/// Draws the command palette.
pub fn draw(palette: &Palette, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(76, frame);
    let commands = palette.matches();
    // The height does not depend on the matches: a dialog that jumps while typing is hard to read.
    let inner =
        dialog::open("Commands", columns, frame.area().height.saturating_sub(6).min(20), theme, frame);
    let text = sanitize(palette.field.text()).into_owned();
    let before_cursor: String = palette.field.text().chars().take(palette.field.cursor()).collect();
    let mut lines = vec![Line::from(vec![
        Span::styled(":", theme.key),
        Span::raw(truncate(&text, columns as usize - 1)),
    ])];
    let height = (inner.height as usize).saturating_sub(1);
    let cursor = palette.selected_index(commands.len());
    // The last line counts the hidden commands, so the selection stays above it.
    let max_cursor_lines = if commands.len() > height { height.saturating_sub(1).max(1) } else { height };
    let top = (cursor + 1).saturating_sub(max_cursor_lines).min(commands.len().saturating_sub(height));
    let name_width = commands.iter().map(|command| width(command.action.name())).max().unwrap_or(0);
    for (index, command) in commands.iter().enumerate().skip(top).take(height) {
        let keys = palette.context.map(|context| cx.options.keys.keys_in(context, command.action));
        let key = keys.into_iter().flatten().next().unwrap_or_default();
        lines.push(command_line(command, index == cursor, &key, name_width, columns as usize, cx));
    }
    if commands.is_empty() {
        lines.push(Line::styled("  No matching command.", theme.muted));
    } else if top + height < commands.len() && height > 1 {
        let hidden = commands.len() - (top + height - 1);
        lines.truncate(height);
        lines.push(Line::styled(format!("  and {}", format_plural(hidden, "more command")), theme.muted));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    let column = (1 + width(&sanitize(&before_cursor))).min(inner.width.saturating_sub(1) as usize) as u16;
    frame.set_cursor_position(Position::new(inner.x + column, inner.y));
}

fn command_line(
    command: &Command,
    is_selected: bool,
    key: &str,
    name_width: usize,
    columns: usize,
    cx: &RenderContext<'_>,
) -> Line<'static> {
    let theme = cx.theme;
    let name = command.action.name();
    let gap = " ".repeat(name_width - width(name) + 2);
    let (style, text) = match &command.disabled_reason {
        Some(reason) => (theme.muted, format!("not now: {reason}")),
        None => (theme.title, command.action.description().to_owned()),
    };
    let text_width = columns.saturating_sub(name_width + 4 + width(key) + 1);
    let cells = [
        Span::styled(name, style),
        Span::styled(format!("{gap}{} ", pad(&text, text_width)), theme.muted),
        Span::styled(key.to_owned(), theme.key),
    ];
    row(is_selected, cells, columns, theme)
}
