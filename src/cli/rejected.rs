//! The file of `import --rejected`: the entries that were left out, as a table that can be fixed and imported again.

use super::codes::{Ended, FAILED};
use crate::domain::export::csv_record;
use crate::domain::list::{Entry, Sheet};

/// An entry that was left out.
pub(super) struct Rejected<'a> {
    pub(super) entry: &'a Entry,
    pub(super) reason: String,
    pub(super) suggestion: Option<String>,
}

/// The table: the email first, then the name and the columns without addresses, then reason and suggestion. Other addresses
/// of the list stay out of it, so that it has one email column.
pub(super) fn csv(sheet: &Sheet, rejected: &[Rejected<'_>]) -> Result<String, Ended> {
    let holds_addresses = |at: &usize| sheet.columns.iter().any(|column| column.index == *at);
    let kept: Vec<usize> = (0..sheet.header.len())
        .filter(|at| !holds_addresses(at) && sheet.column != Some(*at))
        .filter(|at| !OWN.contains(&sheet.header[*at].trim().to_lowercase().as_str()))
        .collect();
    let has_names = !sheet.header.iter().any(|name| name.trim().eq_ignore_ascii_case("name"));
    let line = |email: &str, name: Option<&str>, cells: Vec<&str>, end: [&str; 2]| {
        let name = name.filter(|_| has_names);
        let cells: Vec<&str> = [email].into_iter().chain(name).chain(cells).chain(end).collect();
        csv_record(&cells).map_err(|error| {
            Ended::new(FAILED, format!("The entries that were left out could not be written: {error}."))
        })
    };
    let names = kept.iter().map(|at| sheet.header[*at].as_str()).collect();
    let mut text = line("email", Some("name"), names, ["reason", "suggestion"])?;
    for Rejected { entry, reason, suggestion } in rejected {
        let cells = kept.iter().map(|at| entry.cells.get(*at).map_or("", String::as_str)).collect();
        let name = sheet.value(entry, "name").unwrap_or_default();
        let end = [reason.as_str(), suggestion.as_deref().unwrap_or_default()];
        text.push_str(&line(&entry.email, Some(&name), cells, end)?);
    }
    Ok(text)
}

/// Columns that an earlier file of this kind has, and that are written anew.
const OWN: [&str; 3] = ["email", "reason", "suggestion"];
