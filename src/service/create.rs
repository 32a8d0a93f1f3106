//! Creates one invite, and if its response was lost, reconciles it. The step around it is in `steps` and
//! `exchange`; the decision about lost responses in `settle`.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::executor::{self, WriteResult};
use super::list_reader;
use super::lookup;
use super::plan_execution::{PlanExecution, StopReason};
use super::reconcile::{self, NOT_LISTED_NOTE, ReconcileResult};
use super::step_result::StepResult;
use crate::domain::journal::{CallId, JournalCall};
use crate::domain::plan::Progress;
use crate::domain::service_msg::PlanEvent;
use crate::domain::{Draft, Error, Invite, Outcome, email};

/// Creates the invite of a step, or first reconciles an earlier attempt. Canceling `leash` ends waits in which
/// nothing was sent.
pub(super) async fn create_or_reconcile(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    leash: &CancellationToken,
) -> Result<StepResult, StopReason> {
    if let Some(earlier) = run.unknown_create(step) {
        let lost = LostCreate::from_call(&earlier, run.shared.clock.now().wall);
        let seen = run.fresh_rows.clone();
        let end = reconcile_create(run, step, draft, &lost, seen, None).await?;
        if !(run.accepts_repeat() && may_create_again(&lost, &end.progress)) {
            return Ok(end);
        }
        // The user has accepted the risk. The earlier request stays without a response in the journal, and the step
        // unknown until its invite is known.
        run.progress[step] = end.progress;
        return Ok(unknown_if_refused(create(run, step, draft, leash).await?));
    }
    create(run, step, draft, leash).await
}

/// A rejection of the repeated request proves nothing about the first one: it may be the reason for the
/// rejection.
fn unknown_if_refused(end: StepResult) -> StepResult {
    let Some(failure) = end.failure.as_ref().filter(|_| end.progress.outcome == Some(Outcome::Refused))
    else {
        return end;
    };
    let why = &failure.cause;
    let note = format!("the second request was rejected, but the first one may have sent the invite: {why}");
    let progress = Progress { outcome: Some(Outcome::Unknown), note: Some(note), ..end.progress };
    StepResult { progress, ..end }
}

/// True if no list shows the invite and no request for it succeeded: only then may it be requested again.
fn may_create_again(lost: &LostCreate, known: &Progress) -> bool {
    let absent = known.note.as_deref() == Some(NOT_LISTED_NOTE);
    known.outcome == Some(Outcome::Skipped)
        || (known.outcome == Some(Outcome::Unknown) && absent && !lost.succeeded)
}

/// A create without a conclusive response.
struct LostCreate {
    call: CallId,
    /// So old that its absence proves that it had no effect.
    is_late: bool,
    /// The response was an unreadable success.
    succeeded: bool,
}

impl LostCreate {
    fn from_call(call: &JournalCall, now: Timestamp) -> LostCreate {
        LostCreate {
            call: call.id,
            is_late: call.is_disproved_by_absence(now),
            succeeded: call.has_succeeded(),
        }
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
    leash: &CancellationToken,
) -> Result<StepResult, StopReason> {
    let before = run.progress[step].clone();
    // That the old invite was deleted must stay known: otherwise the missing invite would be forgotten.
    let ended = |outcome, failure| StepResult {
        progress: Progress { outcome: Some(outcome), note: None, ..before.clone() },
        failure,
        pauses_plan: false,
    };
    match executor::create(run, step, draft, leash).await? {
        WriteResult::Ok(invite) => {
            let renewed = run
                .known_invites(step)
                .is_some_and(|pins| pins.iter().any(|p| p.identity == invite.identity));
            let mut end = ended(Outcome::Done, None);
            end.progress.note = renewed.then(|| "the server renewed the existing invite".into());
            end.progress.created = Some(invite);
            Ok(end)
        }
        WriteResult::Refused(failure) => Ok(ended(Outcome::Refused, Some(failure))),
        WriteResult::NoResponse(failure, call) => {
            let lost = LostCreate::from_error(call, &failure);
            reconcile_create(run, step, draft, &lost, None, Some(failure)).await
        }
    }
}

/// Reconciles a create whose response was lost. Never repeats it. `seen`: the rows of a complete list that was
/// loaded after the request.
async fn reconcile_create(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    lost: &LostCreate,
    seen: Option<Vec<Invite>>,
    failure: Option<Error>,
) -> Result<StepResult, StopReason> {
    run.send_event(PlanEvent::Reconciling(step)).await;
    let verdict = wait_until_visible(run, step, draft, lost, seen).await?;
    let before = run.progress[step].clone();
    match verdict {
        Ok(verdict) => {
            let (progress, result) = reconcile::apply(verdict, lost.is_late, &run.plan.steps[step], before);
            run.record_finding(step, lost.call, result, &progress).await?;
            let failure = failure.filter(|_| !progress.outcome.is_some_and(Outcome::is_success));
            Ok(StepResult { progress, failure, pauses_plan: false })
        }
        Err(why) => {
            let note = Some(format!("it may have been sent; checking for it failed: {}", why.cause));
            let progress = Progress { outcome: Some(Outcome::Unknown), note, ..before };
            Ok(StepResult { progress, failure: Some(why), pauses_plan: true })
        }
    }
}

/// Looks until the invite is visible, as often as this run still may. A late request is looked for twice, which
/// decides.
async fn wait_until_visible(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
    lost: &LostCreate,
    mut seen: Option<Vec<Invite>>,
) -> Result<Result<ReconcileResult, Error>, StopReason> {
    let address = email::normalize(&draft.email);
    let claimed = run.claimed.clone();
    let wanted = |row: &Invite| email::normalize(&row.email) == address && !claimed.contains(&row.identity);
    let known = run.known_invites(step);
    if lost.is_late {
        let looked = lookup::read_twice(&run.shared, &run.lookup_caller(), &wanted).await;
        run.check_lookup()?;
        return Ok(looked.map(|(first, second)| reconcile::decide(draft, known.as_deref(), &first, &second)));
    }
    loop {
        let rows = match seen.take() {
            Some(rows) => Ok(rows.into_iter().filter(|row| wanted(row)).collect()),
            None => list_reader::collect(&run.shared, &run.lookup_caller(), &wanted).await,
        };
        run.check_lookup()?;
        let verdict = rows.map(|rows| reconcile::decide(draft, known.as_deref(), &rows, &rows));
        // With the user's consent waiting gains nothing.
        if !matches!(verdict, Ok(ReconcileResult::Absent)) || run.accepts_repeat() {
            return Ok(verdict);
        }
        let Some(pause) = run.lookup_pauses.next() else { return Ok(verdict) };
        if !run.pause(*pause, NOT_LISTED_NOTE).await? {
            return Ok(verdict);
        }
    }
}
