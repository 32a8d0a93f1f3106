//! Executes one step of a plan.
//! `create`, `delete` and `replace` do the work; `executor` makes the requests.

use super::plan_execution::{PlanExecution, StopReason};
use super::step_result::StepResult;
use super::{create, delete, replace};
use crate::domain::plan::Progress;
use crate::domain::{Draft, Invite, Outcome, Step};

/// Executes the remaining part of a step.
pub(super) async fn do_step(run: &mut PlanExecution, step: usize) -> Result<StepResult, StopReason> {
    match run.plan.steps[step].clone() {
        Step::Create { draft, .. } => {
            let stop = run.handle.stop.clone();
            create::create_or_reconcile(run, step, &draft, &stop).await
        }
        Step::Delete { invite } => delete(run, step, &invite).await,
        ref resend @ Step::Resend { ref invite, .. } => {
            replace::replace(run, step, invite, &resend.draft().unwrap_or_default()).await
        }
        Step::Replace { invite, draft, .. } => replace::replace(run, step, &invite, &draft).await,
        Step::DeleteFirst { invite, draft, .. } => delete_first(run, step, &invite, &draft).await,
    }
}

/// Deletes the old invite. Creates the new invite only if this plan certainly deleted the old one.
async fn delete_first(
    run: &mut PlanExecution,
    step: usize,
    old: &Invite,
    draft: &Draft,
) -> Result<StepResult, StopReason> {
    let mut cancel = run.handle.stop.clone();
    if !run.progress[step].old_deleted {
        let result = delete(run, step, old).await?;
        match result.progress.outcome {
            Some(Outcome::Done) => {}
            Some(Outcome::AlreadyGone) => {
                let note = Some("maybe the old invite was accepted; no email was sent".to_owned());
                let progress = Progress { old_deleted: false, note, ..result.progress };
                return Ok(StepResult { progress, ..result });
            }
            _ => return Ok(result),
        }
        run.record_progress(step, Progress { outcome: None, ..result.progress }).await?;
        // A stop from here on would leave the email without any invite, so only a cancel ends the step.
        cancel = run.handle.cancel_request.clone();
    }
    create::create_or_reconcile(run, step, draft, &cancel).await
}

async fn delete(run: &mut PlanExecution, step: usize, invite: &Invite) -> Result<StepResult, StopReason> {
    let stop = run.handle.stop.clone();
    let mut result = delete::delete(run, step, &invite.identity, &stop).await?;
    result.progress.old_deleted = result.progress.outcome.is_some_and(Outcome::is_success);
    Ok(result)
}
