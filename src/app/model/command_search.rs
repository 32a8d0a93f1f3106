//! Matches commands against a typed text: names, descriptions, and other words for a command.

use std::ops::Range;

use crate::domain::query::FuzzyWord;
use crate::keys::Action;

/// Rank of a fuzzy match of the name, plus the cost of the match. All better matches contain the word.
const FUZZY_NAME: u32 = 20;
/// Rank of a fuzzy match of the description.
const FUZZY_DESCRIPTION: u32 = 60;

/// Maximum number of words. More words are ignored, so that a long paste cannot block a frame.
const MAX_WORDS: usize = 16;

/// Other words for commands.
const SYNONYMS: &[(&str, &[Action])] = &[
    ("add", &[Action::New]),
    ("accepted", &[Action::ViewChanges]),
    ("bye", &[Action::Quit]),
    ("calendar", &[Action::Forecast]),
    ("cancel", &[Action::Stop, Action::Undo]),
    ("change", &[Action::Edit]),
    ("clipboard", &[Action::Copy, Action::CopyMenu]),
    ("close", &[Action::Quit]),
    ("colors", &[Action::Theme]),
    ("comment", &[Action::Note]),
    ("correct", &[Action::Edit, Action::ViewProblems]),
    ("csv", &[Action::Export, Action::Import, Action::CopyMenu]),
    ("dark", &[Action::Theme]),
    ("download", &[Action::Export]),
    ("duplicates", &[Action::ViewProblems]),
    ("errors", &[Action::Notifications, Action::ViewProblems]),
    ("exit", &[Action::Quit]),
    ("extend", &[Action::Resend]),
    ("find", &[Action::Filter, Action::MarkMatching]),
    ("fix", &[Action::Edit, Action::ViewProblems]),
    ("hide", &[Action::Snooze]),
    ("history", &[Action::ViewJournal, Action::Notifications]),
    ("http", &[Action::ViewRequests]),
    ("invite", &[Action::New]),
    ("keys", &[Action::Help]),
    ("layout", &[Action::DetailPane]),
    ("leave", &[Action::Quit]),
    ("light", &[Action::Theme]),
    ("lock", &[Action::ToggleReadOnly]),
    ("log", &[Action::ViewJournal, Action::ViewRequests]),
    ("mail", &[Action::Resend, Action::New]),
    ("messages", &[Action::Notifications]),
    ("modify", &[Action::Edit]),
    ("order", &[Action::SortExpiry, Action::SortEmail, Action::SortMessage, Action::ReverseSort]),
    ("reload", &[Action::Refresh]),
    ("remind", &[Action::Resend, Action::Snooze]),
    ("remove", &[Action::Delete]),
    ("renew", &[Action::Resend]),
    ("restore", &[Action::Undo]),
    ("revert", &[Action::Undo]),
    ("save", &[Action::Export, Action::SaveFilter]),
    ("search", &[Action::Filter, Action::MarkMatching]),
    ("select", &[Action::Mark, Action::MarkAll, Action::MarkRange]),
    ("send", &[Action::Resend, Action::New]),
    ("sign", &[Action::Login]),
    ("shortcuts", &[Action::Help]),
    ("sync", &[Action::Refresh]),
    ("tenancy", &[Action::SwitchProfile]),
    ("token", &[Action::Login]),
    ("typos", &[Action::ViewProblems]),
    ("unlock", &[Action::ToggleReadOnly]),
    ("unselect", &[Action::MarkNone]),
    ("update", &[Action::Refresh, Action::Edit]),
    ("upload", &[Action::Import]),
    ("yank", &[Action::Copy]),
];

/// A typed text; each of its words must match.
#[derive(Debug)]
pub struct CommandSearch {
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: String,
    fuzzy: FuzzyWord,
}

impl CommandSearch {
    /// Creates the search for a text.
    pub fn new(text: &str) -> CommandSearch {
        let word = |text: &str| Word { text: text.to_lowercase(), fuzzy: FuzzyWord::new(text) };
        CommandSearch { words: text.split_whitespace().take(MAX_WORDS).map(word).collect() }
    }

    /// Returns the rank of a command, the best being 0; `None` if a word does not match.
    pub fn rank(&self, action: Action, description: &str) -> Option<u32> {
        let ranks = self.words.iter().map(|word| word.rank(action, description));
        ranks.sum()
    }

    /// True if each word is contained in one of these texts, ignoring case.
    pub fn is_contained_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(&word.text)))
    }

    /// Returns the matched ranges of a name or description, in order and without overlaps.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = self.words.iter().flat_map(|word| word.ranges(text)).collect();
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
}

impl Word {
    fn rank(&self, action: Action, description: &str) -> Option<u32> {
        let name = action.name();
        if name == self.text {
            return Some(0);
        }
        if name.starts_with(&self.text) {
            return Some(1);
        }
        let synonym = SYNONYMS.iter().filter(|(synonym, _)| synonym.starts_with(&self.text));
        let place =
            synonym.filter_map(|(_, actions)| actions.iter().position(|other| *other == action)).min();
        if let Some(place) = place {
            return Some(2 + place as u32);
        }
        match (find_word(name, &self.text), find_word(description, &self.text)) {
            (Some(true), _) => Some(8),
            (_, Some(true)) => Some(9),
            (Some(false), _) => Some(10),
            (_, Some(false)) => Some(11),
            (None, None) => self.fuzzy_rank(name, description),
        }
    }

    fn fuzzy_rank(&self, name: &str, description: &str) -> Option<u32> {
        let name = self.fuzzy.cost(name).map(|cost| FUZZY_NAME + cost);
        name.or_else(|| self.fuzzy.cost(description).map(|cost| FUZZY_DESCRIPTION + cost))
    }

    fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        match find_ascii_case(text, &self.text) {
            Some(start) => std::iter::once(start..start + self.text.len()).collect(),
            None => self.fuzzy.ranges(text),
        }
    }
}

/// Returns whether a word occurs at the start of a word of the text; `None` if it does not occur.
fn find_word(text: &str, word: &str) -> Option<bool> {
    find_ascii_case(text, word)?;
    let words = text.split(|c: char| !c.is_alphanumeric());
    Some(words.into_iter().any(|other| find_ascii_case(other, word) == Some(0)))
}

/// Returns where a word first occurs. Ignores the case of ASCII letters, so that positions do not change.
fn find_ascii_case(text: &str, word: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> Vec<Action> {
        let all = [
            Action::Down,
            Action::Mark,
            Action::MarkAll,
            Action::New,
            Action::Delete,
            Action::Resend,
            Action::Edit,
            Action::Undo,
            Action::Filter,
            Action::FilterDay,
            Action::SortEmail,
            Action::SortExpiry,
            Action::Refresh,
            Action::AutoRefresh,
            Action::Theme,
            Action::Help,
            Action::Quit,
        ];
        let search = CommandSearch::new(text);
        let mut ranked: Vec<(u32, Action)> = all
            .into_iter()
            .filter_map(|action| Some((search.rank(action, action.description())?, action)))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, action)| action).collect()
    }

    #[test]
    fn best_match_of_a_word_comes_first() {
        for (text, first) in [
            ("delete", Action::Delete),
            ("remove", Action::Delete),
            ("rem", Action::Delete),
            ("send", Action::Resend),
            ("find", Action::Filter),
            ("search", Action::Filter),
            ("exit", Action::Quit),
            ("undo", Action::Undo),
            ("add", Action::New),
            ("invite", Action::New),
            ("reload", Action::Refresh),
            ("colors", Action::Theme),
            ("flt", Action::Filter),
            ("dlt", Action::Delete),
            ("sort ex", Action::SortExpiry),
            ("mrkall", Action::MarkAll),
            ("Help", Action::Help),
        ] {
            assert_eq!(best(text).first(), Some(&first), "{text}: {:?}", best(text));
        }
        assert!(best("xyzzy").is_empty());
        assert!(best("delete xyzzy").is_empty(), "each word must match");
    }

    #[test]
    fn ranges_cover_each_matched_word_once() {
        let matched = |typed: &str, text: &str| {
            let ranges = CommandSearch::new(typed).ranges(text);
            ranges.into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(matched("mark ALL", "mark-all"), ["mark", "all"]);
        assert_eq!(matched("dlt", "delete"), ["d", "l", "t"]);
        assert_eq!(matched("filt filter", "filter"), ["filter"]);
        assert!(matched("", "filter").is_empty());
        assert!(matched("zz", "filter").is_empty());
    }
}
