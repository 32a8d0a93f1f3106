//! Implements resend and replace: create, GET and compare, delete the old invite.
//! Guarantees: never leaves an email without an invite, never sends two emails.

use std::iter;
use std::time::Duration;

use super::plan_execution::{PlanExecution, StopReason};
use super::step_result::StepResult;
use super::{create, delete, lookup};
use crate::api::is_duplicate;
use crate::domain::limits::RECHECK_DELAYS;
use crate::domain::plan::{DUPLICATE_REFUSAL, Progress};
use crate::domain::text::sanitize;
use crate::domain::{Draft, Invite, Outcome, email};

/// Does the remaining part of a resend or replacement; continues after a crash between its requests.
pub(super) async fn replace(
    run: &mut PlanExecution,
    step: usize,
    old: &Invite,
    draft: &Draft,
) -> Result<StepResult, StopReason> {
    if run.progress[step].created.is_none()
        && let Some(result) = create_new(run, step, draft).await?
    {
        return Ok(result);
    }
    let Some(new) = run.progress[step].created.clone() else {
        return Ok(run.step_result(step, Outcome::Failed, Some("the new invite is unknown".into())));
    };
    if new.identity == old.identity {
        let note = "the server renewed the invite; nothing was deleted".into();
        return Ok(run.step_result(step, Outcome::Done, Some(note)));
    }
    // If an earlier step sent the email to this person, its draft counts for this step too.
    let sent_draft = run.earlier_email_step(step).and_then(|other| run.plan.steps[other].draft());
    if !run.progress[step].verified
        && let Some(result) = verify(run, step, &new, sent_draft.as_ref().unwrap_or(draft)).await?
    {
        return Ok(result);
    }
    // From here on a stop has no effect, because it would leave two working links. Only a cancel ends the
    // step.
    let cancel = run.handle.cancel_request.clone();
    Ok(result_after_delete(delete::delete(run, step, &old.identity, &cancel).await?))
}

/// Creates the new invite, or uses the invite that an earlier step created for the same email.
/// Returns a result if there is no new invite and the old invite is unchanged.
async fn create_new(
    run: &mut PlanExecution,
    step: usize,
    draft: &Draft,
) -> Result<Option<StepResult>, StopReason> {
    if let Some(other) = run.earlier_email_step(step) {
        let earlier = run.progress[other].clone();
        if earlier.created.is_none() {
            return Ok(Some(result_of_earlier_step(run, step, earlier.outcome)));
        }
        let known = Progress { created: earlier.created, outcome: None, ..run.progress[step].clone() };
        run.record_progress(step, known).await?;
        return Ok(None);
    }
    let stop = run.handle.stop.clone();
    let mut result = create::create_or_reconcile(run, step, draft, &stop).await?;
    if result.progress.created.is_none() {
        if result.failure.as_ref().is_some_and(is_duplicate) {
            result.progress.note = Some(DUPLICATE_REFUSAL.into());
        }
        return Ok(Some(result));
    }
    run.record_progress(step, Progress { outcome: None, ..result.progress }).await?;
    Ok(None)
}

/// Returns the result of a step if an earlier step for the same email created no invite.
/// If the outcome of the earlier step is unknown, this step is skipped and remains to be done.
fn result_of_earlier_step(run: &PlanExecution, step: usize, earlier: Option<Outcome>) -> StepResult {
    let (outcome, note) = match earlier {
        Some(Outcome::Unknown) => {
            (Outcome::Skipped, "not sent: the outcome of the other invite to this email is unknown")
        }
        earlier => (earlier.unwrap_or(Outcome::Skipped), "same outcome as the other invite to this email"),
    };
    run.step_result(step, outcome, Some(note.into()))
}

/// Fetches the new invite and compares it with the draft.
/// Returns a result if the old invite must not be deleted.
async fn verify(
    run: &mut PlanExecution,
    step: usize,
    new: &Invite,
    draft: &Draft,
) -> Result<Option<StepResult>, StopReason> {
    let (outcome, note) = match read_back(run, new).await? {
        Some(found) if matches_draft(&found, draft) => {
            let known = Progress { verified: true, outcome: None, note: None, ..run.progress[step].clone() };
            run.record_progress(step, known).await?;
            return Ok(None);
        }
        Some(_) => {
            let name = sanitize(new.identity.as_str());
            let note = format!("{name} differs from what was requested, so the old invite was kept");
            (Outcome::OldStillActive, note)
        }
        None if run.is_create_late(step) => {
            let note = "the new invite is already gone: accepted, or deleted elsewhere";
            (Outcome::OldStillActive, note.into())
        }
        None => {
            let note = "the new invite was created but is not visible yet; the old invite is not deleted yet";
            (Outcome::Unknown, note.into())
        }
    };
    Ok(Some(run.step_result(step, outcome, Some(note))))
}

/// Fetches a new invite until it is visible or the pauses are used up.
/// After one invite stayed invisible, each further invite is fetched only once.
async fn read_back(run: &mut PlanExecution, new: &Invite) -> Result<Option<Invite>, StopReason> {
    let pauses = if run.is_lagging { &[][..] } else { &RECHECK_DELAYS };
    for pause in iter::once(&Duration::ZERO).chain(pauses) {
        if !pause.is_zero() && !run.wait_between_checks(*pause, "the new invite is not visible yet").await? {
            break;
        }
        let found = lookup::get(&run.shared, &run.lookup_caller(), &new.identity).await;
        run.check_lookup()?;
        if let Some(found) = found? {
            return Ok(Some(found));
        }
    }
    let found = lookup::find_in_list(&run.shared, &run.lookup_caller(), &new.identity).await;
    run.check_lookup()?;
    run.is_lagging = true;
    Ok(found?)
}

fn matches_draft(found: &Invite, draft: &Draft) -> bool {
    found.message == draft.message && email::normalize(&found.email) == email::normalize(&draft.email)
}

/// Returns the result of the step from that of its last part, the delete.
fn result_after_delete(mut deletion: StepResult) -> StepResult {
    let progress = &mut deletion.progress;
    let outcome = match progress.outcome {
        Some(Outcome::Done | Outcome::AlreadyGone) => Outcome::Done,
        Some(Outcome::Unknown) => {
            let reason = progress.note.take().unwrap_or_default();
            progress.note =
                Some(format!("the new invite was created, but the old invite may still work: {reason}"));
            Outcome::Unknown
        }
        _ => Outcome::OldStillActive,
    };
    progress.old_deleted = outcome == Outcome::Done;
    progress.outcome = Some(outcome);
    deletion
}
