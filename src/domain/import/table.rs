//! Finds the table in a text: its separator, the title lines above it, its header, its rows.

use super::column_name::{self, ColumnKind};
use super::records::{NO_SEPARATOR, Record, split_records};
use crate::domain::recipient;

/// Maximum number of records above a header.
const MAX_TITLE_RECORDS: usize = 20;
/// Maximum length of a column name. A longer cell is data.
const MAX_NAME_CHARS: usize = 60;
/// Replaces `\|` while a text is split.
const ESCAPED_BAR: &str = "\u{1}";
const SEPARATORS: [char; 7] = ['\t', ';', ',', '|', '；', '，', '、'];

/// Named columns and their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Record>,
    /// True if the format gives the column of each value, so rows cannot be shifted.
    pub(super) is_exact: bool,
    /// Records above the header that contain an email.
    pub(super) emails_above: Vec<Record>,
}

/// Certainty that a record is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum HeaderCertainty {
    /// Its cells are names, and the next record has an @ in another column.
    Values,
    /// One of its cells has a name related to email.
    Name,
    /// One of its cells is the name of an email column.
    ClearName,
}

/// Returns the table in a text; `None` if it has no header.
pub(super) fn find_table(text: &str) -> Option<Table> {
    // A bar inside of a Markdown cell.
    let text = &if text.contains("|-") { text.replace("\\|", ESCAPED_BAR) } else { text.to_owned() };
    let (text, forced) = strip_separator_line(text);
    let separators = forced.map_or_else(|| SEPARATORS.to_vec(), |separator| vec![separator]);
    let used = separators.into_iter().filter(|separator| text.contains(*separator));
    let header = |separator: char| {
        let (certainty, record) = find_header(&text, separator)?;
        Some((certainty, record.cells.len(), separator, record))
    };
    let found = used.chain([NO_SEPARATOR]).filter_map(header);
    // If several are equal, the first wins.
    // Of equal ones, the first.
    let best = found.rev().max_by_key(|(certainty, width, ..)| (*certainty, *width));
    let (_, width, separator, header) = best?;
    // A row of a single column may contain several emails.
    let separator = if width == 1 { NO_SEPARATOR } else { separator };
    let mut table = Table { header: header.cells.clone(), ..Table::default() };
    let mut is_below_another = false;
    let names: Vec<String> = header.cells.iter().map(|cell| column_name::normalize_name(cell)).collect();
    for mut record in split_records(&text, separator, Some(width)) {
        let is_above = record.line < header.line;
        let is_header = record.cells.len() == names.len()
            && record.cells.iter().zip(&names).all(|(cell, name)| column_name::normalize_name(cell) == *name);
        let has_address = || record.cells.iter().any(|cell| recipient::parse(cell).is_ok());
        if is_header
            || is_separator_row(&record)
            || (record.is_comment && !(header.is_comment && is_numbered(&record)))
        {
            continue;
        } else if !is_above && width > 1 && certainty_from_names(&record) == Some(HeaderCertainty::ClearName)
        {
            is_below_another = true;
        } else if !is_above {
            record.follows_second_header = is_below_another;
            table.rows.push(record);
        } else if has_address() {
            table.emails_above.push(record);
        }
    }
    trim_outer_pipes(&mut table, separator);
    if table.header.first().is_some_and(|name| name.len() > 1 && name.starts_with('#')) {
        table.header[0] = table.header[0].trim_start_matches('#').trim().to_owned();
    }
    Some(table)
}

/// Returns the header of a text with this separator.
fn find_header(text: &str, separator: char) -> Option<(HeaderCertainty, Record)> {
    let mut records: Vec<Record> = Vec::new();
    for record in split_records(text, separator, None) {
        let is_data = !record.is_comment && record.cells.iter().any(|cell| cell.contains('@'));
        records.push(record);
        // A title line may contain an email: `Exported by ann@acme.com`.
        let is_row =
            is_data && (separator == NO_SEPARATOR || records.last().is_some_and(|last| last.cells.len() > 1));
        if is_row && records.len() > 1 || records.len() > MAX_TITLE_RECORDS {
            break;
        }
    }
    let is_wide = |record: &&Record| separator == NO_SEPARATOR || record.cells.len() > 1;
    let named = records
        .iter()
        .filter(is_wide)
        .filter_map(|record| Some((certainty_from_names(record)?, record.clone())));
    // Of equal ones, the first.
    let best = named.rev().max_by_key(|(certainty, _)| *certainty);
    best.or_else(|| find_header_by_values(&records).map(|record| (HeaderCertainty::Values, record)))
}

fn certainty_from_names(record: &Record) -> Option<HeaderCertainty> {
    let cells = &record.cells;
    if cells.iter().any(|cell| cell.contains(['@', '<']) || cell.chars().count() > MAX_NAME_CHARS)
        || record.is_broken
    {
        return None;
    }
    let kinds: Vec<ColumnKind> =
        cells.iter().map(|cell| column_name::classify(cell.trim_start_matches('#'))).collect();
    let is_clear = kinds.iter().any(|kind| matches!(kind, ColumnKind::Email | ColumnKind::SignIn));
    let has_mail = kinds.iter().zip(cells).any(|(kind, cell)| {
        *kind == ColumnKind::QualifiedEmail
            || (*kind == ColumnKind::Other && column_name::normalize_name(cell).contains("mail"))
    });
    // `# email, name` may be a comment; `#,Email` is not.
    let is_numbered = cells.first().is_some_and(|cell| cell == "#");
    match () {
        () if record.is_comment && !is_numbered && (!is_clear || cells.len() < 2) => None,
        () if is_clear => Some(HeaderCertainty::ClearName),
        // The only column contains other people's emails: the user must choose it.
        () if has_mail && (cells.len() > 1 || kinds == [ColumnKind::Other]) => Some(HeaderCertainty::Name),
        () => None,
    }
}

/// Returns the record above the first record with an @, if it is a header.
/// Both must have the same number of cells, and all cells of the header must be names.
fn find_header_by_values(records: &[Record]) -> Option<Record> {
    let has_at = |record: &Record| record.cells.iter().any(|cell| cell.contains('@'));
    let is_mail = |record: &Record| record.cells.iter().any(|cell| cell.contains('<'));
    let data =
        records.iter().position(|record| !record.is_comment && has_at(record) && record.cells.len() > 1)?;
    let above = records[..data].iter().rfind(|record| !record.is_comment)?;
    let fits = above.cells.len() == records[data].cells.len() && !above.is_broken;
    let is_named = above.cells.iter().all(|cell| !cell.is_empty() && cell.chars().count() <= MAX_NAME_CHARS);
    // `Name`, `Ann` above `Email`, `a@b` is a form.
    let is_form = records[data].cells.iter().any(|cell| column_name::classify(cell) == ColumnKind::Email);
    (fits && is_named && !is_form && !is_mail(&records[data])).then(|| above.clone())
}

/// True for a record of a table that has a `#` column with numbers such as `#1`.
fn is_numbered(record: &Record) -> bool {
    record.cells.first().is_some_and(|cell| cell.trim_start_matches('#').trim().parse::<u32>().is_ok())
}

/// True for `|---|---|` below the header of a Markdown table.
fn is_separator_row(record: &Record) -> bool {
    let is_line = |cell: &String| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | '='));
    record.cells.iter().any(is_line) && record.cells.iter().all(|cell| cell.is_empty() || is_line(cell))
}

/// Removes the outer bars of Markdown rows.
fn trim_outer_pipes(table: &mut Table, separator: char) {
    if separator != '|' || !table.header.first().is_some_and(String::is_empty) {
        return;
    }
    let records = table.rows.iter_mut().chain(&mut table.emails_above).map(|record| &mut record.cells);
    for cells in records.chain([&mut table.header]) {
        if cells.first().is_some_and(String::is_empty) {
            cells.remove(0);
        }
        cells.pop_if(|cell| cell.is_empty());
        cells.iter_mut().for_each(|cell| *cell = unescape(cell));
    }
}

/// Removes the backslashes before punctuation in a Markdown cell.
fn unescape(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let cell = cell.replace(ESCAPED_BAR, "|").replace("<br>", " ");
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = if c == '\\' { rest.next_if(char::is_ascii_punctuation) } else { None };
        out.push(escaped.unwrap_or(c));
    }
    out
}

/// Removes Excel's `sep=;` from the first line. The empty line stays, so line numbers do not change.
fn strip_separator_line(text: &str) -> (std::borrow::Cow<'_, str>, Option<char>) {
    let start = text.len() - text.trim_start_matches('\n').len();
    let first_line = text[start..].split('\n').next().unwrap_or_default();
    let named = first_line.trim().trim_matches('"');
    let separator = named.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).and_then(|_| {
        let mut rest = named[4..].chars();
        Some(rest.next().unwrap_or('\t')).filter(|_| rest.next().is_none())
    });
    match separator {
        Some(separator) => (text.replacen(first_line, "", 1).into(), Some(separator)),
        None => (text.into(), None),
    }
}

/// Returns the column names of a text that looks like a table although no cell holds an email.
pub(super) fn names_without_emails(text: &str) -> Option<Vec<String>> {
    let (text, forced) = strip_separator_line(text);
    let separators = forced.map_or_else(|| SEPARATORS.to_vec(), |separator| vec![separator]);
    separators.into_iter().filter(|separator| text.contains(*separator)).find_map(|separator| {
        let records: Vec<Record> = split_records(&text, separator, None)
            .filter(|record| !record.is_comment)
            .take(MAX_TITLE_RECORDS)
            .collect();
        let width = records.iter().map(|record| record.cells.len()).max().filter(|width| *width > 1)?;
        let fits = records.iter().filter(|record| record.cells.len() == width).count();
        let header = records.iter().find(|record| record.cells.len() == width)?;
        (fits > 1 && fits * 2 > records.len()).then(|| header.cells.clone())
    })
}
