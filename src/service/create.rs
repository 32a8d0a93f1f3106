//! Creates one invite, and reconciles it if the response was lost.
//! `reconcile` decides whether the lost request created the invite.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::executor::{self, WriteResult};
use super::plan_execution::{PlanExecution, StopReason};
use super::reconcile::{self, NOT_LISTED_NOTE, ReconcileResult};
use super::step_result::StepResult;
use super::{list_reader, lookup};
use crate::domain::journal::{CallId, JournalCall};
use crate::domain::plan::Progress;
use crate::domain::service_msg::PlanEvent;
use crate::domain::{Draft, Error, Invite, Outcome, email};

/// Creates the invite of a step, or first reconciles an earlier attempt.
/// `cancel` ends waits before a request is made.
pub(super) async fn create_or_reconcile(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    cancel: &CancellationToken,
) -> Result<StepResult, StopReason> {
    if let Some(earlier) = run.unknown_create(step) {
        let lost = LostCreate::from_call(&earlier, run.shared.clock.now().wall);
        let fresh_rows = run.fresh_rows.clone();
        let result = reconcile_create(run, step, draft, &lost, fresh_rows, None).await?;
        if !(run.accepts_repeat() && may_create_again(&lost, &result.progress)) {
            return Ok(result);
        }
        // The user has accepted a possible second email. The earlier request keeps no response in the
        // journal, and the step stays unknown until its invite is found.
        run.progress[step] = result.progress;
        return Ok(unknown_if_refused(create(run, step, draft, cancel).await?));
    }
    create(run, step, draft, cancel).await
}

/// Turns a rejected repeat into an unknown outcome. The first request may have caused the rejection.
fn unknown_if_refused(result: StepResult) -> StepResult {
    let Some(failure) = result.failure.as_ref().filter(|_| result.progress.outcome == Some(Outcome::Refused))
    else {
        return result;
    };
    let cause = &failure.cause;
    let note =
        format!("the second request was rejected, but the first one may have sent the invite: {cause}");
    let progress = Progress { outcome: Some(Outcome::Unknown), note: Some(note), ..result.progress };
    StepResult { progress, ..result }
}

/// True if the invite may be requested again: no list shows it, and no request for it succeeded.
fn may_create_again(lost: &LostCreate, known: &Progress) -> bool {
    let is_absent = known.note.as_deref() == Some(NOT_LISTED_NOTE);
    known.outcome == Some(Outcome::Skipped)
        || (known.outcome == Some(Outcome::Unknown) && is_absent && !lost.succeeded)
}

/// A create without a conclusive response.
struct LostCreate {
    call: CallId,
    /// True if the request is so old that a missing invite proves it had no effect.
    is_late: bool,
    /// True if the response had a success status and an unreadable body.
    succeeded: bool,
}

impl LostCreate {
    fn from_call(call: &JournalCall, now: Timestamp) -> LostCreate {
        let (is_late, succeeded) = (call.is_disproved_by_absence(now), call.has_succeeded());
        LostCreate { call: call.id, is_late, succeeded }
    }

    fn from_error(call: CallId, failure: &Error) -> LostCreate {
        let status = failure.record.as_ref().and_then(|call| call.status);
        let succeeded = status.is_some_and(|status| (200..300).contains(&status));
        LostCreate { call, is_late: false, succeeded }
    }
}

async fn create(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    cancel: &CancellationToken,
) -> Result<StepResult, StopReason> {
    match executor::create(run, step, draft, cancel).await? {
        WriteResult::Ok(invite) => {
            let is_renewed = run.is_known_invite(step, &invite.identity);
            let note = is_renewed.then(|| "the server renewed the existing invite".into());
            let mut result = run.step_result(step, Outcome::Done, note);
            result.progress.created = Some(invite);
            Ok(result)
        }
        WriteResult::Refused(failure) => {
            Ok(StepResult { failure: Some(failure), ..run.step_result(step, Outcome::Refused, None) })
        }
        WriteResult::NoResponse(failure, call) => {
            let lost = LostCreate::from_error(call, &failure);
            reconcile_create(run, step, draft, &lost, None, Some(failure)).await
        }
    }
}

/// Reconciles a create whose response was lost.
/// Never repeats the request. `fresh_rows`: rows of a complete list that was loaded after the request.
async fn reconcile_create(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    lost: &LostCreate,
    fresh_rows: Option<Vec<Invite>>,
    failure: Option<Error>,
) -> Result<StepResult, StopReason> {
    run.report_event(PlanEvent::Reconciling(step)).await;
    let decision = wait_until_visible(run, step, draft, lost, fresh_rows).await?;
    match decision {
        Ok(decision) => {
            let before = run.progress[step].clone();
            let (progress, result) = reconcile::apply(decision, lost.is_late, &run.plan.steps[step], before);
            run.record_reconciled_result(step, lost.call, result, &progress).await?;
            let failure = failure.filter(|_| !progress.outcome.is_some_and(Outcome::is_success));
            Ok(StepResult { failure, ..StepResult::new(progress) })
        }
        Err(error) => {
            let note = Some(format!("the email may have been sent, and the check failed: {}", error.cause));
            let result = run.step_result(step, Outcome::Unknown, note);
            Ok(StepResult { failure: Some(error), pauses_plan: true, ..result })
        }
    }
}

/// Loads lists until the invite is visible or no pause is left.
/// For an old request, two lists are conclusive.
async fn wait_until_visible(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    lost: &LostCreate,
    mut fresh_rows: Option<Vec<Invite>>,
) -> Result<Result<ReconcileResult, Error>, StopReason> {
    let email = email::normalize(&draft.email);
    let claimed = run.claimed.clone();
    let is_candidate =
        |row: &Invite| email::normalize(&row.email) == email && !claimed.contains(&row.identity);
    let known = run.known_invites(step);
    if lost.is_late {
        let lists = lookup::read_twice(&run.shared, &run.lookup_caller(), &is_candidate).await;
        run.check_lookup()?;
        return Ok(lists.map(|(first, second)| reconcile::decide(draft, known.as_deref(), &first, &second)));
    }
    loop {
        let rows = match fresh_rows.take() {
            Some(rows) => Ok(rows.into_iter().filter(|row| is_candidate(row)).collect()),
            None => list_reader::collect(&run.shared, &run.lookup_caller(), &is_candidate).await,
        };
        run.check_lookup()?;
        let decision = rows.map(|rows| reconcile::decide(draft, known.as_deref(), &rows, &rows));
        // The user accepts a repeated request, so waiting gains nothing.
        if !matches!(decision, Ok(ReconcileResult::Absent)) || run.accepts_repeat() {
            return Ok(decision);
        }
        let Some(pause) = run.lookup_pauses.next() else { return Ok(decision) };
        if !run.wait_between_checks(*pause, NOT_LISTED_NOTE).await? {
            return Ok(decision);
        }
    }
}
