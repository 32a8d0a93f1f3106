//! Matches fuzzy words: their letters in order and close together. A gap before the start of a word costs
//! least, so `jdoe` finds `jane.doe` but not every long text.

use std::ops::Range;

/// Maximum number of letters of a fuzzy word.
pub(super) const MAX_LETTERS: usize = 64;
/// Maximum number of searched characters of a text.
const MAX_TEXT_CHARS: usize = 1_024;

/// Cost of an impossible match; more than the cost of any match.
const IMPOSSIBLE_COST: u32 = u32::MAX / 2;

/// A fuzzy word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyWord {
    letters: Vec<char>,
    /// Maximum cost of a match: half a letter for each letter.
    max_cost: u32,
}

impl FuzzyWord {
    /// Uses at most 64 letters of the word.
    pub fn new(word: &str) -> FuzzyWord {
        let letters: Vec<char> = word.chars().take(MAX_LETTERS).map(to_lower).collect();
        let max_cost = letters.len().div_ceil(2) as u32;
        FuzzyWord { letters, max_cost }
    }

    /// True if the text matches the word, ignoring case.
    pub fn is_match(&self, text: &str) -> bool {
        self.cost(text).is_some()
    }

    /// Returns the cost of the cheapest match: 0 if the letters are adjacent, `None` if there is no match.
    pub fn cost(&self, text: &str) -> Option<u32> {
        self.find::<()>(text).map(|(cost, ())| cost)
    }

    /// Returns the byte ranges of the cheapest match; empty if there is none.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        self.find(text).map(|(_, letters)| letters).unwrap_or_default()
    }

    /// True if the letters occur in order, however far apart. A cheap check before the cost is computed.
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

    /// Returns the cheapest match. For each letter, keeps two matches that end there: the cheapest by skipped
    /// characters, and the cheapest by skipped word starts.
    fn find<L: Letters>(&self, text: &str) -> Option<(u32, L)> {
        if !self.is_in_order(text) {
            return None;
        }
        let mut by_chars: [Match<L>; MAX_LETTERS] = std::array::from_fn(|_| Match::IMPOSSIBLE);
        let mut by_words = by_chars.clone();
        let (mut cheapest, mut previous) = (Match::<L>::IMPOSSIBLE, ' ');
        for (start, c) in text.char_indices().take(MAX_TEXT_CHARS) {
            let starts_word = is_word_start(previous, c);
            previous = c;
            let lower = to_lower(c);
            for at in (0..self.letters.len()).rev() {
                by_chars[at].cost += 1;
                by_words[at].cost += u32::from(starts_word);
                if self.letters[at] != lower {
                    continue;
                }
                let mut here = Match { cost: 0, letters: L::NONE };
                if at > 0 {
                    here = by_chars[at - 1].clone();
                    if starts_word {
                        here.replace_if_cheaper(&by_words[at - 1], 1);
                    }
                }
                here.letters.push(start..start + c.len_utf8());
                by_chars[at].replace_if_cheaper(&here, 0);
                by_words[at].replace_if_cheaper(&here, 0);
                if at + 1 == self.letters.len() {
                    cheapest.replace_if_cheaper(&here, 0);
                }
            }
        }
        (cheapest.cost <= self.max_cost).then_some((cheapest.cost, cheapest.letters))
    }
}

/// The stored letters of a match: none, or the byte range of each letter.
trait Letters: Clone {
    const NONE: Self;

    fn push(&mut self, letter: Range<usize>);
}

impl Letters for () {
    const NONE: () = ();

    fn push(&mut self, _letter: Range<usize>) {}
}

impl Letters for Vec<Range<usize>> {
    const NONE: Vec<Range<usize>> = Vec::new();

    fn push(&mut self, letter: Range<usize>) {
        Vec::push(self, letter);
    }
}

/// A match of the first letters, with its cost.
#[derive(Clone)]
struct Match<L> {
    cost: u32,
    letters: L,
}

impl<L: Letters> Match<L> {
    const IMPOSSIBLE: Match<L> = Match { cost: IMPOSSIBLE_COST, letters: L::NONE };

    fn replace_if_cheaper(&mut self, other: &Match<L>, extra_cost: u32) {
        if other.cost + extra_cost < self.cost {
            *self = Match { cost: other.cost + extra_cost, ..other.clone() };
        }
    }
}

fn is_word_start(previous: char, c: char) -> bool {
    c.is_alphanumeric() && !previous.is_alphanumeric()
}

/// Converts to lower case. Always returns one character, so positions do not change.
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
