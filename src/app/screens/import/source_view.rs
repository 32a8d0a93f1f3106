//! Draws the source step of the import: the end of the list, and the file field.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::title_view::notice_lines;
use crate::app::screens::import::{ImportDialog, SourceFocus, SourceStep};
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::ui::dialog::draw_wrapped;
use crate::ui::text_field::{draw_field, label};
use crate::ui::{Theme, dialog};

const SOURCE_HELP: &str = "Paste one email per line, Name <email>, or CSV. Or enter a file name. You review every entry before \
                    anything is sent.";

/// Draws the source step: the end of the list, and the file field.
pub(super) fn draw(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let area = dialog::draw_pane(Some("Import · 1/3 List"), theme, area, frame);
    let (source, columns) = (&import.source, area.width as usize);
    // A low window has no hint.
    let hint_lines = if area.height >= 12 { 3 } else { 0 };
    let [hint, heading, list, file, status, buttons] =
        Layout::vertical([Length(hint_lines), Length(1), Min(1), Length(1), Length(2), Length(1)])
            .areas(area);
    draw_wrapped(SOURCE_HELP, theme.muted, hint, frame);
    let count = if source.text.is_empty() { String::new() } else { format_plural(source.line_count, "line") };
    let name = label("List  ", source.focus == SourceFocus::List, theme);
    frame.render_widget(Line::from(vec![name, Span::styled(count, theme.muted)]), heading);
    draw_list(source, theme, list, frame);
    let is_focused = source.focus == SourceFocus::File;
    frame.render_widget(label("File", is_focused, theme), file);
    let field = Rect { x: file.x + 6, width: file.width.saturating_sub(6), ..file };
    draw_field(&source.file, is_focused, field, frame);
    let loading = vec![Line::styled("loading…", theme.muted)];
    let lines = if import.is_checking() { loading } else { notice_lines(import, theme, columns) };
    frame.render_widget(Paragraph::new(lines), status);
    let is_focused = source.focus == SourceFocus::Continue;
    frame.render_widget(dialog::button("Continue", "checks every entry", is_focused, theme), buttons);
}

/// Draws the end of the list, because typed and pasted text is added there.
fn draw_list(source: &SourceStep, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let height = area.height as usize;
    let has_open_line = source.text.is_empty() || source.text.ends_with('\n');
    let lines = source.line_count + usize::from(has_open_line);
    let number_width = lines.to_string().len();
    let first = lines.saturating_sub(height);
    let columns = (area.width as usize).saturating_sub(number_width + 2);
    let from_end = has_open_line.then_some("").into_iter().chain(source.text.lines().rev());
    let mut last: Vec<&str> = from_end.take(height).collect();
    last.reverse();
    let shown = last.iter().enumerate().map(|(index, text)| {
        let number = format!("{:>number_width$} ", first + index + 1);
        Line::from(vec![Span::styled(number, theme.muted), Span::raw(truncate(&sanitize(text), columns))])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
    if source.focus == SourceFocus::List && height > 0 {
        let line = last.len().saturating_sub(1) as u16;
        let column = last.last().map_or(0, |text| width(&sanitize(text)).min(columns)) + number_width + 1;
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line));
    }
}
