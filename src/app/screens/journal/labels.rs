//! The words of the journal: what a plan was, what a step did, and which of them ask for attention. They are what
//! its lines show and what its filter looks for. Texts from outside are raw in them.

use crate::domain::journal::JournalEntry;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::{Outcome, Plan, Step};

/// How much a step or a plan asks for attention, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// As it was meant.
    Ok,
    /// Not sent, or not ended.
    Open,
    /// Refused, failed, or the old one still works.
    Failed,
    /// Nobody knows.
    Unknown,
    /// Somebody lost an invite and was not given the new one.
    NotReinvited,
}

impl OutcomeSeverity {
    /// Of a step.
    pub fn for_step(step: &Step, progress: &Progress) -> OutcomeSeverity {
        match progress.outcome {
            _ if step.is_half_done(progress) => OutcomeSeverity::NotReinvited,
            Some(Outcome::Done | Outcome::AlreadyGone) => OutcomeSeverity::Ok,
            Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillActive) => OutcomeSeverity::Failed,
            Some(Outcome::Unknown) => OutcomeSeverity::Unknown,
            Some(Outcome::AlreadyInvited | Outcome::Skipped) | None => OutcomeSeverity::Open,
        }
    }

    /// Of a plan: that of the step that asks for the most.
    pub fn for_plan(entry: &JournalEntry) -> OutcomeSeverity {
        steps_with_progress(entry)
            .map(|(step, progress)| OutcomeSeverity::for_step(step, progress))
            .max()
            .unwrap_or(OutcomeSeverity::Ok)
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            OutcomeSeverity::Ok => " ",
            OutcomeSeverity::Open => "·",
            OutcomeSeverity::Failed => "✗",
            OutcomeSeverity::Unknown => "?",
            OutcomeSeverity::NotReinvited => "!",
        }
    }
}

/// A step of a plan, and how far it is.
pub fn step_at(entry: &JournalEntry, at: usize) -> Option<(&Step, &Progress)> {
    entry.plan.steps.get(at).zip(entry.progress.get(at))
}

fn steps_with_progress(entry: &JournalEntry) -> impl Iterator<Item = (&Step, &Progress)> {
    entry.plan.steps.iter().zip(&entry.progress)
}

/// The verb as the screen says it.
pub fn step_verb(step: &Step) -> &'static str {
    match step {
        Step::Delete { .. } => "revoke",
        Step::DeleteFirst { .. } => "revoke-first",
        _ => step.verb(),
    }
}

/// What a plan was: "revoke jane@example.com", "resend 17", "mixed: 3 create, 9 revoke".
pub fn plan_label(plan: &Plan) -> String {
    if let [only] = plan.steps.as_slice() {
        return format!("{} {}", step_verb(only), only.email());
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        match counts.iter_mut().find(|(word, _)| *word == step_verb(step)) {
            Some((_, count)) => *count += 1,
            None => counts.push((step_verb(step), 1)),
        }
    }
    if let [(word, count)] = counts.as_slice() {
        return format!("{word} {count}");
    }
    let parts: Vec<String> = counts.into_iter().map(|(word, count)| format!("{count} {word}")).collect();
    if parts.is_empty() { "nothing".to_owned() } else { format!("mixed: {}", parts.join(", ")) }
}

/// How the steps of a plan ended, what asks for the most first: "1 owed, 22 done, 1 failed".
pub fn outcome_counts_label(entry: &JournalEntry) -> String {
    let owes = |(step, progress): &(&Step, &Progress)| step.is_half_done(progress);
    let owed = steps_with_progress(entry).filter(owes).count();
    let others: Vec<Progress> =
        steps_with_progress(entry).filter(|pair| !owes(pair)).map(|(_, progress)| progress.clone()).collect();
    match (owed, StepCounts::from_progress(&others)) {
        (0, tally) => tally.to_string(),
        (owed, _) if others.is_empty() => format!("{owed} owed"),
        (owed, tally) => format!("{owed} owed, {tally}"),
    }
}

/// How a step ended, or where it is.
pub fn outcome_label(entry: &JournalEntry, step: usize) -> &'static str {
    let Some((what, progress)) = step_at(entry, step) else { return "" };
    match progress.outcome {
        _ if what.is_half_done(progress) => "owed",
        Some(outcome) => outcome.label(),
        None if entry.open_call(step).is_some() => "no answer yet",
        None if entry.calls.iter().any(|call| call.intent.step == step) => "begun",
        None => "not sent",
    }
}
