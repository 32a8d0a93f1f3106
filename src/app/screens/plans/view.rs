//! Draws the Plans view: running, unfinished and staged plans.
//!
//! Only the visible lines are built, so the cost does not depend on the number of steps. The heading of the selected
//! plan is always visible. A step has one line; the selected step also shows its full note.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding};

use crate::app::model::labels::{approx_duration, step_label};
use crate::app::model::plans::{PlanRun, StopRequest, owed, seconds_left};
use crate::app::screens::plans::{PlansItem, PlansView, is_staged};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::plan::{Plan, PlanState, Progress, StepCounts};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{ResumeScope, UnfinishedPlan};
use crate::domain::text::{format_count, format_plural, sanitize, truncate};
use crate::domain::{Outcome, PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::list::pad;
use crate::ui::{Theme, dialog, list, wrap};

/// Columns of the signs before a step.
const SIGNS_WIDTH: usize = 3;
/// Columns of the step label.
const LABEL_WIDTH: usize = 12;
/// Columns of the outcome or expiry.
const STATUS_WIDTH: usize = 13;
/// Maximum lines of a reason.
const MAX_REASON_LINES: usize = 6;

/// Draws the plans. Returns which rows were visible.
pub fn draw(it: &PlansView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let items = it.items(cx);
    let at = it.selected_index(&items, cx);
    let plans = &cx.plans;
    let title = match plans.stopped_plans().next() {
        _ if it.opened_plan(cx).is_some() => " All steps ",
        _ if !plans.running.is_empty() => " Plans ",
        Some(_) => " Unfinished ",
        None if !plans.unfinished.is_empty() && plans.staged_steps() == 0 => " Results ",
        None => " Plans ",
    };
    let quiet = cx.theme.muted;
    let mut block = Block::bordered().border_style(quiet).title(title).padding(Padding::horizontal(1));
    if let Some(at) = at.filter(|_| items.len() > 1) {
        let place = format!("─ line {} of {} ", format_count(at + 1), format_count(items.len()));
        block = block.title_bottom(Line::styled(place, quiet));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let columns = inside.width as usize;
    let Some(at) = at else {
        let journal = cx.view_name(View::Journal);
        let text = format!("No running, paused or staged plans. Past plans are in {journal}.");
        dialog::draw_lines(&dialog::wrap_styled(&text, columns, Style::new()), inside, frame);
        return RenderMetrics::default();
    };
    let (lines, first, drawn) = visible_lines(cx, columns, &items, at, inside.height as usize);
    dialog::draw_lines(&lines, inside, frame);
    RenderMetrics { first_item: first, visible_items: drawn, ..RenderMetrics::default() }
}

/// Returns the visible lines, the index of the first visible row, and the number of visible rows.
fn visible_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    items: &[PlansItem],
    at: usize,
    room: usize,
) -> (Vec<Line<'static>>, usize, usize) {
    let head = (0..=at).rev().find(|i| !matches!(items[*i], PlansItem::Step(..))).unwrap_or(0);
    let mut first = first_visible(cx, columns, items, at, room);
    let mut lines = Vec::new();
    if first > head {
        // A heading above the window replaces its first lines.
        lines = item_lines(cx, columns, items[head], false, true);
        lines.truncate(room.saturating_sub(2));
        first = first_visible(cx, columns, items, at, room - lines.len().min(room)).max(head + 1);
    }
    let mut drawn = 0;
    for (i, item) in items.iter().enumerate().skip(first) {
        if lines.len() >= room {
            break;
        }
        lines.extend(item_lines(cx, columns, *item, i == at, lines.is_empty()));
        drawn += 1;
    }
    (lines, first, drawn)
}

/// Returns the first visible row, so that the cursor is near the middle.
fn first_visible(
    cx: &RenderContext<'_>,
    columns: usize,
    items: &[PlansItem],
    at: usize,
    room: usize,
) -> usize {
    let height = |i: usize| item_lines(cx, columns, items[i], i == at, i == 0).len();
    let (mut first, mut used) = (at, height(at));
    while first > 0 && used + height(first - 1) <= room / 2 {
        first -= 1;
        used += height(first);
    }
    for below in at + 1..items.len() {
        if used >= room {
            break;
        }
        used += height(below);
    }
    // Lines left below the end are used for rows above.
    while first > 0 && used + height(first - 1) <= room {
        first -= 1;
        used += height(first);
    }
    first
}

/// Returns the lines of a row. Every heading except the first has a blank line above it.
fn item_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    item: PlansItem,
    selected: bool,
    first: bool,
) -> Vec<Line<'static>> {
    let lines = match item {
        PlansItem::Plan(id) => plan_lines(cx, columns, id, selected),
        PlansItem::Staged => staged_lines(cx, columns, selected),
        PlansItem::Step(id, step) => return step_lines(cx, columns, id, step, selected),
    };
    let blank = (!first).then(Line::default);
    blank.into_iter().chain(lines).collect()
}

/// Sign and text for the state of a step.
type StepStatus = (&'static str, String, Style);

/// Returns the line of a step; if it is selected, also its note.
fn step_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    id: PlanId,
    at: usize,
    selected: bool,
) -> Vec<Line<'static>> {
    let Some((plan, progress)) = cx.plans.find(id) else { return Vec::new() };
    let (Some(step), Some(progress)) = (plan.steps.get(at), progress.get(at)) else { return Vec::new() };
    let status = match cx.plans.get(id) {
        _ if is_staged(cx, PlansItem::Step(id, at)) => staged_status(cx, id, step),
        Some(run) => running_status(cx, run, at, step, progress),
        None => ended_status(cx.theme, step, progress),
    };
    let note = progress.note.as_deref();
    let mut lines = vec![step_line(cx.theme, columns, step, status, selected, note)];
    if let Some(note) = note.filter(|_| selected) {
        let reason = wrap(&sanitize(note), columns.saturating_sub(5)).into_iter().take(MAX_REASON_LINES);
        lines.extend(reason.map(|line| Line::styled(format!("     {line}"), cx.theme.warning)));
    }
    lines
}

fn staged_status(cx: &RenderContext<'_>, id: PlanId, step: &Step) -> StepStatus {
    if cx.plans.is_replaced(id) {
        return ("·", "saving".to_owned(), cx.theme.muted);
    }
    let server_now = cx.server_now(cx.now);
    let expiry = step.target().map(|invite| invite.expiry.remaining_text(server_now));
    ("+", expiry.unwrap_or_default(), Style::new())
}

fn running_status(
    cx: &RenderContext<'_>,
    run: &PlanRun,
    at: usize,
    step: &Step,
    progress: &Progress,
) -> StepStatus {
    let theme = cx.theme;
    if progress.outcome.is_some() {
        return ended_status(theme, step, progress);
    }
    let in_hand = run.progress.current_step == Some(at);
    match &run.progress.phase {
        RunPhase::UndoWindow { until } => {
            let left = seconds_left(until.saturating_sub(cx.now.mono));
            ("-", format!("in {left} s"), theme.pending_delete)
        }
        RunPhase::Reconciling if in_hand => ("→", "checking".to_owned(), theme.warning),
        _ if in_hand => ("→", "running".to_owned(), theme.warning),
        _ if step.is_half_done(progress) => ended_status(theme, step, progress),
        _ => ("·", "waiting".to_owned(), theme.muted),
    }
}

fn ended_status(theme: &Theme, step: &Step, progress: &Progress) -> StepStatus {
    if step.is_half_done(progress) {
        return ("!", "not reinvited".to_owned(), theme.error);
    }
    let outcome = progress.outcome.unwrap_or(Outcome::Skipped);
    let is_old_alive = outcome == Outcome::OldStillActive;
    let word = if is_old_alive { "old one works" } else { outcome.label() }.to_owned();
    match outcome {
        Outcome::Done | Outcome::AlreadyGone => ("✓", word, theme.success),
        Outcome::Refused | Outcome::Failed | Outcome::OldStillActive => ("✗", word, theme.error),
        Outcome::Unknown => ("?", word, theme.warning),
        Outcome::AlreadyInvited | Outcome::Skipped => ("·", word, theme.muted),
    }
}

fn step_line(
    theme: &Theme,
    columns: usize,
    step: &Step,
    (sign, text, style): StepStatus,
    selected: bool,
    note: Option<&str>,
) -> Line<'static> {
    let labels = if columns >= 60 { LABEL_WIDTH + 2 } else { 0 };
    let rest = columns.saturating_sub(SIGNS_WIDTH + labels + STATUS_WIDTH + 2);
    // A wide window shows the note beside the step; otherwise only the selected step shows it.
    let email = if note.is_some() && rest > 50 { rest / 2 } else { rest.min(60) };
    let email_style = if selected { theme.selected } else { Style::new() };
    let struck = style.add_modifier & theme.pending_delete.add_modifier;
    let mut spans = vec![
        Span::styled(format!("{}{sign} ", list::selection_sign(selected)), style.remove_modifier(struck)),
        Span::styled(pad(step.email(), email), email_style.add_modifier(struck)),
    ];
    if labels > 0 {
        spans.push(Span::styled(format!("  {}", pad(step_label(step), LABEL_WIDTH)), theme.muted));
    }
    spans.push(Span::styled(format!("  {}", pad(&text, STATUS_WIDTH)), style.remove_modifier(struck)));
    if let Some(note) = note.filter(|_| rest > 50 && !selected) {
        let note = truncate(note, rest.saturating_sub(email + 2));
        spans.push(Span::styled(format!("  {note}"), theme.muted));
    }
    Line::from(spans)
}

/// Returns the heading of a running, unfinished or finished plan.
pub(crate) fn plan_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    id: PlanId,
    selected: bool,
) -> Vec<Line<'static>> {
    match (cx.plans.get(id), cx.plans.unfinished_plan(id)) {
        (Some(run), _) => running_lines(cx, columns, run, selected),
        (None, Some(left)) => unfinished_lines(cx, columns, left, selected),
        (None, None) => Vec::new(),
    }
}

/// Returns the heading of the staged steps.
pub(crate) fn staged_lines(cx: &RenderContext<'_>, columns: usize, selected: bool) -> Vec<Line<'static>> {
    let head = format!("Staged: {}", format_plural(cx.plans.staged_steps(), "step"));
    let mut lines = heading_lines(cx, columns, &head, selected);
    let run = cx.key(KeyContext::Plans, Action::Open);
    let hint = format!("Nothing happens until you apply them. Press {run} to review them as one plan.");
    lines.extend(wrap_lines(&hint, columns, cx.theme.muted));
    for (filter, found) in &cx.plans.new_matches {
        let (verb, are) = if *found == 1 { ("matches", "is") } else { ("match", "are") };
        let rows = format_plural(*found, "more row");
        let news = format!("{rows} {verb} “{}” and {are} not included.", sanitize(filter));
        lines.extend(wrap_lines(&news, columns, cx.theme.warning));
    }
    lines
}

fn running_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    run: &PlanRun,
    selected: bool,
) -> Vec<Line<'static>> {
    let made = cx.time(run.plan.created_at, "%H:%M:%S");
    let phase = match (&run.progress.phase, run.stop_request) {
        (RunPhase::UndoWindow { until }, _) => {
            let left = seconds_left(until.saturating_sub(cx.now.mono));
            let undo = cx.key(KeyContext::Plans, Action::Undo);
            format!("starts in {left} s · press {undo} to undo")
        }
        (_, Some(StopRequest::Pause)) => "pauses after the current step".to_owned(),
        (_, Some(StopRequest::Stop)) => "stops after the current step".to_owned(),
        (RunPhase::Requested, _) => "saving to the journal".to_owned(),
        (RunPhase::Queued { holder }, _) => {
            format!("waiting for {}, which is running another plan of this tenancy", sanitize(holder))
        }
        (RunPhase::Running, _) => "running".to_owned(),
        (RunPhase::Reconciling, _) => "running · response lost, checking the outcome".to_owned(),
    };
    let mut lines = heading_lines(cx, columns, &format!("Plan of {made} · {phase}"), selected);
    let tally = StepCounts::from_progress(&run.progress.steps);
    let steps = run.progress.steps.len();
    lines.extend(wrap_lines(&progress_bar(steps - tally.not_sent, steps, columns), columns, Style::new()));
    lines.extend(wrap_lines(&progress_text(cx, run, tally), columns, Style::new()));
    if let Some(waiting) = &cx.rate_limit_wait {
        let left = seconds_left(waiting.until.saturating_sub(cx.now.mono));
        let wait = format!("waiting {left} s: {}", sanitize(&waiting.reason));
        lines.extend(wrap_lines(&wait, columns, cx.theme.warning));
    }
    if run.scope == ResumeScope::WithoutEmail {
        lines.extend(wrap_lines("Only steps that send no email are running.", columns, cx.theme.muted));
    }
    lines.extend(missing_invites_lines(cx, columns, &run.plan, &run.progress.steps));
    lines
}

fn progress_text(cx: &RenderContext<'_>, run: &PlanRun, tally: StepCounts) -> String {
    let mut parts = vec![format!("{} done", format_count(tally.done))];
    for (steps, word) in [(tally.failed, "failed"), (tally.unknown, "unknown")] {
        parts.extend((steps > 0).then(|| format!("{} {word}", format_count(steps))));
    }
    parts.push(format!("{} left", format_count(tally.not_sent)));
    if run.plan.steps.iter().any(Step::sends_email) {
        parts.push(format!("{} sent", format_plural(run.progress.emails_sent(), "email")));
    }
    // Before the first step has finished, the last requests give a rough estimate.
    let progress = &run.progress;
    let is_running = matches!(progress.phase, RunPhase::Running | RunPhase::Reconciling);
    let guess = cx.latency.average().filter(|_| is_running);
    let calls = |left: usize| u32::try_from(left * requests_per_step(&run.plan)).unwrap_or(u32::MAX);
    let guess = guess.map(|call| call.saturating_mul(calls(tally.not_sent)));
    if let Some(left) = progress.time_left.or(guess).filter(|left| !left.is_zero() && tally.not_sent > 0) {
        // A pause requested by the server delays all steps.
        let waits = cx.rate_limit_wait.as_ref().map(|wait| wait.until.saturating_sub(cx.now.mono));
        let left = left.max(Duration::from_secs(1)) + waits.unwrap_or_default();
        parts.push(format!("{} left", approx_duration(left)));
    }
    parts.join(" · ")
}

/// Returns the requests per step: the maximum of the plan's first steps.
fn requests_per_step(plan: &Plan) -> usize {
    let calls = |step: &Step| match step {
        Step::Create { .. } | Step::Delete { .. } => 1,
        Step::DeleteFirst { .. } => 2,
        Step::Resend { .. } | Step::Replace { .. } => 3,
    };
    plan.steps.iter().take(20).map(calls).max().unwrap_or(1)
}

/// Returns a progress bar that needs no color: `████░░░░ 31/80`.
fn progress_bar(over: usize, all: usize, columns: usize) -> String {
    let width = (columns / 2).clamp(8, 32);
    let full = (over * width).checked_div(all).unwrap_or(0);
    format!("{}{} {}/{}", "█".repeat(full), "░".repeat(width - full), format_count(over), format_count(all))
}

fn unfinished_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    left: &UnfinishedPlan,
    selected: bool,
) -> Vec<Line<'static>> {
    let (plan, entry) = (&left.entry.plan, &left.entry);
    let tally = StepCounts::from_progress(&entry.progress);
    let word = match entry.state {
        PlanState::Finished => "finished",
        PlanState::Discarded => "discarded",
        PlanState::Paused => "paused",
        PlanState::Staged => "staged",
        PlanState::Running | PlanState::Stopped => "stopped",
    };
    let head = format!("Plan of {} {word}: {tally}", cx.time(plan.created_at, "%H:%M:%S"));
    let mut lines = heading_lines(cx, columns, &head, selected);
    let what = match plan.steps.as_slice() {
        [only] => format!("{} {}", step_label(only), only.email()),
        steps => format_plural(steps.len(), "step"),
    };
    lines.extend(wrap_lines(&sanitize(&what), columns, Style::new()));
    lines.extend(missing_invites_lines(cx, columns, plan, &entry.progress));
    for finding in &left.findings {
        lines.extend(wrap_lines(&sanitize(finding), columns, Style::new()));
    }
    if tally.unknown > 0 {
        let pending = cx.view_name(View::Pending);
        let look =
            format!("Steps with an unknown outcome may have taken effect. Check the rows in {pending}.");
        lines.extend(wrap_lines(&look, columns, cx.theme.warning));
    }
    if entry.state == PlanState::Finished {
        return lines;
    }
    let (resume, drop) =
        (cx.key(KeyContext::Plans, Action::Resume), cx.key(KeyContext::Plans, Action::Discard));
    let can = match tally.unknown {
        0 => format!("Press {resume} to resume, {drop} to discard."),
        _ => format!(
            "Press {resume} to check again and resume, {drop} to discard. guestlist asks before it sends an email twice."
        ),
    };
    lines.extend(wrap_lines(&can, columns, cx.theme.muted));
    lines
}

/// Returns the alert about people who are not re-invited.
fn missing_invites_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    plan: &Plan,
    progress: &[Progress],
) -> Vec<Line<'static>> {
    let text = match owed(plan, progress) {
        0 => return Vec::new(),
        1 => "! 1 person has no invite: deleted, not re-invited yet.",
        n => &format!("! {} people have no invite: deleted, not re-invited yet.", format_count(n)),
    };
    wrap_lines(text, columns, cx.theme.error)
}

/// Returns the wrapped lines of a heading.
fn heading_lines(cx: &RenderContext<'_>, columns: usize, head: &str, selected: bool) -> Vec<Line<'static>> {
    let style = if selected { cx.theme.selected } else { cx.theme.title };
    let lines = wrap(&sanitize(head), columns.saturating_sub(2)).into_iter().enumerate();
    let sign = |i: usize| format!("{} ", list::selection_sign(selected && i == 0));
    lines.map(|(i, line)| Line::from(vec![Span::raw(sign(i)), Span::styled(line, style)])).collect()
}

/// Returns the wrapped lines of a sentence under a heading.
fn wrap_lines(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, columns.saturating_sub(4)).into_iter();
    lines.map(|line| Line::from(vec![Span::raw("    "), Span::styled(line, style)])).collect()
}
