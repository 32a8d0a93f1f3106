//! Texts to read: the keys, from the table that the console itself uses, and the messages in full.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Pager, Text};
use crate::app::model::notifications::{Notification, Tone};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::query::REFERENCE;
use crate::domain::text::{visible, visible_lines, width};
use crate::domain::view::Column;
use crate::domain::{CallRecord, Failure};
use crate::keys::keymap::without_key;
use crate::keys::{Action, KeyContext, KeyMap};
use crate::ui::{Theme, dialog, wrap};

/// What a key does is broken into lines of at least so many columns.
const LEAST_WORDS: usize = 10;

/// Draws the text, and notes how far it can be scrolled.
pub fn draw(it: &Pager, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::room(96, frame);
    let (title, lines) = match it.text {
        Text::Help(context) => ("Help", help(context, cx, columns as usize)),
        Text::Notifications => ("Messages", notifications(cx, columns as usize)),
    };
    let inside = dialog::open(title, columns, frame.area().height.saturating_sub(4), cx.theme, frame);
    metrics.text_height = inside.height as usize;
    metrics.scroll_limit = lines.len().saturating_sub(inside.height as usize);
    let scroll = it.scroll.min(metrics.scroll_limit);
    let shown: Vec<_> = lines.into_iter().skip(scroll).take(metrics.text_height).collect();
    frame.render_widget(Paragraph::new(shown), inside);
}

fn help(here: KeyContext, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let mut lines = Vec::new();
    if let Some(try_out) = &cx.options.try_out {
        let words = format!(
            "This is a try-out: an Invites API on this machine, whose letters lie in {}. For your own tenancy put a \
             token into a file and start: guestlist --token-file FILE",
            visible(&try_out.outbox)
        );
        lines.extend(wrap(&words, columns).into_iter().map(Line::from));
        lines.push(Line::default());
    }
    if cx.options.mouse {
        let words = "The mouse is on: hold Shift to select text with it.";
        lines.extend(wrap(words, columns).into_iter().map(Line::from));
        lines.push(Line::default());
    }
    let key = |action| cx.key(KeyContext::List, action);
    let marked = format!(
        "marked: {} and {} act on all that are marked and shown",
        key(Action::Delete),
        key(Action::Resend)
    );
    let staged = format!("staged: nothing is sent before you run it in {}", cx.view_name(View::Plan));
    for (sign, style, words) in [
        ("●", theme.urgent, "expires within a day"),
        ("○", theme.soon, "expires within three days"),
        ("×", theme.over, "has expired: its link no longer works"),
        ("?", theme.quiet, "the server did not say when it expires"),
        ("+", theme.title, marked.as_str()),
        ("»", theme.title, staged.as_str()),
        ("-", theme.soon, "a plan is about to change it, or does so now"),
    ] {
        for (nth, words) in wrap(words, columns.saturating_sub(2)).into_iter().enumerate() {
            let sign = if nth == 0 { sign } else { " " };
            lines.push(Line::from(vec![Span::styled(format!("{sign} "), style), Span::raw(words)]));
        }
    }
    let others = KeyContext::ALL.into_iter().filter(|place| *place != here);
    for context in std::iter::once(here).chain(others) {
        lines.push(Line::default());
        lines.push(Line::styled(context.title(), theme.title));
        lines.extend(keys(context, here, &cx.options.keys, theme, columns));
        if context == KeyContext::Filter {
            lines.extend(table("What a filter can be made of", REFERENCE, theme, columns));
        }
        if context == KeyContext::Columns {
            let of = Column::ALL.map(|column| (column.head(), column.words()));
            lines.extend(table("The columns", &of, theme, columns));
        }
    }
    lines
}

/// Names, such as the terms of the filter's language, and beside each what it means.
fn table(
    title: &'static str,
    entries: &[(&'static str, &'static str)],
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default(), Line::styled(title, theme.title)];
    let room = entries.iter().map(|(name, _)| width(name)).max().unwrap_or(0) + 2;
    for (name, words) in entries {
        for (nth, words) in wrap(words, columns.saturating_sub(room)).into_iter().enumerate() {
            let name = if nth == 0 { *name } else { "" };
            let gap = " ".repeat(room - width(name));
            lines.push(Line::from(vec![Span::styled(name, theme.key), Span::raw(gap), Span::raw(words)]));
        }
    }
    lines
}

/// The keys of a place, without those that mean something else where one is; what has none is named as it is typed
/// into the palette.
fn keys(
    context: KeyContext,
    here: KeyContext,
    map: &KeyMap,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let nearest = if here.read_with().contains(&context) { here } else { context };
    let of = |action: Action| {
        let mut keys = map.keys_of(context, action);
        let lead = map.keys_in(nearest, action);
        keys.retain(|key| lead.contains(key));
        match keys.iter().any(|key| key.contains(' ')) {
            _ if keys.is_empty() => without_key(context, action),
            true => keys.join(", "),
            false => keys.join(" "),
        }
    };
    let actions = map.known_in(context);
    let room = actions.iter().map(|action| width(&of(*action))).max().unwrap_or(0) + 2;
    let line = |action: Action| {
        let words = wrap(context.words(action), columns.saturating_sub(room).max(LEAST_WORDS));
        let keys = of(action);
        words.into_iter().enumerate().map(move |(nth, words)| {
            let keys = if nth == 0 { keys.clone() } else { String::new() };
            let gap = " ".repeat(room - width(&keys));
            Line::from(vec![Span::styled(keys, theme.key), Span::raw(gap), Span::raw(words)])
        })
    };
    actions.into_iter().flat_map(line).collect()
}

fn notifications(cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for notification in cx.notifications.iter() {
        lines.extend(notification_lines(notification, cx, columns));
        lines.push(Line::default());
    }
    if lines.is_empty() {
        lines.push(Line::styled("There are no new messages.", cx.theme.quiet));
        lines.push(Line::default());
    }
    let earlier = cx.notifications.earlier();
    let earlier: Vec<Line<'static>> =
        earlier.flat_map(|notification| notification_lines(notification, cx, columns)).collect();
    if !earlier.is_empty() {
        lines.push(Line::styled("Earlier", cx.theme.title));
        lines.extend(earlier);
    }
    lines
}

fn notification_lines(
    notification: &Notification,
    cx: &RenderContext<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let style = if notification.tone == Tone::Error { theme.bad } else { theme.good };
    let time = cx.time(notification.at.wall, "%H:%M:%S");
    let head = format!("{time}  {}", visible(&notification.text));
    let mut lines: Vec<Line<'static>> =
        wrap(&head, columns).into_iter().map(|line| Line::styled(line, style)).collect();
    let call = notification.failure.as_ref().and_then(|failure: &Failure| failure.call.as_deref());
    for line in call.into_iter().flat_map(call_lines) {
        lines.extend(
            wrap(&line, columns.saturating_sub(2))
                .into_iter()
                .map(|line| Line::styled(format!("  {line}"), theme.quiet)),
        );
    }
    lines
}

/// The call behind a failure, with the raw answer made visible.
fn call_lines(call: &CallRecord) -> Vec<String> {
    let status = call.status.map_or("no answer".to_owned(), |status| format!("status {status}"));
    let mut lines = vec![format!(
        "{} {} · {status} · {} ms",
        call.method.as_str(),
        visible(&call.path),
        call.took.as_millis()
    )];
    lines.extend(call.request_id.iter().map(|id| format!("request id {}", visible(id))));
    lines.extend(call.note.iter().map(|note| visible(note).into_owned()));
    if !call.answered.is_empty() {
        lines.push("the answer:".to_owned());
        lines.extend(visible_lines(&call.answered).into_iter().take(60));
    }
    lines
}
