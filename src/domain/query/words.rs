//! Plain words alone: for lists that have no language of their own, such as the journal's. Each word is a
//! substring, whatever the case; which texts have to have them is the list's affair.

use std::ops::Range;

use regex::Regex;

use super::term::literal;

/// Words beyond these are left out: nobody types so many, and a paste must not hold up a frame.
const MOST_WORDS: usize = 32;

/// A pattern for each word of a text; `None` where there is none.
pub fn matcher_of(text: &str) -> Option<Vec<Regex>> {
    let words: Vec<Regex> =
        text.split_whitespace().take(MOST_WORDS).filter_map(|word| literal("", word, "")).collect();
    (!words.is_empty()).then_some(words)
}

/// The byte ranges of a text that the words matched, for highlighting; sorted, and merged where they touch.
pub fn matched_ranges(words: &[Regex], text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<_> =
        words.iter().flat_map(|word| word.find_iter(text)).map(|at| at.range()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
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

    #[test]
    fn matches_are_found_for_highlighting() {
        let words = matcher_of("an sm").expect("two words");
        assert_eq!(matched_ranges(&words, "Ann.Smith an"), [0..2, 4..6, 10..12]);
        assert!(matcher_of("  ").is_none());
    }
}
