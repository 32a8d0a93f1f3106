//! Builds the file of `import --rejected`.
//! Its table of skipped entries can be fixed and imported again.

use super::exit_code::CliError;
use crate::domain::export::csv_record;
use crate::domain::import::{ImportEntry, ImportList};

/// A skipped entry.
pub(super) struct RejectedEntry<'a> {
    pub(super) entry: &'a ImportEntry,
    pub(super) reason: String,
    pub(super) suggestion: Option<String>,
}

/// Returns the CSV table: email, name, the list's columns without emails, reason, suggestion.
/// Only the column `email` has emails. If a row does not fit the header, its `email` is empty, and an
/// extra last column has the original row. An import skips such a row until the user fixes it.
pub(super) fn to_csv(list: &ImportList, rejected: &[RejectedEntry<'_>]) -> Result<String, CliError> {
    let has_emails = |index: &usize| list.columns.iter().any(|column| column.index == *index);
    let kept_columns: Vec<usize> = (0..list.header.len())
        .filter(|index| !has_emails(index) && list.column != Some(*index))
        .filter(|index| !OWN_COLUMNS.contains(&list.header[*index].trim().to_lowercase().as_str()))
        .collect();
    let has_names = !list.header.iter().any(|name| name.trim().eq_ignore_ascii_case("name"));
    let earlier_row = list.header.iter().position(|name| name.trim() == ORIGINAL_ROW);
    let has_rows = earlier_row.is_some() || rejected.iter().any(|rejected| rejected.entry.warning.is_some());
    let to_line = |email: &str, name: Option<&str>, cells: Vec<&str>, end: [&str; 3]| {
        let name = name.filter(|_| has_names);
        let end = end.into_iter().take(if has_rows { 3 } else { 2 });
        let cells: Vec<&str> = [email].into_iter().chain(name).chain(cells).chain(end).collect();
        record_line(&cells)
    };
    let names = kept_columns.iter().map(|index| list.header[*index].as_str()).collect();
    let mut text = to_line("email", Some("name"), names, ["reason", "suggestion", ORIGINAL_ROW])?;
    for RejectedEntry { entry, reason, suggestion } in rejected {
        let cells =
            kept_columns.iter().map(|index| entry.cells.get(*index).map_or("", String::as_str)).collect();
        let name = list.resolve(entry, "name").unwrap_or_default();
        let row = match earlier_row.and_then(|index| entry.cells.get(index)).filter(|row| !row.is_empty()) {
            Some(row) => row.clone(),
            None => original_row(entry)?,
        };
        let email = if entry.warning.is_some() { "" } else { &entry.email };
        let end = [reason.as_str(), suggestion.as_deref().unwrap_or_default(), &row];
        text.push_str(&to_line(email, Some(&name), cells, end)?);
    }
    Ok(text)
}

/// Returns the original row as one text if it does not fit the header; otherwise an empty text.
fn original_row(entry: &ImportEntry) -> Result<String, CliError> {
    let cells = if entry.misplaced_cells.is_empty() { &entry.cells } else { &entry.misplaced_cells };
    match (&entry.warning, cells.as_slice()) {
        (None, _) => Ok(String::new()),
        (Some(_), []) => Ok(entry.email.clone()),
        (Some(_), cells) => {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            Ok(record_line(&cells)?.trim_end().to_owned())
        }
    }
}

fn record_line(cells: &[&str]) -> Result<String, CliError> {
    csv_record(cells)
        .map_err(|error| CliError::failed(format!("Could not write the skipped entries: {error}.")))
}

/// Column of rows that do not fit the header. An import never reads emails from it.
const ORIGINAL_ROW: &str = "original row";
/// Columns that this file adds. They replace the columns of an earlier `--rejected` file.
const OWN_COLUMNS: [&str; 4] = ["email", "reason", "suggestion", ORIGINAL_ROW];
