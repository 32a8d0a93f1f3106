//! Deletes one invite and verifies the result.
//! A GET reconciles a lost response. A complete list verifies a 404 that does not come from the API.

use std::iter;

use tokio_util::sync::CancellationToken;

use super::executor::{self, WriteResult};
use super::lookup;
use super::plan_execution::{PlanExecution, StopReason};
use super::step_result::StepResult;
use crate::api::DeleteResponse;
use crate::domain::journal::CallResult;
use crate::domain::limits::RECHECK_DELAYS;
use crate::domain::plan::Progress;
use crate::domain::service_msg::PlanEvent;
use crate::domain::{Error, Identity, Outcome};

/// Maximum number of deletes of an existing invite if the responses are lost.
const MAX_DELETES: usize = 3;

/// Result of deleting one invite.
#[derive(Debug)]
pub(super) struct DeleteResult {
    pub(super) outcome: Outcome,
    pub(super) note: Option<String>,
    pub(super) failure: Option<Error>,
    pub(super) pauses_plan: bool,
}

impl DeleteResult {
    fn new(outcome: Outcome) -> DeleteResult {
        DeleteResult { outcome, note: None, failure: None, pauses_plan: false }
    }
}

/// Deletes one invite by identity. Repeats a DELETE without a response if the invite still exists.
pub(super) async fn delete(
    run: &mut PlanExecution,
    step: usize,
    identity: &Identity,
    cancel: &CancellationToken,
) -> Result<DeleteResult, StopReason> {
    // A 404 means success if an earlier DELETE of this step may have worked.
    let mut may_be_ours = run.has_delete_without_response(step);
    let mut cancel = cancel.clone();
    let mut last_failure = None;
    for _ in 0..MAX_DELETES {
        match executor::delete(run, step, identity, may_be_ours, &cancel).await? {
            WriteResult::Ok(DeleteResponse::Deleted) => return Ok(DeleteResult::new(Outcome::Done)),
            WriteResult::Ok(DeleteResponse::NotFound) => return Ok(gone_result(may_be_ours)),
            WriteResult::Refused(failure) if failure.status() == Some(404) => {
                return verify_not_found(run, identity, may_be_ours, failure).await;
            }
            WriteResult::Refused(failure) => {
                return Ok(DeleteResult { failure: Some(failure), ..DeleteResult::new(Outcome::Refused) });
            }
            WriteResult::NoResponse(failure, call) => {
                run.report_event(PlanEvent::Reconciling(step)).await;
                let found = lookup::get(&run.shared, &run.lookup_caller(), identity).await;
                run.check_lookup()?;
                match found {
                    Ok(None) => {
                        let known =
                            Progress { old_deleted: true, outcome: None, ..run.progress[step].clone() };
                        run.record_reconciled_result(step, call, CallResult::Succeeded, &known).await?;
                        return Ok(DeleteResult::new(Outcome::Done));
                    }
                    // The request stays without a response in the journal: it may still take effect.
                    Ok(Some(_)) => last_failure = Some(failure),
                    Err(lookup_error) => return Ok(unknown_result(failure, lookup_error)),
                }
            }
        }
        may_be_ours = true;
        cancel = run.handle.cancel_request.clone();
    }
    let note = Some(format!("{MAX_DELETES} delete attempts got no response; the invite still exists"));
    // A proxy probably intercepts the requests: the next step would fail as well.
    Ok(DeleteResult { note, failure: last_failure, pauses_plan: true, ..DeleteResult::new(Outcome::Unknown) })
}

/// Verifies at the end of a plan that deleted invites are gone, because a success is no proof.
/// Makes one request per invite for up to twenty invites, otherwise loads the list. Repeats the check while
/// some invites still exist, because a server may lag.
pub(super) async fn check_deleted(run: &mut PlanExecution) -> Result<(), StopReason> {
    let mut remaining: Vec<usize> =
        (0..run.plan.steps.len()).filter(|step| was_deleted(run, *step)).collect();
    for pause in iter::once(None).chain(RECHECK_DELAYS.iter().map(Some)) {
        if remaining.is_empty() {
            return Ok(());
        }
        if let Some(pause) = pause
            && !run.wait_between_checks(*pause, "a deleted invite still exists").await?
        {
            return Ok(());
        }
        let targets: Vec<Identity> =
            remaining.iter().filter_map(|step| target_identity(run, *step)).collect();
        let found = lookup::get_many(&run.shared, &run.caller(&run.handle.stop), &targets).await;
        run.check_lookup()?;
        // If the check fails, the response to the DELETE counts.
        let Ok(found) = found else { return Ok(()) };
        remaining
            .retain(|step| target_identity(run, *step).is_some_and(|target| found.contains_key(&target)));
    }
    for step in remaining {
        let outcome =
            if run.plan.steps[step].sends_email() { Outcome::OldStillActive } else { Outcome::Failed };
        let note = Some("the server reported a successful delete, but the invite still exists".into());
        let known = run.progress[step].clone();
        let progress = Progress { old_deleted: false, outcome: Some(outcome), note, ..known };
        run.record(step, StepResult { progress, failure: None, pauses_plan: false }).await?;
    }
    Ok(())
}

fn was_deleted(run: &PlanExecution, step: usize) -> bool {
    let progress = &run.progress[step];
    let is_renewed =
        progress.created.as_ref().map(|new| &new.identity) == target_identity(run, step).as_ref();
    progress.outcome == Some(Outcome::Done) && progress.old_deleted && !is_renewed
}

fn target_identity(run: &PlanExecution, step: usize) -> Option<Identity> {
    run.plan.steps[step].target().map(|invite| invite.identity.clone())
}

fn gone_result(may_be_ours: bool) -> DeleteResult {
    DeleteResult::new(if may_be_ours { Outcome::Done } else { Outcome::AlreadyGone })
}

/// Returns the result of a delete without a usable response whose check also failed.
/// Typical causes are a proxy or a lost connection.
fn unknown_result(failure: Error, lookup_error: Error) -> DeleteResult {
    let note = Some(format!("{}; the check failed too: {}", failure.cause, lookup_error.cause));
    DeleteResult { outcome: Outcome::Unknown, note, failure: Some(failure), pauses_plan: true }
}

/// Handles a 404 that does not come from the API.
/// The invite is gone only if a complete list does not show it.
async fn verify_not_found(
    run: &PlanExecution,
    identity: &Identity,
    may_be_ours: bool,
    failure: Error,
) -> Result<DeleteResult, StopReason> {
    let found = lookup::find_in_list(&run.shared, &run.lookup_caller(), identity).await;
    run.check_lookup()?;
    match found {
        Ok(None) => Ok(gone_result(may_be_ours)),
        Ok(Some(_)) if may_be_ours => Ok(DeleteResult {
            note: Some(
                "the response was 404, but the list still shows the invite; an earlier delete may still take effect"
                    .into(),
            ),
            failure: Some(failure),
            ..DeleteResult::new(Outcome::Unknown)
        }),
        Ok(Some(_)) => Ok(DeleteResult {
            note: Some("the response was 404, but the list still shows the invite".into()),
            failure: Some(failure),
            ..DeleteResult::new(Outcome::Failed)
        }),
        Err(lookup_error) => Err(StopReason::Paused(lookup_error)),
    }
}
