//! Labels of the journal's plans, steps and outcomes.
//!
//! The rows show the labels, and the filter searches the labels. Emails in labels are raw.

use crate::app::model::labels::{self, OutcomeSeverity};
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::{Plan, Step};

/// Returns the severity of a plan: the highest one of its steps.
pub fn plan_severity(entry: &JournalEntry) -> OutcomeSeverity {
    let severities =
        entry.steps_with_progress().map(|(step, progress)| OutcomeSeverity::for_step(step, progress));
    severities.max().unwrap_or(OutcomeSeverity::Ok)
}

/// Returns a step of a plan with its progress.
pub fn step_at(entry: &JournalEntry, index: usize) -> Option<(&Step, &Progress)> {
    entry.plan.steps.get(index).zip(entry.progress.get(index))
}

/// Returns the label of a plan: "delete jane@example.com", "resend 17", "mixed: 3 create, 9 delete".
pub fn plan_label(plan: &Plan) -> String {
    if let [only] = plan.steps.as_slice() {
        return format!("{} {}", only.verb(), only.email());
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        match counts.iter_mut().find(|(verb, _)| *verb == step.verb()) {
            Some((_, count)) => *count += 1,
            None => counts.push((step.verb(), 1)),
        }
    }
    if let [(verb, count)] = counts.as_slice() {
        return format!("{verb} {count}");
    }
    let parts: Vec<String> = counts.into_iter().map(|(verb, count)| format!("{count} {verb}")).collect();
    if parts.is_empty() { "nothing".to_owned() } else { format!("mixed: {}", parts.join(", ")) }
}

/// Returns the number of steps per outcome: "1 not re-invited, 22 done, 1 failed".
pub fn outcome_counts_label(entry: &JournalEntry) -> String {
    let (half_done, others): (Vec<_>, Vec<_>) =
        entry.steps_with_progress().partition(|(step, progress)| step.is_half_done(progress));
    let others: Vec<Progress> = others.into_iter().map(|(_, progress)| progress.clone()).collect();
    match (half_done.len(), StepCounts::from_progress(&others)) {
        (0, counts) => counts.to_string(),
        (not_reinvited, _) if others.is_empty() => format!("{not_reinvited} not re-invited"),
        (not_reinvited, counts) => format!("{not_reinvited} not re-invited, {counts}"),
    }
}

/// Returns the outcome of a step, or its current state.
pub fn outcome_label(entry: &JournalEntry, index: usize) -> &'static str {
    let Some((step, progress)) = step_at(entry, index) else { return "" };
    match labels::outcome_label(step, progress) {
        Some(label) => label,
        None if entry.open_call(index).is_some() => "no response yet",
        None if entry.calls.iter().any(|call| call.intent.step == index) => "started",
        None => "not sent",
    }
}
