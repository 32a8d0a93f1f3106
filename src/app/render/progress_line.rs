//! The progress line: the undo window, the running plan, or a wait, with the keys that end it.

use std::time::Duration;

use ratatui::text::Line;

use crate::app::RenderContext;
use crate::app::model::labels::approx_duration;
use crate::app::model::plans::{PlanRun, RunPhase, StopRequest, seconds_left};
use crate::domain::plan::{Plan, StepCounts};
use crate::domain::text::{format_count, format_plural, sanitize, truncate, truncate_middle, width};
use crate::domain::{Now, Step};
use crate::keys::{Action, KeyContext};

/// Frames of the spinner, and the time of each.
const SPINNER: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/// Time of one frame of the spinner.
pub const SPINNER_INTERVAL: Duration = Duration::from_millis(120);

/// Minimum columns for the long form of the undo window.
const MIN_FULL_WIDTH: usize = 56;

/// Columns of the spinner and the blanks around it.
const SPINNER_WIDTH: usize = 3;

/// Returns the progress line; `None` if nothing is running.
pub fn progress_line(cx: &RenderContext<'_>, context: KeyContext, columns: usize) -> Option<Line<'static>> {
    let text = match (cx.plans.plan_in_undo_window(), cx.plans.running.first(), &cx.rate_limit_wait) {
        (Some(run), ..) => undo_window_text(run, cx, context, columns)?,
        (None, run, Some(wait)) => {
            let seconds = seconds_left(wait.until.saturating_sub(cx.now.mono));
            let plan = run.map(|run| format!("{} · ", running_text(run))).unwrap_or_default();
            format!("{plan}{}; retrying in {seconds} s", sanitize(&wait.reason))
        }
        (None, Some(run), None) => {
            let stop = cx.options.keys.keys_in(context, Action::Stop).into_iter().next();
            let stop = stop.filter(|_| run.stop_request.is_none()).map(|key| format!(" · {key} stop"));
            let left = plan_time_left(run, cx).map(|left| format!(" · {} left", approx_duration(left)));
            format!("{}{}{}", running_text(run), left.unwrap_or_default(), stop.unwrap_or_default())
        }
        (None, None, None) => return None,
    };
    let text = format!(" {} {text}", spinner(cx.now));
    Some(Line::styled(truncate(&text, columns), cx.theme.warning))
}

fn spinner(now: Now) -> char {
    let frame = now.mono.as_millis() / SPINNER_INTERVAL.as_millis();
    SPINNER[(frame % SPINNER.len() as u128) as usize]
}

/// Returns the text of an undo window, with the keys for undo.
fn undo_window_text(
    run: &PlanRun,
    cx: &RenderContext<'_>,
    context: KeyContext,
    columns: usize,
) -> Option<String> {
    let RunPhase::UndoWindow { until } = run.progress.phase else { return None };
    let seconds = seconds_left(until.saturating_sub(cx.now.mono));
    let undo = cx.options.keys.keys_in(context, Action::Undo).into_iter().next();
    let undo = undo.unwrap_or_else(|| {
        let back = cx.key(context, Action::Back);
        format!("{back} {}", cx.key(KeyContext::Views, Action::Undo))
    });
    let rest = match columns < MIN_FULL_WIDTH {
        true => format!(" · {seconds} s to undo ({undo})"),
        false => format!(" starts in {seconds} s; press {undo} to undo"),
    };
    // A long email must not hide the key.
    let columns = columns.saturating_sub(SPINNER_WIDTH + width(&rest));
    Some(truncate_middle(&plan_label(&run.plan), columns) + &rest)
}

fn running_text(run: &PlanRun) -> String {
    let (steps, counts) = (run.progress.steps.len(), StepCounts::from_progress(&run.progress.steps));
    let done = match steps {
        1 => String::new(),
        _ => format!(" · {} of {}", format_count(steps - counts.not_sent), format_count(steps)),
    };
    let phase = match (&run.progress.phase, run.stop_request) {
        (_, Some(StopRequest::Pause)) => " · pauses after the current step".to_owned(),
        (_, Some(StopRequest::Stop)) => " · stops after the current step".to_owned(),
        (RunPhase::Queued { holder }, _) => format!(" · waiting for {}", sanitize(holder)),
        (RunPhase::Reconciling, _) => " · response lost, checking the outcome".to_owned(),
        _ => String::new(),
    };
    format!("{}{done}{phase}", plan_label(&run.plan))
}

/// Returns what a plan does: "Deleting ann@x.com", "Resending 3 invites", "A plan of 25 steps".
fn plan_label(plan: &Plan) -> String {
    let doing = |step: &Step| match step {
        Step::Create { .. } => "Creating",
        Step::Delete { .. } => "Deleting",
        Step::Resend { .. } => "Resending",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "Replacing",
    };
    match plan.steps.as_slice() {
        [] => "A plan".to_owned(),
        [step] => format!("{} {}", doing(step), sanitize(step.email())),
        [first, rest @ ..] if rest.iter().all(|step| doing(step) == doing(first)) => {
            format!("{} {}", doing(first), format_plural(plan.steps.len(), "invite"))
        }
        steps => format!("A plan of {}", format_plural(steps.len(), "step")),
    }
}

/// Returns the estimated time until a plan ends; `None` if it cannot be estimated yet.
pub fn plan_time_left(run: &PlanRun, cx: &RenderContext<'_>) -> Option<Duration> {
    // Before the first step has finished, the last requests give a rough estimate.
    let progress = &run.progress;
    let not_sent = StepCounts::from_progress(&progress.steps).not_sent;
    let is_running = matches!(progress.phase, RunPhase::Running | RunPhase::Reconciling);
    let estimate = cx.latency.average_duration().filter(|_| is_running);
    let requests = u32::try_from(not_sent * requests_per_step(&run.plan)).unwrap_or(u32::MAX);
    let estimate = estimate.map(|latency| latency.saturating_mul(requests));
    let time_left =
        progress.time_left.or(estimate).filter(|time_left| !time_left.is_zero() && not_sent > 0)?;
    // A pause requested by the server delays all steps.
    let pause = cx.rate_limit_wait.as_ref().map(|wait| wait.until.saturating_sub(cx.now.mono));
    Some(time_left.max(Duration::from_secs(1)) + pause.unwrap_or_default())
}

/// Returns the maximum number of requests per step, estimated from the first 20 steps.
fn requests_per_step(plan: &Plan) -> usize {
    let requests = |step: &Step| match step {
        Step::Create { .. } | Step::Delete { .. } => 1,
        Step::DeleteFirst { .. } => 2,
        Step::Resend { .. } | Step::Replace { .. } => 3,
    };
    plan.steps.iter().take(20).map(requests).max().unwrap_or(1)
}
