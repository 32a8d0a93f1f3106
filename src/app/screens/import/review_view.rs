//! The second step: a line for each entry, what is known of the selected one in full, and how many there are of each
//! kind.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::import::Import;
use crate::app::screens::import::suggestions;
use crate::app::shell::app::App;
use crate::domain::Now;
use crate::domain::list::checking::Judged;
use crate::domain::list::{Entry, Hold};
use crate::domain::text::{count, fit, fit_middle, plural, visible, width};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::app::screens::invite_form::view::field;
use crate::ui::theme::Theme;

/// Draws it, and notes how many entries there is room for.
pub fn draw(
    many: &Import,
    state: &App,
    theme: &Theme,
    now: Now,
    area: Rect,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    if let Some(hold) = &many.sheet.hold {
        frame.render_widget(Paragraph::new(on_hold(many, state, hold, theme, area)), area);
        return;
    }
    let [tally, rows, detail, said] = Layout::vertical([
        Constraint::Length(if area.height > 12 || many.sheet.column.is_some() { 3 } else { 2 }),
        Constraint::Min(1),
        Constraint::Length(2),
        Constraint::Length(if area.height > 12 { 2 } else { 1 }),
    ])
    .areas(area);
    drawn.text_height = rows.height as usize;
    let mut lines: Vec<Line<'static>> = column(many, state)
        .map(|text| Line::styled(fit(&text, tally.width as usize), theme.title))
        .into_iter()
        .collect();
    lines.extend(crate::app::screens::import::view::wrapped(&head(many), tally, theme.title));
    frame.render_widget(Paragraph::new(lines), tally);
    let server_now = state.model.server_now(now);
    let top = many.lines.top_for(many.judged.len(), rows.height as usize);
    let entries = many.sheet.entries.iter().zip(&many.judged).enumerate();
    let numbers = many.sheet.entries.last().map_or(1, |entry| entry.line.to_string().len());
    let shown = entries.skip(top).take(rows.height as usize).map(|(place, (entry, judged))| {
        let selected = place == many.lines.cursor;
        let (sign, style) = sign(judged, server_now, theme);
        let words = judged.words(server_now);
        row(entry, (sign, style), &words, selected, numbers, rows.width as usize, theme)
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    match &many.correcting {
        Some(correcting) => {
            let [address, below] =
                Layout::vertical([Constraint::Length(1), Constraint::Length(1)]).areas(detail);
            field(correcting, true, address, frame);
            frame.render_widget(Paragraph::new(suggestion(many, state, theme)), below);
        }
        None => frame.render_widget(Paragraph::new(in_full(many, state, now, theme, detail)), detail),
    }
    frame.render_widget(Paragraph::new(about_all(many, state, theme, said)), said);
}

/// Why nothing was read, and what the user can do.
fn on_hold(many: &Import, state: &App, hold: &Hold, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    let key = |action| state.model.key(KeyContext::Many, action);
    let next = match hold {
        Hold::ChooseColumn(_) => format!("Press {} to choose the email column.", key(Action::EmailColumn)),
        Hold::Refused(_) => format!("Press {} to go back to the list.", key(Action::Previous)),
    };
    let mut lines = crate::app::screens::import::view::wrapped(hold.sentence(), area, theme.bad);
    lines.extend(crate::app::screens::import::view::wrapped(&next, area, theme.soon));
    lines.extend(crate::app::screens::import::view::said(many, theme, area));
    lines
}

/// Which column the addresses are from.
fn column(many: &Import, state: &App) -> Option<String> {
    let key = state.model.key(KeyContext::Many, Action::EmailColumn);
    let another = if many.sheet.columns.len() > 1 { format!(" {key} takes another.") } else { String::new() };
    Some(many.sheet.column_text()? + &another)
}

/// How many there are of each kind.
fn head(many: &Import) -> String {
    if many.judged.is_empty() {
        return if many.is_looking() {
            "looking…".into()
        } else {
            "There is no address in the list.".into()
        };
    }
    let looking = if many.is_looking() { " · looking…" } else { "" };
    format!("{} in the list: {}{looking}", count(many.judged.len()), many.tally)
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
    let mark = if selected { "▌" } else { " " };
    let email_style = if selected { theme.selected } else { Style::new() };
    Line::from(vec![
        Span::raw(mark),
        Span::styled(format!("{:>numbers$} ", entry.line), theme.quiet),
        Span::styled(sign, style),
        Span::raw(" "),
        Span::styled(email, email_style),
        Span::raw(format!("{gap}  ")),
        Span::styled(words, style),
    ])
}

/// What is known of the selected entry, which its line may have no room for.
fn in_full(many: &Import, state: &App, now: Now, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    let at = many.lines.cursor;
    let (Some(entry), Some(judged)) = (many.sheet.entries.get(at), many.judged.get(at)) else {
        return Vec::new();
    };
    let insisted = if entry.as_it_is && judged.is_good() { " (because you took it as it is)" } else { "" };
    let words = judged.words(state.model.server_now(now));
    let text = format!("line {}, {}: {words}{insisted}", count(entry.line), entry.email);
    crate::app::screens::import::view::wrapped(&text, area, theme.quiet)
}

fn suggestion(many: &Import, state: &App, theme: &Theme) -> Line<'static> {
    let Some(suggestion) = many.judged.get(many.lines.cursor).and_then(Judged::suggestion) else {
        return Line::default();
    };
    let key = state.model.key(KeyContext::Form, Action::Next);
    Line::from(vec![
        Span::styled(key, theme.key),
        Span::styled(format!(" takes {}", visible(suggestion)), theme.quiet),
    ])
}

/// What was said last; otherwise, what can be done with many at once.
fn about_all(many: &Import, state: &App, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    let mut lines = crate::app::screens::import::view::said(many, theme, area);
    if !lines.is_empty() {
        return lines;
    }
    let key = |action| state.model.key(KeyContext::Many, action);
    if many.expired > 0 {
        let have = if many.expired == 1 { "has" } else { "have" };
        let which = format!("{} that {have} expired since", count(many.expired));
        let text = format!("{} takes in the {which} being sent.", key(Action::InsistAll));
        lines.extend(crate::app::screens::import::view::wrapped(&text, area, theme.soon));
    }
    let suggested = suggestions::all(many).len();
    if suggested > 0 {
        let suggested = plural(suggested, "suggestion");
        let text = format!("{} shows {suggested} and takes them.", key(Action::TakeSuggestions));
        lines.extend(crate::app::screens::import::view::wrapped(&text, area, theme.soon));
    }
    lines
}
