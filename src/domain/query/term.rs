//! One term of a filter, in the form that is matched against rows.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

use hashbrown::HashSet as Set;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};

use super::fuzzy::FuzzyWord;
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::RowRef;
use crate::domain::{Expiry, Identity, forecast};

/// Maximum size of a compiled pattern; larger ones are rejected because they would block the console.
const MAX_REGEX_BYTES: usize = 1024 * 1024;

/// A predicate, or its negation.
#[derive(Debug, Clone)]
pub(super) struct Term {
    /// True if negated.
    pub is_negated: bool,
    pub predicate: Predicate,
    /// A text that every matching row contains.
    pub required_text: Option<Regex>,
}

/// A test of one row.
#[derive(Debug, Clone)]
pub(super) enum Predicate {
    /// The email or the message contains a plain word.
    Word(Regex),
    /// The letters of a word occur in order, close together.
    Fuzzy(FuzzyWord),
    /// The whole email or the whole message equals the text.
    Exact(Regex),
    /// The user's pattern matches in the email or in the message.
    Regex(Regex),
    /// The end of the email, from the last @, matches the domain.
    Domain(Regex),
    /// The message contains a word.
    MessageWord(Regex),
    /// There is a message.
    HasMessage,
    /// The note contains a word.
    NoteWord(Regex),
    /// There is a note.
    HasNote,
    /// The row is snoozed.
    Snoozed,
    /// The remaining time is within these bounds.
    TimeLeft(Bounds),
    /// The expiry is in a time range, in microseconds since 1970: from the first time, to before the
    /// second.
    ExpiresBetween(i64, i64),
    /// The expiry is on the current date of a time zone.
    ExpiresToday(TimeZone),
    /// The invite has expired.
    Expired,
    /// The row is marked.
    Marked,
    /// All terms of a named filter match.
    All(Vec<Term>),
}

/// Bounds of the remaining time, in microseconds; expired rows match none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Exclusive lower bound.
    pub more_than: i64,
    /// Inclusive upper bound.
    pub at_most: i64,
}

/// Input of a filter other than the rows.
#[derive(Debug)]
pub(super) struct EvalContext<'a> {
    /// The server's time.
    timestamp: Timestamp,
    /// The server's time in microseconds since 1970.
    now_micros: i64,
    annotations: &'a Annotations,
    marked_uuids: Set<u128>,
    marked: &'a HashSet<Identity>,
    /// Bounds of the current date in microseconds since 1970. All terms have the same time zone.
    today: OnceCell<Range<i64>>,
}

impl<'a> EvalContext<'a> {
    pub(super) fn new(
        now: Timestamp,
        marked: &'a HashSet<Identity>,
        annotations: &'a Annotations,
    ) -> EvalContext<'a> {
        let marked_uuids = marked.iter().filter_map(Identity::uuid).map(|uuid| uuid.as_u128()).collect();
        EvalContext {
            timestamp: now,
            now_micros: now.as_microsecond(),
            annotations,
            marked_uuids,
            marked,
            today: OnceCell::new(),
        }
    }

    /// Returns the bounds of the current date; an empty range at the end of the supported time range.
    fn today(&self, zone: &TimeZone) -> &Range<i64> {
        self.today.get_or_init(|| {
            let date = self.timestamp.to_zoned(zone.clone()).date();
            let bounds = forecast::day_bounds(date, zone);
            bounds.map_or(0..0, |(from, until)| from.as_microsecond()..until.as_microsecond())
        })
    }

    /// Returns true if a row is marked.
    /// Compares numbers if possible: an identity for each of a million rows would cost much more.
    fn is_marked(&self, row: &RowRef<'_>) -> bool {
        match row.uuid() {
            0 => !self.marked.is_empty() && self.marked.contains(&row.identity()),
            uuid => self.marked_uuids.contains(&uuid),
        }
    }
}

impl Term {
    pub(super) fn matches(&self, row: &RowRef<'_>, context: &EvalContext<'_>) -> bool {
        self.predicate.matches(row, context) != self.is_negated
    }

    /// Relative cost, cheapest first.
    pub(super) fn cost(&self) -> u8 {
        match &self.predicate {
            Predicate::TimeLeft(_)
            | Predicate::ExpiresBetween(..)
            | Predicate::ExpiresToday(_)
            | Predicate::Expired
            | Predicate::HasMessage => 0,
            Predicate::Marked => 1,
            Predicate::Domain(_) | Predicate::Exact(_) | Predicate::HasNote | Predicate::Snoozed => 2,
            Predicate::Word(_) | Predicate::MessageWord(_) | Predicate::NoteWord(_) => 3,
            Predicate::All(_) => 4,
            Predicate::Regex(_) => 5,
            Predicate::Fuzzy(_) => 6,
        }
    }

    /// True if `wanted` is true for this predicate, or for a predicate of its named filter.
    pub(super) fn has_predicate(&self, wanted: fn(&Predicate) -> bool) -> bool {
        match &self.predicate {
            Predicate::All(terms) => terms.iter().any(|term| term.has_predicate(wanted)),
            predicate => wanted(predicate),
        }
    }
}

impl Predicate {
    fn matches(&self, row: &RowRef<'_>, context: &EvalContext<'_>) -> bool {
        match self {
            // One search covers both texts, because no word contains the separator.
            Predicate::Word(word) => word.is_match(row.email_and_message()),
            Predicate::Fuzzy(fuzzy) => fuzzy.is_match(row.email) || fuzzy.is_match(row.message),
            Predicate::Exact(pattern) | Predicate::Regex(pattern) => {
                pattern.is_match(row.email) || pattern.is_match(row.message)
            }
            Predicate::Domain(end) => end.is_match(row.email),
            Predicate::MessageWord(word) => word.is_match(row.message),
            Predicate::NoteWord(word) => {
                context.annotations.note(row.email).is_some_and(|note| word.is_match(note))
            }
            Predicate::HasNote => context.annotations.note(row.email).is_some(),
            Predicate::Snoozed => context.annotations.is_snoozed(row.email, row.expiry, context.timestamp),
            Predicate::HasMessage => !row.message.trim().is_empty(),
            Predicate::TimeLeft(bounds) => {
                micros_left(row.expiry, context).is_some_and(|left| bounds.contains(left))
            }
            // An unknown expiry is the smallest number, so it is before any day.
            Predicate::ExpiresBetween(from, until) => (*from..*until).contains(&row.expiry.to_micros()),
            Predicate::ExpiresToday(zone) => context.today(zone).contains(&row.expiry.to_micros()),
            Predicate::Expired => micros_left(row.expiry, context).is_some_and(|left| left <= 0),
            Predicate::Marked => context.is_marked(row),
            Predicate::All(terms) => terms.iter().all(|term| term.matches(row, context)),
        }
    }
}

impl Bounds {
    fn contains(self, left: i64) -> bool {
        left > 0 && left > self.more_than && left <= self.at_most
    }
}

fn micros_left(expiry: Expiry, context: &EvalContext<'_>) -> Option<i64> {
    match expiry.to_micros() {
        i64::MIN => None,
        micros => Some(micros.saturating_sub(context.now_micros)),
    }
}

/// Compiles a literal text, ignoring case, with a pattern before and after it.
/// `None` if the compiled pattern exceeds the size limit; the text of a term alone never does.
pub(super) fn compile_literal(before: &str, text: &str, after: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("{before}{}{after}", regex::escape(text))).case_insensitive(true).build().ok()
}

/// Compiles the user's pattern.
///
/// # Errors
///
/// Returns what is wrong: a fragment without trailing period.
pub(super) fn compile_regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).case_insensitive(true).size_limit(MAX_REGEX_BYTES).nest_limit(50).build().map_err(
        |error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            // The library's message shows the pattern with a pointer below it; its last line has the reason.
            error => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default().trim();
                last.strip_prefix("error: ").unwrap_or(last).to_owned()
            }
        },
    )
}
