//! One term of a filter in the form in which rows are held against it. How it is written is `parse`'s affair,
//! and in which order terms are asked is `filter`'s.

use std::collections::HashSet;

use hashbrown::HashSet as Set;
use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use super::fuzzy::Fuzzy;
use crate::domain::remark::Remarks;
use crate::domain::roster::RowRef;
use crate::domain::{Expiry, Identity};

/// The program of one pattern may take so many bytes; what needs more is refused, as it would hold up a key.
const PATTERN_BYTES: usize = 1024 * 1024;

/// A test, or its opposite.
#[derive(Debug, Clone)]
pub(super) struct Term {
    /// Turned round: it holds where the test does not.
    pub not: bool,
    pub test: Test,
    /// What is somewhere in the texts of every row for which the test holds.
    pub needle: Option<Regex>,
}

/// What can be asked of a row.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// A plain word is in the address or the message.
    Word(Regex),
    /// The letters of a word are there in their order, close together.
    Fuzzy(Fuzzy),
    /// The whole address or the whole message is this.
    Exact(Regex),
    /// The person's own pattern is found in the address or in the message.
    Pattern(Regex),
    /// The end of the address, from its last @ on.
    Domain(Regex),
    /// A word is in the message.
    MessageWord(Regex),
    /// There is a message.
    HasMessage,
    /// A word is in the note on the person.
    NoteWord(Regex),
    /// There is a note on the person.
    HasNote,
    /// It is put off until later.
    Snoozed,
    /// The time left is in these bounds.
    Left(Bounds),
    /// It expires, or has expired, from this moment on and before that one, in microseconds since 1970.
    Between(i64, i64),
    /// The link is dead.
    Expired,
    /// It is marked.
    Marked,
    /// The terms of a named filter all hold.
    All(Vec<Term>),
}

/// Bounds of the time left, in microseconds; only what has not expired lies in any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// More than this.
    pub above: i64,
    /// At most this.
    pub most: i64,
}

/// What a filter has to know besides the rows.
#[derive(Debug)]
pub(super) struct Moment<'a> {
    /// The server's date and time.
    at: Timestamp,
    /// The same in microseconds since 1970.
    now: i64,
    remarks: &'a Remarks,
    uuids: Set<u128>,
    marked: &'a HashSet<Identity>,
}

impl<'a> Moment<'a> {
    pub(super) fn new(now: Timestamp, marked: &'a HashSet<Identity>, remarks: &'a Remarks) -> Moment<'a> {
        let uuids = marked.iter().filter_map(Identity::uuid).map(|uuid| uuid.as_u128()).collect();
        Moment { at: now, now: now.as_microsecond(), remarks, uuids, marked }
    }

    /// By number where there is one: putting a name together for each of a million rows would cost much more.
    fn is_marked(&self, row: &RowRef<'_>) -> bool {
        match row.uuid() {
            0 => !self.marked.is_empty() && self.marked.contains(&row.identity()),
            uuid => self.uuids.contains(&uuid),
        }
    }
}

impl Term {
    pub(super) fn holds(&self, row: &RowRef<'_>, at: &Moment<'_>) -> bool {
        self.test.holds(row, at) != self.not
    }

    /// How much work it is, the least first.
    pub(super) fn cost(&self) -> u8 {
        match &self.test {
            Test::Left(_) | Test::Between(..) | Test::Expired | Test::HasMessage => 0,
            Test::Marked => 1,
            Test::Domain(_) | Test::Exact(_) | Test::HasNote | Test::Snoozed => 2,
            Test::Word(_) | Test::MessageWord(_) | Test::NoteWord(_) => 3,
            Test::All(_) => 4,
            Test::Pattern(_) => 5,
            Test::Fuzzy(_) => 6,
        }
    }

    /// Whether this term, or one inside it, is such a test.
    pub(super) fn has(&self, wanted: fn(&Test) -> bool) -> bool {
        match &self.test {
            Test::All(terms) => terms.iter().any(|term| term.has(wanted)),
            test => wanted(test),
        }
    }
}

impl Test {
    fn holds(&self, row: &RowRef<'_>, at: &Moment<'_>) -> bool {
        match self {
            // One search over both texts: what stands between them is in no word.
            Test::Word(word) => word.is_match(row.both()),
            Test::Fuzzy(fuzzy) => fuzzy.is_match(row.email) || fuzzy.is_match(row.message),
            Test::Exact(pattern) | Test::Pattern(pattern) => {
                pattern.is_match(row.email) || pattern.is_match(row.message)
            }
            Test::Domain(end) => end.is_match(row.email),
            Test::MessageWord(word) => word.is_match(row.message),
            Test::NoteWord(word) => at.remarks.note(row.email).is_some_and(|note| word.is_match(note)),
            Test::HasNote => at.remarks.note(row.email).is_some(),
            Test::Snoozed => at.remarks.is_asleep(row.email, row.expiry, at.at),
            Test::HasMessage => !row.message.trim().is_empty(),
            Test::Left(bounds) => left(row.expiry, at).is_some_and(|left| bounds.contain(left)),
            // Unknown is the least of all numbers, and so before any day.
            Test::Between(from, until) => (*from..*until).contains(&row.expiry.to_micros()),
            Test::Expired => left(row.expiry, at).is_some_and(|left| left <= 0),
            Test::Marked => at.is_marked(row),
            Test::All(terms) => terms.iter().all(|term| term.holds(row, at)),
        }
    }
}

impl Bounds {
    fn contain(self, left: i64) -> bool {
        left > 0 && left > self.above && left <= self.most
    }
}

fn left(expiry: Expiry, at: &Moment<'_>) -> Option<i64> {
    match expiry.to_micros() {
        i64::MIN => None,
        micros => Some(micros.saturating_sub(at.now)),
    }
}

/// A text as it stands, whatever its case, with a pattern before and behind it. The text alone is far below the
/// limit, because a term's length has one.
pub(super) fn literal(before: &str, text: &str, behind: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("{before}{}{behind}", regex::escape(text))).case_insensitive(true).build().ok()
}

/// A person's own pattern; `Err` says in half a sentence what is wrong with it.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).case_insensitive(true).size_limit(PATTERN_BYTES).nest_limit(50).build().map_err(
        |error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            // The library draws the pattern with a pointer below it; its last line says what is meant.
            error => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default().trim();
                last.strip_prefix("error: ").unwrap_or(last).to_owned()
            }
        },
    )
}
