//! Draws the command palette: a field, and the matching commands with their keys.

use ratatui::Frame;
use ratatui::layout::{Offset, Position};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Command, Palette};
use crate::app::RenderContext;
use crate::app::model::command_search::CommandSearch;
use crate::app::render::matched_spans;
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::ui::dialog;
use crate::ui::list::{pad, row};

/// Maximum columns of a name with its argument.
const MAX_NAME_WIDTH: usize = 34;

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
    let name_width = commands.iter().map(|command| width(&command.label())).max().unwrap_or(0);
    let name_width = name_width.min(MAX_NAME_WIDTH);
    let search = palette.search();
    for (index, command) in commands.iter().enumerate().skip(top).take(height) {
        let keys = palette.context.map(|context| cx.options.keys.keys_in(context, command.action));
        let key = keys.into_iter().flatten().next().filter(|_| command.argument.is_none());
        let cells =
            command_cells(command, &key.unwrap_or_default(), [name_width, columns as usize], &search, cx);
        lines.push(row(index == cursor, cells, columns as usize, theme));
    }
    let is_cut = top + height < commands.len() && height > 1;
    if commands.is_empty() {
        lines.push(Line::styled("  No matching command.", theme.muted));
    } else if is_cut {
        let hidden = commands.len() - (top + height - 1);
        lines.truncate(height);
        lines.push(Line::styled(format!("  and {}", format_plural(hidden, "more command")), theme.muted));
    }
    let names = commands.len().min(lines.len() - 1).saturating_sub(usize::from(is_cut));
    cx.add_row_clicks(inner.offset(Offset { x: 0, y: 1 }).intersection(inner), top, names);
    frame.render_widget(Paragraph::new(lines), inner);
    let column = (1 + width(&sanitize(&before_cursor))).min(inner.width.saturating_sub(1) as usize) as u16;
    frame.set_cursor_position(Position::new(inner.x + column, inner.y));
}

/// Returns the name, the description or the reason why the command is disabled, and the key.
fn command_cells(
    command: &Command,
    key: &str,
    [name_width, columns]: [usize; 2],
    search: &CommandSearch,
    cx: &RenderContext<'_>,
) -> Vec<Span<'static>> {
    let theme = cx.theme;
    let (style, text) = match &command.disabled_reason {
        Some(reason) => (theme.muted, format!("not now: {reason}")),
        None => (theme.title, command.description.clone()),
    };
    let text_width = columns.saturating_sub(name_width + 4 + width(key) + 1);
    let mut cells = matched_spans(&pad(&sanitize(&command.label()), name_width), search, style, theme);
    cells.push(Span::raw("  "));
    cells.extend(matched_spans(&pad(&sanitize(&text), text_width), search, theme.muted, theme));
    cells.push(Span::raw(" "));
    cells.push(Span::styled(key.to_owned(), theme.key));
    cells
}
