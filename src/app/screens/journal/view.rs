//! The journal: plans, their steps, and each call in detail. Here is the frame around them and what can be said of
//! all levels; one file draws each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::journal::labels::Mark;
use crate::app::screens::journal::{Journal, LIMIT, Level, search};
use crate::app::shell::app::App;
use crate::domain::query::{Field, Filter, Names};
use crate::domain::text::{count, fit, visible};
use crate::ui::list_state::ListState;

use crate::app::screens::pending::detail_view::time_of_day;
use crate::ui::cell;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// At most so many lines tell why the last reading failed, where older plans are shown.
const COMPLAINT: usize = 2;

/// Draws it, and says how many lines of it fit and how far it can be scrolled.
pub fn draw(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let view = &state.journal;
    let title = fit(&format!(" {} ", title(state)), area.width.saturating_sub(4) as usize);
    let block = Block::bordered().border_style(theme.quiet).title(Span::styled(title, theme.title));
    let inside = block.inner(area);
    let columns = inside.width as usize;
    let mut above = complaint(view, theme, columns);
    let head = match view.level {
        Level::Plans => None,
        Level::Steps | Level::Step => {
            view.entry().map(|entry| crate::app::screens::journal::steps_view::head(entry, state, columns))
        }
    };
    above.extend(head.map(|head| Line::styled(head, theme.title)));
    let height = (inside.height as usize).saturating_sub(above.len());
    let (body, below, scroll_limit) = match view.level {
        Level::Plans => crate::app::screens::journal::plans_view::lines(state, theme, columns, height),
        Level::Steps => crate::app::screens::journal::steps_view::lines(state, theme, columns, height),
        Level::Step => crate::app::screens::journal::step_view::lines(state, theme, columns, height),
    };
    let below = fit(&below, area.width.saturating_sub(4) as usize);
    frame.render_widget(block.title_bottom(Line::styled(below, theme.quiet)), area);
    let lines: Vec<Line<'static>> = above.into_iter().chain(body).collect();
    frame.render_widget(Paragraph::new(lines), inside);
    RenderMetrics { text_height: height, scroll_limit, ..RenderMetrics::default() }
}

fn title(state: &App) -> String {
    let view = &state.journal;
    let read = match view.read_at {
        Some(at) if view.failed.is_some() => format!("STALE, as of {}", time_of_day(state, at)),
        Some(at) => format!("read {}", time_of_day(state, at)),
        None if view.failed.is_some() => "not read".to_owned(),
        None => "reading…".to_owned(),
    };
    let again = if view.is_loading() && view.read_at.is_some() { " · again…" } else { "" };
    format!("Journal · {read}{again}")
}

/// Why the last reading failed, above what an earlier one brought.
fn complaint(view: &Journal, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let Some(failure) = view.failed.as_ref().filter(|_| view.read_at.is_some()) else { return Vec::new() };
    let mut lines = wrap(&visible(&failure.to_string()), columns.saturating_sub(3));
    if lines.len() > COMPLAINT {
        let rest = lines[COMPLAINT - 1..].join(" ");
        lines.truncate(COMPLAINT - 1);
        lines.push(fit(&rest, columns.saturating_sub(3)));
    }
    let sign = |i| if i == 0 { " ✗ " } else { "   " };
    lines.iter().enumerate().map(|(i, line)| Line::styled(format!("{}{line}", sign(i)), theme.bad)).collect()
}

/// What is said about how many plans the filter found: "12 of 214 plans", "12 of the newest 500 plans".
pub fn found(view: &Journal) -> String {
    let newest = if view.entries.len() >= LIMIT { "the newest " } else { "" };
    format!("{} of {newest}{} plans", count(view.shown.len()), count(view.entries.len()))
}

/// Where one is: "─ steps 1–20 of 80 ".
pub(crate) fn place(what: &str, place: &ListState, lines: usize, height: usize) -> String {
    if lines == 0 || height == 0 {
        return String::new();
    }
    let top = place.top_for(lines, height);
    format!("─ {what} {}–{} of {} ", count(top + 1), count((top + height).min(lines)), count(lines))
}

/// The sign before a line: which one is selected, and whether it asks for attention.
pub(crate) fn signs(selected: bool, mark: Mark, theme: &Theme) -> Span<'static> {
    Span::styled(format!("{}{} ", if selected { "▌" } else { " " }, mark.sign()), style_of(mark, theme))
}

pub(crate) fn style_of(mark: Mark, theme: &Theme) -> Style {
    match mark {
        Mark::Fine => Style::new(),
        Mark::Open => theme.quiet,
        Mark::Failed | Mark::Owed => theme.bad,
        Mark::Unknown => theme.soon,
    }
}

/// The words of the journal's filter as a filter, for making what they match stand out.
pub(crate) fn words(filter: &str) -> Filter {
    let quoted: Vec<String> =
        search::words(filter).iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
    Filter::parse(&quoted.join(" "), &Names::default()).unwrap_or_default()
}

/// A text of a column, with what the filter matched standing out.
pub(crate) fn matched(text: &str, columns: usize, words: &Filter, theme: &Theme) -> Vec<Span<'static>> {
    cell::matched(words, Field::Email, text, columns, theme)
}

/// What names the selected line is reversed; the sign before it says the same.
pub(crate) fn select(spans: &mut [Span<'static>], theme: &Theme) {
    for span in spans {
        span.style = span.style.patch(theme.selected);
    }
}
