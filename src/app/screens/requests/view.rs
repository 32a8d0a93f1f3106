//! Draws the Requests view: one row per request, and one request in full with its curl command.

use ratatui::Frame;
use ratatui::layout::{Offset, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{RequestsView, curl_line, response_lines};
use crate::app::model::request_log::{LoggedRequest, MAX_REQUESTS, MAX_RESPONSES, RequestLog};
use crate::app::{Model, RenderContext, RenderMetrics};
use crate::domain::text::{format_count, format_plural, sanitize, truncate, truncate_middle};
use crate::domain::{HttpRecord, limits};
use crate::keys::{Action, KeyContext};
use crate::ui::Lines;
use crate::ui::dialog::{self, wrap_styled};
use crate::ui::list::{self, pad, row};

/// Minimum columns for the request id.
const MIN_ID_COLUMN_WIDTH: usize = 100;
/// Minimum columns for time and duration.
const MIN_TIME_COLUMN_WIDTH: usize = 60;
/// Width of a request id in the list, in columns.
const REQUEST_ID_WIDTH: usize = 20;

/// Draws the list or the opened request.
pub fn draw(view: &RequestsView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    if let Some(scroll) = view.detail_scroll {
        let inner = dialog::draw_pane(Some("Request"), cx.theme, area, frame);
        let lines = detail_lines(view, &cx.with_columns(inner.width as usize));
        let max_scroll = dialog::draw_scrolled(lines, scroll, inner, frame);
        return RenderMetrics { text_height: inner.height as usize, max_scroll, ..cx.metrics.clone() };
    }
    let (theme, rows) = (cx.theme, area.height.saturating_sub(3) as usize);
    let title = match &view.invite_filter {
        Some(filter) => {
            format!("Requests of {}", truncate(&filter.email, (area.width as usize).saturating_sub(16)))
        }
        None => "Requests".to_owned(),
    };
    let log = &cx.request_log;
    let inner = dialog::draw_frame(&title, &position_text(view, log, rows), theme, area, frame);
    let (cx, cursor) = (&cx.with_columns(inner.width as usize), view.selected_index(log));
    let mut lines = vec![Line::styled(column_heads(cx.columns), theme.title)];
    let first = view.offset_for(log, rows);
    let rows_area = inner.offset(Offset { x: 0, y: 1 }).intersection(inner);
    cx.add_row_clicks(rows_area, first, view.shown_requests(log).count() - first);
    let window = view.shown_requests(log).enumerate().skip(first).take(rows);
    lines.extend(window.map(|(line, request)| request_line(request, line == cursor, cx)));
    if lines.len() == 1 {
        lines.push(Line::default());
        let text = match view.invite_filter {
            Some(_) => format!(
                "No requests about this invite since guestlist started. Press {} to show all requests.",
                cx.key(KeyContext::Requests, Action::Back)
            ),
            None => "No requests yet. Each request to the server appears here, with its response.".to_owned(),
        };
        lines.extend(dialog::wrap_indented(&text, 3, cx.columns.saturating_sub(1), theme.muted));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    RenderMetrics { text_height: rows, ..cx.metrics.clone() }
}

/// Returns the position: "─ requests 1–20 of 120 ".
///
/// Includes the number of all requests if a filter hides some, and whether older ones are no longer in the log.
fn position_text(view: &RequestsView, log: &RequestLog, rows: usize) -> String {
    let (all, shown) = (log.len(), view.shown_requests(log).count());
    let mut text = list::position_label("requests", &view.list_state(log), shown, rows);
    if shown < all && shown > 0 {
        text.push_str(&format!("· {} in all ", format_count(all)));
    }
    if all >= MAX_REQUESTS && shown > 0 {
        text.push_str("· only the newest are kept ");
    }
    text
}

fn column_heads(columns: usize) -> String {
    let (path, id) = (path_width(columns), if columns >= MIN_ID_COLUMN_WIDTH { "  Request id" } else { "" });
    match columns < MIN_TIME_COLUMN_WIDTH {
        true => format!("   {:<6} {:<9} Path", "Method", "Status"),
        false => {
            format!("   {:<8} {:<6} {:<9} {:>9}  {:<path$}{id}", "Time", "Method", "Status", "Took", "Path")
        }
    }
}

fn path_width(columns: usize) -> usize {
    match columns {
        narrow if narrow < MIN_TIME_COLUMN_WIDTH => narrow.saturating_sub(20 + 1),
        wide if wide >= MIN_ID_COLUMN_WIDTH => wide.saturating_sub(40 + 2 + REQUEST_ID_WIDTH + 1),
        usual => usual.saturating_sub(40 + 1),
    }
}

fn request_line(request: &LoggedRequest, selected: bool, cx: &RenderContext<'_>) -> Line<'static> {
    let (record, theme) = (&request.record, cx.theme);
    let (sign, style) = if record.has_failed() { ("✗", theme.error) } else { (" ", Style::new()) };
    let columns = cx.columns;
    let path_columns = path_width(columns);
    let path = pad(&truncate_middle(&short_path(&record.path, cx), path_columns), path_columns);
    let (time, duration) = match columns >= MIN_TIME_COLUMN_WIDTH {
        true => {
            (format!("{} ", cx.time(record.sent_at, "%H:%M:%S")), format!(" {:>9}  ", duration_text(record)))
        }
        false => (String::new(), " ".to_owned()),
    };
    let mut cells = vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(time, theme.muted),
        Span::raw(format!("{:<6} ", record.method.as_str())),
        Span::styled(format!("{:<9}", status_text(record)), style),
        Span::styled(duration, theme.muted),
        Span::raw(path),
    ];
    if columns >= MIN_ID_COLUMN_WIDTH {
        let id = truncate(record.request_id.as_deref().unwrap_or_default(), REQUEST_ID_WIDTH);
        cells.push(Span::styled(format!("  {id}"), theme.muted));
    }
    row(selected, cells, columns, theme)
}

/// Shortens the base path in a path, because the base path is the same for all requests.
fn short_path(path: &str, model: &Model) -> String {
    let base = model.connection.as_ref().map_or("", |connection| connection.base_path.as_str());
    match path.strip_prefix(base).filter(|_| !base.is_empty()) {
        Some(rest) => format!("…/{}{rest}", base.rsplit('/').next().unwrap_or_default()),
        None => path.to_owned(),
    }
}

fn status_text(record: &HttpRecord) -> String {
    record.status.map_or("none".to_owned(), |status| status.to_string())
}

fn duration_text(record: &HttpRecord) -> String {
    format!("{} ms", format_count(record.duration.as_millis() as usize))
}

/// Returns the lines of the opened request.
fn detail_lines(view: &RequestsView, cx: &RenderContext<'_>) -> Lines {
    let Some(request) = view.selected_request(&cx.request_log) else {
        return vec![Line::styled("This request is no longer in the log.", cx.theme.muted)];
    };
    let (record, theme) = (&request.record, cx.theme);
    let plain = |text: String| (text, Style::new());
    let heading = |title: &str| [plain(String::new()), (title.to_owned(), theme.title)];
    let mut text = vec![(format!("{} {}", record.method.as_str(), sanitize(&record.path)), theme.title)];
    let sign = if record.has_failed() { "✗ " } else { "" };
    let status = match record.status {
        Some(status) => format!("{sign}status {status}"),
        None => format!("{sign}no response"),
    };
    let result = format!("{status} · {} · at {}", duration_text(record), cx.time(record.sent_at, "%H:%M:%S"));
    text.push((result, if record.has_failed() { theme.error } else { Style::new() }));
    text.extend(record.request_id.iter().map(|id| (format!("request id {}", sanitize(id)), theme.muted)));
    text.extend(record.note.iter().map(|note| (sanitize(note).into_owned(), theme.warning)));
    if let Some(body) = &record.request_body {
        text.extend(heading("Request"));
        text.extend(response_lines(body).into_iter().map(plain));
    }
    text.extend(heading("As a curl command"));
    text.push(plain(sanitize(&curl_line(cx, request)).into_owned()));
    text.extend(heading("Response"));
    if request.response_dropped {
        let notice = format!("Only the newest {} are kept.", format_plural(MAX_RESPONSES, "response"));
        text.push((notice, theme.muted));
    } else if record.response_body.is_empty() {
        text.push(("nothing".to_owned(), theme.muted));
    }
    if record.response_body.len() + 4 > limits::MAX_RECORDED_BODY_BYTES {
        let notice = format!("First {} KB of a long response:", limits::MAX_RECORDED_BODY_BYTES / 1024);
        text.push((notice, theme.muted));
    }
    if !record.response_body.is_empty() {
        text.extend(response_lines(&record.response_body).into_iter().map(plain));
    }
    text.iter().flat_map(|(text, style)| wrap_styled(text, cx.columns, *style)).collect()
}
