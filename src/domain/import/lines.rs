//! Parses lists without a header, line by line: a paste may mix all forms.
//! A line with several cells is a row; if rows hold emails in several columns, the user must choose.

use super::address_parser::{parse_entries, split_cells, split_recipients};
use super::column_name::{self, ColumnKind};
use super::columns::ambiguous_columns_reason;
use super::import_list::{ColumnChoice, ImportColumn, ImportEntry, ImportError, ImportList};
use super::table;
use crate::domain::recipient::{self, EmailProblem};
use crate::domain::words::{Words, parse_words};
use crate::domain::{limits, text};

/// Words before the recipients of a message, letters only.
static RECIPIENT_WORDS: Words = Words::new(|| parse_words(include_str!("words/recipient_words.txt")));
/// Words before emails that are not recipients.
static SENDER_WORDS: Words = Words::new(|| parse_words(include_str!("words/sender_words.txt")));

/// Number of lines in which the email field of a pasted form is searched.
const MAX_FORM_LINES: usize = 50;

/// Kind of line.
enum Line {
    /// Recipients, with nothing except names beside them.
    Plain(String),
    /// Cells, at least one of them without an email.
    Row(char, Vec<String>),
    /// A text with an email that the user may not want to invite.
    Flagged(EmailProblem, String),
}

pub(super) fn parse_lines(text: &str, choice: Option<&ColumnChoice>) -> ImportList {
    let (mut is_below_sender, mut is_signature) = (false, false);
    let is_form = text
        .lines()
        .take(MAX_FORM_LINES)
        .any(|line| split_form_field(line).is_some_and(|(name, _)| is_email_name(name)));
    let lines: Vec<(usize, Line)> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('#'))
        .take(limits::MAX_IMPORT_ENTRIES + 1)
        .map(|(at, line)| {
            // Mail continues a long line with a space at the start of the next one.
            is_below_sender = is_sender_line(line) || (is_below_sender && line.starts_with([' ', '\t']));
            is_signature |= line.trim_end() == "--";
            let line = match split_form_field(line).filter(|_| is_form) {
                _ if is_signature => flagged_line(line, "it is below a signature mark"),
                _ if is_below_sender && !is_sender_line(line) => {
                    flagged_line(line, "the line above it contains no recipients")
                }
                Some((name, value)) => classify_labeled(line.trim(), name, value),
                None => classify_line(line.trim()),
            };
            (at + 1, line)
        })
        .collect();
    let columns = email_columns(&lines);
    let column = match choice.map(column_number) {
        None if is_ambiguous(&lines) => {
            let error = ImportError::ChooseColumn(ambiguous_columns_reason(&columns));
            return ImportList { columns, error: Some(error), ..ImportList::default() };
        }
        None => None,
        Some(Some(column)) => Some(column),
        Some(None) => {
            return ImportList::unreadable("The list has no header: choose the email column by its number.");
        }
    };
    let entries: Vec<ImportEntry> =
        lines.iter().flat_map(|(n, line)| line_entries(*n, line, column)).collect();
    if choice.is_none()
        && !text.contains(['@', '＠'])
        && let Some(names) = table::names_without_emails(text)
    {
        return ImportList::unreadable(super::columns::no_emails_text(&names));
    }
    let columns = if column.is_some() { columns } else { Vec::new() };
    ImportList { entries, columns, column, ..ImportList::default() }
}

fn classify_line(line: &str) -> Line {
    let line = recipient::strip_marks(line);
    if let Some((label, rest)) = split_label(line).or_else(|| split_setting(line)) {
        return classify_labeled(line, label, rest);
    }
    let has_at = |text: &String| text.contains(['@', '＠']);
    if !line.contains('@') || line.contains('<') {
        return Line::Plain(line.to_owned());
    }
    let (separator, cells) = split_cells(line);
    let used = cells.iter().filter(|cell| !cell.is_empty()).count();
    let with_at = cells.iter().filter(|cell| has_at(cell)).count();
    let is_row = with_at < used || separator == '\t';
    if is_row { Line::Row(separator, cells) } else { Line::Plain(line.to_owned()) }
}

/// True if a line starts with a mail header that does not contain recipients.
fn is_sender_line(line: &str) -> bool {
    line.split_once([':', '：'])
        .is_some_and(|(label, _)| SENDER_WORDS.contains(&column_name::normalize_name(label).as_str()))
}

fn flagged_line(line: &str, reason: &str) -> Line {
    Line::Flagged(EmailProblem::new(reason), line.trim().to_owned())
}

/// Returns name and value of a line in a form that was pasted from a spreadsheet: `Email`, a tab,
/// `a@b`.
fn split_form_field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('\t')?;
    (value.contains('@') && !name.contains('@') && !value.contains('\t')).then_some((name, value))
}

fn is_email_name(name: &str) -> bool {
    column_name::classify(name) == ColumnKind::Email
}

/// Splits a line at its colon, if an email follows.
fn split_label(line: &str) -> Option<(&str, &str)> {
    let (label, rest) = line.split_once([':', '：'])?;
    let is_label = label.chars().count() <= 30
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let is_scheme = ["mailto", "smtp"].iter().any(|scheme| label.eq_ignore_ascii_case(scheme));
    (is_label && !is_scheme && !label.trim().is_empty() && rest.contains('@')).then_some((label, rest))
}

/// Parses `EMAIL=a@b`, as settings files and logs write it. `=` is legal in an email.
fn split_setting(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once('=')?;
    let is_name = !name.trim().is_empty()
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | ' ' | '.' | '-'));
    let value = rest.trim().trim_matches(['"', '\'']);
    (is_name && recipient::is_email(value)).then_some((name, value))
}

/// Classifies `To: a@b, c@d`, the group `Audit: a@b, c@d;`, and other labels.
fn classify_labeled(line: &str, label: &str, rest: &str) -> Line {
    let plain = column_name::normalize_name(label);
    let kind = column_name::classify(label);
    let is_group = rest.trim_end().ends_with(';') && matches!(kind, ColumnKind::Neutral);
    if SENDER_WORDS.contains(&plain.as_str()) || plain.starts_with('x') && label.starts_with("X-") {
        let reason = format!("not a recipient header: {}", text::sanitize(label.trim()));
        return Line::Flagged(EmailProblem::new(reason), line.to_owned());
    }
    if RECIPIENT_WORDS.contains(&plain.as_str()) || kind == ColumnKind::Email || is_group {
        return Line::Plain(rest.trim().trim_end_matches(';').to_owned());
    }
    let recipient = split_recipients(rest).into_iter().next().and_then(|text| recipient::parse(&text).ok());
    // `List-Id:` and similar mail headers contain no person.
    let suggestion = recipient
        .map(|recipient| recipient.email)
        .filter(|_| kind != ColumnKind::Other && !label.contains('-'));
    let reason = format!("it follows “{}:”", text::sanitize(label.trim()));
    Line::Flagged(EmailProblem { reason, suggestion }, line.to_owned())
}

fn line_entries(n: usize, line: &Line, column: Option<usize>) -> Vec<ImportEntry> {
    let no_column = |cells: &[String]| {
        let reason = format!("this line has no column {}", column.unwrap_or_default() + 1);
        let (cells, warning) = (cells.to_vec(), Some(EmailProblem::new(reason)));
        vec![ImportEntry { line: n, cells, warning, ..ImportEntry::default() }]
    };
    match line {
        Line::Flagged(warning, text) => {
            let (email, warning) = (text.clone(), Some(warning.clone()));
            vec![ImportEntry { line: n, email, warning, ..ImportEntry::default() }]
        }
        Line::Plain(text) if column.is_some_and(|column| column > 0) => no_column(std::slice::from_ref(text)),
        // A text without an email stays in one piece.
        Line::Plain(text) if !text.contains(['@', '＠']) => {
            vec![ImportEntry { line: n, email: text.clone(), ..ImportEntry::default() }]
        }
        Line::Plain(text) => parse_entries(n, text, &[]),
        Line::Row(_, cells) => {
            let of_column = |at: usize| cells.get(at);
            let with_at = || cells.iter().find(|cell| cell.contains(['@', '＠']));
            match column.map_or_else(with_at, of_column) {
                Some(cell) => parse_entries(n, cell, cells),
                None => no_column(cells),
            }
        }
    }
}

/// True if rows hold emails in several columns.
fn is_ambiguous(lines: &[(usize, Line)]) -> bool {
    let mut shapes: hashbrown::HashMap<(char, usize), Vec<&Vec<String>>> = hashbrown::HashMap::new();
    for (_, line) in lines {
        if let Line::Row(separator, cells) = line {
            shapes.entry((*separator, cells.len())).or_default().push(cells);
        }
    }
    let email_indexes =
        |cells: &[String]| -> Vec<usize> { (0..cells.len()).filter(|at| cells[*at].contains('@')).collect() };
    let is_shape_ambiguous = |rows: &Vec<&Vec<String>>| {
        let first = rows.first().map(|cells| email_indexes(cells)).unwrap_or_default();
        let is_pair = |cells: &&Vec<String>| cells.len() == 2 && cells.iter().all(|cell| !cell.is_empty());
        let differ = rows.iter().any(|cells| email_indexes(cells) != first) && !rows.iter().all(is_pair);
        differ || rows.iter().any(|cells| email_indexes(cells).len() > 1)
    };
    shapes.values().any(is_shape_ambiguous) || has_repeated_column(lines)
}

/// True if lines that contain only emails repeat one email in the same column, usually a manager's.
fn has_repeated_column(lines: &[(usize, Line)]) -> bool {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .filter_map(|(_, line)| match line {
            Line::Plain(text) if !text.contains('<') => Some(split_cells(text).1),
            _ => None,
        })
        .collect();
    let width = rows.first().map_or(0, Vec::len);
    if width < 2 || rows.len() < 2 || rows.len() != lines.len() || rows.iter().any(|row| row.len() != width) {
        return false;
    }
    let mut seen = hashbrown::HashSet::new();
    let is_repeated = rows
        .iter()
        .flat_map(|row| row.iter().enumerate())
        .any(|cell| cell.1.contains('@') && !seen.insert(cell));
    is_repeated || has_disjoint_domains(&rows, width)
}

/// True if no domain occurs in two columns.
/// Then the columns contain different kinds of emails, such as work and private emails.
fn has_disjoint_domains(rows: &[Vec<String>], width: usize) -> bool {
    let mut column_of = hashbrown::HashMap::new();
    let is_shared = rows.iter().flat_map(|row| row.iter().enumerate()).any(|(at, cell)| {
        let domain = cell.rsplit('@').next().unwrap_or_default().trim_end_matches('>').to_lowercase();
        *column_of.entry(domain).or_insert(at) != at
    });
    !is_shared && column_of.len() < rows.len() * width
}

/// Returns the columns that hold emails.
fn email_columns(lines: &[(usize, Line)]) -> Vec<ImportColumn> {
    let rows = lines.iter().map(|(_, line)| match line {
        Line::Row(_, cells) => cells.clone(),
        Line::Plain(text) => split_cells(text).1,
        Line::Flagged(..) => Vec::new(),
    });
    let mut counts: Vec<usize> = Vec::new();
    for cells in rows {
        counts.resize(counts.len().max(cells.len()), 0);
        counts.iter_mut().zip(&cells).for_each(|(count, cell)| *count += usize::from(cell.contains('@')));
    }
    let column =
        |(index, email_count): (usize, usize)| ImportColumn { index, name: String::new(), email_count };
    counts.into_iter().enumerate().map(column).filter(|column| column.email_count > 0).collect()
}

fn column_number(choice: &ColumnChoice) -> Option<usize> {
    match choice {
        ColumnChoice::Index(index) => Some(*index),
        ColumnChoice::Typed(typed) => typed.trim().parse::<usize>().ok()?.checked_sub(1),
    }
}
