//! Draws the help: the filter field, and the sections with their lines.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{HelpEntry, HelpScreen, SIGNS};
use crate::app::model::command_search::CommandSearch;
use crate::app::render::matched_spans;
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::text::{sanitize, truncate, width};
use crate::ui::list::{highlight_row, pad, selection_sign};
use crate::ui::{Lines, dialog, wrap};

/// Minimum columns of a description.
const MIN_TEXT_WIDTH: usize = 10;
/// Blank columns between a label and its description.
const GAP: usize = 2;

/// Draws the help and stores the height of the list in `metrics`.
pub fn draw(help: &HelpScreen, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(96, frame);
    let cx = &cx.with_columns(columns as usize);
    // The line for messages stays visible.
    let inner = dialog::open("Help", columns, frame.area().height.saturating_sub(5), cx.theme, frame);
    let [field_area, list_area] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    let (text, cursor) = help.field.visible_tail((columns as usize).saturating_sub(2));
    let hint = if text.is_empty() { "Type a word or a key to find its lines." } else { "" };
    let field =
        Line::from(vec![Span::raw(text), Span::styled(truncate(hint, columns as usize), cx.theme.muted)]);
    dialog::draw_lines(&[field], field_area, frame);

    let entries = help.entries(cx);
    let selected = help.selected_index(&entries);
    let (lines, selected_line) = entry_lines(help, &entries, selected, cx);
    metrics.text_height = list_area.height as usize;
    // The selected line stays in the middle, so that the lines around it are visible.
    let scroll = selected_line.saturating_sub(metrics.text_height / 2);
    metrics.max_scroll = dialog::draw_scrolled(lines, scroll, list_area, frame);
    frame.set_cursor_position(Position::new(field_area.x + cursor as u16, field_area.y));
}

/// Returns all lines with the titles of the sections, and the index of the first selected line.
fn entry_lines(
    help: &HelpScreen,
    entries: &[HelpEntry],
    selected: usize,
    cx: &RenderContext<'_>,
) -> (Lines, usize) {
    let search = CommandSearch::new(help.field.text());
    let (mut lines, mut selected_line, mut index) = (Vec::new(), 0, 0);
    for section in entries.chunk_by(|a, b| a.section == b.section) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        if let Some(HelpEntry { section: title, .. }) =
            section.first().filter(|first| !first.section.is_empty())
        {
            lines.push(Line::styled(format!(" {title}"), cx.theme.title));
        }
        let label_width = section.iter().map(|entry| width(&entry.label)).max().unwrap_or(0);
        for entry in section {
            if index == selected {
                selected_line = lines.len();
            }
            lines.extend(wrapped_entry(entry, label_width, index == selected, &search, cx));
            index += 1;
        }
    }
    if entries.is_empty() {
        lines.push(Line::styled(" No matching line.", cx.theme.muted));
    }
    (lines, selected_line)
}

/// Returns the lines of an entry: its label, and its wrapped description.
fn wrapped_entry(
    entry: &HelpEntry,
    label_width: usize,
    is_selected: bool,
    search: &CommandSearch,
    cx: &RenderContext<'_>,
) -> Lines {
    let theme = cx.theme;
    let label_width = if entry.label.is_empty() { 0 } else { label_width + GAP };
    let available = cx.columns.saturating_sub(label_width + 1).max(MIN_TEXT_WIDTH);
    let mut lines = Vec::new();
    for (index, text) in wrap(&sanitize(&entry.text), available).into_iter().enumerate() {
        let label = if index == 0 { entry.label.as_str() } else { "" };
        let mut line = Line::from(selection_sign(is_selected));
        line.spans.extend(matched_spans(&pad(label, label_width), search, label_style(entry, cx), theme));
        line.spans.extend(matched_spans(&text, search, Style::new(), theme));
        if is_selected {
            highlight_row(&mut line, cx.columns as u16, theme);
        }
        lines.push(line);
    }
    lines
}

/// Returns the style of a label: a sign looks as in the table.
fn label_style(entry: &HelpEntry, cx: &RenderContext<'_>) -> Style {
    let theme = cx.theme;
    match (entry.section, entry.label.as_str()) {
        (SIGNS, "●") => theme.urgent,
        (SIGNS, "○" | "-") => theme.warning,
        (SIGNS, "×") => theme.expired,
        (SIGNS, "?") => theme.muted,
        (SIGNS, "+") => theme.mark,
        (SIGNS, _) => theme.title,
        _ => theme.key,
    }
}
