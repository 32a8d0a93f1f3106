//! Fuzzy words: letters in order, close together. Gaps cost least before the start of a word, so `jdoe` finds
//! `jane.doe` and not every long text.

use std::ops::Range;

/// Maximum letters of a fuzzy word.
pub(super) const MAX_LETTERS: usize = 64;
/// Maximum characters of a text.
const MAX_TEXT_CHARS: usize = 1_024;

/// More than any possible cost.
const IMPOSSIBLE_COST: u32 = u32::MAX / 2;

/// A fuzzy word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FuzzyWord {
    letters: Vec<char>,
    /// Maximum cost of a match: half a letter for each letter.
    max_cost: u32,
}

impl FuzzyWord {
    /// Uses at most [`MAX_LETTERS`] letters of the word.
    pub(super) fn new(word: &str) -> FuzzyWord {
        let letters: Vec<char> = word.chars().take(MAX_LETTERS).map(to_lower).collect();
        let max_cost = letters.len().div_ceil(2) as u32;
        FuzzyWord { letters, max_cost }
    }

    /// True if the text contains the word, whatever the case.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.is_in_order(text) && self.cost(text) <= self.max_cost
    }

    /// Cheap check first: the letters occur in order.
    fn is_in_order(&self, text: &str) -> bool {
        if text.is_ascii() {
            let bytes = text.bytes().take(MAX_TEXT_CHARS).map(|byte| char::from(byte.to_ascii_lowercase()));
            return self.contains_in_order(bytes);
        }
        self.contains_in_order(text.chars().take(MAX_TEXT_CHARS).map(to_lower))
    }

    fn contains_in_order(&self, mut chars: impl Iterator<Item = char>) -> bool {
        self.letters.iter().all(|letter| chars.any(|c| c == *letter))
    }

    /// Returns the lowest cost of a match. Keeps two sums for the matches that end with each letter: the cost by
    /// skipped characters, and by skipped word starts.
    fn cost(&self, text: &str) -> u32 {
        let (mut by_chars, mut by_words) = ([IMPOSSIBLE_COST; MAX_LETTERS], [IMPOSSIBLE_COST; MAX_LETTERS]);
        let (mut min_cost, mut previous) = (IMPOSSIBLE_COST, ' ');
        for c in text.chars().take(MAX_TEXT_CHARS) {
            let starts_word = is_word_start(previous, c);
            previous = c;
            let c = to_lower(c);
            for at in (0..self.letters.len()).rev() {
                let cost = match at {
                    _ if self.letters[at] != c => IMPOSSIBLE_COST,
                    0 => 0,
                    _ if starts_word => by_chars[at - 1].min(by_words[at - 1] + 1),
                    _ => by_chars[at - 1],
                };
                by_chars[at] = cost.min(by_chars[at] + 1).min(IMPOSSIBLE_COST);
                by_words[at] = cost.min(by_words[at] + u32::from(starts_word)).min(IMPOSSIBLE_COST);
                if at + 1 == self.letters.len() {
                    min_cost = min_cost.min(cost);
                }
            }
        }
        min_cost
    }

    /// Returns the byte ranges of the cheapest match; empty if there is none.
    pub(super) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        if !self.is_match(text) {
            return Vec::new();
        }
        let mut previous = ' ';
        let mut chars = Vec::new();
        for (at, c) in text.char_indices().take(MAX_TEXT_CHARS) {
            chars.push(TextChar {
                range: at..at + c.len_utf8(),
                lower: to_lower(c),
                starts_word: is_word_start(previous, c),
            });
            previous = c;
        }
        self.match_positions(&chars).into_iter().map(|position| chars[position].range.clone()).collect()
    }

    /// Returns the position of each letter of the cheapest match. Uses the sums of [`FuzzyWord::cost`], with
    /// their predecessors.
    fn match_positions(&self, chars: &[TextChar]) -> Vec<usize> {
        let mut ends: Vec<Vec<MatchCost>> = Vec::new();
        for (letter_index, letter) in self.letters.iter().enumerate() {
            let (mut by_chars, mut by_words) = (MatchCost::IMPOSSIBLE, MatchCost::IMPOSSIBLE);
            let mut ends_here = Vec::with_capacity(chars.len());
            for (position, c) in chars.iter().enumerate() {
                ends_here.push(match letter_index {
                    _ if c.lower != *letter => MatchCost::IMPOSSIBLE,
                    0 => MatchCost { cost: 0, position },
                    _ if c.starts_word => by_chars.min(by_words.plus(1)),
                    _ => by_chars,
                });
                if let Some(earlier) = ends.last() {
                    let here = MatchCost { cost: earlier[position].cost, position };
                    by_chars = here.min(by_chars.plus(1));
                    by_words = here.min(by_words.plus(u32::from(c.starts_word)));
                }
            }
            ends.push(ends_here);
        }
        let mut position =
            ends.last().and_then(|last| (0..last.len()).min_by_key(|position| last[*position].cost));
        let mut positions: Vec<usize> = ends
            .iter()
            .rev()
            .map_while(|ends| {
                let here = position?;
                position = ends.get(here).map(|sum| sum.position);
                Some(here)
            })
            .collect();
        positions.reverse();
        positions
    }
}

/// A character of a text.
struct TextChar {
    range: Range<usize>,
    lower: char,
    /// True for the first one of a word.
    starts_word: bool,
}

/// Cost of a match so far, and the position of its last letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct MatchCost {
    cost: u32,
    position: usize,
}

impl MatchCost {
    const IMPOSSIBLE: MatchCost = MatchCost { cost: IMPOSSIBLE_COST, position: 0 };

    fn plus(self, extra: u32) -> MatchCost {
        MatchCost { cost: (self.cost + extra).min(IMPOSSIBLE_COST), ..self }
    }
}

fn is_word_start(previous: char, c: char) -> bool {
    c.is_alphanumeric() && !previous.is_alphanumeric()
}

/// Maps one character to one, so positions do not change.
fn to_lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_match_in_order_and_close_together() {
        for (word, text, found) in [
            ("jdoe", "Jane.Doe@example.com", true),
            ("jndoe", "jane.doe@example.com", true),
            ("odprtnr", "x@oldpartner.com", true),
            ("doe", "doe", true),
            ("JÖRG", "jörg@x", true),
            ("eod", "jane.doe@example.com", false),
            ("doee", "d one two three four e five six e", false),
            ("audit", "a long text, under which dots and integers lie at the end", false),
            ("a", "", false),
        ] {
            assert_eq!(FuzzyWord::new(word).is_match(text), found, "{word} in {text}");
        }
    }

    #[test]
    fn ranges_are_the_closest_matching_letters() {
        let matched_text = |word: &str, text: &str| {
            let ranges = FuzzyWord::new(word).ranges(text);
            ranges.into_iter().map(|range| text[range].to_owned()).collect::<String>()
        };
        assert_eq!(matched_text("jdoe", "Jane.Doe@example.com"), "JDoe");
        assert_eq!(FuzzyWord::new("jdoe").ranges("Jane.Doe@e")[1], 5..6, "the d that begins a word");
        assert_eq!(matched_text("öß", "aÖxß"), "Öß");
        assert_eq!(matched_text("zz", "abc"), "");
    }

    #[test]
    fn every_match_has_ranges() {
        for (word, text) in
            [("ab", "a b"), ("abc", "xx aab bc c"), ("aba", "ab ab a"), ("tt", "the audit trail")]
        {
            let fuzzy = FuzzyWord::new(word);
            let ranges = fuzzy.ranges(text);
            assert_eq!(ranges.len(), if fuzzy.is_match(text) { word.len() } else { 0 }, "{word} in {text}");
            assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }

    #[test]
    fn long_texts_and_words_are_searched_up_to_a_limit() {
        let fuzzy = FuzzyWord::new(&"a".repeat(10_000));
        assert!(!fuzzy.is_match(&"ab".repeat(40_000)));
        assert_eq!(fuzzy.ranges(&"a".repeat(80_000)).len(), MAX_LETTERS);
    }
}
