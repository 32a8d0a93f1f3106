//! Labels of the journal's plans, steps and outcomes.
//!
//! The rows show the labels, and the filter searches them. Texts from outside are raw.

use crate::domain::journal::JournalEntry;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::{Outcome, Plan, Step};

/// How much attention a step or a plan needs, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// Succeeded.
    Ok,
    /// Not sent, or not finished.
    Open,
    /// Refused, failed, or the old invite still works.
    Failed,
    /// Outcome unknown.
    Unknown,
    /// The old invite was deleted, and the new one was not created.
    NotReinvited,
}

impl OutcomeSeverity {
    /// Returns the severity of a step.
    pub fn for_step(step: &Step, progress: &Progress) -> OutcomeSeverity {
        match progress.outcome {
            _ if step.is_half_done(progress) => OutcomeSeverity::NotReinvited,
            Some(Outcome::Done | Outcome::AlreadyGone) => OutcomeSeverity::Ok,
            Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillActive) => OutcomeSeverity::Failed,
            Some(Outcome::Unknown) => OutcomeSeverity::Unknown,
            Some(Outcome::AlreadyInvited | Outcome::Skipped) | None => OutcomeSeverity::Open,
        }
    }

    /// Returns the severity of a plan: the highest one of its steps.
    pub fn for_plan(entry: &JournalEntry) -> OutcomeSeverity {
        steps_with_progress(entry)
            .map(|(step, progress)| OutcomeSeverity::for_step(step, progress))
            .max()
            .unwrap_or(OutcomeSeverity::Ok)
    }

    /// Returns the sign drawn for a severity.
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

/// Returns a step of a plan with its progress.
pub fn step_at(entry: &JournalEntry, index: usize) -> Option<(&Step, &Progress)> {
    entry.plan.steps.get(index).zip(entry.progress.get(index))
}

fn steps_with_progress(entry: &JournalEntry) -> impl Iterator<Item = (&Step, &Progress)> {
    entry.plan.steps.iter().zip(&entry.progress)
}

/// Returns the displayed verb of a step.
pub fn step_verb(step: &Step) -> &'static str {
    match step {
        Step::Delete { .. } => "delete",
        Step::DeleteFirst { .. } => "delete-first",
        _ => step.verb(),
    }
}

/// Returns the label of a plan: "delete jane@example.com", "resend 17", "mixed: 3 create, 9 delete".
pub fn plan_label(plan: &Plan) -> String {
    if let [only] = plan.steps.as_slice() {
        return format!("{} {}", step_verb(only), only.email());
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        match counts.iter_mut().find(|(verb, _)| *verb == step_verb(step)) {
            Some((_, count)) => *count += 1,
            None => counts.push((step_verb(step), 1)),
        }
    }
    if let [(verb, count)] = counts.as_slice() {
        return format!("{verb} {count}");
    }
    let parts: Vec<String> = counts.into_iter().map(|(verb, count)| format!("{count} {verb}")).collect();
    if parts.is_empty() { "nothing".to_owned() } else { format!("mixed: {}", parts.join(", ")) }
}

/// Returns the outcomes of a plan, the most severe first: "1 not re-invited, 22 done, 1 failed".
pub fn outcome_counts_label(entry: &JournalEntry) -> String {
    let is_half_done = |(step, progress): &(&Step, &Progress)| step.is_half_done(progress);
    let not_reinvited = steps_with_progress(entry).filter(is_half_done).count();
    let others: Vec<Progress> = steps_with_progress(entry)
        .filter(|pair| !is_half_done(pair))
        .map(|(_, progress)| progress.clone())
        .collect();
    match (not_reinvited, StepCounts::from_progress(&others)) {
        (0, counts) => counts.to_string(),
        (not_reinvited, _) if others.is_empty() => format!("{not_reinvited} not re-invited"),
        (not_reinvited, counts) => format!("{not_reinvited} not re-invited, {counts}"),
    }
}

/// Returns the outcome of a step, or its current state.
pub fn outcome_label(entry: &JournalEntry, index: usize) -> &'static str {
    let Some((step, progress)) = step_at(entry, index) else { return "" };
    match progress.outcome {
        _ if step.is_half_done(progress) => "not re-invited",
        Some(outcome) => outcome.label(),
        None if entry.open_call(index).is_some() => "no response yet",
        None if entry.calls.iter().any(|call| call.intent.step == index) => "started",
        None => "not sent",
    }
}
