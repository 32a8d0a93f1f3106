//! The filter of the journal: which plans and which steps match. Each word is a substring, whatever the case, of the
//! address, the verb, the outcome or the state of the plan; a plan matches when one of its steps has all words.

use crate::domain::journal::JournalEntry;

use crate::app::screens::journal::labels::{Mark, outcome_words, verb};

/// Words beyond these are left out: nobody types so many, and a paste must not hold up a frame.
const MOST_WORDS: usize = 32;

/// The words of a filter, in lower case.
pub fn words(filter: &str) -> Vec<String> {
    filter.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect()
}

/// The places of the plans that match, in their order.
pub fn plans(entries: &[JournalEntry], filter: &str) -> Vec<usize> {
    let words = words(filter);
    let matches =
        |entry: &JournalEntry| (0..entry.plan.steps.len()).any(|step| step_matches(&words, entry, step));
    (0..entries.len()).filter(|at| words.is_empty() || matches(&entries[*at])).collect()
}

/// Whether a step has all words, which are in lower case; with none each has.
pub fn step_matches(words: &[String], entry: &JournalEntry, at: usize) -> bool {
    let (Some(step), Some(progress)) = (entry.plan.steps.get(at), entry.progress.get(at)) else {
        return false;
    };
    // What a tally counts as failed is found as failed, whatever the exact word for it is.
    let class = if Mark::of(step, progress) == Mark::Failed { "failed" } else { "" };
    let email = step.email().to_lowercase();
    let texts = [&email, verb(step), step.verb(), outcome_words(entry, at), class, entry.state.word()];
    words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
}
