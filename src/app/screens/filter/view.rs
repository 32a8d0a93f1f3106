//! Draws the filter line under the table, and below it the error or a hint.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{FilterInput, FilterMode};
use crate::app::RenderContext;
use crate::app::render::status_lines::{FilterLine, text_columns};
use crate::domain::query::{FILTER_HINT, syntax_hint};
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, dialog};

/// Maximum lines of an error.
const MAX_ERROR_LINES: usize = 3;

/// Returns the filter line with its counts; while the user types, also a hint or the error.
pub fn filter_lines(input: Option<&FilterInput>, cx: &RenderContext<'_>, columns: usize) -> Lines {
    filter_line(input, cx, columns).lines(cx.theme, columns)
}

/// Places the terminal cursor in the field.
pub fn place_cursor(input: &FilterInput, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    filter_line(Some(input), cx, text_columns(area)).place_cursor(area, frame);
}

fn filter_line<'a>(input: Option<&'a FilterInput>, cx: &RenderContext<'a>, columns: usize) -> FilterLine<'a> {
    FilterLine {
        sign: if input.is_some_and(FilterInput::is_marking) { " +" } else { " /" },
        filter: cx.model.table.query.filter.text(),
        field: input.map(|input| &input.search.field),
        match_count: match_count_text(input, cx),
        help_lines: input.map(|input| help_lines(input, cx, columns)).unwrap_or_default(),
    }
}

/// Returns the counts: "12 of 412". For an invalid text, returns the counts of the last valid text.
fn match_count_text(input: Option<&FilterInput>, cx: &RenderContext<'_>) -> String {
    let loaded = format_count(cx.invites.shown.len());
    let has_error = input.is_some_and(|input| input.error.is_some());
    match input.map(|input| input.mode) {
        Some(FilterMode::Mark { .. }) if has_error => return String::new(),
        Some(FilterMode::Mark { found: Some(found) }) => {
            return format!("{} of all {loaded}", format_count(found));
        }
        Some(FilterMode::Mark { found: None }) => return format!("searches all {loaded}"),
        Some(FilterMode::Show) | None => {}
    }
    if cx.is_query_pending() {
        return "searching…".to_owned();
    }
    let still = if has_error { "still " } else { "" };
    let so_far = if cx.invites.is_complete() { "" } else { " loaded so far" };
    format!("{still}{} of {loaded}{so_far}", format_count(cx.table.order.len()))
}

/// Returns the completions, the error or a hint. There is always a line, so that the table keeps its height.
fn help_lines(input: &FilterInput, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let theme = cx.theme;
    if input.shows_completions() {
        return vec![completion_line(input, cx, columns)];
    }
    let Some(error) = &input.error else {
        let text_width = columns.saturating_sub(2);
        return vec![match syntax_hint(input.search.field.text()) {
            Some(hint) => {
                Line::styled(format!(" {}", truncate(&format!("? {hint}"), text_width)), theme.warning)
            }
            None => Line::styled(format!("  {}", truncate(FILTER_HINT, text_width)), theme.muted),
        }];
    };
    dialog::sign_lines(" ✗ ", &sanitize(&error.message), MAX_ERROR_LINES, columns, theme.error)
}

/// Returns the completions of the last word: `Tab @oldpartner.com   also @old.example`.
fn completion_line(input: &FilterInput, cx: &RenderContext<'_>, columns: usize) -> Line<'static> {
    let words =
        input.completions.iter().map(|text| text.rsplit(char::is_whitespace).next().unwrap_or_default());
    let words: Vec<String> = words.map(|word| sanitize(word).into_owned()).collect();
    let key = format!("  {} ", cx.key(KeyContext::Filter, Action::Complete));
    let first = truncate(words.first().map_or("", String::as_str), columns.saturating_sub(width(&key)));
    let rest = if words.len() > 1 { format!("   also {}", words[1..].join(" ")) } else { String::new() };
    let rest = truncate(&rest, columns.saturating_sub(width(&key) + width(&first)));
    Line::from(vec![Span::styled(key, cx.theme.key), Span::raw(first), Span::styled(rest, cx.theme.muted)])
}
