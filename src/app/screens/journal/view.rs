//! Draws the Journal view: the frame, the filter line and the list of plans.

use ratatui::Frame;
use ratatui::layout::{Margin, Offset, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::labels::{outcome_counts_label, plan_label, plan_severity};
use super::steps_view::{self, FrameBody, highlight, highlight_filter, severity_cell};
use super::{JournalLevel, JournalView, MAX_PLANS};
use crate::app::render::severity_style;
use crate::app::render::status_lines::{FilterLine, text_columns};
use crate::app::{RenderContext, RenderMetrics, RequestPurpose, View};
use crate::domain::journal::JournalEntry;
use crate::domain::query::Filter;
use crate::domain::text::{format_count, sanitize, truncate};
use crate::keys::{Action, KeyContext};
use crate::ui::list::{pad, position_label, row};
use crate::ui::{Lines, dialog};

/// Maximum lines of a load error above older plans.
const MAX_ERROR_LINES: usize = 2;
/// Hint about the filter.
const SEARCH_HELP: &str = "search email, action, outcome, state: jane@  resend  failed  stopped";
/// Width of the date and time, in columns.
const TIME_WIDTH: usize = 12;
/// Width of the plan state, in columns.
const STATE_WIDTH: usize = 9;
/// Minimum columns for state and counts in each row.
///
/// In a narrower window the frame shows the state and counts of the selected plan.
const MIN_STATE_WIDTH: usize = 70;

/// Draws the journal. Returns the number of visible lines and the scroll limit.
pub fn draw(view: &JournalView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let inner = area.inner(Margin::new(1, 1));
    let cx = &cx.with_columns(inner.width as usize);
    let mut above = error_lines(view, cx);
    if let Some(entry) = view.selected_entry().filter(|_| view.level != JournalLevel::Plans) {
        above.push(Line::styled(steps_view::heading_text(entry, cx), cx.theme.title));
    }
    let height = (inner.height as usize).saturating_sub(above.len());
    let (body, below, max_scroll) = match view.level {
        JournalLevel::Plans => plans_body(view, cx, height),
        JournalLevel::Steps => steps_view::steps_body(view, cx, height),
        JournalLevel::Step => steps_view::step_body(view, cx, height),
    };
    let rows_area = inner.offset(Offset { x: 0, y: above.len() as i32 }).intersection(inner);
    let list = match view.level {
        JournalLevel::Plans => Some((&view.plans_state, view.shown.len())),
        JournalLevel::Steps => view.selected_entry().map(|entry| (&view.steps_state, entry.plan.steps.len())),
        JournalLevel::Step => None,
    };
    if let Some((state, rows)) = list {
        let first = state.offset_for(rows, height);
        cx.add_row_clicks(rows_area, first, rows - first);
    }
    dialog::draw_frame(&title(view, cx), &below, cx.theme, area, frame);
    let lines: Lines = above.into_iter().chain(body).collect();
    frame.render_widget(Paragraph::new(lines), inner);
    RenderMetrics { text_height: height, max_scroll, ..RenderMetrics::default() }
}

/// Places the terminal cursor in the filter field.
pub fn place_cursor(view: &JournalView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    search_line(view, cx, text_columns(area)).place_cursor(area, frame);
}

/// Returns the filter line with its counts; while the user types, also a hint.
pub fn search_lines(view: &JournalView, cx: &RenderContext<'_>, columns: usize) -> Lines {
    search_line(view, cx, columns).lines(cx.theme, columns)
}

fn search_line<'a>(view: &'a JournalView, cx: &RenderContext<'_>, columns: usize) -> FilterLine<'a> {
    let hint =
        || Line::styled(format!("  {}", truncate(SEARCH_HELP, columns.saturating_sub(2))), cx.theme.muted);
    FilterLine {
        sign: " /",
        filter: &view.filter,
        field: view.search.as_ref().map(|search| &search.field),
        match_count: match_count_text(view),
        help_lines: view.search.iter().map(|_| hint()).collect(),
    }
}

/// Returns the counts: "12 of 214 plans", "12 of the newest 500 plans".
fn match_count_text(view: &JournalView) -> String {
    let newest = if view.entries.len() >= MAX_PLANS { "the newest " } else { "" };
    format!("{} of {newest}{} plans", format_count(view.shown.len()), format_count(view.entries.len()))
}

fn title(view: &JournalView, cx: &RenderContext<'_>) -> String {
    let status = match view.loaded_at {
        Some(at) if view.load_error.is_some() => format!("STALE, as of {}", cx.time(at, "%H:%M:%S")),
        Some(at) => format!("loaded {}", cx.time(at, "%H:%M:%S")),
        None if view.load_error.is_some() => "not loaded".to_owned(),
        None => "loading…".to_owned(),
    };
    let is_loading = cx.in_flight.is_pending(&RequestPurpose::Journal);
    let refreshing = if is_loading && view.loaded_at.is_some() { " · refreshing…" } else { "" };
    format!("Journal · {status}{refreshing}")
}

/// Returns the error of the last load, shown above older plans.
fn error_lines(view: &JournalView, cx: &RenderContext<'_>) -> Lines {
    let Some(error) = view.load_error.as_ref().filter(|_| view.loaded_at.is_some()) else {
        return Vec::new();
    };
    dialog::sign_lines(" ✗ ", &sanitize(&error.to_string()), MAX_ERROR_LINES, cx.columns, cx.theme.error)
}

fn plans_body(view: &JournalView, cx: &RenderContext<'_>, height: usize) -> FrameBody {
    if view.shown.is_empty() {
        return (empty_lines(view, cx), String::new(), 0);
    }
    let pattern = highlight_filter(&view.filter);
    let window = view.plans_state.window(view.shown.iter(), height);
    let lines = window
        .filter_map(|(index, selected)| Some(plan_line(view.entries.get(*index)?, selected, cx, &pattern)));
    let mut bottom = position_label("plans", &view.plans_state, view.shown.len(), height);
    if let Some(entry) = view.selected_entry().filter(|_| cx.columns < MIN_STATE_WIDTH) {
        bottom = format!("─ {}: {} ", entry.state.label(), outcome_counts_label(entry));
    }
    (lines.collect(), bottom, 0)
}

fn plan_line(entry: &JournalEntry, selected: bool, cx: &RenderContext<'_>, filter: &Filter) -> Line<'static> {
    let (theme, columns) = (cx.theme, cx.columns);
    let severity = plan_severity(entry);
    let width = columns.saturating_sub(3 + TIME_WIDTH + 2 + 1);
    let text_width = width.saturating_sub(2 + STATE_WIDTH + 2);
    let label_width = if columns < MIN_STATE_WIDTH { width } else { text_width * 55 / 100 };
    let counts_width = text_width.saturating_sub(label_width);
    let mut cells = vec![severity_cell(severity, theme)];
    cells.push(Span::styled(pad(&time_text(cx, entry), TIME_WIDTH), theme.muted));
    cells.push(Span::raw("  "));
    cells.extend(highlight(&plan_label(&entry.plan), label_width, filter, theme));
    if counts_width > 0 {
        cells.push(Span::raw("  "));
        cells.extend(highlight(entry.state.label(), STATE_WIDTH, filter, theme));
        cells.push(Span::raw("  "));
        cells.push(Span::styled(
            pad(&outcome_counts_label(entry), counts_width),
            severity_style(severity, theme),
        ));
    }
    row(selected, cells, columns, theme)
}

/// Formats a plan's time: with the time of day in this year, else with the year.
fn time_text(cx: &RenderContext<'_>, entry: &JournalEntry) -> String {
    let at = entry.plan.created_at;
    let this_year = cx.time(cx.model.now.wall, "%Y") == cx.time(at, "%Y");
    cx.time(at, if this_year { "%e %b %H:%M" } else { "%e %b %Y" })
}

fn empty_lines(view: &JournalView, cx: &RenderContext<'_>) -> Lines {
    let theme = cx.theme;
    let (text, style) = match &view.load_error {
        Some(error) if view.loaded_at.is_none() => (error.to_string(), theme.error),
        _ if view.loaded_at.is_none() => ("Loading the journal…".to_owned(), theme.muted),
        _ if view.entries.is_empty() => {
            let pending = cx.view_name(View::Pending);
            let text = format!(
                "No changes have been made from this machine. Plans that you apply in {pending} appear here."
            );
            (text, theme.muted)
        }
        _ => {
            let key = cx.key(KeyContext::Journal, Action::Back);
            (format!("Nothing matches “{}”. Press {key} to clear the filter.", view.filter), theme.muted)
        }
    };
    dialog::wrap_indented(&sanitize(&text), 1, cx.columns.saturating_sub(1), style)
}
