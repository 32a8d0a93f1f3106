//! The plans of the journal, a line each: when, what it was, its state, how its steps ended.

use ratatui::text::{Line, Span};

use crate::app::screens::journal::labels::{Mark, plan_words, tally_words, when};
use crate::app::shell::app::App;
use crate::domain::journal::JournalEntry;
use crate::domain::query::Filter;
use crate::domain::text::visible;

use crate::app::screens::journal::view::{matched, place, select, signs, style_of, words};
use crate::ui::cell::padded;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// Columns of a day and a time.
const WHEN: usize = 12;
/// Columns of the state of a plan.
const STATE: usize = 8;
/// Below so many columns a line has no state and no tally; those of the selected plan are in the frame.
const ROOM_FOR_ENDS: usize = 70;

/// The lines, what stands in the frame below them, and how far they scroll, which is not counted here.
pub(crate) fn lines(
    state: &App,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> (Vec<Line<'static>>, String, usize) {
    let view = &state.journal;
    if view.shown.is_empty() {
        return (nothing(state, theme, columns), String::new(), 0);
    }
    let words = words(&view.filter);
    let top = view.plans.top_for(view.shown.len(), height);
    let window = view.shown.iter().enumerate().skip(top).take(height);
    let lines = window.filter_map(|(line, at)| {
        let entry = view.entries.get(*at)?;
        Some(plan_line(entry, line == view.plans.cursor, state, theme, columns, &words))
    });
    let mut below = place("plans", &view.plans, view.shown.len(), height);
    if let Some(entry) = view.entry().filter(|_| columns < ROOM_FOR_ENDS) {
        below = format!("─ {}: {} ", entry.state.word(), tally_words(entry));
    }
    (lines.collect(), below, 0)
}

fn plan_line(
    entry: &JournalEntry,
    selected: bool,
    state: &App,
    theme: &Theme,
    columns: usize,
    words: &Filter,
) -> Line<'static> {
    let mark = Mark::of_plan(entry);
    let rest = columns.saturating_sub(3 + WHEN + 2);
    let (what, tally) = if columns < ROOM_FOR_ENDS {
        (rest, 0)
    } else {
        let texts = rest.saturating_sub(2 + STATE + 2);
        (texts * 55 / 100, texts - texts * 55 / 100)
    };
    let mut spans = vec![signs(selected, mark, theme)];
    spans.push(Span::styled(padded(&day_and_time(state, entry), WHEN), theme.quiet));
    spans.push(Span::raw("  "));
    let mut words_of_it = matched(&plan_words(&entry.plan), what, words, theme);
    if selected {
        select(&mut words_of_it, theme);
    }
    spans.extend(words_of_it);
    if tally > 0 {
        spans.push(Span::raw("  "));
        spans.extend(matched(entry.state.word(), STATE, words, theme));
        spans.push(Span::raw("  "));
        spans.push(Span::styled(padded(&tally_words(entry), tally), style_of(mark, theme)));
    }
    Line::from(spans)
}

/// Of this year with the time; of another one with the year.
fn day_and_time(state: &App, entry: &JournalEntry) -> String {
    let at = entry.plan.made;
    let this_year = when(state, state.model.now.wall, "%Y") == when(state, at, "%Y");
    when(state, at, if this_year { "%e %b %H:%M" } else { "%e %b %Y" })
}

fn nothing(state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let view = &state.journal;
    let (words, style) = match &view.failed {
        Some(failure) if view.read_at.is_none() => (failure.to_string(), theme.bad),
        _ if view.read_at.is_none() => ("Reading the journal…".to_owned(), theme.quiet),
        _ if view.entries.is_empty() => ("Nothing was changed from here yet.".to_owned(), theme.quiet),
        _ => (format!("Nothing matches “{}”.", view.filter), theme.quiet),
    };
    let mut lines = vec![Line::default()];
    lines.extend(
        wrap(&visible(&words), columns.saturating_sub(4))
            .into_iter()
            .map(|line| Line::styled(format!("   {line}"), style)),
    );
    lines
}
