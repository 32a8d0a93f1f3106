//! Draws the headings of the Plans view: the state, progress and summary of each plan.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::app::model::labels::{approx_duration, result_parts};
use crate::app::model::plans::{PlanRun, StopRequest, count_missing_invites, seconds_left};
use crate::app::ops::undo;
use crate::app::render::progress_line::plan_time_left;
use crate::app::{RenderContext, View};
use crate::domain::plan::{Plan, PlanState, Progress, StepCounts};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{ResumeScope, UnfinishedPlan};
use crate::domain::text::{format_count, format_plural, sanitize};
use crate::domain::{Outcome, PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, dialog, list, wrap};

/// Returns the heading of a running, unfinished or finished plan.
pub(super) fn plan_lines(cx: &RenderContext<'_>, id: PlanId, selected: bool) -> Lines {
    match (cx.plans.get(id), cx.plans.unfinished_plan(id)) {
        (Some(run), _) => running_lines(cx, run, selected),
        (None, Some(unfinished)) => unfinished_lines(cx, unfinished, selected),
        (None, None) => Vec::new(),
    }
}

/// Returns the heading of the staged steps.
pub(super) fn staged_lines(cx: &RenderContext<'_>, selected: bool) -> Lines {
    let heading = format!("Staged: {}", format_plural(cx.plans.staged_step_count(), "step"));
    let mut lines = heading_lines(cx, &heading, selected);
    let apply_key = cx.key(KeyContext::Plans, Action::Open);
    let hint = format!("Nothing happens until you apply them. Press {apply_key} to review them as one plan.");
    lines.extend(wrap_lines(cx, &hint, cx.theme.muted));
    for (filter, match_count) in &cx.plans.new_matches {
        let (verb, are) = if *match_count == 1 { ("matches", "is") } else { ("match", "are") };
        let rows = format_plural(*match_count, "more row");
        let text = format!("{rows} {verb} “{}” and {are} not included.", sanitize(filter));
        lines.extend(wrap_lines(cx, &text, cx.theme.warning));
    }
    lines
}

fn running_lines(cx: &RenderContext<'_>, run: &PlanRun, selected: bool) -> Lines {
    let created = cx.time(run.plan.created_at, "%H:%M:%S");
    let phase = match (&run.progress.phase, run.stop_request) {
        (RunPhase::UndoWindow { until }, _) => {
            let seconds = seconds_left(until.saturating_sub(cx.now.mono));
            let undo_key = cx.key(KeyContext::Plans, Action::Undo);
            format!("starts in {seconds} s · press {undo_key} to undo")
        }
        (_, Some(StopRequest::Pause)) => "pauses after the current step".to_owned(),
        (_, Some(StopRequest::Stop)) => "stops after the current step".to_owned(),
        (RunPhase::Requested, _) => "saving to the journal".to_owned(),
        (RunPhase::Queued { .. }, _) if cx.plans.running.iter().any(is_running) => {
            "waiting for the running plan".to_owned()
        }
        (RunPhase::Queued { holder }, _) => {
            format!("waiting for {}, which is running another plan of this tenancy", sanitize(holder))
        }
        (RunPhase::Running, _) => "running".to_owned(),
        (RunPhase::Reconciling, _) => "running · response lost, checking the outcome".to_owned(),
    };
    let mut lines = heading_lines(cx, &format!("Plan of {created} · {phase}"), selected);
    let counts = StepCounts::from_progress(&run.progress.steps);
    let steps = run.progress.steps.len();
    lines.extend(wrap_lines(cx, &progress_bar(steps - counts.not_sent, steps, cx.columns), Style::new()));
    lines.extend(wrap_lines(cx, &progress_text(cx, run, counts), Style::new()));
    if let Some(wait) = cx.rate_limit_wait.as_ref().filter(|_| !is_queued(run)) {
        let seconds = seconds_left(wait.until.saturating_sub(cx.now.mono));
        let text = format!("waiting {seconds} s: {}", sanitize(&wait.reason));
        lines.extend(wrap_lines(cx, &text, cx.theme.warning));
    }
    if run.scope == ResumeScope::WithoutEmail {
        lines.extend(wrap_lines(cx, "Only steps that send no email are running.", cx.theme.muted));
    }
    lines.extend(missing_invites_lines(cx, &run.plan, &run.progress.steps));
    lines
}

fn is_queued(run: &PlanRun) -> bool {
    matches!(run.progress.phase, RunPhase::Queued { .. })
}

/// True if the plan makes requests or is about to make them.
fn is_running(run: &PlanRun) -> bool {
    matches!(run.progress.phase, RunPhase::Running | RunPhase::Reconciling)
}

fn progress_text(cx: &RenderContext<'_>, run: &PlanRun, counts: StepCounts) -> String {
    let mut parts = vec![format!("{} done", format_count(counts.done))];
    for (steps, label) in [(counts.failed, "failed"), (counts.unknown, "unknown")] {
        parts.extend((steps > 0).then(|| format!("{} {label}", format_count(steps))));
    }
    parts.push(format!("{} left", format_count(counts.not_sent)));
    if run.plan.steps.iter().any(Step::sends_email) {
        parts.push(format!("{} sent", format_plural(run.progress.emails_sent(), "email")));
    }
    if let Some(time_left) = plan_time_left(run, cx) {
        parts.push(format!("{} left", approx_duration(time_left)));
    }
    parts.join(" · ")
}

/// Returns a progress bar that needs no color: `████░░░░ 31/80`.
fn progress_bar(done: usize, total: usize, columns: usize) -> String {
    let width = (columns / 2).clamp(8, 32);
    let filled = (done * width).checked_div(total).unwrap_or(0);
    let [done, total] = [done, total].map(format_count);
    format!("{}{} {done}/{total}", "█".repeat(filled), "░".repeat(width - filled))
}

/// Returns what a finished plan did: "22 invites deleted · 1 kept · 11:52", and its keys.
fn result_lines(cx: &RenderContext<'_>, unfinished: &UnfinishedPlan, selected: bool) -> Lines {
    let (plan, progress) = (&unfinished.entry.plan, &unfinished.entry.progress);
    let mut parts = result_parts(plan, progress);
    parts.extend(cx.plans.results.kept.get(&plan.id).map(|kept| format!("{} kept", format_count(*kept))));
    parts.push(cx.time(plan.created_at, "%H:%M"));
    let mut lines = heading_lines(cx, &parts.join(" · "), selected);
    if let [only] = plan.steps.as_slice() {
        let step = format!("{} {}", only.verb(), only.email());
        lines.extend(wrap_lines(cx, &sanitize(&step), Style::new()));
    }
    lines.extend(missing_invites_lines(cx, plan, progress));
    for finding in &unfinished.findings {
        lines.extend(wrap_lines(cx, &sanitize(finding), Style::new()));
    }
    if progress.iter().any(|progress| progress.outcome == Some(Outcome::Unknown)) {
        lines.extend(unknown_outcome_lines(cx));
    }
    if selected {
        let key = |action| cx.key(KeyContext::Plans, action);
        let mut keys = vec![format!("{} to dismiss", key(Action::Discard))];
        if undo::has_deleted(&unfinished.entry) {
            keys.insert(0, format!("{} to re-invite", key(Action::Reinvite)));
        }
        lines.extend(wrap_lines(cx, &format!("Press {}.", keys.join(", ")), cx.theme.muted));
    }
    lines
}

fn unknown_outcome_lines(cx: &RenderContext<'_>) -> Lines {
    let pending = cx.view_name(View::Pending);
    let text = format!("Steps with an unknown outcome may have taken effect. Check the rows in {pending}.");
    wrap_lines(cx, &text, cx.theme.warning)
}

fn unfinished_lines(cx: &RenderContext<'_>, unfinished: &UnfinishedPlan, selected: bool) -> Lines {
    let (plan, entry) = (&unfinished.entry.plan, &unfinished.entry);
    if entry.state == PlanState::Finished {
        return result_lines(cx, unfinished, selected);
    }
    let counts = StepCounts::from_progress(&entry.progress);
    let state = if entry.state == PlanState::Running { PlanState::Stopped } else { entry.state }.label();
    let heading = format!("Plan of {} {state}: {counts}", cx.time(plan.created_at, "%H:%M:%S"));
    let mut lines = heading_lines(cx, &heading, selected);
    let steps = match plan.steps.as_slice() {
        [only] => format!("{} {}", only.verb(), only.email()),
        several => format_plural(several.len(), "step"),
    };
    lines.extend(wrap_lines(cx, &sanitize(&steps), Style::new()));
    lines.extend(missing_invites_lines(cx, plan, &entry.progress));
    for finding in &unfinished.findings {
        lines.extend(wrap_lines(cx, &sanitize(finding), Style::new()));
    }
    if counts.unknown > 0 {
        lines.extend(unknown_outcome_lines(cx));
    }
    let (resume, discard) =
        (cx.key(KeyContext::Plans, Action::Resume), cx.key(KeyContext::Plans, Action::Discard));
    let hint = match counts.unknown {
        0 => format!("Press {resume} to resume, {discard} to discard."),
        _ => format!(
            "Press {resume} to check again and resume, {discard} to discard. guestlist asks before it sends an email twice."
        ),
    };
    lines.extend(wrap_lines(cx, &hint, cx.theme.muted));
    lines
}

/// Returns the alert about people who are not re-invited.
fn missing_invites_lines(cx: &RenderContext<'_>, plan: &Plan, progress: &[Progress]) -> Lines {
    let text = match count_missing_invites(plan, progress) {
        0 => return Vec::new(),
        1 => "! 1 person has no invite: deleted, not re-invited yet.",
        n => &format!("! {} people have no invite: deleted, not re-invited yet.", format_count(n)),
    };
    wrap_lines(cx, text, cx.theme.error)
}

/// Returns the wrapped lines of a heading.
fn heading_lines(cx: &RenderContext<'_>, heading: &str, selected: bool) -> Lines {
    let lines = wrap(&sanitize(heading), cx.columns.saturating_sub(2)).into_iter().enumerate();
    let cells = |line| [Span::raw(" "), Span::styled(line, cx.theme.title)];
    let row = |(i, line)| list::row(selected && i == 0, cells(line), cx.columns, cx.theme);
    let mut lines: Lines = lines.map(row).collect();
    for line in lines.iter_mut().skip(1).filter(|_| selected) {
        list::highlight_row(line, cx.columns as u16, cx.theme);
    }
    lines
}

/// Returns the wrapped lines of a sentence under a heading.
fn wrap_lines(cx: &RenderContext<'_>, text: &str, style: Style) -> Lines {
    dialog::wrap_indented(text, 4, cx.columns, style)
}
