//! A parsed filter: its text, and its terms in the order of their evaluation. A [`Mistake`] is a text that could
//! not be parsed.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::term::{Term, Test};

/// A filter. The empty one matches every row. Two filters are equal if their texts are, and if both or neither
/// end in an incomplete domain.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: Arc<str>,
    typing: bool,
    terms: Arc<[Term]>,
    needle: Option<Needle>,
}

/// A text for the fast search over many rows: every matching row contains it.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    pub regex: Regex,
    /// The term that is proven by this text.
    pub proves: Option<usize>,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Mistake {
    /// The affected characters of the text, counted from 0.
    pub at: Range<usize>,
    /// What is wrong and what was meant. Contains raw user input.
    pub sentence: String,
}

impl Filter {
    /// Creates a filter of these terms; `typing`: it ends in an incomplete domain.
    pub(super) fn new(text: &str, typing: bool, mut terms: Vec<Term>) -> Filter {
        terms.sort_by_key(Term::cost);
        let needle = needle_of(&terms);
        Filter { text: text.into(), typing, terms: terms.into(), needle }
    }

    /// Returns the text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if it matches every row.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True if its matches change with time.
    pub fn asks_time(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Left(_) | Test::Expired)))
    }

    /// True if its matches depend on the marks.
    pub fn asks_marks(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Marked)))
    }

    /// True if its matches depend on expiries, and so on the server's clock.
    pub fn asks_expiry(&self) -> bool {
        let asks = |test: &Test| matches!(test, Test::Left(_) | Test::Between(..) | Test::Expired);
        self.terms.iter().any(|term| term.has(asks))
    }

    /// True if it handles snoozed rows explicitly.
    pub fn asks_snoozes(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Snoozed)))
    }

    /// True if its matches depend on notes or snoozes.
    pub fn asks_remarks(&self) -> bool {
        let asks = |test: &Test| matches!(test, Test::Snoozed | Test::HasNote | Test::NoteWord(_));
        self.terms.iter().any(|term| term.has(asks))
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(super) fn needle(&self) -> Option<&Needle> {
        self.needle.as_ref()
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Filter) -> bool {
        self.text == other.text && self.typing == other.typing
    }
}

impl Eq for Filter {}

/// Returns the longest required text, because it occurs in the fewest rows.
fn needle_of(terms: &[Term]) -> Option<Needle> {
    let found = |(at, term): (usize, &Term)| match (&term.test, &term.needle) {
        _ if term.not => None,
        (Test::Word(_), Some(word)) => Some(Needle { regex: word.clone(), proves: Some(at) }),
        (_, Some(part)) => Some(Needle { regex: part.clone(), proves: None }),
        (Test::All(terms), None) => needle_of(terms).map(|needle| Needle { proves: None, ..needle }),
        (_, None) => None,
    };
    terms.iter().enumerate().filter_map(found).max_by_key(|needle| needle.regex.as_str().len())
}
