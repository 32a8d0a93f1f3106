//! Which characters of a shown text a filter has matched. Searched is the raw text; the ranges are those of what
//! is shown of it, where characters may stand for others and the end may be cut off.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::filter::Filter;
use super::term::{Term, Test};
use crate::domain::text::{fit, visible};

/// Which text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// To whom it was sent.
    Email,
    /// The text in the e-mail.
    Message,
}

impl Filter {
    /// A raw text made visible and cut to `columns`, with the byte ranges of the result that the filter matched:
    /// sorted, apart from each other, and never a part of a character. What was matched behind the cut is told
    /// by the `…`.
    pub fn fitted(&self, field: Field, raw: &str, columns: usize) -> (String, Vec<Range<usize>>) {
        let shown = fit(raw, columns);
        if self.is_empty() {
            return (shown, Vec::new());
        }
        let mut ranges = Vec::new();
        self.terms().iter().for_each(|term| matched(term, field, raw, &mut ranges));
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        let cut = shown != visible(raw);
        let kept = if cut { shown.len().saturating_sub('…'.len_utf8()) } else { shown.len() };
        let mut placed = Vec::new();
        for range in ranges {
            // Each character is made visible by itself, so that a place is where the text before it ends.
            let start = visible(&raw[..range.start]).len();
            let end = visible(&raw[..range.end]).len();
            placed.push(start.min(kept)..if end > kept { shown.len() } else { end });
            if start >= kept {
                // All others are behind the cut as well, and there can be very many.
                break;
            }
        }
        let ranges = whole(&shown, placed);
        (shown, ranges)
    }
}

/// The ranges of a raw text that a term is there for. What has to be absent is not there.
fn matched(term: &Term, field: Field, raw: &str, ranges: &mut Vec<Range<usize>>) {
    if term.not {
        return;
    }
    match (&term.test, field) {
        (Test::Word(regex) | Test::Exact(regex) | Test::Pattern(regex), _)
        | (Test::Domain(regex), Field::Email)
        | (Test::MessageWord(regex), Field::Message) => {
            ranges.extend(regex.find_iter(raw).map(|found| found.range()));
        }
        (Test::Fuzzy(fuzzy), _) => ranges.extend(fuzzy.ranges(raw)),
        (Test::All(terms), _) => terms.iter().for_each(|term| matched(term, field, raw, ranges)),
        _ => {}
    }
}

/// Sorted ranges merged, and each widened to whole characters as a person sees them.
fn whole(shown: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if ranges.is_empty() {
        return ranges;
    }
    let mut merged: Vec<Range<usize>> = Vec::new();
    let mut next = ranges.into_iter().peekable();
    let mut reach = 0;
    for (start, grapheme) in shown.grapheme_indices(true) {
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
