//! Texts of the sample tenancy: names, companies and messages.
//! All are fictional; `.example` domains belong to no one.

use std::sync::LazyLock;

/// The lines of a file, read once.
type Texts = LazyLock<Vec<&'static str>>;

pub(super) static FIRST_NAMES: Texts = Texts::new(|| parse_lines(include_str!("texts/first_names.txt")));
pub(super) static LAST_NAMES: Texts = Texts::new(|| parse_lines(include_str!("texts/last_names.txt")));
pub(super) static MESSAGES: Texts = Texts::new(|| parse_lines(include_str!("texts/messages.txt")));
pub(super) static CLOSINGS: Texts = Texts::new(|| parse_lines(include_str!("texts/closings.txt")));

/// Companies, with their number of composed invites.
pub(super) static COMPANIES: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
    let parse = |line: &'static str| {
        line.split_once(' ').and_then(|(domain, count)| Some((domain, count.parse().ok()?)))
    };
    parse_lines(include_str!("texts/companies.txt")).into_iter().filter_map(parse).collect()
});

/// Returns the lines that are not comments.
pub(super) fn parse_lines(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|line| !line.starts_with("# ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_complete() {
        let lists = [&FIRST_NAMES, &LAST_NAMES, &MESSAGES, &CLOSINGS];
        assert_eq!(lists.map(|list| list.len()), [40, 41, 20, 8]);
        assert_eq!((COMPANIES.len(), COMPANIES[0]), (17, ("acme.com", 41)));
        assert!(lists.iter().all(|list| list.iter().all(|text| !text.trim().is_empty())));
    }
}
