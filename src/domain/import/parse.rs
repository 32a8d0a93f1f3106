//! Parses the text of a list into entries: one for each email, with its line and its columns.
//!
//! text → records (`records`) → columns (`columns`) → entries. Handles tables with a header and the formats
//! of `formats`; the rest is parsed line by line (`lines`). Console and command line both call [`parse`].
//! Skips only empty lines, comments and repeated headers: all other lines get a status.

use super::address_parser::{parse_entries, strip_formula_guard};
use super::import_list::{ColumnChoice, ImportColumn, ImportEntry, ImportList};
use super::records::Record;
use super::table::{self, Table};
use super::{columns, formats, layout, lines};
use crate::domain::recipient::{self, EmailProblem};
use crate::domain::{limits, text};

/// Parses a list; the text has `\n` as its only line end.
pub fn parse(text: &str, choice: Option<&ColumnChoice>) -> ImportList {
    if text.len() > limits::MAX_IMPORT_BYTES {
        let max_megabytes = limits::MAX_IMPORT_BYTES >> 20;
        return ImportList::unreadable(format!("The list is larger than {max_megabytes} MB. Split it."));
    }
    if text.contains('\0') {
        return ImportList::unreadable("The list is not text: it contains NUL characters. Save it as CSV.");
    }
    let list = match formats::parse(text) {
        Some(Ok(table)) => parse_table(table, choice),
        Some(Err(error)) => ImportList::unreadable(error),
        None => {
            let text = &layout::with_separators(text);
            match table::find_table(text) {
                Some(table) => parse_table(table, choice),
                None => lines::parse_lines(text, choice),
            }
        }
    };
    if list.entries.len() > limits::MAX_IMPORT_ENTRIES {
        let max_entries = text::format_count(limits::MAX_IMPORT_ENTRIES);
        return ImportList::unreadable(format!("The list has more than {max_entries} entries. Split it."));
    }
    list
}

fn parse_table(mut table: Table, choice: Option<&ColumnChoice>) -> ImportList {
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        strip_formula_guard(cell);
    }
    let columns = columns::all_columns(&table);
    let column = match choice {
        Some(choice) => columns::chosen_column(choice, &table.header),
        None => columns::find_email_column(&columns, &table),
    };
    let with_emails: Vec<ImportColumn> =
        columns.into_iter().filter(|column| column.email_count > 0).collect();
    let column = match column {
        Ok(column) => column,
        Err(error) => {
            let (header, error) = (table.header, Some(error));
            return ImportList { header, columns: with_emails, error, ..ImportList::default() };
        }
    };
    let is_only = with_emails.iter().all(|other| other.index == column)
        && !columns::has_other_email_column(&table.header, column);
    let expected = columns::ExpectedCells::new(&table.header, column);
    let can_shift = !is_only && !table.is_exact;
    let shifted = |row: &Record| expected.shift_reason(&row.cells).filter(|_| can_shift);
    let above = table
        .emails_above
        .iter()
        .map(|record| flagged_entry(record, "it is above the header".to_owned(), column, false));
    let rows = table.rows.iter().flat_map(|row| {
        match misplaced_reason(row, table.header.len(), is_only).or_else(|| shifted(row)) {
            Some(reason) => vec![flagged_entry(row, reason, column, is_only)],
            None => {
                let mut row_entries =
                    parse_entries(row.line, row.cells.get(column).map_or("", String::as_str), &row.cells);
                let warning = expected.label_reason(&row.cells).map(EmailProblem::new);
                row_entries.iter_mut().for_each(|entry| entry.warning.clone_from(&warning));
                row_entries
            }
        }
    });
    let entries = above.chain(rows).take(limits::MAX_IMPORT_ENTRIES + 1).collect();
    ImportList { entries, columns: with_emails, column: Some(column), error: None, header: table.header }
}

/// Returns why the cells of a row may be in the wrong columns.
fn misplaced_reason(row: &Record, width: usize, is_only: bool) -> Option<String> {
    let columns = |n: usize| text::format_plural(n, "column");
    let used = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    if row.is_broken {
        Some("the quotes in this line are unbalanced".to_owned())
    } else if row.follows_second_header {
        Some("it is below another header: import this table separately".to_owned())
    } else if used > width || (row.cells.len() < width && !is_only) {
        let has = used.max(row.cells.len().min(width));
        Some(format!("this line has {}, the header has {width}", columns(has)))
    } else {
        None
    }
}

/// Returns the entry of a record whose cells may be in the wrong columns.
fn flagged_entry(record: &Record, reason: String, column: usize, is_only: bool) -> ImportEntry {
    let mut with_at = record.cells.iter().filter(|cell| cell.contains('@'));
    let (first, second) = (with_at.next(), with_at.next());
    let cell = record.cells.get(column).filter(|cell| !cell.is_empty()).or(first);
    let cell = cell.or(record.cells.iter().find(|cell| !cell.is_empty())).cloned().unwrap_or_default();
    let only = first.filter(|_| is_only && second.is_none()).and_then(|cell| recipient::parse(cell).ok());
    let suggestion = only.map(|only| only.email);
    let email = suggestion.clone().unwrap_or(cell);
    ImportEntry {
        line: record.line,
        email,
        misplaced_cells: record.cells.clone(),
        warning: Some(EmailProblem { reason, suggestion }),
        ..ImportEntry::default()
    }
}
