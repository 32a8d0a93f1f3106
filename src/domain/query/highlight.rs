//! Finds the characters of a displayed text that a filter matched.
//! Searches the raw text, and returns ranges of the displayed text, which may be escaped and cut.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::filter::Filter;
use super::term::{Predicate, Term};
use crate::domain::text::{sanitize, truncate};

/// Text field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextColumn {
    /// The email.
    Email,
    /// The message.
    Message,
}

impl Filter {
    /// Sanitizes a raw text, cuts it to `columns`, and returns the byte ranges that the filter matched. The
    /// ranges are sorted, disjoint, and at character boundaries of the result. A match after the cut
    /// highlights the `…`.
    pub fn truncate_highlighted(
        &self,
        column: TextColumn,
        raw: &str,
        columns: usize,
    ) -> (String, Vec<Range<usize>>) {
        let text = truncate(raw, columns);
        if self.is_empty() {
            return (text, Vec::new());
        }
        let mut ranges = Vec::new();
        self.terms().iter().for_each(|term| add_matches(term, column, raw, &mut ranges));
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        let cut = text != sanitize(raw);
        let visible_len = if cut { text.len().saturating_sub('…'.len_utf8()) } else { text.len() };
        let mut displayed = Vec::new();
        for range in ranges {
            // Each character is sanitized separately, so a displayed position is the length of the sanitized
            // text before it.
            let start = sanitize(&raw[..range.start]).len();
            let end = sanitize(&raw[..range.end]).len();
            displayed.push(start.min(visible_len)..if end > visible_len { text.len() } else { end });
            if start >= visible_len {
                // All further ranges are after the cut too, and there can be very many.
                break;
            }
        }
        let ranges = merge_ranges(&text, displayed);
        (text, ranges)
    }
}

/// Adds the ranges of a raw text that a term matched. Negated terms match nothing.
fn add_matches(term: &Term, column: TextColumn, raw: &str, ranges: &mut Vec<Range<usize>>) {
    if term.is_negated {
        return;
    }
    match (&term.predicate, column) {
        (Predicate::Word(regex) | Predicate::Exact(regex) | Predicate::Regex(regex), _)
        | (Predicate::Domain(regex), TextColumn::Email)
        | (Predicate::MessageWord(regex), TextColumn::Message) => {
            ranges.extend(regex.find_iter(raw).map(|found| found.range()));
        }
        (Predicate::Fuzzy(fuzzy), _) => ranges.extend(fuzzy.ranges(raw)),
        (Predicate::All(terms), _) => terms.iter().for_each(|term| add_matches(term, column, raw, ranges)),
        _ => {}
    }
}

/// Merges sorted ranges, and widens each to whole grapheme clusters.
fn merge_ranges(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if ranges.is_empty() {
        return ranges;
    }
    let mut merged: Vec<Range<usize>> = Vec::new();
    let mut next = ranges.into_iter().peekable();
    let mut reach = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        let end = start + grapheme.len();
        while let Some(range) = next.next_if(|range| range.start < end) {
            reach = reach.max(range.end);
        }
        if reach <= start {
            continue;
        }
        match merged.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => merged.push(start..end),
        }
    }
    merged
}
