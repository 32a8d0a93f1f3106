//! The columns of a list by name: which one holds the address, and what a placeholder stands for. Names are
//! compared without case, blanks, hyphens and underscores: `First Name`, `first_name` and `firstname` are one.

use super::{Entry, Sheet};

const ADDRESS: &[&str] = &[
    "email",
    "mail",
    "emailaddress",
    "mailaddress",
    "address",
    "adresse",
    "emailadresse",
    "mailadresse",
    "invitee",
];
const NAME: &[&str] = &["name", "fullname", "displayname"];
const FIRST: &[&str] = &["firstname", "givenname", "forename", "vorname"];
const LAST: &[&str] = &["lastname", "surname", "familyname", "nachname"];

/// Which column holds the address: the best known name wins, then the first column that has it.
pub(super) fn address_column<'a>(names: impl Iterator<Item = &'a str>) -> Option<usize> {
    let rank = |name: &str| ADDRESS.iter().position(|known| *known == plain(name));
    let ranked = names.enumerate().filter_map(|(at, name)| rank(name).map(|rank| (rank, at)));
    ranked.min().map(|(_, at)| at)
}

impl Sheet {
    /// What a placeholder stands for in an entry: a column by its name, `email`, `name` (also put together of first
    /// and last name, or what stood before `<`), or a column by its number from 1. `None` where it is empty or unknown.
    pub fn value(&self, entry: &Entry, placeholder: &str) -> Option<String> {
        let wanted = plain(placeholder);
        let found = self.cell(entry, &[wanted.as_str()]).or_else(|| match wanted.as_str() {
            "email" | "mail" | "address" => Some(entry.email.clone()),
            name if NAME.contains(&name) => self.name(entry),
            name if FIRST.contains(&name) => self.cell(entry, FIRST),
            name if LAST.contains(&name) => self.cell(entry, LAST),
            number => entry.cells.get(number.parse::<usize>().ok()?.checked_sub(1)?).cloned(),
        });
        // A message is one paragraph, whatever a cell holds.
        found
            .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|value| !value.is_empty())
    }

    /// The placeholders that this list can fill, for completion: its columns, or their numbers.
    pub fn placeholders(&self) -> Vec<String> {
        if !self.header.is_empty() {
            return self
                .header
                .iter()
                .filter(|name| !name.is_empty())
                .map(|name| name.to_lowercase())
                .collect();
        }
        let columns = self.entries.iter().map(|entry| entry.cells.len()).max().unwrap_or(0);
        let has_names = self.entries.iter().any(|entry| self.name(entry).is_some());
        let named = ["email", "name"].into_iter().take(if has_names { 2 } else { 1 }).map(str::to_owned);
        named.chain((1..=columns).map(|number| number.to_string())).collect()
    }

    fn name(&self, entry: &Entry) -> Option<String> {
        let whole = entry.name.clone().or_else(|| self.cell(entry, NAME));
        let parts = || match (self.cell(entry, FIRST), self.cell(entry, LAST)) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (first, last) => first.or(last),
        };
        whole.or_else(parts).or_else(|| self.only_other_cell(entry))
    }

    /// Beside an address and nothing else, the other column of a list without header is a name.
    fn only_other_cell(&self, entry: &Entry) -> Option<String> {
        let [one, other] = entry.cells.as_slice() else { return None };
        match (self.header.is_empty(), one.contains('@'), other.contains('@')) {
            (true, true, false) => Some(other.clone()),
            (true, false, true) => Some(one.clone()),
            _ => None,
        }
    }

    fn cell(&self, entry: &Entry, names: &[&str]) -> Option<String> {
        let at = self.header.iter().position(|name| names.contains(&plain(name).as_str()))?;
        entry.cells.get(at).filter(|cell| !cell.is_empty()).cloned()
    }
}

fn plain(name: &str) -> String {
    name.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect::<String>().to_lowercase()
}
