//! What other plans of the tenancy mean for an address that is about to be emailed: one may have emailed it, has just
//! emailed it, or still will. Pure; the journal is read elsewhere.

use std::collections::HashMap;

use jiff::Timestamp;

use super::email::folded;
use super::journal::{CallResult, JournalEntry, is_past_late_effect};
use super::plan::PlanState;
use super::{Identity, Invite, Method, Outcome, PlanId, Step};

/// The plan for which it is unknown whether it created an invite for this folded email.
pub fn unknown_create<'a>(
    others: impl IntoIterator<Item = &'a JournalEntry>,
    address: &str,
) -> Option<PlanId> {
    others.into_iter().filter(|entry| can_go_on(entry)).find_map(|entry| {
        let mut steps = entry.plan.steps.iter().enumerate();
        steps
            .any(|(place, step)| folded(step.email()) == address && entry.unknown_create(place).is_some())
            .then_some(entry.plan.id)
    })
}

/// An invite that a plan created for this folded email so lately that the list may not show it yet, and that is not
/// known to be gone. `pinned`: the plan was made with a list that showed it.
pub fn late_create<'a>(
    others: &'a [JournalEntry],
    address: &str,
    pinned: impl Fn(&Identity) -> bool,
    now: Timestamp,
) -> Option<&'a Invite> {
    others.iter().find_map(|entry| {
        entry.progress.iter().enumerate().find_map(|(place, progress)| {
            let created = progress.created.as_ref()?;
            let is_wanted = folded(&created.email) == address
                && created_at(entry, place).is_some_and(|at| !is_past_late_effect(at, now))
                && !pinned(&created.identity)
                && !is_gone(others, &created.identity);
            is_wanted.then_some(created)
        })
    })
}

/// The folded emails to which a plan that is not over may still send, each with that plan.
pub fn still_sent<'a>(
    entries: impl IntoIterator<Item = &'a JournalEntry>,
) -> HashMap<String, &'a JournalEntry> {
    let open = entries.into_iter().filter(|entry| can_go_on(entry));
    let steps = open.flat_map(|entry| {
        entry.plan.steps.iter().zip(&entry.progress).map(move |(step, progress)| (entry, step, progress))
    });
    let may_be_sent = |step: &Step, outcome| {
        step.mails() && matches!(outcome, None | Some(Outcome::NotSent | Outcome::Unknown))
    };
    steps
        .filter(|(_, step, progress)| may_be_sent(step, progress.outcome) || step.owes(progress))
        .map(|(entry, step, _)| (folded(step.email()), entry))
        .collect()
}

fn can_go_on(entry: &JournalEntry) -> bool {
    !matches!(entry.state, PlanState::Finished | PlanState::Dropped)
}

fn created_at(entry: &JournalEntry, step: usize) -> Option<Timestamp> {
    let is_create = |intent_step, method| intent_step == step && method == Method::Post;
    let calls = entry.calls.iter().filter(|call| is_create(call.intent.step, call.intent.method));
    calls
        .filter(|call| call.answer.as_ref().is_some_and(|answer| answer.result == CallResult::Succeeded))
        .map(|call| call.intent.at)
        .next_back()
}

fn is_gone(entries: &[JournalEntry], identity: &Identity) -> bool {
    entries.iter().flat_map(|entry| entry.plan.steps.iter().zip(&entry.progress)).any(|(step, progress)| {
        let gone = progress.old_deleted || progress.outcome == Some(Outcome::AlreadyGone);
        gone && step.target().is_some_and(|target| target.identity == *identity)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::{Answer, CallId, Intent, JournalCall};
    use crate::domain::plan::Progress;
    use crate::domain::{Draft, Expiry, Plan, TenancyKey};

    fn at(minute: i8) -> Timestamp {
        format!("2024-06-01T12:{minute:02}:00Z").parse().expect("a time")
    }

    fn invite(name: &str, email: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: email.into(), message: String::new(), expiry: Expiry(None) }
    }

    fn create() -> Step {
        Step::Create { draft: Draft { email: "Ann@x.com".into(), message: String::new() }, before: None }
    }

    /// A plan of one step, whose POST at 12:00 came to this.
    fn entry(state: PlanState, step: Step, progress: Progress, result: Option<CallResult>) -> JournalEntry {
        let id = PlanId(uuid::Uuid::from_u128(1));
        let intent = Intent { plan: id, step: 0, method: Method::Post, identity: None, at: at(0) };
        let answer = result.map(|result| Answer { result, status: None, request_id: None, at: at(0) });
        let plan = Plan {
            id,
            tenancy: TenancyKey("acme".into()),
            made: at(0),
            steps: vec![step],
            filter: String::new(),
        };
        let calls = vec![JournalCall { id: CallId(1), intent, answer }];
        JournalEntry { plan, state, progress: vec![progress], calls }
    }

    fn ended(outcome: Option<Outcome>) -> Progress {
        Progress { outcome, ..Progress::default() }
    }

    #[test]
    fn unknown_creates_count_until_their_plan_is_over() {
        let unknown = ended(Some(Outcome::Unknown));
        let unanswered = Some(CallResult::Unanswered);
        for (state, progress, result, counts) in [
            (PlanState::Paused, unknown.clone(), unanswered, true),
            (PlanState::Running, ended(None), None, true),
            (PlanState::Stopped, ended(Some(Outcome::NotSent)), Some(CallResult::DidNothing), true),
            (PlanState::Paused, ended(None), Some(CallResult::DidNothing), false),
            (PlanState::Dropped, unknown.clone(), unanswered, false),
            (PlanState::Finished, unknown, unanswered, false),
        ] {
            let entry = entry(state, create(), progress, result);
            assert_eq!(unknown_create([&entry], "ann@x.com").is_some(), counts, "{entry:?}");
            assert_eq!(unknown_create([&entry], "bob@x.com"), None);
        }
    }

    #[test]
    fn a_create_counts_for_ten_minutes_unless_it_is_known_or_gone() {
        let new = invite("new", "ann@X.com");
        let made = Progress { created: Some(new.clone()), ..ended(Some(Outcome::Done)) };
        let made = entry(PlanState::Finished, create(), made, Some(CallResult::Succeeded));
        let found = |entries: &[JournalEntry], minute| {
            late_create(entries, "ann@x.com", |_| false, at(minute)).map(|invite| invite.identity.clone())
        };
        let entries = [made.clone()];
        assert_eq!(found(&entries, 9), Some(new.identity.clone()));
        assert_eq!(found(&entries, 10), None);
        assert_eq!(late_create(&entries, "ann@x.com", |name| *name == new.identity, at(1)), None);
        let gone = Progress { old_deleted: true, ..ended(Some(Outcome::Done)) };
        let gone = entry(PlanState::Finished, Step::Delete { invite: new }, gone, None);
        assert_eq!(found(&[made, gone], 1), None);
    }

    #[test]
    fn what_is_left_of_an_open_plan_is_still_sent() {
        for (state, outcome, counts) in [
            (PlanState::Staged, None, true),
            (PlanState::Stopped, Some(Outcome::NotSent), true),
            (PlanState::Stopped, Some(Outcome::Done), false),
            (PlanState::Dropped, None, false),
        ] {
            let entry = entry(state, create(), ended(outcome), None);
            assert_eq!(still_sent([&entry]).contains_key("ann@x.com"), counts, "{entry:?}");
        }
    }
}
