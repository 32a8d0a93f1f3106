//! The text of a list made entries: an address each, with its line and its columns. A table with a header is read
//! as one; anything else line by line, so that a paste may mix all forms. Nothing is judged here, and nothing is
//! left out but empty lines: what is no address becomes an entry that the verdict calls invalid.

use csv::{ReaderBuilder, StringRecord};

use super::columns;
use super::split::{addresses, fields_of_line};

/// A list is cut behind so many entries; the person is told.
pub const MOST_ENTRIES: usize = 100_000;

/// Who is to be invited, in the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns, where there is a header.
    pub header: Vec<String>,
    /// One for each address.
    pub entries: Vec<Entry>,
    /// Whether something behind `MOST_ENTRIES` was left out.
    pub cut: bool,
}

/// One address of a list. Texts are raw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands in, from 1. Several entries can stand in one line.
    pub line: usize,
    /// The address as it stands there, trimmed; a person may correct it.
    pub email: String,
    /// The name that stood with it: `Name <address>`.
    pub name: Option<String>,
    /// All columns of its line.
    pub cells: Vec<String>,
    /// A person looked at it and wants it sent although it looks like a typo, or was sent before.
    pub as_it_is: bool,
}

/// Reads a list; the text has `\n` as its only line end.
pub fn read(text: &str) -> Sheet {
    let mut sheet = match table(text) {
        Some(sheet) => sheet,
        None => Sheet { entries: lines(text), ..Sheet::default() },
    };
    sheet.cut = sheet.entries.len() > MOST_ENTRIES;
    sheet.entries.truncate(MOST_ENTRIES);
    sheet
}

/// Reads a table if the first line that is not empty is a header with a column for the address.
fn table(text: &str) -> Option<Sheet> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let separated = |separator: u8| fields(first, separator).map(|names| (separator, names));
    let with_address = |names: &StringRecord| columns::address_column(names.iter()).is_some();
    let (separator, names) = b"\t;,"
        .iter()
        .filter_map(|separator| separated(*separator))
        .filter(|(_, names)| with_address(names) && !names.iter().any(|name| name.contains('@')))
        .max_by_key(|(_, names)| names.len())?;
    let column = columns::address_column(names.iter())?;
    let header = names.iter().map(|name| name.trim().to_owned()).collect();
    let mut sheet = Sheet { header, ..Sheet::default() };
    // A quote that is never closed would swallow the rest of the list.
    let quoting = text.matches('"').count().is_multiple_of(2);
    let mut reader = reader(separator).quoting(quoting).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut is_header = true;
    while let Ok(true) = reader.read_record(&mut record) {
        let line = record.position().map_or(0, |place| line_of(text, place));
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if std::mem::take(&mut is_header) || cells.iter().all(String::is_empty) {
            continue;
        }
        sheet.entries.extend(entries(line, cells.get(column).map_or("", String::as_str), &cells));
        if sheet.entries.len() > MOST_ENTRIES {
            break;
        }
    }
    Some(sheet)
}

/// The line in which a record begins; the reader counts the empty lines before it to it.
fn line_of(text: &str, place: &csv::Position) -> usize {
    let from = text.as_bytes().get(place.byte() as usize..).unwrap_or_default();
    place.line() as usize + from.iter().take_while(|byte| **byte == b'\n').count()
}

/// Reads what has no header.
fn lines(text: &str) -> Vec<Entry> {
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let entries = numbered.flat_map(|(at, line)| {
        let cells = fields_of_line(line);
        match cells.iter().find(|cell| cell.contains('@')) {
            // A row of a table: one of its columns holds the only address.
            Some(cell) if cells.len() > 1 && line.matches('@').count() == 1 => entries(at + 1, cell, &cells),
            _ => entries(at + 1, line, &[]),
        }
    });
    entries.take(MOST_ENTRIES + 1).collect()
}

/// The entries of one cell or line; one without an address where there is none in it.
fn entries(line: usize, text: &str, cells: &[String]) -> Vec<Entry> {
    let entry = |(name, email): (Option<String>, String)| Entry {
        line,
        email,
        name,
        cells: cells.to_vec(),
        as_it_is: false,
    };
    addresses(text).into_iter().map(entry).collect()
}

/// A line's fields, separated by one character and perhaps quoted; `None` where there is but one field
/// although another separator might give more.
fn fields(line: &str, separator: u8) -> Option<StringRecord> {
    let mut record = StringRecord::new();
    let read = reader(separator).from_reader(line.as_bytes()).read_record(&mut record);
    read.is_ok_and(|read| read).then_some(record)
}

pub(super) fn reader(separator: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true);
    builder
}
