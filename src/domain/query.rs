//! Which rows are shown, and in which order: the filter and the sort, as pure functions over the rows.
//! Plain words only, each a substring of the address or the message, whatever the case; all must be there.

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use super::roster::{Row, RowRef, Rows};

/// What is shown, and how it is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The words of the filter, as typed.
    pub filter: String,
    /// The column to sort by.
    pub sort: Sort,
    /// The other way round.
    pub reversed: bool,
}

/// The columns one can sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Soonest to expire first, then the expired ones (the latest of them first), then the unknown ones:
    /// the order in which they need somebody.
    #[default]
    Expiry,
    /// By address, whatever the case.
    Email,
    /// By message, whatever the case.
    Message,
}

/// How many rows can be arranged at once without anybody noticing; more are arranged off the loop.
pub const ARRANGED_AT_ONCE: usize = 5_000;

/// The rows that match, in order. Equal ones stay in the server's order.
pub fn arrange(rows: &Rows, query: &Query, now: Timestamp) -> Vec<Row> {
    let mut found = match matcher_of(&query.filter) {
        None => rows.iter().collect(),
        Some(words) => matching(rows, &words),
    };
    match query.sort {
        Sort::Expiry => sort_by_expiry(rows, &mut found, query.reversed, now),
        Sort::Email => sort_by_text(rows, &mut found, query.reversed, |row| row.email),
        Sort::Message => sort_by_text(rows, &mut found, query.reversed, |row| row.message),
    }
    found
}

/// Words beyond these are left out: nobody types so many, and a paste must not hold up a frame.
const MOST_WORDS: usize = 32;

/// A pattern for each word of the filter; `None` where nothing is filtered.
pub fn matcher_of(filter: &str) -> Option<Vec<Regex>> {
    let words: Vec<Regex> = filter
        .split_whitespace()
        .take(MOST_WORDS)
        .filter_map(|word| RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build().ok())
        .collect();
    (!words.is_empty()).then_some(words)
}

/// Searches whole segments for the first word, which is fast, and only what it found for the others.
fn matching(rows: &Rows, words: &[Regex]) -> Vec<Row> {
    let (first, others) = match words.split_first() {
        Some(split) => split,
        None => return rows.iter().collect(),
    };
    let mut found = Vec::new();
    for (row_of_first, segment) in rows.segments() {
        let mut from = 0;
        while let Some(at) = first.find_at(segment.text(), from) {
            let index = segment.index_at(at.start());
            let searchable = segment.searchable_from(index);
            if at.start() < searchable {
                from = searchable;
                continue;
            }
            from = segment.end_of(index);
            let row = row_of_first + index as Row;
            let has_others = |row: RowRef<'_>| {
                others.iter().all(|word| word.is_match(row.email) || word.is_match(row.message))
            };
            if rows.get(row).is_some_and(has_others) {
                found.push(row);
            }
            if from >= segment.text().len() {
                break;
            }
        }
    }
    found
}

fn sort_by_expiry(rows: &Rows, found: &mut [Row], reversed: bool, now: Timestamp) {
    let now = now.as_microsecond();
    let key = |row: Row| match rows.get(row).map(|row| row.expiry.to_micros()) {
        None | Some(i64::MIN) => i64::MAX,
        Some(at) => {
            let key = if at > now { at } else { (i64::MAX / 2).saturating_add(now - at) };
            // The complement turns the order round; equal ones stay in the server's order, unknown ones last.
            if reversed { !key } else { key }
        }
    };
    let mut keys: Vec<(i64, Row)> = found.iter().map(|row| (key(*row), *row)).collect();
    keys.sort_unstable();
    found.iter_mut().zip(keys).for_each(|(slot, (_, row))| *slot = row);
}

/// The first 16 bytes in lower case decide nearly always; the whole text is looked at only where they are equal.
fn sort_by_text(
    rows: &Rows,
    found: &mut [Row],
    reversed: bool,
    text: impl for<'a> Fn(&RowRef<'a>) -> &'a str,
) {
    let text_of = |row: Row| rows.get(row).map_or("", |row| text(&row));
    let mut keys: Vec<(u128, Row)> = found.iter().map(|row| (prefix(text_of(*row)), *row)).collect();
    keys.sort_unstable_by(|a, b| {
        let by_text = a.0.cmp(&b.0).then_with(|| lower(text_of(a.1)).cmp(lower(text_of(b.1))));
        let by_text = if reversed { by_text.reverse() } else { by_text };
        by_text.then(a.1.cmp(&b.1))
    });
    found.iter_mut().zip(keys).for_each(|(slot, (_, row))| *slot = row);
}

fn prefix(text: &str) -> u128 {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
        *slot = byte.to_ascii_lowercase();
    }
    u128::from_be_bytes(bytes)
}

fn lower(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// Drops the rows that went away since an arrangement was begun.
pub fn without_gone(rows: &Rows, arranged: &mut Vec<Row>) {
    if rows.has_gone() {
        arranged.retain(|row| rows.get(*row).is_some());
    }
}

/// The byte ranges of a text that the filter matched, for highlighting; sorted, and merged where they touch.
pub fn matched_ranges(words: &[Regex], text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges: Vec<_> =
        words.iter().flat_map(|word| word.find_iter(text)).map(|at| at.range()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<std::ops::Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::roster::Roster;
    use crate::domain::{Expiry, Identity, Invite};

    fn roster() -> Roster {
        let mut roster = Roster::default();
        for (identity, email, message, expiry) in [
            ("odd-smith", "bob@acme.com", "Welcome to the audit", "2022-06-19T00:00:00Z"),
            ("b", "Ann.Smith@acme.com", "hello", "2022-06-18T00:00:00Z"),
            ("c", "zoe@other.org", "ask Smith at acme.com", ""),
            ("d", "carl@acme.co", "HELLO again", "2022-06-17T00:00:00Z"),
        ] {
            roster.insert(&Invite {
                identity: Identity::parse(identity).expect("usable"),
                email: email.into(),
                message: message.into(),
                expiry: Expiry::parse(expiry),
            });
        }
        roster
    }

    fn shown(filter: &str, sort: Sort, reversed: bool) -> String {
        let roster = roster();
        let query = Query { filter: filter.into(), sort, reversed };
        let arranged = arrange(roster.rows(), &query, "2022-06-17T12:00:00Z".parse().expect("a time"));
        let emails = arranged.iter().filter_map(|row| roster.rows().get(*row)).map(|row| &row.email[..3]);
        emails.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_substrings_of_address_or_message_whatever_the_case() {
        assert_eq!(shown("smith", Sort::Email, false), "Ann zoe");
        assert_eq!(shown("hello", Sort::Email, false), "Ann car");
        assert_eq!(shown("hello ACME.CO", Sort::Email, false), "Ann car");
        assert_eq!(shown("hello acme.com", Sort::Email, false), "Ann");
        assert_eq!(shown(".*", Sort::Email, false), "");
        assert_eq!(shown("comWelcome", Sort::Email, false), "", "never across two fields");
        assert_eq!(shown("odd", Sort::Email, false), "", "an identity is not searched");
    }

    #[test]
    fn each_column_sorts_both_ways_with_the_expired_behind_and_the_unknown_last() {
        assert_eq!(shown("", Sort::Expiry, false), "Ann bob car zoe");
        assert_eq!(shown("", Sort::Expiry, true), "car bob Ann zoe");
        assert_eq!(shown("", Sort::Email, false), "Ann bob car zoe");
        assert_eq!(shown("", Sort::Email, true), "zoe car bob Ann");
        assert_eq!(shown("", Sort::Message, false), "zoe Ann car bob");
    }

    #[test]
    fn matches_are_found_for_highlighting() {
        let words = matcher_of("an sm").expect("two words");
        assert_eq!(matched_ranges(&words, "Ann.Smith an"), [0..2, 4..6, 10..12]);
        assert!(matcher_of("  ").is_none());
    }
}
