//! What one step of a plan comes to: which verb does what, and what is known of a step from the journal.
//! Sending and removing have files of their own; the calls themselves are the executor's.

use super::exchange;
use super::removing;
use super::run::{Halt, Run};
use super::sending;
use crate::domain::journal::{CallResult, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::{Draft, Failure, Invite, Outcome, Step};

/// How a step ended.
#[derive(Debug)]
pub(super) struct StepEnd {
    pub(super) progress: Progress,
    pub(super) failure: Option<Failure>,
    /// The plan must not go on by itself.
    pub(super) pauses: bool,
}

/// Does what is left of a step.
pub(super) async fn do_step(run: &mut Run, step: usize) -> Result<StepEnd, Halt> {
    match run.plan.steps[step].clone() {
        Step::Create { draft, .. } => sending::send(run, step, &draft).await,
        Step::Delete { invite } => delete(run, step, &invite).await,
        Step::Resend { ref invite, .. } => exchange::exchange(run, step, invite, &again(invite)).await,
        Step::Replace { invite, draft, .. } => exchange::exchange(run, step, &invite, &draft).await,
    }
}

/// What a step sends, if it sends anything.
pub(super) fn draft(step: &Step) -> Option<Draft> {
    match step {
        Step::Create { draft, .. } | Step::Replace { draft, .. } => Some(draft.clone()),
        Step::Resend { invite, .. } => Some(again(invite)),
        Step::Delete { .. } => None,
    }
}

fn again(invite: &Invite) -> Draft {
    Draft { email: invite.email.clone(), message: invite.message.clone() }
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

/// The steps whose outcome was not written any more although their last call was answered: the program
/// ended, or the disk was full, between the two. They need no call.
pub(super) fn answered(entry: &JournalEntry) -> Vec<(usize, Progress)> {
    let steps = entry.plan.steps.iter().zip(&entry.progress).enumerate();
    steps
        .filter(|(_, (_, progress))| progress.outcome.is_none())
        .filter_map(|(place, (step, progress))| {
            let last = entry.calls.iter().rfind(|call| call.intent.step == place)?.answer.as_ref()?;
            let outcome = match (step, last.result) {
                (Step::Create { .. }, CallResult::Succeeded) => Outcome::Done,
                (Step::Delete { .. }, CallResult::Succeeded) => Outcome::Done,
                (Step::Delete { .. }, CallResult::NotFound) => Outcome::AlreadyGone,
                (Step::Create { .. }, CallResult::Refused) if !asks(last.status) => Outcome::Refused,
                _ => return None,
            };
            Some((place, Progress { outcome: Some(outcome), ..progress.clone() }))
        })
        .collect()
}

/// Refusals after which a person is asked, and that may be tried again when they say so.
pub(super) fn asks(status: Option<u16>) -> bool {
    matches!(status, Some(402 | 403))
}

/// Whether something of a step is left to do when its plan goes on.
pub(super) fn has_work(progress: &Progress, open: bool) -> bool {
    match progress.outcome {
        None | Some(Outcome::NotSent) => true,
        Some(Outcome::Unknown) => open,
        Some(_) => false,
    }
}

/// The state of a plan that came to the end of its steps: what was not sent waits for a person.
pub(super) fn state_at_end(progress: &[Progress]) -> PlanState {
    let not_sent = |step: &Progress| matches!(step.outcome, None | Some(Outcome::NotSent));
    if progress.iter().any(not_sent) { PlanState::Stopped } else { PlanState::Finished }
}
