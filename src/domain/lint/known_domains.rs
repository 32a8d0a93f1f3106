//! Tables of well-known mail providers and of mistyped endings.

use crate::domain::words::{Pairs, Words, parse_pairs, parse_words};

/// Domains of well-known mail providers, the most used first.
pub(super) static PUBLIC_DOMAINS: Words =
    Words::new(|| parse_words(include_str!("words/public_domains.txt")));

/// Mistyped endings that also exist. They are reported only if the corrected domain is in use.
pub(super) static AMBIGUOUS_ENDINGS: Pairs =
    Pairs::new(|| parse_pairs(include_str!("words/ambiguous_endings.txt")));
pub(super) static NONEXISTENT_ENDINGS: Pairs =
    Pairs::new(|| parse_pairs(include_str!("words/nonexistent_endings.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_lists_are_complete() {
        assert_eq!((PUBLIC_DOMAINS.len(), AMBIGUOUS_ENDINGS.len(), NONEXISTENT_ENDINGS.len()), (40, 5, 14));
        assert_eq!(AMBIGUOUS_ENDINGS[0], ("co", "com"));
    }
}
