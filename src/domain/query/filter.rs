//! A parsed filter: its text, and its terms in the order of their evaluation.
//! A [`ParseError`] holds the reason.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::term::{Predicate, Term};

/// A filter.
/// An empty filter matches every row. Two filters are equal if their texts are equal, and if both or neither
/// end in an incomplete domain.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: Arc<str>,
    is_incomplete: bool,
    terms: Arc<[Term]>,
    prefilter: Option<Prefilter>,
}

/// A text that every matching row contains, for a fast search over many rows.
#[derive(Debug, Clone)]
pub(super) struct Prefilter {
    pub regex: Regex,
    /// The term that needs no further check if a row contains this text.
    pub proven_term: Option<usize>,
}

/// Why a text is not a valid filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// The characters of the text with the error, counted from 0.
    pub range: Range<usize>,
    /// What is wrong and what was meant. Contains raw user input.
    pub message: String,
}

impl Filter {
    /// Creates a filter from its terms. `is_incomplete`: true if the text ends in an incomplete domain.
    pub(super) fn new(text: &str, is_incomplete: bool, mut terms: Vec<Term>) -> Filter {
        terms.sort_by_key(Term::cost);
        let prefilter = find_prefilter(&terms);
        Filter { text: text.into(), is_incomplete, terms: terms.into(), prefilter }
    }

    /// Returns the text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if the filter matches every row.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True if the matches change with time.
    pub fn is_time_dependent(&self) -> bool {
        self.has_predicate(|predicate| {
            matches!(predicate, Predicate::TimeLeft(_) | Predicate::ExpiresToday(_) | Predicate::Expired)
        })
    }

    /// True if the matches depend on the marks.
    pub fn uses_marks(&self) -> bool {
        self.has_predicate(|predicate| matches!(predicate, Predicate::Marked))
    }

    /// True if the matches depend on expiries, and so on the server's clock.
    pub fn uses_expiry(&self) -> bool {
        self.has_predicate(|predicate| {
            matches!(
                predicate,
                Predicate::TimeLeft(_)
                    | Predicate::ExpiresBetween(..)
                    | Predicate::ExpiresToday(_)
                    | Predicate::Expired
            )
        })
    }

    /// True if the filter has a term about snoozed rows.
    pub fn uses_snoozes(&self) -> bool {
        self.has_predicate(|predicate| matches!(predicate, Predicate::Snoozed))
    }

    /// True if the matches depend on notes or snoozes.
    pub fn uses_annotations(&self) -> bool {
        self.has_predicate(|predicate| {
            matches!(predicate, Predicate::Snoozed | Predicate::HasNote | Predicate::NoteWord(_))
        })
    }

    fn has_predicate(&self, wanted: fn(&Predicate) -> bool) -> bool {
        self.terms.iter().any(|term| term.has_predicate(wanted))
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(super) fn prefilter(&self) -> Option<&Prefilter> {
        self.prefilter.as_ref()
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Filter) -> bool {
        self.text == other.text && self.is_incomplete == other.is_incomplete
    }
}

impl Eq for Filter {}

/// Returns the longest required text, which probably occurs in the fewest rows.
fn find_prefilter(terms: &[Term]) -> Option<Prefilter> {
    let found = |(at, term): (usize, &Term)| match (&term.predicate, &term.required_text) {
        _ if term.is_negated => None,
        (Predicate::Word(_), Some(word)) => Some(Prefilter { regex: word.clone(), proven_term: Some(at) }),
        (_, Some(part)) => Some(Prefilter { regex: part.clone(), proven_term: None }),
        (Predicate::All(terms), None) => {
            find_prefilter(terms).map(|prefilter| Prefilter { proven_term: None, ..prefilter })
        }
        (_, None) => None,
    };
    terms.iter().enumerate().filter_map(found).max_by_key(|prefilter| prefilter.regex.as_str().len())
}
