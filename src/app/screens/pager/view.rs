//! Draws the pager: help, built from the key map in use, or the notifications.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Pager, PagerContent};
use crate::app::model::notifications::{Notification, Severity};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::HttpRecord;
use crate::domain::query::FILTER_HELP;
use crate::domain::table_prefs::Column;
use crate::domain::text::{sanitize, sanitize_lines};
use crate::keys::keymap::unbound_label;
use crate::keys::{Action, KeyContext, KeyMap};
use crate::ui::{Theme, dialog, wrap};

/// Minimum columns of a description.
const MIN_TEXT_WIDTH: usize = 10;

/// Draws the text and stores the scroll limit in `metrics`.
pub fn draw(it: &Pager, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(96, frame);
    let (title, lines) = match it.content {
        PagerContent::Help(context) => ("Help", help_lines(context, cx, columns as usize)),
        PagerContent::Notifications => ("Messages", notifications_lines(cx, columns as usize)),
    };
    let inside = dialog::open(title, columns, frame.area().height.saturating_sub(4), cx.theme, frame);
    metrics.text_height = inside.height as usize;
    metrics.max_scroll = lines.len().saturating_sub(inside.height as usize);
    let scroll = it.scroll.min(metrics.max_scroll);
    let shown: Vec<_> = lines.into_iter().skip(scroll).take(metrics.text_height).collect();
    frame.render_widget(Paragraph::new(shown), inside);
}

fn help_lines(here: KeyContext, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let mut lines = Vec::new();
    if let Some(try_out) = &cx.options.sandbox {
        let words = format!(
            "This is a sandbox with sample data. Emails are written to {}. To connect your tenancy, put a token into \
             a file and run: guestlist --token-file FILE",
            sanitize(&try_out.outbox)
        );
        lines.extend(wrap_lines(&words, columns, Style::new()));
        lines.push(Line::default());
    }
    if cx.options.mouse {
        lines.extend(wrap_lines("The mouse is on. Hold Shift to select text.", columns, Style::new()));
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
        ("+", theme.title, marked.as_str()),
        ("»", theme.title, staged.as_str()),
        ("-", theme.warning, "a plan changes this invite now or in a moment"),
    ];
    lines.extend(described_lines(
        signs.map(|(sign, style, words)| (Span::styled(sign, style), words)),
        1,
        columns,
    ));
    let others = KeyContext::ALL.into_iter().filter(|place| *place != here);
    for context in std::iter::once(here).chain(others) {
        lines.push(Line::default());
        lines.push(Line::styled(context.title(), theme.title));
        lines.extend(key_lines(context, here, &cx.options.keys, theme, columns));
        if context == KeyContext::Filter {
            lines.extend(table_lines("Filter syntax", FILTER_HELP, theme, columns));
        }
        if context == KeyContext::Columns {
            let of = Column::ALL.map(|column| (column.heading(), column.description()));
            lines.extend(table_lines("Columns", &of, theme, columns));
        }
    }
    lines
}

/// Returns a titled table of names, such as filter terms, and their descriptions.
fn table_lines(
    title: &'static str,
    entries: &[(&'static str, &'static str)],
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let named = entries.iter().map(|(name, words)| (Span::styled(*name, theme.key), *words));
    let title = [Line::default(), Line::styled(title, theme.title)];
    title.into_iter().chain(described_lines(named, 2, columns)).collect()
}

/// Returns names and their wrapped descriptions, separated by this number of blanks.
fn described_lines<'a>(
    entries: impl IntoIterator<Item = (Span<'static>, &'a str)>,
    blanks: usize,
    columns: usize,
) -> Vec<Line<'static>> {
    let entries: Vec<(Span<'static>, &str)> = entries.into_iter().collect();
    let room = entries.iter().map(|(name, _)| name.width()).max().unwrap_or(0) + blanks;
    let mut lines = Vec::new();
    for (name, words) in entries {
        for (nth, words) in
            wrap(words, columns.saturating_sub(room).max(MIN_TEXT_WIDTH)).into_iter().enumerate()
        {
            let name = if nth == 0 { name.clone() } else { Span::default() };
            let gap = " ".repeat(room - name.width());
            lines.push(Line::from(vec![name, Span::raw(gap), Span::raw(words)]));
        }
    }
    lines
}

/// Returns the keys of a context and their descriptions.
///
/// Leaves out keys that mean something else in the current context. An action without a key has its palette name.
fn key_lines(
    context: KeyContext,
    here: KeyContext,
    map: &KeyMap,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let nearest = if here.read_with().contains(&context) { here } else { context };
    let of = |action: Action| {
        let mut keys = map.keys_for(context, action);
        let lead = map.keys_in(nearest, action);
        keys.retain(|key| lead.contains(key));
        match keys.iter().any(|key| key.contains(' ')) {
            _ if keys.is_empty() => unbound_label(context, action),
            true => keys.join(", "),
            false => keys.join(" "),
        }
    };
    let actions = map.actions_in(context).into_iter();
    let named = actions.map(|action| (Span::styled(of(action), theme.key), context.describe(action)));
    described_lines(named, 2, columns)
}

fn wrap_lines(text: &str, columns: usize, style: Style) -> impl Iterator<Item = Line<'static>> {
    wrap(text, columns).into_iter().map(move |line| Line::styled(line, style))
}

fn notifications_lines(cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let of = |notification| notification_lines(notification, cx, columns);
    let mut lines = Vec::new();
    for notification in cx.notifications.iter() {
        lines.extend(of(notification));
        lines.push(Line::default());
    }
    if lines.is_empty() {
        lines = vec![Line::styled("No new messages.", cx.theme.muted), Line::default()];
    }
    let mut earlier = cx.notifications.earlier().peekable();
    lines.extend(earlier.peek().map(|_| Line::styled("Earlier", cx.theme.title)));
    lines.extend(earlier.flat_map(of));
    lines
}

fn notification_lines(
    notification: &Notification,
    cx: &RenderContext<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let style = if notification.severity == Severity::Error { theme.error } else { theme.success };
    let time = cx.time(notification.at.wall, "%H:%M:%S");
    let head = format!("{time}  {}", sanitize(&notification.text));
    let call = notification.failure.as_ref().and_then(|failure| failure.record.as_deref());
    let call = call.into_iter().flat_map(call_lines);
    let call = call.flat_map(|line| wrap(&line, columns.saturating_sub(2)));
    let call = call.map(|line| Line::styled(format!("  {line}"), theme.muted));
    wrap_lines(&head, columns, style).chain(call).collect()
}

/// Returns the request behind an error, with the raw response escaped.
fn call_lines(call: &HttpRecord) -> Vec<String> {
    let status = call.status.map_or("no response".to_owned(), |status| format!("status {status}"));
    let (method, path, took) = (call.method.as_str(), sanitize(&call.path), call.duration.as_millis());
    let mut lines = vec![format!("{method} {path} · {status} · {took} ms")];
    lines.extend(call.request_id.iter().map(|id| format!("request id {}", sanitize(id))));
    lines.extend(call.note.iter().map(|note| sanitize(note).into_owned()));
    if !call.response_body.is_empty() {
        lines.push("response:".to_owned());
        lines.extend(sanitize_lines(&call.response_body).into_iter().take(60));
    }
    lines
}
