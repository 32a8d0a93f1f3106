//! Resolves placeholders for an entry: a column, the email, or the name. The name can be combined from
//! several columns. Comparisons of column names ignore case, white space, punctuation and bracketed text.

use super::column_name::normalize_name;
use super::{ImportEntry, ImportList};
use crate::domain::recipient;
use crate::domain::words::{Words, parse_words};

static FULL_NAME_COLUMNS: Words = Words::new(|| parse_words(include_str!("words/full_name_columns.txt")));
static NAME_COLUMNS: Words = Words::new(|| parse_words(include_str!("words/name_columns.txt")));
static FIRST_NAME_COLUMNS: Words = Words::new(|| parse_words(include_str!("words/first_name_columns.txt")));
static LAST_NAME_COLUMNS: Words = Words::new(|| parse_words(include_str!("words/last_name_columns.txt")));
/// Names of columns that contain the person's name if no other column does.
static PERSON_COLUMNS: Words = Words::new(|| parse_words(include_str!("words/person_columns.txt")));
/// Texts that mean an empty cell.
static EMPTY_MARKERS: Words = Words::new(|| parse_words(include_str!("words/empty_markers.txt")));

/// True if a column with this name contains names of people.
pub(super) fn is_name_column(column: &str) -> bool {
    [&FULL_NAME_COLUMNS, &NAME_COLUMNS, &FIRST_NAME_COLUMNS, &LAST_NAME_COLUMNS]
        .iter()
        .any(|names| names.contains(&normalize_name(column).as_str()))
}

/// True if a cell can be a person's name. False for `yes` and `E-1042`.
fn can_be_name(cell: &str) -> bool {
    let has_digit = cell.chars().any(|c| c.is_ascii_digit());
    cell.chars().any(char::is_alphabetic) && !has_digit && !is_empty_marker(cell)
}

/// True for texts that mean an empty cell.
pub(super) fn is_empty_marker(cell: &str) -> bool {
    EMPTY_MARKERS.contains(&normalize_name(cell).as_str())
}

impl ImportList {
    /// Resolves a placeholder for an entry: `email`, `name`, first or last name, a column's name, or a
    /// column's number from 1. `None` if the value is empty or the placeholder is unknown.
    pub fn resolve(&self, entry: &ImportEntry, placeholder: &str) -> Option<String> {
        let wanted = normalize_name(placeholder);
        let wanted = wanted.as_str();
        let own = || self.first_cell(entry, &[wanted]);
        let found = match wanted {
            "email" | "mail" | "address" => Some(entry.email.clone()),
            "name" | "fullname" => self.full_name(entry),
            _ if FIRST_NAME_COLUMNS.contains(&wanted) => self.first_name(entry).or_else(own),
            _ if LAST_NAME_COLUMNS.contains(&wanted) => self.last_name(entry).or_else(own),
            _ => own().or_else(|| match wanted {
                _ if NAME_COLUMNS.contains(&wanted) || FULL_NAME_COLUMNS.contains(&wanted) => {
                    self.full_name(entry)
                }
                number => entry.cells.get(number.parse::<usize>().ok()?.checked_sub(1)?).cloned(),
            }),
        };
        // A message is one paragraph, even if a cell contains line ends.
        found
            .map(|value| {
                recipient::decode_encoded_words(&value).split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .filter(|value| !value.is_empty())
    }

    /// Returns the placeholders that this list can fill, for completion: its columns, or their numbers.
    pub fn placeholders(&self) -> Vec<String> {
        let has_names = self.entries.iter().any(|entry| self.full_name(entry).is_some());
        if !self.header.is_empty() {
            let named = self.header.iter().filter(|name| !normalize_name(name).is_empty());
            let to_placeholder =
                |name: &String| name.split(['[', '(']).next().unwrap_or(name).trim().to_lowercase();
            let mut names: Vec<String> = named.map(to_placeholder).collect();
            if has_names && !names.iter().any(|name| name == "name") {
                names.push("name".to_owned());
            }
            return names;
        }
        let columns = self.entries.iter().map(|entry| entry.cells.len()).max().unwrap_or(0);
        let named = ["email", "name"].into_iter().take(if has_names { 2 } else { 1 }).map(str::to_owned);
        named.chain((1..=columns).map(|number| number.to_string())).collect()
    }

    /// Returns the full name. If the columns are `Name` and `First name`, `Name` is the last name, and vice
    /// versa.
    fn full_name(&self, entry: &ImportEntry) -> Option<String> {
        if let Some(name) = entry.name.clone().or_else(|| self.first_cell(entry, &FULL_NAME_COLUMNS)) {
            return Some(name);
        }
        let name = self.first_cell(entry, &NAME_COLUMNS);
        let has = |part: &String| {
            name.as_ref().is_some_and(|name| name.to_lowercase().contains(&part.to_lowercase()))
        };
        let joined = |first: String, second: String| Some(format!("{first} {second}"));
        let parts =
            match (self.first_cell(entry, &FIRST_NAME_COLUMNS), self.first_cell(entry, &LAST_NAME_COLUMNS)) {
                (Some(first), Some(last)) if has(&first) && has(&last) => name,
                (Some(first), Some(last)) => joined(first, last),
                (Some(part), None) | (None, Some(part)) if has(&part) => name,
                (Some(first), None) => name.map_or(Some(first.clone()), |last| joined(first, last)),
                (None, Some(last)) => name.map_or(Some(last.clone()), |first| joined(first, last)),
                (None, None) => name,
            };
        parts.or_else(|| {
            self.first_cell(entry, &PERSON_COLUMNS)
                .or_else(|| self.only_other_cell(entry))
                .filter(|name| can_be_name(name))
        })
    }

    fn first_name(&self, entry: &ImportEntry) -> Option<String> {
        let beside_last =
            || self.first_cell(entry, &LAST_NAME_COLUMNS).and_then(|_| self.first_cell(entry, &NAME_COLUMNS));
        self.first_cell(entry, &FIRST_NAME_COLUMNS).or_else(beside_last)
    }

    fn last_name(&self, entry: &ImportEntry) -> Option<String> {
        let beside_first = || {
            self.first_cell(entry, &FIRST_NAME_COLUMNS).and_then(|_| self.first_cell(entry, &NAME_COLUMNS))
        };
        self.first_cell(entry, &LAST_NAME_COLUMNS).or_else(beside_first)
    }

    /// Returns the only cell beside the email of a list without a header: a name.
    fn only_other_cell(&self, entry: &ImportEntry) -> Option<String> {
        let [first, second] = entry.cells.as_slice() else { return None };
        match (self.header.is_empty(), first.contains('@'), second.contains('@')) {
            (true, true, false) => Some(second.clone()),
            (true, false, true) => Some(first.clone()),
            _ => None,
        }
    }

    /// Returns the first non-empty cell in a column of one of these names.
    fn first_cell(&self, entry: &ImportEntry, names: &[&str]) -> Option<String> {
        let named = self
            .header
            .iter()
            .zip(&entry.cells)
            .filter(|(name, _)| names.contains(&normalize_name(name).as_str()));
        named.map(|(_, cell)| cell).find(|cell| !cell.is_empty()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_lists_are_complete() {
        let lists = [&FULL_NAME_COLUMNS, &NAME_COLUMNS, &FIRST_NAME_COLUMNS, &LAST_NAME_COLUMNS];
        assert_eq!(lists.map(|list| list.len()), [36, 25, 25, 30]);
        assert_eq!((PERSON_COLUMNS.len(), EMPTY_MARKERS.len()), (28, 15));
    }

    #[test]
    fn names_come_from_the_columns_that_hold_them() {
        for (text, name, first, last) in [
            ("First name,Last name,Email\nAnn,Moss,a@x.com", "Ann Moss", "Ann", "Moss"),
            ("First name,Name,Email\nAnn,Moss,a@x.com", "Ann Moss", "Ann", "Moss"),
            ("Name,Last name,Email\nAnn,Moss,a@x.com", "Ann Moss", "Ann", "Moss"),
            ("Name,First name,Last name,Email\nDr. Ann Moss,ann,moss,a@x.com", "Dr. Ann Moss", "ann", "moss"),
            ("Name,First name,Last name,Email\nDr. Ann,Ann,Moss,a@x.com", "Ann Moss", "Ann", "Moss"),
            ("Name,First name,Email\nAnn Moss,Ann,a@x.com", "Ann Moss", "Ann", "Ann Moss"),
            ("First name,Email\nAnn,a@x.com", "Ann", "Ann", ""),
            ("Last name,Email\nMoss,a@x.com", "Moss", "", "Moss"),
            ("Name,Email\nAnn Moss,a@x.com", "Ann Moss", "", ""),
        ] {
            let list = crate::domain::import::parse(text, None);
            let value = |placeholder| list.resolve(&list.entries[0], placeholder).unwrap_or_default();
            let found = (value("name"), value("first name"), value("last name"));
            assert_eq!(found, (name.into(), first.into(), last.into()), "{text}");
            assert_eq!(value("email"), "a@x.com", "{text}");
        }
    }

    #[test]
    fn name_without_a_header_is_the_only_other_cell() {
        for (text, name) in [
            ("a@x.com;Ann Moss", Some("Ann Moss")),
            ("Ann Moss;a@x.com", Some("Ann Moss")),
            ("a@x.com;E-1042", None),
            ("a@x.com;yes", None),
            ("a@x.com;-", None),
            ("a@x.com;Ann;Audit", None),
        ] {
            let list = crate::domain::import::parse(text, None);
            assert_eq!(list.resolve(&list.entries[0], "name").as_deref(), name, "{text}");
        }
    }

    #[test]
    fn placeholders_of_a_header_name_each_column_once() {
        let list = crate::domain::import::parse("Name,Email [Required],-\nAnn,a@x.com,1", None);
        assert_eq!(list.placeholders(), ["name", "email"]);
        let list = crate::domain::import::parse("First name,Email\nAnn,a@x.com", None);
        assert_eq!(list.placeholders(), ["first name", "email", "name"]);
    }
}
