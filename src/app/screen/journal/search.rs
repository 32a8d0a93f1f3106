//! The filter of the journal: which plans and which steps match. Each word is a substring, whatever the case, of the
//! address, the verb, the outcome or the state of the plan; a plan matches when one of its steps has all words.

use regex::Regex;

use crate::domain::journal::JournalEntry;
use crate::domain::query::matcher_of;

use super::words::{Mark, outcome_words, verb};

/// The places of the plans that match, in their order.
pub fn plans(entries: &[JournalEntry], filter: &str) -> Vec<usize> {
    let Some(words) = matcher_of(filter) else { return (0..entries.len()).collect() };
    let matches =
        |entry: &JournalEntry| (0..entry.plan.steps.len()).any(|step| step_matches(&words, entry, step));
    (0..entries.len()).filter(|at| matches(&entries[*at])).collect()
}

/// Whether a step has all words; with none each has.
pub fn step_matches(words: &[Regex], entry: &JournalEntry, at: usize) -> bool {
    let (Some(step), Some(progress)) = (entry.plan.steps.get(at), entry.progress.get(at)) else {
        return false;
    };
    // What a tally counts as failed is found as failed, whatever the exact word for it is.
    let class = if Mark::of(step, progress) == Mark::Failed { "failed" } else { "" };
    let texts = [step.email(), verb(step), step.verb(), outcome_words(entry, at), class, entry.state.word()];
    words.iter().all(|word| texts.iter().any(|text| word.is_match(text)))
}
