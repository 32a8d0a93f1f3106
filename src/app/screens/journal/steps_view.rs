//! The steps of a plan of the journal, a line each: verb, address, how it ended, and the note on that.

use ratatui::text::{Line, Span};

use crate::app::screens::journal::labels::{Mark, outcome_words, plan_words, tally_words, verb, when};
use crate::app::screens::journal::search;
use crate::app::screens::journal::search::step_matches;
use crate::app::shell::app::App;
use crate::domain::journal::JournalEntry;
use crate::domain::query::Filter;
use crate::domain::text::{count, fit, width};

use crate::app::screens::journal::view::{matched, place, select, signs, style_of};
use crate::ui::cell::padded;
use crate::ui::theme::Theme;

/// The narrowest note that tells anything.
const NOTE: usize = 12;

/// What the plan was, in one line above its steps.
pub(crate) fn head(entry: &JournalEntry, state: &App, columns: usize) -> String {
    let at = when(state, entry.plan.made, "%a %-d %b %Y %H:%M %Z");
    let (what, ends) = (plan_words(&entry.plan), format!("{}: {}", entry.state.word(), tally_words(entry)));
    let long = format!(" {what} · {at} · {ends}");
    if width(&long) <= columns { long } else { fit(&format!(" {at} · {ends}"), columns) }
}

/// The lines, what stands in the frame below them, and how far they scroll, which is not counted here.
pub(crate) fn lines(
    state: &App,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> (Vec<Line<'static>>, String, usize) {
    let view = &state.journal;
    let Some(entry) = view.entry() else { return (Vec::new(), String::new(), 0) };
    let (words, patterns, none) = (
        search::words(&view.filter),
        crate::app::screens::journal::view::words(&view.filter),
        Filter::default(),
    );
    let table = Columns::of(entry, columns);
    let steps = entry.plan.steps.len();
    let window = (view.steps.top_for(steps, height)..steps).take(height);
    let lines = window.map(|step| {
        // A plan matches by single steps: only in those does it stand out why.
        let patterns = if step_matches(&words, entry, step) { &patterns } else { &none };
        step_line(entry, step, step == view.steps.cursor, &table, patterns, theme)
    });
    let mut below = place("steps", &view.steps, steps, height);
    if !words.is_empty() {
        let matching = (0..steps).filter(|step| step_matches(&words, entry, *step)).count();
        below.push_str(&format!("· {} match ", count(matching)));
    }
    (lines.collect(), below, 0)
}

/// How the columns share the width. The note goes first, then the verb where all steps have the same one.
struct Columns {
    verb: usize,
    email: usize,
    outcome: usize,
    note: usize,
}

impl Columns {
    fn of(entry: &JournalEntry, all: usize) -> Columns {
        let steps = &entry.plan.steps;
        let verbs = steps.iter().map(|step| width(verb(step))).max().unwrap_or(0);
        let mixed = steps.windows(2).any(|pair| verb(&pair[0]) != verb(&pair[1]));
        let outcome = (0..steps.len()).map(|step| width(outcome_words(entry, step))).max().unwrap_or(0);
        let verb = if all >= 60 || mixed { verbs } else { 0 };
        let texts = all.saturating_sub(3 + verb + usize::from(verb > 0) * 2 + 2 + outcome);
        let notes = entry.progress.iter().any(|progress| progress.note.is_some());
        let note = if notes && texts >= 34 + NOTE { texts - (texts / 2).clamp(32, 48) - 2 } else { 0 };
        let email = texts - if note > 0 { note + 2 } else { 0 };
        Columns { verb, email, outcome, note }
    }
}

fn step_line(
    entry: &JournalEntry,
    step: usize,
    selected: bool,
    columns: &Columns,
    words: &Filter,
    theme: &Theme,
) -> Line<'static> {
    let (Some(what), Some(progress)) = (entry.plan.steps.get(step), entry.progress.get(step)) else {
        return Line::default();
    };
    let mark = Mark::of(what, progress);
    let mut spans = vec![signs(selected, mark, theme)];
    if columns.verb > 0 {
        spans.extend(matched(verb(what), columns.verb, words, theme));
        spans.push(Span::raw("  "));
    }
    let mut email = matched(what.email(), columns.email, words, theme);
    if selected {
        select(&mut email, theme);
    }
    spans.extend(email);
    spans.push(Span::raw("  "));
    let outcome = matched(outcome_words(entry, step), columns.outcome, words, theme);
    spans.extend(outcome.into_iter().map(|span| span.patch_style(style_of(mark, theme))));
    if columns.note > 0 {
        let note = progress.note.as_deref().unwrap_or_default();
        spans.push(Span::styled(format!("  {}", padded(note, columns.note)), theme.quiet));
    }
    Line::from(spans)
}
