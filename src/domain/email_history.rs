//! Finds other plans that may have invited an email, have just invited it, or may still invite it.
//! Pure.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::email::normalize;
use super::journal::{JournalEntry, is_effect_visible};
use super::{Identity, Invite, Outcome, PlanId};

/// Returns the normalized emails whose create has an unknown outcome, each with its plan.
pub fn unknown_creates<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> HashMap<String, PlanId> {
    let open = entries.into_iter().filter(|entry| entry.is_resumable());
    open.flat_map(|entry| {
        let steps = entry.plan.steps.iter().enumerate();
        steps
            .filter(|(index, _)| entry.unknown_create(*index).is_some())
            .map(|(_, step)| (normalize(step.email()), entry.plan.id))
    })
    .collect()
}

/// Returns the invites that the list may not show yet, by normalized email. Plans created these invites
/// recently, and none of the invites is known to be gone.
pub fn recent_creates(entries: &[JournalEntry], now: Timestamp) -> HashMap<String, Vec<&Invite>> {
    let gone = gone_invites(entries);
    let mut recent: HashMap<String, Vec<&Invite>> = HashMap::new();
    for entry in entries {
        for (index, progress) in entry.progress.iter().enumerate() {
            let Some(created) = progress.created.as_ref() else { continue };
            let last = entry.last_create(index);
            let is_recent = last.is_some_and(|(intent, _)| !is_effect_visible(intent.requested_at, now));
            if is_recent && !gone.contains(&created.identity) {
                recent.entry(normalize(&created.email)).or_default().push(created);
            }
        }
    }
    recent
}

/// Returns the invites certainly created by plans, each with its plan.
/// No request of another plan can have created one of these invites.
pub fn created_invites<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> HashMap<Identity, PlanId> {
    let entries = entries.into_iter().flat_map(|entry| {
        entry.progress.iter().filter_map(move |progress| Some((progress.created.as_ref()?, entry.plan.id)))
    });
    entries.map(|(invite, plan)| (invite.identity.clone(), plan)).collect()
}

/// Returns the normalized emails that an unfinished plan may still invite, each with its plan.
pub fn unfinished_sends<'a>(
    entries: impl IntoIterator<Item = &'a JournalEntry>,
) -> HashMap<String, &'a JournalEntry> {
    let open = entries.into_iter().filter(|entry| entry.is_resumable());
    let steps = open.flat_map(|entry| entry.steps_with_progress().map(move |step| (entry, step)));
    steps
        .filter(|(_, (step, progress))| step.may_still_email(progress))
        .map(|(entry, (step, _))| (normalize(step.email()), entry))
        .collect()
}

fn gone_invites(entries: &[JournalEntry]) -> HashSet<&Identity> {
    let steps = entries.iter().flat_map(JournalEntry::steps_with_progress);
    steps
        .filter(|(_, progress)| progress.old_deleted || progress.outcome == Some(Outcome::AlreadyGone))
        .filter_map(|(step, _)| Some(&step.target()?.identity))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::{CallId, CallOutcome, CallResult, Intent, JournalCall};
    use crate::domain::plan::{PlanState, Progress};
    use crate::domain::{Draft, Expiry, Method, Plan, Step, TenancyKey};

    fn at(minute: i8) -> Timestamp {
        format!("2024-06-01T12:{minute:02}:00Z").parse().expect("a time")
    }

    fn invite(name: &str, email: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: email.into(), message: String::new(), expiry: Expiry(None) }
    }

    fn create() -> Step {
        Step::Create {
            draft: Draft { email: "Ann@x.com".into(), message: String::new() },
            known_versions: None,
        }
    }

    /// Returns a plan of one step, with this result of its POST at 12:00.
    fn entry(state: PlanState, step: Step, progress: Progress, result: Option<CallResult>) -> JournalEntry {
        let id = PlanId(uuid::Uuid::from_u128(1));
        let intent = Intent { plan: id, step: 0, method: Method::Post, identity: None, requested_at: at(0) };
        let response =
            result.map(|result| CallOutcome { result, status: None, request_id: None, responded_at: at(0) });
        let plan = Plan {
            id,
            tenancy: TenancyKey("acme".into()),
            created_at: at(0),
            steps: vec![step],
            filter: String::new(),
        };
        let calls = vec![JournalCall { id: CallId(1), intent, response }];
        JournalEntry { plan, state, progress: vec![progress], calls }
    }

    fn progress_with(outcome: Option<Outcome>) -> Progress {
        Progress { outcome, ..Progress::default() }
    }

    #[test]
    fn unknown_creates_count_until_their_plan_ends() {
        let unknown = progress_with(Some(Outcome::Unknown));
        let unanswered = Some(CallResult::NoResponse);
        for (state, progress, result, counts) in [
            (PlanState::Paused, unknown.clone(), unanswered, true),
            (PlanState::Running, progress_with(None), None, true),
            (PlanState::Stopped, progress_with(Some(Outcome::Skipped)), Some(CallResult::NoEffect), true),
            (PlanState::Paused, progress_with(None), Some(CallResult::NoEffect), false),
            (PlanState::Discarded, unknown.clone(), unanswered, false),
            (PlanState::Finished, unknown, unanswered, false),
        ] {
            let entry = entry(state, create(), progress, result);
            assert_eq!(unknown_creates([&entry]).contains_key("ann@x.com"), counts, "{entry:?}");
        }
    }

    #[test]
    fn create_counts_for_ten_minutes_unless_deleted() {
        let new = invite("new", "ann@X.com");
        let created = Progress { created: Some(new.clone()), ..progress_with(Some(Outcome::Done)) };
        let created = entry(PlanState::Finished, create(), created, Some(CallResult::Succeeded));
        let entries = [created.clone()];
        assert_eq!(recent_creates(&entries, at(9)).get("ann@x.com"), Some(&vec![&new]));
        assert!(recent_creates(&entries, at(10)).is_empty());
        let gone = Progress { old_deleted: true, ..progress_with(Some(Outcome::Done)) };
        let gone = entry(PlanState::Finished, Step::Delete { invite: new }, gone, None);
        assert!(recent_creates(&[created, gone], at(1)).is_empty());
    }

    #[test]
    fn remaining_steps_of_an_open_plan_count_as_sends() {
        for (state, outcome, counts) in [
            (PlanState::Staged, None, true),
            (PlanState::Stopped, Some(Outcome::Skipped), true),
            (PlanState::Stopped, Some(Outcome::Done), false),
            (PlanState::Discarded, None, false),
        ] {
            let entry = entry(state, create(), progress_with(outcome), None);
            assert_eq!(unfinished_sends([&entry]).contains_key("ann@x.com"), counts, "{entry:?}");
        }
    }
}
