//! Draws the steps of a journal plan, and one step in full with its requests.
//!
//! Also contains the helpers shared with the list of plans.

use ratatui::text::{Line, Span};

use super::labels::{outcome_counts_label, outcome_label, plan_label, step_at};
use super::{JournalView, search_words, step_matches};
use crate::app::RenderContext;
use crate::app::model::labels::OutcomeSeverity;
use crate::app::render::invite_detail::message_text;
use crate::app::render::severity_style;
use crate::domain::journal::{CallResult, JournalCall, JournalEntry};
use crate::domain::plan::Progress;
use crate::domain::query::{Filter, NamedFilters, TextColumn};
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::domain::{Invite, Step};
use crate::ui::dialog::{labeled_lines, wrap_styled};
use crate::ui::list::{pad, position_label, row};
use crate::ui::{Lines, Theme, list};

/// Time format in the details of a step.
const TIME_FORMAT: &str = "%-d %b %Y %H:%M:%S";
/// Minimum columns of a note.
const MIN_NOTE_WIDTH: usize = 12;

/// Lines of the frame, text of its lower border, and scroll limit (0 for lists of rows).
pub(super) type FrameBody = (Lines, String, usize);

/// Returns the cell with the sign of a severity.
pub(super) fn severity_cell(severity: OutcomeSeverity, theme: &Theme) -> Span<'static> {
    Span::styled(format!("{} ", severity.sign()), severity_style(severity, theme))
}

/// Converts the words of the journal filter into a filter that highlights matches.
pub(super) fn highlight_filter(filter: &str) -> Filter {
    let quoted: Vec<String> =
        search_words(filter).iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
    Filter::parse(&quoted.join(" "), &NamedFilters::default()).unwrap_or_default()
}

/// Returns the text of a column with its matches highlighted.
pub(super) fn highlight(text: &str, columns: usize, filter: &Filter, theme: &Theme) -> Vec<Span<'static>> {
    list::highlight(filter, TextColumn::Email, text, columns, theme)
}

/// Returns the heading of a plan, shown above the steps.
pub(super) fn heading_text(entry: &JournalEntry, cx: &RenderContext<'_>) -> String {
    let created = cx.full_time(entry.plan.created_at);
    let (label, state) =
        (plan_label(&entry.plan), format!("{}: {}", entry.state.label(), outcome_counts_label(entry)));
    let long = format!(" {label} · {created} · {state}");
    if width(&long) <= cx.columns { long } else { truncate(&format!(" {created} · {state}"), cx.columns) }
}

/// Returns the rows of the selected plan's steps.
pub(super) fn steps_body(view: &JournalView, cx: &RenderContext<'_>, height: usize) -> FrameBody {
    let Some(entry) = view.selected_entry() else { return FrameBody::default() };
    let (words, pattern, no_filter) =
        (search_words(&view.filter), highlight_filter(&view.filter), Filter::default());
    let widths = StepColumns::fit(entry, cx.columns.saturating_sub(1));
    let steps = entry.plan.steps.len();
    let lines = view.steps_state.window(0..steps, height).map(|(step, selected)| {
        // Only matching steps are highlighted.
        let pattern = if step_matches(&words, entry, step) { &pattern } else { &no_filter };
        step_line(entry, step, selected, &widths, pattern, cx)
    });
    let mut bottom = position_label("steps", &view.steps_state, steps, height);
    if !words.is_empty() {
        let matching = (0..steps).filter(|step| step_matches(&words, entry, *step)).count();
        bottom.push_str(&format!("· {} match ", format_count(matching)));
    }
    (lines.collect(), bottom, 0)
}

/// Column widths of the steps.
///
/// A narrow window hides the note, then the verb if it is the same for all steps.
struct StepColumns {
    verb: usize,
    email: usize,
    outcome: usize,
    note: usize,
}

impl StepColumns {
    fn fit(entry: &JournalEntry, columns: usize) -> StepColumns {
        let steps = &entry.plan.steps;
        let verb_width = steps.iter().map(|step| width(step.verb())).max().unwrap_or(0);
        let is_mixed = steps.windows(2).any(|pair| pair[0].verb() != pair[1].verb());
        let outcome = (0..steps.len()).map(|step| width(outcome_label(entry, step))).max().unwrap_or(0);
        let verb = if columns >= 60 || is_mixed { verb_width } else { 0 };
        let text_width = columns.saturating_sub(3 + verb + usize::from(verb > 0) * 2 + 2 + outcome);
        let has_notes = entry.progress.iter().any(|progress| progress.note.is_some());
        let note = if has_notes && text_width >= 34 + MIN_NOTE_WIDTH {
            text_width - (text_width / 2).clamp(32, 48) - 2
        } else {
            0
        };
        let email = text_width - if note > 0 { note + 2 } else { 0 };
        StepColumns { verb, email, outcome, note }
    }
}

fn step_line(
    entry: &JournalEntry,
    index: usize,
    is_selected: bool,
    widths: &StepColumns,
    pattern: &Filter,
    cx: &RenderContext<'_>,
) -> Line<'static> {
    let theme = cx.theme;
    let Some((step, progress)) = step_at(entry, index) else { return Line::default() };
    let severity = OutcomeSeverity::for_step(step, progress);
    let mut cells = vec![severity_cell(severity, theme)];
    if widths.verb > 0 {
        cells.extend(highlight(step.verb(), widths.verb, pattern, theme));
        cells.push(Span::raw("  "));
    }
    cells.extend(highlight(step.email(), widths.email, pattern, theme));
    cells.push(Span::raw("  "));
    let outcome = highlight(outcome_label(entry, index), widths.outcome, pattern, theme);
    cells.extend(outcome.into_iter().map(|span| span.patch_style(severity_style(severity, theme))));
    if widths.note > 0 {
        let note = progress.note.as_deref().unwrap_or_default();
        cells.push(Span::styled(format!("  {}", pad(note, widths.note)), theme.muted));
    }
    row(is_selected, cells, cx.columns, theme)
}

/// Returns the visible lines of the selected step.
pub(super) fn step_body(view: &JournalView, cx: &RenderContext<'_>, height: usize) -> FrameBody {
    let Some(entry) = view.selected_entry() else { return FrameBody::default() };
    let lines =
        step_detail_lines(entry, view.steps_state.selected, &cx.with_columns(cx.columns.saturating_sub(2)));
    let max_scroll = lines.len().saturating_sub(height);
    let shown = lines.into_iter().skip(view.scroll.min(max_scroll)).take(height).map(|mut line| {
        line.spans.insert(0, " ".into());
        line
    });
    let bottom = format!("─ step {} of {} ", view.steps_state.selected + 1, entry.plan.steps.len());
    (shown.collect(), bottom, max_scroll)
}

fn step_detail_lines(entry: &JournalEntry, index: usize, cx: &RenderContext<'_>) -> Lines {
    let (theme, columns) = (cx.theme, cx.columns);
    let Some((step, progress)) = step_at(entry, index) else { return Vec::new() };
    let severity = OutcomeSeverity::for_step(step, progress);
    let labeled = |label: &str, text: &str| labeled_lines(label, text, columns, theme);
    let heading = format!("{} {}", step.verb(), sanitize(step.email()));
    let mut lines = vec![Line::default()];
    lines.extend(wrap_styled(&heading, columns, theme.title));
    let mut outcome =
        labeled("outcome", format!("{} {}", severity.sign(), outcome_label(entry, index)).trim_start());
    outcome.iter_mut().for_each(|line| line.style = severity_style(severity, theme));
    lines.extend(outcome);
    if let Some(note) = &progress.note {
        lines.extend(labeled("note", &sanitize(note)));
    }
    for (label, text) in step_change_lines(step, cx) {
        lines.extend(labeled(label, &text));
    }
    lines.push(Line::default());
    for text in known_facts(step, progress, cx) {
        lines.extend(labeled("known", &text));
    }
    lines.push(Line::default());
    let requests: Vec<&JournalCall> =
        entry.calls.iter().filter(|request| request.intent.step == index).collect();
    if requests.is_empty() {
        lines.extend(labeled("requests", "none"));
    }
    for (request, nth) in requests.into_iter().zip(1..) {
        lines.extend(labeled(&format!("try {nth}"), &request_text(request, cx)));
    }
    lines
}

/// Returns the old and the new invite of a step, as the user confirmed them.
fn step_change_lines(step: &Step, cx: &RenderContext<'_>) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(old) = step.target() {
        lines.push(("old", invite_text(old, cx)));
        if step.draft().is_none_or(|draft| draft.message != old.message) {
            lines.push(("message", message_text(&old.message)));
        }
    }
    if let Some(draft) = step.draft() {
        lines.push(("new", format!("invite to {}", sanitize(&draft.email))));
        lines.push(("message", message_text(&draft.message)));
    }
    lines
}

/// Formats an invite: its identity and expiry.
fn invite_text(invite: &Invite, cx: &RenderContext<'_>) -> String {
    let expiry = match invite.expiry.0 {
        Some(at) => format!("expires {}", cx.time(at, TIME_FORMAT)),
        None => "expiry unknown".to_owned(),
    };
    format!("{}\n{expiry}", sanitize(&invite.identity.to_string()))
}

/// Returns the facts known about a step.
fn known_facts(step: &Step, progress: &Progress, cx: &RenderContext<'_>) -> Vec<String> {
    let created = progress.created.as_ref();
    let created = created.map(|created| format!("new invite created: {}", invite_text(created, cx)));
    let facts = [
        (progress.verified, "verified: the new invite matches the draft"),
        (progress.old_deleted, "the old invite is deleted"),
        (step.is_half_done(progress), "the person has no invite: not re-invited"),
    ];
    let facts = facts.into_iter().filter(|(is_known, _)| *is_known).map(|(_, text)| text.to_owned());
    let all: Vec<String> = created.into_iter().chain(facts).collect();
    if all.is_empty() { vec!["nothing done yet".to_owned()] } else { all }
}

/// Formats a request: method, time and result.
fn request_text(call: &JournalCall, cx: &RenderContext<'_>) -> String {
    let intent = &call.intent;
    let identity = intent.identity.as_ref().map(|identity| format!(" {}", sanitize(&identity.to_string())));
    let (method, at) = (intent.method.as_str(), cx.time(intent.requested_at, TIME_FORMAT));
    let request = format!("{method}{}\nat {at}", identity.unwrap_or_default());
    let Some(response) = &call.response else {
        return format!("{request}\nno response recorded (interrupted)");
    };
    let status = response.status.map_or("no status".to_owned(), |status| format!("status {status}"));
    let id = response.request_id.as_deref();
    let request_id = id.map_or("no request id".to_owned(), |id| format!("request id {}", sanitize(id)));
    let responded = cx.time(response.responded_at, TIME_FORMAT);
    format!("{request}\n{} · {status} · {request_id}\nresponse at {responded}", result_text(response.result))
}

fn result_text(result: CallResult) -> &'static str {
    match result {
        CallResult::Succeeded => "succeeded",
        CallResult::NotFound => "no such invite",
        CallResult::NoEffect => "had no effect",
        CallResult::Refused => "refused",
        CallResult::NoResponse => "outcome unknown",
    }
}
