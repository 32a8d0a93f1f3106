//! Draws the pager: help, built from the key map in use, or the notifications.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Pager, PagerContent};
use crate::app::model::notifications::{Notification, Severity};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::HttpRecord;
use crate::domain::query::FILTER_HELP;
use crate::domain::table_prefs::Column;
use crate::domain::text::{sanitize, sanitize_lines};
use crate::keys::keymap::unbound_label;
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{wrap_indented, wrap_styled};
use crate::ui::{Lines, dialog, wrap};

/// Minimum columns of a description.
const MIN_TEXT_WIDTH: usize = 10;

/// Draws the text and stores the scroll limit in `metrics`.
pub fn draw(pager: &Pager, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(96, frame);
    let cx = &cx.with_columns(columns as usize);
    let (title, lines) = match pager.content {
        PagerContent::Help(context) => ("Help", help_lines(context, cx)),
        PagerContent::Notifications => ("Messages", notifications_lines(cx)),
    };
    let inner = dialog::open(title, columns, frame.area().height.saturating_sub(4), cx.theme, frame);
    metrics.text_height = inner.height as usize;
    metrics.max_scroll = dialog::draw_scrolled(lines, pager.scroll, inner, frame);
}

fn help_lines(current: KeyContext, cx: &RenderContext<'_>) -> Lines {
    let (theme, columns) = (cx.theme, cx.columns);
    let mut lines = Vec::new();
    if let Some(sandbox) = &cx.options.sandbox {
        let text = format!(
            "This is a sandbox with sample data. Emails are written to {}. To connect your tenancy, put a token into \
             a file and run: guestlist --token-file FILE",
            sanitize(&sandbox.outbox)
        );
        lines.extend(wrap_styled(&text, columns, Style::new()));
        lines.push(Line::default());
    }
    if cx.options.mouse {
        lines.extend(wrap_styled("The mouse is on. Hold Shift to select text.", columns, Style::new()));
        lines.push(Line::default());
    }
    let [delete, resend] = [Action::Delete, Action::Resend].map(|action| cx.key(KeyContext::List, action));
    let marked = format!("marked: {delete} and {resend} apply to all visible marked rows");
    let staged = format!("staged: nothing happens until you apply it in {}", cx.view_name(View::Plans));
    let signs = [
        ("●", theme.urgent, "expires within a day"),
        ("○", theme.warning, "expires within three days"),
        ("×", theme.expired, "expired: the link no longer works"),
        ("?", theme.muted, "expiry unknown"),
        ("+", theme.mark, marked.as_str()),
        ("»", theme.mark, staged.as_str()),
        ("-", theme.warning, "a plan changes this invite now or in a moment"),
    ];
    lines.extend(described_lines(
        signs.map(|(sign, style, text)| (Span::styled(sign, style), text)),
        1,
        columns,
    ));
    let others = KeyContext::ALL.iter().copied().filter(|context| *context != current);
    for context in std::iter::once(current).chain(others) {
        lines.push(Line::default());
        lines.push(Line::styled(context.title(), theme.title));
        lines.extend(key_lines(context, current, cx));
        if context == KeyContext::Filter {
            lines.extend(table_lines("Filter syntax", &FILTER_HELP, cx));
        }
        if context == KeyContext::Columns {
            let entries: Vec<_> =
                Column::ALL.iter().map(|column| (column.heading(), column.description())).collect();
            lines.extend(table_lines("Columns", &entries, cx));
        }
    }
    lines
}

/// Returns a titled table of names, such as filter terms, and their descriptions.
fn table_lines(title: &'static str, entries: &[(&'static str, &str)], cx: &RenderContext<'_>) -> Lines {
    let named = entries.iter().map(|(name, description)| (Span::styled(*name, cx.theme.key), *description));
    let title = [Line::default(), Line::styled(title, cx.theme.title)];
    title.into_iter().chain(described_lines(named, 2, cx.columns)).collect()
}

/// Returns names and their wrapped descriptions, separated by this number of blanks.
fn described_lines<'a>(
    entries: impl IntoIterator<Item = (Span<'static>, &'a str)>,
    blanks: usize,
    columns: usize,
) -> Lines {
    let entries: Vec<(Span<'static>, &str)> = entries.into_iter().collect();
    let name_width = entries.iter().map(|(name, _)| name.width()).max().unwrap_or(0) + blanks;
    let mut lines = Vec::new();
    for (name, text) in entries {
        for (index, text) in
            wrap(text, columns.saturating_sub(name_width).max(MIN_TEXT_WIDTH)).into_iter().enumerate()
        {
            let name = if index == 0 { name.clone() } else { Span::default() };
            let gap = " ".repeat(name_width - name.width());
            lines.push(Line::from(vec![name, Span::raw(gap), Span::raw(text)]));
        }
    }
    lines
}

/// Returns the keys of a context and their descriptions.
///
/// Omits keys that mean something else in the current context. An action without a key shows its palette name.
fn key_lines(context: KeyContext, current: KeyContext, cx: &RenderContext<'_>) -> Lines {
    let key_map = &cx.options.keys;
    let nearest = if current.fallback_chain().contains(&context) { current } else { context };
    let key_text = |action: Action| {
        let mut keys = key_map.keys_for(context, action);
        let effective = key_map.keys_in(nearest, action);
        keys.retain(|key| effective.contains(key));
        match keys.iter().any(|key| key.contains(' ')) {
            _ if keys.is_empty() => unbound_label(context, action),
            true => keys.join(", "),
            false => keys.join(" "),
        }
    };
    let actions = key_map.actions_in(context).into_iter();
    let named =
        actions.map(|action| (Span::styled(key_text(action), cx.theme.key), context.describe(action)));
    described_lines(named, 2, cx.columns)
}

fn notifications_lines(cx: &RenderContext<'_>) -> Lines {
    let lines_of = |notification| notification_lines(notification, cx);
    let mut lines = Vec::new();
    for notification in cx.notifications.iter() {
        lines.extend(lines_of(notification));
        lines.push(Line::default());
    }
    if lines.is_empty() {
        lines = vec![Line::styled("No new messages.", cx.theme.muted), Line::default()];
    }
    let mut earlier = cx.notifications.earlier_notifications().peekable();
    lines.extend(earlier.peek().map(|_| Line::styled("Earlier", cx.theme.title)));
    lines.extend(earlier.flat_map(lines_of));
    lines
}

fn notification_lines(notification: &Notification, cx: &RenderContext<'_>) -> Lines {
    let (theme, columns) = (cx.theme, cx.columns);
    let style = if notification.severity == Severity::Error { theme.error } else { theme.success };
    let time = cx.time(notification.at.wall, "%H:%M:%S");
    let heading = format!("{time}  {}", sanitize(&notification.text));
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
