//! The head of a plan: where it stands, in numbers and words, and what one can do about it.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::labels::{about, step_label};
use crate::app::model::plans::{PlanRun, StopRequest, owed, seconds_left};
use crate::app::{RenderContext, View};
use crate::domain::plan::{Plan, PlanState, Progress, Tally};
use crate::domain::plan_progress::Phase;
use crate::domain::request::{GoOn, LeftOver};
use crate::domain::text::{count, plural, visible};
use crate::domain::{PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::{list, wrap};

/// The head of a plan that runs, waits, or has ended.
pub(crate) fn plan(cx: &RenderContext<'_>, columns: usize, id: PlanId, selected: bool) -> Vec<Line<'static>> {
    match (cx.plans.get(id), cx.plans.left(id)) {
        (Some(run), _) => running(cx, columns, run, selected),
        (None, Some(left)) => waiting(cx, columns, left, selected),
        (None, None) => Vec::new(),
    }
}

/// The head of all that is staged.
pub(crate) fn staged(cx: &RenderContext<'_>, columns: usize, selected: bool) -> Vec<Line<'static>> {
    let head = format!("Staged: {}", plural(cx.plans.staged_steps(), "step"));
    let mut lines = title(cx, columns, &head, selected);
    let run = cx.key(KeyContext::Plan, Action::Open);
    let hint = format!("Nothing is sent before you run it: {run} shows all as one plan.");
    lines.extend(wrapped(&hint, columns, cx.theme.quiet));
    for (filter, found) in &cx.plans.news {
        let (verb, are) = if *found == 1 { ("matches", "is") } else { ("match", "are") };
        let rows = plural(*found, "more row");
        let news = format!("{rows} {verb} “{}” and {are} not included.", visible(filter));
        lines.extend(wrapped(&news, columns, cx.theme.soon));
    }
    lines
}

fn running(cx: &RenderContext<'_>, columns: usize, run: &PlanRun, selected: bool) -> Vec<Line<'static>> {
    let made = cx.time(run.plan.made, "%H:%M:%S");
    let phase = match (&run.progress.phase, run.rein) {
        (Phase::Held { until }, _) => {
            let left = seconds_left(until.saturating_sub(cx.now.mono));
            let undo = cx.key(KeyContext::Plan, Action::Undo);
            format!("starts in {left} s · press {undo} to undo")
        }
        (_, Some(StopRequest::Pause)) => "pauses after the step in hand".to_owned(),
        (_, Some(StopRequest::Stop)) => "stops after the step in hand".to_owned(),
        (Phase::Asked, _) => "being written to the journal".to_owned(),
        (Phase::Queued { holder }, _) => {
            format!("waits for {}, which runs another plan of this tenancy", visible(holder))
        }
        (Phase::Running, _) => "running".to_owned(),
        (Phase::Settling, _) => "running · an answer got lost, looking for what it did".to_owned(),
    };
    let mut lines = title(cx, columns, &format!("Plan of {made} · {phase}"), selected);
    let tally = Tally::of(&run.progress.steps);
    let steps = run.progress.steps.len();
    lines.extend(wrapped(&bar(steps - tally.not_sent, steps, columns), columns, Style::new()));
    lines.extend(wrapped(&numbers(cx, run, tally), columns, Style::new()));
    if let Some(waiting) = &cx.waiting {
        let left = seconds_left(waiting.until.saturating_sub(cx.now.mono));
        let wait = format!("waiting {left} s: {}", visible(&waiting.why));
        lines.extend(wrapped(&wait, columns, cx.theme.soon));
    }
    if run.what == GoOn::WithoutMail {
        lines.extend(wrapped("Only what sends no e-mail goes on.", columns, cx.theme.quiet));
    }
    lines.extend(debt(cx, columns, &run.plan, &run.progress.steps));
    lines
}

fn numbers(cx: &RenderContext<'_>, run: &PlanRun, tally: Tally) -> String {
    let mut parts = vec![format!("{} done", count(tally.done))];
    for (steps, word) in [(tally.failed, "failed"), (tally.unknown, "unknown")] {
        parts.extend((steps > 0).then(|| format!("{} {word}", count(steps))));
    }
    parts.push(format!("{} left", count(tally.not_sent)));
    if run.plan.steps.iter().any(Step::mails) {
        parts.push(format!("{} sent", plural(run.progress.mailed(), "e-mail")));
    }
    // Before its own first step has ended, from the last calls: a rough guess is better than none.
    let progress = &run.progress;
    let is_running = matches!(progress.phase, Phase::Running | Phase::Settling);
    let guess = cx.latency.per_call().filter(|_| is_running);
    let calls = |left: usize| u32::try_from(left * calls_of(&run.plan)).unwrap_or(u32::MAX);
    let guess = guess.map(|call| call.saturating_mul(calls(tally.not_sent)));
    if let Some(left) = progress.time_left.or(guess).filter(|left| !left.is_zero() && tally.not_sent > 0) {
        // What the server makes us wait comes before all of it.
        let waits = cx.waiting.as_ref().map(|wait| wait.until.saturating_sub(cx.now.mono));
        let left = left.max(Duration::from_secs(1)) + waits.unwrap_or_default();
        parts.push(format!("{} left", about(left)));
    }
    parts.join(" · ")
}

/// How many calls a step of a plan takes: the most that any of its first steps does.
fn calls_of(plan: &Plan) -> usize {
    let calls = |step: &Step| match step {
        Step::Create { .. } | Step::Delete { .. } => 1,
        Step::DeleteFirst { .. } => 2,
        Step::Resend { .. } | Step::Replace { .. } => 3,
    };
    plan.steps.iter().take(20).map(calls).max().unwrap_or(1)
}

/// How much is over, readable without colours: `████░░░░ 31/80`.
fn bar(over: usize, all: usize, columns: usize) -> String {
    let width = (columns / 2).clamp(8, 32);
    let full = (over * width).checked_div(all).unwrap_or(0);
    format!("{}{} {}/{}", "█".repeat(full), "░".repeat(width - full), count(over), count(all))
}

fn waiting(cx: &RenderContext<'_>, columns: usize, left: &LeftOver, selected: bool) -> Vec<Line<'static>> {
    let (plan, entry) = (&left.entry.plan, &left.entry);
    let tally = Tally::of(&entry.progress);
    let word = match entry.state {
        PlanState::Finished => "ended",
        PlanState::Dropped => "given up",
        PlanState::Paused => "paused",
        PlanState::Staged => "staged",
        PlanState::Running | PlanState::Stopped => "stopped",
    };
    let head = format!("Plan of {} {word}: {tally}", cx.time(plan.made, "%H:%M:%S"));
    let mut lines = title(cx, columns, &head, selected);
    let what = match plan.steps.as_slice() {
        [only] => format!("{} {}", step_label(only), only.email()),
        steps => plural(steps.len(), "step"),
    };
    lines.extend(wrapped(&visible(&what), columns, Style::new()));
    lines.extend(debt(cx, columns, plan, &entry.progress));
    for finding in &left.findings {
        lines.extend(wrapped(&visible(finding), columns, Style::new()));
    }
    if tally.unknown > 0 {
        let pending = cx.view_name(View::Pending);
        let look = format!("What is unknown may have happened: look at the rows in {pending}.");
        lines.extend(wrapped(&look, columns, cx.theme.soon));
    }
    if entry.state == PlanState::Finished {
        return lines;
    }
    let (resume, drop) = (cx.key(KeyContext::Plan, Action::Resume), cx.key(KeyContext::Plan, Action::Drop));
    let can = match tally.unknown {
        0 => format!("Nothing is sent before you say so: {resume} goes on, {drop} gives it up."),
        _ => format!(
            "{resume} looks again, and asks before it sends again what may have been sent. {drop} leaves it as it is."
        ),
    };
    lines.extend(wrapped(&can, columns, cx.theme.quiet));
    lines
}

/// What a plan owes, as loud as it can be said.
fn debt(cx: &RenderContext<'_>, columns: usize, plan: &Plan, progress: &[Progress]) -> Vec<Line<'static>> {
    let text = match owed(plan, progress) {
        0 => return Vec::new(),
        1 => "! 1 address lost its invite and has no new one yet: it is owed one.",
        n => &format!("! {} addresses lost their invites and have no new ones yet: they are owed.", count(n)),
    };
    wrapped(text, columns, cx.theme.bad)
}

/// A head, broken into lines where it does not fit into one.
fn title(cx: &RenderContext<'_>, columns: usize, head: &str, selected: bool) -> Vec<Line<'static>> {
    let style = if selected { cx.theme.selected } else { cx.theme.title };
    let lines = wrap(&visible(head), columns.saturating_sub(2)).into_iter().enumerate();
    let sign = |i: usize| format!("{} ", list::sign(selected && i == 0));
    lines.map(|(i, line)| Line::from(vec![Span::raw(sign(i)), Span::styled(line, style)])).collect()
}

/// A sentence under a head.
fn wrapped(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, columns.saturating_sub(4)).into_iter();
    lines.map(|line| Line::from(vec![Span::raw("    "), Span::styled(line, style)])).collect()
}
