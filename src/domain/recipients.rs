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
