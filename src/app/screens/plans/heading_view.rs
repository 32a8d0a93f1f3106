//! Draws the headings of the Plans view: the state, progress and summary of each plan.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::labels::{approx_duration, step_label};
use crate::app::model::plans::{PlanRun, StopRequest, owed, seconds_left};
use crate::app::{RenderContext, View};
use crate::domain::plan::{Plan, PlanState, Progress, StepCounts};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{ResumeScope, UnfinishedPlan};
use crate::domain::text::{format_count, format_plural, sanitize};
use crate::domain::{PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::{list, wrap};

/// Returns the heading of a running, unfinished or finished plan.
pub(super) fn plan_lines(
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
pub(super) fn staged_lines(cx: &RenderContext<'_>, columns: usize, selected: bool) -> Vec<Line<'static>> {
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
