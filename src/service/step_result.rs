//! Result of a plan step, and the results that the journal already proves.

use crate::domain::journal::{CallOutcome, CallResult, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::{Error, Method, Outcome, Step};

/// Result of a step.
#[derive(Debug)]
pub(super) struct StepResult {
    pub(super) progress: Progress,
    pub(super) failure: Option<Error>,
    /// True if the plan must pause after this step.
    pub(super) pauses_plan: bool,
}

impl StepResult {
    /// Returns a result without an error.
    pub(super) fn new(progress: Progress) -> StepResult {
        StepResult { progress, failure: None, pauses_plan: false }
    }
}

/// Returns the steps with a journaled response but without a journaled outcome.
/// The program ended in between, or the disk was full. These steps need no request. Steps with an open create
/// are not included.
pub(super) fn unrecorded_outcomes(entry: &JournalEntry) -> Vec<(usize, Progress)> {
    let steps = entry.plan.steps.iter().zip(&entry.progress).enumerate();
    steps
        .filter(|(index, (_, progress))| progress.outcome.is_none() && entry.open_call(*index).is_none())
        .filter_map(|(index, (step, progress))| {
            let call = entry.calls.iter().rfind(|call| call.intent.step == index)?;
            let outcome = outcome_from_response(step, progress, call.intent.method, call.response.as_ref()?)?;
            Some((index, Progress { outcome: Some(outcome), ..progress.clone() }))
        })
        .collect()
}

/// Returns the outcome of a step from its last response; `None` if the step still has work or checks.
fn outcome_from_response(
    step: &Step,
    progress: &Progress,
    method: Method,
    last: &CallOutcome,
) -> Option<Outcome> {
    match (method, last.result) {
        (Method::Post, CallResult::Succeeded) if !step.deletes_after_create() => Some(Outcome::Done),
        (Method::Post, CallResult::Refused) if !needs_user_decision(last.status) => Some(Outcome::Refused),
        (Method::Delete, CallResult::Succeeded) if !step.deletes_first() => Some(Outcome::Done),
        (Method::Delete, CallResult::NotFound) if step.deletes_after_create() => Some(Outcome::Done),
        (Method::Delete, CallResult::NotFound) if !step.is_half_done(progress) => Some(Outcome::AlreadyGone),
        _ => None,
    }
}

/// True if a rejection with this status needs a decision of the user, who may retry.
pub(super) fn needs_user_decision(status: Option<u16>) -> bool {
    matches!(status, Some(402 | 403))
}

/// Returns the state of a plan after its last step: unsent and unknown steps wait for the user.
pub(super) fn state_at_end(steps: &[Step], progress: &[Progress]) -> PlanState {
    let is_left = |(step, progress): (&Step, &Progress)| {
        matches!(progress.outcome, None | Some(Outcome::Skipped | Outcome::Unknown))
            || step.is_half_done(progress)
    };
    if steps.iter().zip(progress).any(is_left) { PlanState::Stopped } else { PlanState::Finished }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::{CallId, Intent, JournalCall};
    use crate::domain::{Draft, Expiry, Identity, Invite, Plan, PlanId, TenancyKey};

    fn entry(step: Step, method: Method, result: CallResult, status: Option<u16>) -> JournalEntry {
        let at = "2024-06-01T12:00:00Z".parse().expect("a time");
        let id = PlanId(uuid::Uuid::from_u128(1));
        let intent = Intent { plan: id, step: 0, method, identity: None, requested_at: at };
        let response = Some(CallOutcome { result, status, request_id: None, responded_at: at });
        let plan = Plan {
            id,
            tenancy: TenancyKey("acme".into()),
            created_at: at,
            steps: vec![step],
            filter: String::new(),
        };
        let progress = plan.initial_progress();
        let calls = vec![JournalCall { id: CallId(1), intent, response }];
        JournalEntry { plan, state: PlanState::Running, progress, calls }
    }

    fn invite() -> Invite {
        Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "bob@job".into(),
            message: String::new(),
            expiry: Expiry(None),
        }
    }

    #[test]
    fn answered_request_gives_the_outcome_without_a_new_request() {
        use CallResult::{NoEffect, NoResponse, NotFound, Refused, Succeeded};
        let invite = invite();
        let (post, gone) = (Method::Post, Method::Delete);
        let create = Step::Create { draft: Draft::default(), known_versions: None };
        let resend = Step::Resend { invite: invite.clone(), known_versions: None };
        let first =
            Step::DeleteFirst { invite: invite.clone(), draft: Draft::default(), known_versions: None };
        let delete = Step::Delete { invite };
        for (step, method, result, status, outcome) in [
            (&create, post, Succeeded, Some(200), Some(Outcome::Done)),
            (&create, post, Refused, Some(409), Some(Outcome::Refused)),
            (&create, post, Refused, Some(402), None),
            (&create, post, NoEffect, Some(429), None),
            (&create, post, NoResponse, None, None),
            (&delete, gone, Succeeded, Some(200), Some(Outcome::Done)),
            (&delete, gone, NotFound, Some(404), Some(Outcome::AlreadyGone)),
            (&delete, gone, NoResponse, Some(502), None),
            (&resend, post, Succeeded, Some(200), None),
            (&resend, post, Refused, Some(409), Some(Outcome::Refused)),
            (&resend, gone, Succeeded, Some(200), Some(Outcome::Done)),
            (&resend, gone, NotFound, Some(404), Some(Outcome::Done)),
            (&first, gone, Succeeded, Some(200), None),
            (&first, gone, NotFound, Some(404), Some(Outcome::AlreadyGone)),
            (&first, post, Succeeded, Some(200), Some(Outcome::Done)),
            (&first, post, Refused, Some(400), Some(Outcome::Refused)),
            (&first, post, Refused, Some(402), None),
        ] {
            let found = unrecorded_outcomes(&entry(step.clone(), method, result, status));
            let found = found.first().and_then(|(_, progress)| progress.outcome);
            assert_eq!(found, outcome, "{step:?} {method:?} {result:?} {status:?}");
        }
    }

    #[test]
    fn known_open_or_half_done_step_gets_no_outcome() {
        let create = Step::Create { draft: Draft::default(), known_versions: None };
        let mut known = entry(create.clone(), Method::Post, CallResult::Succeeded, Some(200));
        known.progress[0].outcome = Some(Outcome::Unknown);
        assert!(unrecorded_outcomes(&known).is_empty());

        let mut open = entry(create, Method::Post, CallResult::Refused, Some(409));
        let earlier = JournalCall { id: CallId(0), response: None, ..open.calls[0].clone() };
        open.calls.insert(0, earlier);
        assert!(unrecorded_outcomes(&open).is_empty(), "the first request may have worked");

        let first = Step::DeleteFirst { invite: invite(), draft: Draft::default(), known_versions: None };
        let mut half_done = entry(first, Method::Delete, CallResult::NotFound, Some(404));
        half_done.progress[0].old_deleted = true;
        assert!(unrecorded_outcomes(&half_done).is_empty(), "the new invite is missing");
    }

    #[test]
    fn missing_reinvite_is_work_whatever_the_outcome() {
        let step = Step::DeleteFirst { invite: invite(), draft: Draft::default(), known_versions: None };
        for outcome in [None, Some(Outcome::Refused), Some(Outcome::Skipped), Some(Outcome::Unknown)] {
            let half_done = Progress { old_deleted: true, outcome, ..Progress::default() };
            assert!(step.has_work(&half_done, true), "{outcome:?}");
            assert_eq!(state_at_end(std::slice::from_ref(&step), &[half_done]), PlanState::Stopped);
        }
        let reinvited = Progress {
            old_deleted: true,
            created: Some(invite()),
            outcome: Some(Outcome::Done),
            ..Progress::default()
        };
        assert!(!step.has_work(&reinvited, false));
        assert_eq!(state_at_end(std::slice::from_ref(&step), &[reinvited]), PlanState::Finished);
    }

    #[test]
    fn unsent_steps_have_work_and_reported_ones_do_not() {
        let ended = |outcome| Progress { outcome, ..Progress::default() };
        let step = Step::Create { draft: Draft::default(), known_versions: None };
        assert!(step.has_work(&ended(None), false));
        assert!(step.has_work(&ended(Some(Outcome::Skipped)), false));
        assert!(step.has_work(&ended(Some(Outcome::Unknown)), true), "its effect can be checked again");
        assert!(!step.has_work(&ended(Some(Outcome::Unknown)), false));
        for outcome in [Outcome::Done, Outcome::AlreadyGone, Outcome::Refused, Outcome::Failed] {
            assert!(!step.has_work(&ended(Some(outcome)), true), "{outcome:?}");
        }
    }
}
