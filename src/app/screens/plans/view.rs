//! The plans: those that run, that wait for a person, and what is staged. Only the lines in the window are put
//! together, however many steps there are; the head of the plan that the cursor is in always stays in sight. A step has
//! one line; the selected one says why it ended so, in full.

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
/// Columns of the words for what it does.
const LABEL_WIDTH: usize = 12;
/// Columns of the words for how it ended, and of those for an expiry.
const STATUS_WIDTH: usize = 13;
/// At most so many lines of a reason.
const MAX_REASON_LINES: usize = 6;

/// Draws the plans, and notes which lines were in the window.
pub fn draw(it: &PlansView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let items = it.items(cx);
    let at = it.selected_index(&items, cx);
    let plans = &cx.plans;
    let title = match plans.stopped_plans().next() {
        _ if it.opened_plan(cx).is_some() => " All its steps ",
        _ if !plans.running.is_empty() => " Plans ",
        Some(_) => " Not finished ",
        None if !plans.unfinished.is_empty() && plans.staged_steps() == 0 => " What became of it ",
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
        let text =
            format!("No plan runs or waits for you, and nothing is staged. {journal} has what was done.");
        dialog::draw_lines(&dialog::wrap_styled(&text, columns, Style::new()), inside, frame);
        return RenderMetrics::default();
    };
    let (lines, first, drawn) = visible_lines(cx, columns, &items, at, inside.height as usize);
    dialog::draw_lines(&lines, inside, frame);
    RenderMetrics { first_item: first, visible_items: drawn, ..RenderMetrics::default() }
}

/// The lines in the window, the first of its items, and how many items there are in it.
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
        // The head is above the window: it takes the first lines of it.
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

/// The first item of a window in which the cursor is about in the middle, or as far down as the end allows.
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
    // What is left below the end is given to what is above.
    while first > 0 && used + height(first - 1) <= room {
        first -= 1;
        used += height(first);
    }
    first
}

/// The lines of an item; all but the first of the view have a blank line above their head.
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

/// How a step stands: the sign before it, and the words after it.
type StepStatus = (&'static str, String, Style);

/// The lines of a step: one, and when it is selected, the reason below it.
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
        return ("·", "being written".to_owned(), cx.theme.muted);
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
        _ if in_hand => ("→", "in hand".to_owned(), theme.warning),
        _ if step.is_half_done(progress) => ended_status(theme, step, progress),
        _ => ("·", "waits".to_owned(), theme.muted),
    }
}

fn ended_status(theme: &Theme, step: &Step, progress: &Progress) -> StepStatus {
    if step.is_half_done(progress) {
        return ("!", "owed".to_owned(), theme.error);
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
    // Where there is room the reason stands beside it; else it is read when the step is selected.
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

/// The head of a plan that runs, waits, or has ended.
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

/// The head of all that is staged.
pub(crate) fn staged_lines(cx: &RenderContext<'_>, columns: usize, selected: bool) -> Vec<Line<'static>> {
    let head = format!("Staged: {}", format_plural(cx.plans.staged_steps(), "step"));
    let mut lines = heading_lines(cx, columns, &head, selected);
    let run = cx.key(KeyContext::Plans, Action::Open);
    let hint = format!("Nothing is sent before you run it: {run} shows all as one plan.");
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
        (_, Some(StopRequest::Pause)) => "pauses after the step in hand".to_owned(),
        (_, Some(StopRequest::Stop)) => "stops after the step in hand".to_owned(),
        (RunPhase::Requested, _) => "being written to the journal".to_owned(),
        (RunPhase::Queued { holder }, _) => {
            format!("waits for {}, which runs another plan of this tenancy", sanitize(holder))
        }
        (RunPhase::Running, _) => "running".to_owned(),
        (RunPhase::Reconciling, _) => "running · an answer got lost, looking for what it did".to_owned(),
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
        lines.extend(wrap_lines("Only what sends no e-mail goes on.", columns, cx.theme.muted));
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
        parts.push(format!("{} sent", format_plural(run.progress.emails_sent(), "e-mail")));
    }
    // Before its own first step has ended, from the last calls: a rough guess is better than none.
    let progress = &run.progress;
    let is_running = matches!(progress.phase, RunPhase::Running | RunPhase::Reconciling);
    let guess = cx.latency.average().filter(|_| is_running);
    let calls = |left: usize| u32::try_from(left * requests_per_step(&run.plan)).unwrap_or(u32::MAX);
    let guess = guess.map(|call| call.saturating_mul(calls(tally.not_sent)));
    if let Some(left) = progress.time_left.or(guess).filter(|left| !left.is_zero() && tally.not_sent > 0) {
        // What the server makes us wait comes before all of it.
        let waits = cx.rate_limit_wait.as_ref().map(|wait| wait.until.saturating_sub(cx.now.mono));
        let left = left.max(Duration::from_secs(1)) + waits.unwrap_or_default();
        parts.push(format!("{} left", approx_duration(left)));
    }
    parts.join(" · ")
}

/// How many calls a step of a plan takes: the most that any of its first steps does.
fn requests_per_step(plan: &Plan) -> usize {
    let calls = |step: &Step| match step {
        Step::Create { .. } | Step::Delete { .. } => 1,
        Step::DeleteFirst { .. } => 2,
        Step::Resend { .. } | Step::Replace { .. } => 3,
    };
    plan.steps.iter().take(20).map(calls).max().unwrap_or(1)
}

/// How much is over, readable without colours: `████░░░░ 31/80`.
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
        PlanState::Finished => "ended",
        PlanState::Discarded => "given up",
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
        let look = format!("What is unknown may have happened: look at the rows in {pending}.");
        lines.extend(wrap_lines(&look, columns, cx.theme.warning));
    }
    if entry.state == PlanState::Finished {
        return lines;
    }
    let (resume, drop) =
        (cx.key(KeyContext::Plans, Action::Resume), cx.key(KeyContext::Plans, Action::Discard));
    let can = match tally.unknown {
        0 => format!("Nothing is sent before you say so: {resume} goes on, {drop} gives it up."),
        _ => format!(
            "{resume} looks again, and asks before it sends again what may have been sent. {drop} leaves it as it is."
        ),
    };
    lines.extend(wrap_lines(&can, columns, cx.theme.muted));
    lines
}

/// What a plan owes, as loud as it can be said.
fn missing_invites_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    plan: &Plan,
    progress: &[Progress],
) -> Vec<Line<'static>> {
    let text = match owed(plan, progress) {
        0 => return Vec::new(),
        1 => "! 1 address lost its invite and has no new one yet: it is owed one.",
        n => &format!(
            "! {} addresses lost their invites and have no new ones yet: they are owed.",
            format_count(n)
        ),
    };
    wrap_lines(text, columns, cx.theme.error)
}

/// A head, broken into lines where it does not fit into one.
fn heading_lines(cx: &RenderContext<'_>, columns: usize, head: &str, selected: bool) -> Vec<Line<'static>> {
    let style = if selected { cx.theme.selected } else { cx.theme.title };
    let lines = wrap(&sanitize(head), columns.saturating_sub(2)).into_iter().enumerate();
    let sign = |i: usize| format!("{} ", list::selection_sign(selected && i == 0));
    lines.map(|(i, line)| Line::from(vec![Span::raw(sign(i)), Span::styled(line, style)])).collect()
}

/// A sentence under a head.
fn wrap_lines(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, columns.saturating_sub(4)).into_iter();
    lines.map(|line| Line::from(vec![Span::raw("    "), Span::styled(line, style)])).collect()
}
