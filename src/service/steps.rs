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
        ref again @ Step::Resend { ref invite, .. } => {
            exchange::exchange(run, step, invite, &again.draft().unwrap_or_default()).await
        }
        Step::Replace { invite, draft, .. } => exchange::exchange(run, step, &invite, &draft).await,
        Step::DeleteFirst { invite, draft, .. } => delete_first(run, step, &invite, &draft).await,
    }
}

/// Revokes the old invite, and sends the new one when it is gone for certain.
async fn delete_first(run: &mut Run, step: usize, old: &Invite, draft: &Draft) -> Result<StepEnd, Halt> {
    if !run.progress[step].old_deleted {
        let end = delete(run, step, old).await?;
        if !end.progress.old_deleted {
            return Ok(end);
        }
        run.note(step, Progress { outcome: None, ..end.progress }).await?;
    }
    let end = sending::send(run, step, draft).await?;
    Ok(StepEnd { progress: Progress { old_deleted: true, ..end.progress }, ..end })
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
pub(super) fn has_work(step: &Step, progress: &Progress, open: bool) -> bool {
    match progress.outcome {
        None | Some(Outcome::NotSent) => true,
        Some(Outcome::Unknown) => open,
        Some(_) => step.owes(progress),
    }
}

/// The state of a plan that came to the end of its steps: what was not sent waits for a person.
pub(super) fn state_at_end(steps: &[Step], progress: &[Progress]) -> PlanState {
    let is_left = |(step, progress): (&Step, &Progress)| {
        matches!(progress.outcome, None | Some(Outcome::NotSent)) || step.owes(progress)
    };
    if steps.iter().zip(progress).any(is_left) { PlanState::Stopped } else { PlanState::Finished }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::{Answer, CallId, Intent, JournalCall};
    use crate::domain::{Expiry, Identity, Method, Plan, PlanId, TenancyKey};

    fn entry(step: Step, result: CallResult, status: Option<u16>) -> JournalEntry {
        let at = "2024-06-01T12:00:00Z".parse().expect("a time");
        let id = PlanId(uuid::Uuid::from_u128(1));
        let method = if step.mails() { Method::Post } else { Method::Delete };
        let intent = Intent { plan: id, step: 0, method, identity: None, at };
        let answer = Some(Answer { result, status, request_id: None, at });
        let plan = Plan {
            id,
            tenancy: TenancyKey("acme".into()),
            made: at,
            steps: vec![step],
            filter: String::new(),
        };
        let progress = plan.untouched();
        let calls = vec![JournalCall { id: CallId(1), intent, answer }];
        JournalEntry { plan, state: PlanState::Running, progress, calls }
    }

    #[test]
    fn an_answered_call_needs_no_other_although_its_outcome_was_not_written() {
        use CallResult::{DidNothing, NotFound, Refused, Succeeded, Unanswered};
        let invite = Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "bob@job".into(),
            message: String::new(),
            expiry: Expiry(None),
        };
        let create = Step::Create { draft: Draft::default(), before: None };
        let resend = Step::Resend { invite: invite.clone(), before: None };
        let delete = Step::Delete { invite };
        for (step, result, status, outcome) in [
            (&create, Succeeded, Some(200), Some(Outcome::Done)),
            (&create, Refused, Some(409), Some(Outcome::Refused)),
            (&create, Refused, Some(402), None),
            (&create, DidNothing, Some(429), None),
            (&create, Unanswered, None, None),
            (&delete, Succeeded, Some(200), Some(Outcome::Done)),
            (&delete, NotFound, Some(404), Some(Outcome::AlreadyGone)),
            (&delete, Unanswered, Some(502), None),
            (&resend, Succeeded, Some(200), None),
        ] {
            let found = answered(&entry(step.clone(), result, status));
            let found = found.first().and_then(|(_, progress)| progress.outcome);
            assert_eq!(found, outcome, "{step:?} {result:?} {status:?}");
        }
    }

    #[test]
    fn what_may_still_be_sent_is_work_and_what_was_told_is_not() {
        let ended = |outcome| Progress { outcome, ..Progress::default() };
        let step = Step::Create { draft: Draft::default(), before: None };
        assert!(has_work(&step, &ended(None), false));
        assert!(has_work(&step, &ended(Some(Outcome::NotSent)), false));
        assert!(has_work(&step, &ended(Some(Outcome::Unknown)), true), "it can be looked for again");
        assert!(!has_work(&step, &ended(Some(Outcome::Unknown)), false));
        for outcome in [Outcome::Done, Outcome::AlreadyGone, Outcome::Refused, Outcome::Failed] {
            assert!(!has_work(&step, &ended(Some(outcome)), true), "{outcome:?}");
        }
    }
}
