//! Parses the word lists and tables that are compiled in. Lines that start with `# ` are comments.

use std::sync::LazyLock;

/// Words, parsed once.
pub(super) type Words = LazyLock<Vec<&'static str>>;
/// Names with a value or description, parsed once.
pub type Pairs = LazyLock<Vec<(&'static str, &'static str)>>;

/// Parses words that are separated by white space.
pub(super) fn parse_words(text: &'static str) -> Vec<&'static str> {
    content_lines(text).flat_map(str::split_whitespace).collect()
}

/// Parses pairs, one per line. Two or more blanks separate the parts.
pub(super) fn parse_pairs(text: &'static str) -> Vec<(&'static str, &'static str)> {
    content_lines(text)
        .filter_map(|line| line.split_once("  "))
        .map(|(name, value)| (name, value.trim()))
        .collect()
}

fn content_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with("# "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_skipped_and_blanks_separate() {
        assert_eq!(parse_words("# Words.\na b\n\n#c\n"), ["a", "b", "#c"]);
        assert_eq!(parse_pairs("# Pairs.\na b   c  d\nx  y\n"), [("a b", "c  d"), ("x", "y")]);
    }
}
