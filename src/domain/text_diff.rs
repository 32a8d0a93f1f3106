//! Differences between two short texts: the changed middle of an email, and the changed words of a message.

use unicode_segmentation::UnicodeSegmentation;

/// Maximum cells of the table of the word difference; a longer text is compared as a whole.
const MAX_TABLE_CELLS: usize = 250_000;

/// Part of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffPart {
    /// The text is in both.
    Same(String),
    /// The text is only in the old one.
    Removed(String),
    /// The text is only in the new one.
    Added(String),
}

/// Returns the common start, the removed and the added middle, and the common end.
pub fn diff_middle(old: &str, new: &str) -> Vec<DiffPart> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.graphemes(true).collect(), new.graphemes(true).collect());
    let (start, end) = common_ends(&old, &new);
    let mut parts = Vec::new();
    push(&mut parts, DiffPart::Same, &old[..start]);
    push(&mut parts, DiffPart::Removed, &old[start..old.len() - end]);
    push(&mut parts, DiffPart::Added, &new[start..new.len() - end]);
    push(&mut parts, DiffPart::Same, &old[old.len() - end..]);
    parts
}

/// Returns the words of both texts, in order. A replaced word is removed first, then added.
pub fn diff_words(old: &str, new: &str) -> Vec<DiffPart> {
    let (old, new) = (words(old), words(new));
    let (start, end) = common_ends(&old, &new);
    let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let mut parts = Vec::new();
    push(&mut parts, DiffPart::Same, &old[..start]);
    if old_middle.len().saturating_mul(new_middle.len()) > MAX_TABLE_CELLS {
        push(&mut parts, DiffPart::Removed, old_middle);
        push(&mut parts, DiffPart::Added, new_middle);
    } else {
        push_middle(&mut parts, old_middle, new_middle);
    }
    push(&mut parts, DiffPart::Same, &old[old.len() - end..]);
    parts
}

/// Splits a text into words and the blanks between them.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start) = (Vec::new(), 0);
    let mut was_blank = None;
    for (index, c) in text.char_indices() {
        if was_blank.is_some_and(|was_blank| was_blank != c.is_whitespace()) {
            words.push(&text[start..index]);
            start = index;
        }
        was_blank = Some(c.is_whitespace());
    }
    words.extend((start < text.len()).then(|| &text[start..]));
    words
}

/// Returns the lengths of the common start and of the common end, which do not overlap.
fn common_ends(old: &[&str], new: &[&str]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    (start, end)
}

/// Adds the longest common sequence of words, and the words that are only in one of the texts.
fn push_middle(parts: &mut Vec<DiffPart>, old: &[&str], new: &[&str]) {
    let mut lengths = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = match old[i] == new[j] {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            push(parts, DiffPart::Same, &old[i..=i]);
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || lengths[i + 1][j] >= lengths[i][j + 1]) {
            push(parts, DiffPart::Removed, &old[i..=i]);
            i += 1;
        } else {
            push(parts, DiffPart::Added, &new[j..=j]);
            j += 1;
        }
    }
}

/// Adds words to the last part if it is of the same kind, else as a new part.
fn push(parts: &mut Vec<DiffPart>, kind: fn(String) -> DiffPart, words: &[&str]) {
    if words.is_empty() {
        return;
    }
    let added = words.concat();
    match (parts.last_mut(), kind(String::new())) {
        (Some(DiffPart::Same(text)), DiffPart::Same(_))
        | (Some(DiffPart::Removed(text)), DiffPart::Removed(_))
        | (Some(DiffPart::Added(text)), DiffPart::Added(_)) => text.push_str(&added),
        _ => parts.push(kind(added)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DiffPart::{Added, Removed, Same};
    use proptest::prelude::*;

    #[test]
    fn changed_middle_of_an_email_is_found() {
        let email = |old, new| diff_middle(old, new);
        assert_eq!(email("j@acme.co", "j@acme.com"), [Same("j@acme.co".into()), Added("m".into())]);
        assert_eq!(
            email("jane@acme.com", "june@acme.com"),
            [Same("j".into()), Removed("a".into()), Added("u".into()), Same("ne@acme.com".into())]
        );
        assert_eq!(email("a@x", "a@x"), [Same("a@x".into())]);
        assert_eq!(email("", "a@x"), [Added("a@x".into())]);
    }

    #[test]
    fn changed_words_of_a_message_are_found() {
        assert_eq!(
            diff_words("See you on Monday in room 4.", "See you on Tuesday in room 5."),
            [
                Same("See you on ".into()),
                Removed("Monday".into()),
                Added("Tuesday".into()),
                Same(" in room ".into()),
                Removed("4.".into()),
                Added("5.".into()),
            ]
        );
        assert_eq!(diff_words("Hello", "Hello Ann"), [Same("Hello".into()), Added(" Ann".into())]);
    }

    proptest! {
        #[test]
        fn parts_contain_both_texts(old in "[ab ]{0,12}", new in "[ab ]{0,12}") {
            for parts in [diff_words(&old, &new), diff_middle(&old, &new)] {
                let side = |without_removed: bool| parts.iter().map(|part| match part {
                    Same(text) => text.as_str(),
                    Removed(text) => if without_removed { "" } else { text },
                    Added(text) => if without_removed { text } else { "" },
                }).collect::<String>();
                prop_assert_eq!(&side(false), &old);
                prop_assert_eq!(&side(true), &new);
            }
        }
    }
}
