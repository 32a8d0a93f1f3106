//! Draws the pager: the notifications.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Pager;
use crate::app::model::notifications::{Notification, Severity};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::HttpRecord;
use crate::domain::text::{format_count, sanitize, sanitize_lines};
use crate::ui::dialog::{wrap_indented, wrap_styled};
use crate::ui::{Lines, dialog};

/// Draws the text and stores the scroll limit in `metrics`.
pub fn draw(pager: &Pager, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(96, frame);
    let cx = &cx.with_columns(columns as usize);
    let lines = notifications_lines(cx);
    let height = (lines.len() as u16).min(frame.area().height.saturating_sub(5));
    let inner = dialog::open("Notifications", columns, height, cx.theme, frame);
    metrics.text_height = inner.height as usize;
    metrics.max_scroll = dialog::draw_scrolled(lines, pager.scroll, inner, frame);
}

fn notifications_lines(cx: &RenderContext<'_>) -> Lines {
    let lines_of = |notification| notification_lines(notification, cx);
    let mut lines = Vec::new();
    for notification in cx.notifications.iter() {
        lines.extend(lines_of(notification));
        lines.push(Line::default());
    }
    if lines.is_empty() {
        lines = vec![Line::styled("No new notifications.", cx.theme.muted), Line::default()];
    }
    let mut earlier = cx.notifications.earlier_notifications().peekable();
    match earlier.peek() {
        Some(_) => lines.push(Line::styled("Earlier", cx.theme.title)),
        None => drop(lines.pop()),
    }
    lines.extend(earlier.flat_map(lines_of));
    lines
}

fn notification_lines(notification: &Notification, cx: &RenderContext<'_>) -> Lines {
    let (theme, columns) = (cx.theme, cx.columns);
    let (sign, style) = match notification.severity {
        Severity::Success => ("✓", theme.success),
        Severity::Info => ("·", Style::new()),
        Severity::Error => ("✗", theme.error),
    };
    let time = cx.time(notification.at.wall, "%H:%M:%S");
    let times = match notification.count {
        1 => String::new(),
        count => format!(" ({} times)", format_count(count)),
    };
    let heading = format!("{time} {sign} {}{times}", sanitize(&notification.text));
    let request = notification.failure.as_ref().and_then(|error| error.record.as_deref());
    let request = request.into_iter().flat_map(request_lines);
    let request = request.flat_map(|line| wrap_indented(&line, 2, columns, theme.muted));
    wrap_styled(&heading, columns, style).into_iter().chain(request).collect()
}

/// Returns the request that caused an error, with the raw response escaped.
fn request_lines(record: &HttpRecord) -> Vec<String> {
    let status = record.status.map_or("no response".to_owned(), |status| format!("status {status}"));
    let (method, path, millis) =
        (record.method.as_str(), sanitize(&record.path), record.duration.as_millis());
    let mut lines = vec![format!("{method} {path} · {status} · {millis} ms")];
    lines.extend(record.request_id.iter().map(|id| format!("request id {}", sanitize(id))));
    lines.extend(record.note.iter().map(|note| sanitize(note).into_owned()));
    if !record.response_body.is_empty() {
        lines.push("response:".to_owned());
        lines.extend(sanitize_lines(&record.response_body).into_iter().take(60));
    }
    lines
}
