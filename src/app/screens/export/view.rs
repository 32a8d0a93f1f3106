//! Draws the export form.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{ExportFocus, ExportForm};
use crate::app::RenderContext;
use crate::domain::export::{ExportRows, Format};
use crate::domain::text::{format_plural, width};
use crate::ui::list::pad;
use crate::ui::text_field::label;
use crate::ui::{Lines, Theme, dialog};

/// Width of the labels, in columns.
const LABEL_WIDTH: usize = 8;

/// Draws the export form.
pub fn draw(form: &ExportForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let width = dialog::text_width(70, frame);
    let cx = &cx.with_columns(width as usize);
    let (theme, columns) = (cx.theme, cx.columns);
    let mut lines = Vec::new();
    for (sentence, style) in row_notes(&form.rows, theme) {
        lines.extend(dialog::wrap_styled(&sentence, columns, style));
    }
    lines.push(Line::default());
    let formats = Format::ALL.map(|format| (format.name(), format == form.format));
    lines.extend(choice_lines("Format", &formats, form.focus == ExportFocus::Format, cx));
    let targets = [("file", !form.to_clipboard), ("clipboard", form.to_clipboard)];
    lines.extend(choice_lines("To", &targets, form.focus == ExportFocus::Target, cx));
    let name_line = lines.len();
    // Shows the end of the name: it is the most important part, and usually has the cursor.
    let name_width = columns.saturating_sub(LABEL_WIDTH + 1);
    let (name, cursor) = form.file_name.visible_tail(name_width);
    if !form.to_clipboard {
        let name = Span::styled(pad(&name, name_width), Style::new().underlined());
        lines.push(Line::from(vec![label_span("Name", form.focus == ExportFocus::FileName, theme), name]));
    }
    if let Some(reason) = &form.error {
        lines.push(Line::default());
        lines.extend(dialog::wrap_styled(reason, columns, theme.error));
    }
    if cx.export.is_some() {
        lines.extend([Line::default(), Line::styled("Writing…", theme.muted)]);
    }
    let inner = dialog::open("Export", width, lines.len() as u16, theme, frame);
    // In a low window the fields stay visible.
    let scroll = dialog::draw_scrolled(lines, usize::MAX, inner, frame);
    if form.focus == ExportFocus::FileName && name_line >= scroll {
        let cursor =
            Position::new(inner.x + (LABEL_WIDTH + cursor) as u16, inner.y + (name_line - scroll) as u16);
        if inner.contains(cursor) {
            frame.set_cursor_position(cursor);
        }
    }
}

fn row_notes(rows: &ExportRows, theme: &Theme) -> Vec<(String, Style)> {
    let count = format_plural(rows.order.len(), if rows.is_marked { "marked invite" } else { "invite" });
    let mut notes = vec![(format!("{count}, in the current order."), Style::new())];
    if rows.hidden_marked_count > 0 {
        let hidden = format_plural(rows.hidden_marked_count, "hidden marked row");
        notes.push((format!("{hidden} skipped."), theme.warning));
    }
    if let Some(part) = &rows.loaded_label {
        notes.push((format!("! List incomplete: {part} loaded."), theme.warning));
    }
    notes
}

/// Returns the lines of a choice, wrapped; the chosen label is in brackets.
fn choice_lines(label: &str, choices: &[(&str, bool)], focused: bool, cx: &RenderContext<'_>) -> Lines {
    let theme = cx.theme;
    let chosen_style = if focused { theme.selected } else { theme.title };
    let (mut lines, mut spans, mut used) = (Vec::new(), vec![label_span(label, focused, theme)], LABEL_WIDTH);
    for (choice, chosen) in choices {
        let (text, style) = match chosen {
            true => (format!("[{choice}]"), chosen_style),
            false => (format!(" {choice} "), theme.muted),
        };
        if used + width(&text) > cx.columns {
            lines.push(Line::from(std::mem::take(&mut spans)));
            spans.push(Span::raw(" ".repeat(LABEL_WIDTH)));
            used = LABEL_WIDTH;
        }
        used += width(&text) + 1;
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" "));
    }
    lines.push(Line::from(spans));
    lines
}

fn label_span(name: &str, focused: bool, theme: &Theme) -> Span<'static> {
    label(&pad(name, LABEL_WIDTH), focused, theme)
}
