//! The second step: a line for each entry, what is known of the selected one in full, and how many there are of each
//! kind.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::Import;
use crate::app::screens::import::view::{said, wrapped};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::list::checking::Judged;
use crate::domain::list::{Entry, Hold};
use crate::domain::text::{count, fit, fit_middle, plural, visible, width};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::field;
use crate::ui::{Theme, list};

/// Draws the second step, and notes how many entries there is room for.
pub(super) fn draw(
    it: &Import,
    cx: &RenderContext<'_>,
    area: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let theme = cx.theme;
    if let Some(hold) = &it.sheet.hold {
        frame.render_widget(Paragraph::new(on_hold(it, cx, hold, area)), area);
        return;
    }
    let [tally, rows, detail, below] = Layout::vertical([
        Constraint::Length(if area.height > 12 || it.sheet.column.is_some() { 3 } else { 2 }),
        Constraint::Min(1),
        Constraint::Length(2),
        Constraint::Length(if area.height > 12 { 2 } else { 1 }),
    ])
    .areas(area);
    metrics.text_height = rows.height as usize;
    let mut lines: Vec<Line<'static>> = column(it, cx)
        .map(|text| Line::styled(fit(&text, tally.width as usize), theme.title))
        .into_iter()
        .collect();
    lines.extend(wrapped(&head(it), tally, theme.title));
    frame.render_widget(Paragraph::new(lines), tally);
    let server_now = cx.server_now(cx.now);
    let top = it.lines.top_for(it.judged.len(), rows.height as usize);
    let entries = it.sheet.entries.iter().zip(&it.judged).enumerate();
    let numbers = it.sheet.entries.last().map_or(1, |entry| entry.line.to_string().len());
    let shown = entries.skip(top).take(rows.height as usize).map(|(place, (entry, judged))| {
        let selected = place == it.lines.cursor;
        let (sign, style) = sign(judged, server_now, theme);
        let words = judged.words(server_now);
        row(entry, (sign, style), &words, selected, numbers, rows.width as usize, theme)
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    match &it.correcting {
        Some(correcting) => {
            let [address, offered] =
                Layout::vertical([Constraint::Length(1), Constraint::Length(1)]).areas(detail);
            field(correcting, true, address, frame);
            frame.render_widget(Paragraph::new(suggestion(it, cx)), offered);
        }
        None => frame.render_widget(Paragraph::new(in_full(it, cx, detail)), detail),
    }
    frame.render_widget(Paragraph::new(about_all(it, cx, below)), below);
}

/// Why nothing was read, and what the user can do.
fn on_hold(it: &Import, cx: &RenderContext<'_>, hold: &Hold, area: Rect) -> Vec<Line<'static>> {
    let key = |action| cx.key(KeyContext::Many, action);
    let next = match hold {
        Hold::ChooseColumn(_) => format!("Press {} to choose the email column.", key(Action::EmailColumn)),
        Hold::Refused(_) => format!("Press {} to go back to the list.", key(Action::Previous)),
    };
    let mut lines = wrapped(hold.sentence(), area, cx.theme.bad);
    lines.extend(wrapped(&next, area, cx.theme.soon));
    lines.extend(said(it, cx.theme, area));
    lines
}

/// Which column the addresses are from.
fn column(it: &Import, cx: &RenderContext<'_>) -> Option<String> {
    let key = cx.key(KeyContext::Many, Action::EmailColumn);
    let another = if it.sheet.columns.len() > 1 { format!(" {key} takes another.") } else { String::new() };
    Some(it.sheet.column_text()? + &another)
}

/// How many there are of each kind.
fn head(it: &Import) -> String {
    if it.judged.is_empty() {
        return if it.is_looking() { "looking…".into() } else { "There is no address in the list.".into() };
    }
    let looking = if it.is_looking() { " · looking…" } else { "" };
    format!("{} in the list: {}{looking}", count(it.judged.len()), it.tally)
}

/// A sign for each kind, so that no colour is needed.
fn sign(judged: &Judged, now: jiff::Timestamp, theme: &Theme) -> (&'static str, Style) {
    match judged {
        judged if judged.is_good() => ("✓", theme.good),
        judged if judged.can_be_insisted_on(now) => ("?", theme.soon),
        judged if judged.needs_somebody(now) => ("✗", theme.bad),
        Judged::Looking => ("…", theme.quiet),
        _ => ("-", theme.quiet),
    }
}

fn row(
    entry: &Entry,
    (sign, style): (&'static str, Style),
    words: &str,
    selected: bool,
    numbers: usize,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let room = columns.saturating_sub(numbers + 6);
    let address = (room * 2 / 5).max(16).min(room);
    let email = fit_middle(&visible(&entry.email), address);
    let gap = " ".repeat(address.saturating_sub(width(&email)));
    let words = fit(words, room.saturating_sub(address));
    let email_style = if selected { theme.selected } else { Style::new() };
    Line::from(vec![
        Span::raw(list::sign(selected)),
        Span::styled(format!("{:>numbers$} ", entry.line), theme.quiet),
        Span::styled(sign, style),
        Span::raw(" "),
        Span::styled(email, email_style),
        Span::raw(format!("{gap}  ")),
        Span::styled(words, style),
    ])
}

/// What is known of the selected entry, which its line may have no room for.
fn in_full(it: &Import, cx: &RenderContext<'_>, area: Rect) -> Vec<Line<'static>> {
    let at = it.lines.cursor;
    let (Some(entry), Some(judged)) = (it.sheet.entries.get(at), it.judged.get(at)) else {
        return Vec::new();
    };
    let insisted = if entry.as_it_is && judged.is_good() { " (because you took it as it is)" } else { "" };
    let words = judged.words(cx.server_now(cx.now));
    let text = format!("line {}, {}: {words}{insisted}", count(entry.line), entry.email);
    wrapped(&text, area, cx.theme.quiet)
}

fn suggestion(it: &Import, cx: &RenderContext<'_>) -> Line<'static> {
    let Some(suggestion) = it.judged.get(it.lines.cursor).and_then(Judged::suggestion) else {
        return Line::default();
    };
    let key = cx.key(KeyContext::Form, Action::Next);
    Line::from(vec![
        Span::styled(key, cx.theme.key),
        Span::styled(format!(" takes {}", visible(suggestion)), cx.theme.quiet),
    ])
}

/// What was said last; otherwise, what can be done with many at once.
fn about_all(it: &Import, cx: &RenderContext<'_>, area: Rect) -> Vec<Line<'static>> {
    let mut lines = said(it, cx.theme, area);
    if !lines.is_empty() {
        return lines;
    }
    let key = |action| cx.key(KeyContext::Many, action);
    if it.expired > 0 {
        let have = if it.expired == 1 { "has" } else { "have" };
        let which = format!("{} that {have} expired since", count(it.expired));
        let text = format!("{} takes in the {which} being sent.", key(Action::InsistAll));
        lines.extend(wrapped(&text, area, cx.theme.soon));
    }
    let suggested = it.suggestions().len();
    if suggested > 0 {
        let suggested = plural(suggested, "suggestion");
        let text = format!("{} shows {suggested} and takes them.", key(Action::TakeSuggestions));
        lines.extend(wrapped(&text, area, cx.theme.soon));
    }
    lines
}
