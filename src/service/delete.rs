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

/// Deletes one invite by identity. Repeats a DELETE without a response if the invite still exists.
/// The caller decides whether the step's old invite counts as deleted.
pub(super) async fn delete(
    run: &mut PlanExecution,
    step: usize,
    identity: &Identity,
    cancel: &CancellationToken,
) -> Result<StepResult, StopReason> {
    // A 404 means success if an earlier DELETE of this step may have worked.
    let mut may_be_ours = run.has_delete_without_response(step);
    let mut cancel = cancel.clone();
    let mut last_failure = None;
    for _ in 0..MAX_DELETES {
        match executor::delete(run, step, identity, may_be_ours, &cancel).await? {
            WriteResult::Ok(response) => {
                let is_ours = may_be_ours || response == DeleteResponse::Deleted;
                return Ok(run.step_result(step, gone_outcome(is_ours), None));
            }
            WriteResult::Refused(failure) if failure.status() == Some(404) => {
                return verify_not_found(run, step, identity, may_be_ours, failure).await;
            }
            WriteResult::Refused(failure) => {
                let result = run.step_result(step, Outcome::Refused, None);
                return Ok(StepResult { failure: Some(failure), ..result });
            }
            WriteResult::NoResponse(failure, call) => {
                run.report_event(PlanEvent::Reconciling(step)).await;
                let found = lookup::get(&run.shared, &run.lookup_caller(), identity).await;
                run.check_lookup()?;
                match found {
                    Ok(None) => {
                        let before = run.progress[step].clone();
                        let known = Progress { old_deleted: true, outcome: None, note: None, ..before };
                        run.record_reconciled_result(step, call, CallResult::Succeeded, &known).await?;
                        return Ok(run.step_result(step, Outcome::Done, None));
                    }
                    // The request stays without a response in the journal: it may still take effect.
                    Ok(Some(_)) => last_failure = Some(failure),
                    // Typical causes are a proxy or a lost connection.
                    Err(lookup_error) => {
                        let (cause, check) = (&failure.cause, lookup_error.cause);
                        let note = Some(format!("{cause}; the check failed too: {check}"));
                        let result = run.step_result(step, Outcome::Unknown, note);
                        return Ok(StepResult { failure: Some(failure), pauses_plan: true, ..result });
                    }
                }
            }
        }
        may_be_ours = true;
        cancel = run.handle.cancel_request.clone();
    }
    let note = Some(format!("{MAX_DELETES} delete attempts got no response; the invite still exists"));
    // A proxy probably intercepts the requests: the next step would fail as well.
    let result = run.step_result(step, Outcome::Unknown, note);
    Ok(StepResult { failure: last_failure, pauses_plan: true, ..result })
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
        let mut result = run.step_result(step, outcome, note);
        result.progress.old_deleted = false;
        run.record(step, result).await?;
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

fn gone_outcome(may_be_ours: bool) -> Outcome {
    if may_be_ours { Outcome::Done } else { Outcome::AlreadyGone }
}

/// Handles a 404 that does not come from the API.
/// The invite is gone only if a complete list does not show it.
async fn verify_not_found(
    run: &PlanExecution,
    step: usize,
    identity: &Identity,
    may_be_ours: bool,
    failure: Error,
) -> Result<StepResult, StopReason> {
    let found = lookup::find_in_list(&run.shared, &run.lookup_caller(), identity).await;
    run.check_lookup()?;
    if found?.is_none() {
        return Ok(run.step_result(step, gone_outcome(may_be_ours), None));
    }
    let note = "the response was 404, but the list still shows the invite";
    let (outcome, note) = match may_be_ours {
        true => (Outcome::Unknown, format!("{note}; an earlier delete may still take effect")),
        false => (Outcome::Failed, note.to_owned()),
    };
    Ok(StepResult { failure: Some(failure), ..run.step_result(step, outcome, Some(note)) })
}
