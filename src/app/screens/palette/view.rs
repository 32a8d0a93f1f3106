//! The command palette: a field, and under it the commands that match, each with its key.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::palette::{Command, Palette, commands, place};
use crate::app::shell::app::App;
use crate::domain::text::{fit, plural, visible, width};
use crate::keys::action::Action;

use crate::ui::dialog;
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(palette: &Palette, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(76, frame);
    let offered = commands(state, palette);
    // As high as the window allows, whatever is typed: a box that jumps while one types is hard to read.
    let inside =
        dialog::open("Commands", columns, frame.area().height.saturating_sub(6).min(20), theme, frame);
    let typed = visible(palette.field.text()).into_owned();
    let before: String = palette.field.text().chars().take(palette.field.cursor()).collect();
    let mut lines =
        vec![Line::from(vec![Span::styled(":", theme.key), Span::raw(fit(&typed, columns as usize - 1))])];
    let room = (inside.height as usize).saturating_sub(1);
    let cursor = palette.cursor.min(offered.len().saturating_sub(1));
    // The last line says how many more there are, so the selected one is above it.
    let above = if offered.len() > room { room.saturating_sub(1).max(1) } else { room };
    let top = (cursor + 1).saturating_sub(above).min(offered.len().saturating_sub(room));
    let names = offered.iter().map(|command| width(command.action.name())).max().unwrap_or(0);
    for (place, command) in offered.iter().enumerate().skip(top).take(room) {
        lines.push(line(command, place == cursor, names, columns as usize, state, theme));
    }
    if offered.is_empty() {
        lines.push(Line::styled("  No command has that in its name or description.", theme.quiet));
    } else if top + room < offered.len() && room > 1 {
        let hidden = offered.len() - (top + room - 1);
        lines.truncate(room);
        lines.push(Line::styled(format!("  and {}", plural(hidden, "more command")), theme.quiet));
    }
    frame.render_widget(Paragraph::new(lines), inside);
    let column = (1 + width(&visible(&before))).min(inside.width.saturating_sub(1) as usize) as u16;
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
}

fn line(
    command: &Command,
    selected: bool,
    names: usize,
    columns: usize,
    state: &App,
    theme: &Theme,
) -> Line<'static> {
    let name = command.action.name();
    let keys = keys_of(command.action, state);
    let gap = " ".repeat(names - width(name));
    let mark = if selected { "▌" } else { " " };
    let style = if selected { theme.selected } else { theme.title };
    let words = match &command.unavailable {
        Some(reason) => format!("not now: {reason}"),
        None => command.action.words().to_owned(),
    };
    let room = columns.saturating_sub(names + 4 + width(&keys) + 1);
    let words = fit(&words, room);
    let filler = " ".repeat(room.saturating_sub(width(&words)));
    Line::from(vec![
        Span::raw(mark),
        Span::styled(name, if command.unavailable.is_some() { theme.quiet } else { style }),
        Span::styled(format!("{gap}  {words}{filler} "), theme.quiet),
        Span::styled(keys, theme.key),
    ])
}

/// The first key of an action in the view.
fn keys_of(action: Action, state: &App) -> String {
    state.model.options.keys.keys_in(place(state), action).into_iter().next().unwrap_or_default()
}
