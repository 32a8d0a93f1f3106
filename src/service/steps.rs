//! What a step of a plan does, by its verb. Sending and removing have files of their own; the calls themselves are the
//! executor's.

use super::exchange;
use super::removing;
use super::run::{Halt, Run};
use super::sending;
use super::step_end::StepEnd;
use crate::domain::plan::Progress;
use crate::domain::{Draft, Invite, Outcome, Step};

/// Does what is left of a step.
pub(super) async fn do_step(run: &mut Run, step: usize) -> Result<StepEnd, Halt> {
    match run.plan.steps[step].clone() {
        Step::Create { draft, .. } => {
            let stop = run.reins.stop.clone();
            sending::send(run, step, &draft, &stop).await
        }
        Step::Delete { invite } => delete(run, step, &invite).await,
        ref again @ Step::Resend { ref invite, .. } => {
            exchange::exchange(run, step, invite, &again.draft().unwrap_or_default()).await
        }
        Step::Replace { invite, draft, .. } => exchange::exchange(run, step, &invite, &draft).await,
        Step::DeleteFirst { invite, draft, .. } => delete_first(run, step, &invite, &draft).await,
    }
}

/// Revokes the old invite, and sends the new one when it is gone for certain, and by us.
async fn delete_first(run: &mut Run, step: usize, old: &Invite, draft: &Draft) -> Result<StepEnd, Halt> {
    let mut leash = run.reins.stop.clone();
    if !run.progress[step].old_deleted {
        let end = delete(run, step, old).await?;
        match end.progress.outcome {
            Some(Outcome::Done) => {}
            Some(Outcome::AlreadyGone) => {
                let note = Some("perhaps it was accepted; nothing was sent".to_owned());
                let progress = Progress { old_deleted: false, note, ..end.progress };
                return Ok(StepEnd { progress, ..end });
            }
            _ => return Ok(end),
        }
        run.note(step, Progress { outcome: None, ..end.progress }).await?;
        // A stop from here on would leave the address without any invite; only cutting does.
        leash = run.reins.cut.clone();
    }
    sending::send(run, step, draft, &leash).await
}

async fn delete(run: &mut Run, step: usize, invite: &Invite) -> Result<StepEnd, Halt> {
    let stop = run.reins.stop.clone();
    let removed = removing::remove(run, step, &invite.identity, &stop).await?;
    let progress = Progress {
        old_deleted: removed.outcome.is_good(),
        outcome: Some(removed.outcome),
        note: removed.note,
        ..run.progress[step].clone()
    };
    Ok(StepEnd { progress, failure: removed.failure, pauses: removed.pauses })
}
