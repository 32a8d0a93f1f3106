//! The head of a plan: where it stands, in numbers and words, and what one can do about it.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::plan_run::{PlanRun, StopRequest};
use crate::app::model::plans::{owed, seconds_left};
use crate::app::model::view::View;
use crate::app::screens::plans::items::about;
use crate::domain::plan::{Plan, PlanState, Progress, Tally};
use crate::domain::plan_progress::Phase;
use crate::domain::request::{GoOn, LeftOver};
use crate::domain::text::{count, fit, plural, visible};
use crate::domain::{PlanId, Step};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::app::screens::pending::detail_view::time_of_day;
use crate::app::screens::plans::steps_view::verb;
use crate::app::screens::plans::view::Sight;
use crate::ui::wrap::wrap;

/// The head of a plan that runs, waits, or has ended.
pub(crate) fn plan(sight: Sight<'_>, id: PlanId, selected: bool) -> Vec<Line<'static>> {
    let changes = &sight.state.model.plans;
    match (changes.get(id), changes.left(id)) {
        (Some(change), _) => running(sight, change, selected),
        (None, Some(left)) => waiting(sight, left, selected),
        (None, None) => Vec::new(),
    }
}

/// The head of all that is staged.
pub(crate) fn staged(sight: Sight<'_>, selected: bool) -> Vec<Line<'static>> {
    let steps = sight.state.model.plans.staged_steps();
    let head = format!("Staged: {}", plural(steps, "step"));
    let mut lines = vec![title(sight, &head, selected)];
    let run = key(sight, Action::Open);
    lines.extend(words(
        sight,
        &format!("Nothing is sent before you run it: {run} shows all as one plan."),
        sight.theme.quiet,
    ));
    for (filter, found) in &sight.state.plans_view.news {
        let (rows, verb, are) = (
            plural(*found, "more row"),
            if *found == 1 { "matches" } else { "match" },
            if *found == 1 { "is" } else { "are" },
        );
        let news = format!("{rows} {verb} “{}” and {are} not included.", visible(filter));
        lines.extend(words(sight, &news, sight.theme.soon));
    }
    lines
}

fn running(sight: Sight<'_>, change: &PlanRun, selected: bool) -> Vec<Line<'static>> {
    let made = time_of_day(sight.state, change.plan.made);
    let phase = match (&change.progress.phase, change.rein) {
        (Phase::Held { until }, _) => {
            let left = seconds_left(until.saturating_sub(sight.now.mono));
            let undo = key(sight, Action::Undo);
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
    let head = format!("Plan of {made} · {phase}");
    let mut lines = vec![title(sight, &head, selected)];
    if head.chars().count() + 2 > sight.columns {
        lines = long_title(sight, &head, selected);
    }
    let tally = Tally::of(&change.progress.steps);
    let steps = change.progress.steps.len();
    lines.push(indented(vec![Span::raw(bar(steps - tally.not_sent, steps, sight.columns))]));
    lines.extend(words(sight, &numbers(sight, change, tally), Style::new()));
    if let Some(waiting) = &sight.state.model.waiting {
        let left = seconds_left(waiting.until.saturating_sub(sight.now.mono));
        let wait = format!("waiting {left} s: {}", visible(&waiting.why));
        lines.extend(words(sight, &wait, sight.theme.soon));
    }
    if change.what == GoOn::WithoutMail {
        lines.extend(words(sight, "Only what sends no e-mail goes on.", sight.theme.quiet));
    }
    lines.extend(debt(sight, &change.plan, &change.progress.steps));
    lines
}

fn numbers(sight: Sight<'_>, change: &PlanRun, tally: Tally) -> String {
    let mut parts = vec![format!("{} done", count(tally.done))];
    if tally.failed > 0 {
        parts.push(format!("{} failed", count(tally.failed)));
    }
    if tally.unknown > 0 {
        parts.push(format!("{} unknown", count(tally.unknown)));
    }
    parts.push(format!("{} left", count(tally.not_sent)));
    if change.plan.steps.iter().any(Step::mails) {
        parts.push(format!("{} sent", plural(change.progress.mailed(), "e-mail")));
    }
    // Before its own first step has ended, from the last calls: a rough guess is better than none.
    let progress = &change.progress;
    let runs = matches!(progress.phase, Phase::Running | Phase::Settling);
    let guess = sight.state.model.latency.per_call().filter(|_| runs);
    let calls = |left: usize| u32::try_from(left * calls_of(&change.plan)).unwrap_or(u32::MAX);
    let guess = guess.map(|call| call.saturating_mul(calls(tally.not_sent)));
    if let Some(left) = progress.time_left.or(guess).filter(|left| !left.is_zero() && tally.not_sent > 0) {
        // What the server makes us wait comes before all of it.
        let waits = sight.state.model.waiting.as_ref().map(|wait| wait.until.saturating_sub(sight.now.mono));
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

fn waiting(sight: Sight<'_>, left: &LeftOver, selected: bool) -> Vec<Line<'static>> {
    let (plan, entry) = (&left.entry.plan, &left.entry);
    let tally = Tally::of(&entry.progress);
    let word = match entry.state {
        PlanState::Finished => "ended",
        PlanState::Dropped => "given up",
        PlanState::Paused => "paused",
        PlanState::Staged => "staged",
        PlanState::Running | PlanState::Stopped => "stopped",
    };
    let head = format!("Plan of {} {word}: {tally}", time_of_day(sight.state, plan.made));
    let mut lines = long_title(sight, &head, selected);
    let what = match plan.steps.as_slice() {
        [only] => format!("{} {}", verb(only), only.email()),
        steps => plural(steps.len(), "step"),
    };
    lines.extend(words(sight, &visible(&what), Style::new()));
    lines.extend(debt(sight, plan, &entry.progress));
    for finding in &left.findings {
        lines.extend(words(sight, &visible(finding), Style::new()));
    }
    if tally.unknown > 0 {
        let pending = sight.state.model.view_name(View::Pending);
        let look = format!("What is unknown may have happened: look at the rows in {pending}.");
        lines.extend(words(sight, &look, sight.theme.soon));
    }
    let (resume, drop) = (key(sight, Action::Resume), key(sight, Action::Drop));
    let can = match entry.state {
        PlanState::Finished => String::new(),
        _ if tally.unknown > 0 => format!(
            "{resume} looks again, and asks before it sends again what may have been sent. {drop} leaves it as it is."
        ),
        _ => format!("Nothing is sent before you say so: {resume} goes on, {drop} gives it up."),
    };
    if !can.is_empty() {
        lines.extend(words(sight, &can, sight.theme.quiet));
    }
    lines
}

/// What a plan owes, as loud as it can be said.
fn debt(sight: Sight<'_>, plan: &Plan, progress: &[Progress]) -> Vec<Line<'static>> {
    match owed(plan, progress) {
        0 => Vec::new(),
        1 => words(
            sight,
            "! 1 address lost its invite and has no new one yet: it is owed one.",
            sight.theme.bad,
        ),
        n => {
            let owed = format!(
                "! {} addresses lost their invites and have no new ones yet: they are owed.",
                count(n)
            );
            words(sight, &owed, sight.theme.bad)
        }
    }
}

fn title(sight: Sight<'_>, head: &str, selected: bool) -> Line<'static> {
    let style = if selected { sight.theme.selected } else { sight.theme.title };
    let sign = if selected { "▌ " } else { "  " };
    Line::from(vec![Span::raw(sign), Span::styled(fit(head, sight.columns.saturating_sub(2)), style)])
}

/// A head that is broken into lines where it does not fit into one.
fn long_title(sight: Sight<'_>, head: &str, selected: bool) -> Vec<Line<'static>> {
    let style = if selected { sight.theme.selected } else { sight.theme.title };
    let lines = wrap(&visible(head), sight.columns.saturating_sub(2)).into_iter().enumerate();
    let sign = |i: usize| if selected && i == 0 { "▌ " } else { "  " };
    lines.map(|(i, line)| Line::from(vec![Span::raw(sign(i)), Span::styled(line, style)])).collect()
}

/// A sentence under a head.
fn words(sight: Sight<'_>, text: &str, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, sight.columns.saturating_sub(4)).into_iter();
    lines.map(|line| indented(vec![Span::styled(line, style)])).collect()
}

fn indented(mut spans: Vec<Span<'static>>) -> Line<'static> {
    spans.insert(0, Span::raw("    "));
    Line::from(spans)
}

fn key(sight: Sight<'_>, action: Action) -> String {
    sight.state.model.key(KeyContext::Plan, action)
}
