//! A filter that was understood: its text, and its terms in the order in which they are asked. What is not
//! understood is a [`Mistake`], said in a sentence that tells what was meant.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::term::{Term, Test};

/// A filter. The empty one lets every row through. Two are equal when their texts are, and both end
/// in a domain that is still typed, or neither.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: Arc<str>,
    typing: bool,
    terms: Arc<[Term]>,
    needle: Option<Needle>,
}

/// What the fast search over many rows at once looks for: every row that matches has it somewhere.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    pub regex: Regex,
    /// The term that needs not be asked any more where this was found.
    pub proves: Option<usize>,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Mistake {
    /// The characters of the text, counted from 0, that it is about.
    pub at: Range<usize>,
    /// What is wrong and what was meant. What was typed is in it, raw.
    pub sentence: String,
}

impl Filter {
    /// A filter of these terms; `typing` says whether it ends in a domain that is still typed.
    pub(super) fn new(text: &str, typing: bool, mut terms: Vec<Term>) -> Filter {
        terms.sort_by_key(Term::cost);
        let needle = needle_of(&terms);
        Filter { text: text.into(), typing, terms: terms.into(), needle }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets every row through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether what it lets through changes as time goes by.
    pub fn asks_time(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Left(_) | Test::Expired)))
    }

    /// Whether what it lets through depends on the marks.
    pub fn asks_marks(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Marked)))
    }

    /// Whether what it lets through depends on when invites expire, and so on the server's clock.
    pub fn asks_expiry(&self) -> bool {
        let asks = |test: &Test| matches!(test, Test::Left(_) | Test::Between(..) | Test::Expired);
        self.terms.iter().any(|term| term.has(asks))
    }

    /// Whether it decides by itself about what was put off.
    pub fn asks_snoozes(&self) -> bool {
        self.terms.iter().any(|term| term.has(|test| matches!(test, Test::Snoozed)))
    }

    /// Whether what it lets through depends on notes or snoozes.
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

/// The longest of the texts that have to be there, because it is found in the fewest rows.
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
