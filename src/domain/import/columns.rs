//! Finds the email column of a table, by the column names and the values.

use super::address_parser::split_recipients;
use super::column_name::{self, ColumnKind};
use super::import_list::{ColumnChoice, ImportColumn, ImportError};
use super::placeholder_values::{self, is_empty_marker};
use super::table::Table;
use crate::domain::{recipient, text};

/// Returns all columns of a table.
pub(super) fn all_columns(table: &Table) -> Vec<ImportColumn> {
    let count = |index: usize| {
        table.rows.iter().filter(|row| row.cells.get(index).is_some_and(|cell| has_email(cell))).count()
    };
    let named = table.header.iter().enumerate();
    named.map(|(index, name)| ImportColumn { index, name: name.clone(), email_count: count(index) }).collect()
}

/// True if a cell contains an email, even a misspelled one.
fn has_email(cell: &str) -> bool {
    let is_one =
        |text: &String| recipient::parse(text).map_or_else(|error| error.suggestion.is_some(), |_| true);
    cell.contains(['@', '＠']) && split_recipients(cell).iter().any(is_one)
}

/// Returns the column that the user chose.
pub(super) fn chosen_column(choice: &ColumnChoice, header: &[String]) -> Result<usize, ImportError> {
    let typed = match choice {
        ColumnChoice::Index(index) if *index < header.len() => return Ok(*index),
        ColumnChoice::Index(index) => (index + 1).to_string(),
        ColumnChoice::Typed(typed) => typed.trim().to_owned(),
    };
    let all = |is: &dyn Fn(&String) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, name)| is(name)).map(|(position, _)| position).collect()
    };
    let mut matching = all(&|name| name.trim() == typed);
    if matching.is_empty() {
        let plain = column_name::normalize_name(&typed);
        let same = |name: &String| !typed.is_empty() && column_name::normalize_name(name) == plain;
        let number = typed.parse::<usize>().ok().filter(|n| (1..=header.len()).contains(n));
        matching = number.map_or_else(|| all(&same), |n| vec![n - 1]);
    }
    let name = text::sanitize(&typed);
    match matching.as_slice() {
        [only] => Ok(*only),
        [] => {
            let columns = column_list(header);
            let message = format!("The list has no column {name}. The columns are {columns}.");
            Err(ImportError::Unreadable(message))
        }
        several => {
            let numbers: Vec<String> = several.iter().map(|position| (position + 1).to_string()).collect();
            let numbers = numbers.join(", ");
            let message = format!(
                "The list has several columns named {name}: columns {numbers}. Choose one by its number."
            );
            Err(ImportError::Unreadable(message))
        }
    }
}

/// Returns the email column, if it is unambiguous.
pub(super) fn find_email_column(columns: &[ImportColumn], table: &Table) -> Result<usize, ImportError> {
    let columns_of = |kinds: &[ColumnKind], with_emails: bool| -> Vec<&ImportColumn> {
        let matches_kind = |column: &&ImportColumn| {
            kinds.contains(&column_name::classify(&column.name)) && (column.email_count > 0 || !with_emails)
        };
        columns.iter().filter(matches_kind).collect()
    };
    let with_emails: Vec<&ImportColumn> = columns.iter().filter(|column| column.email_count > 0).collect();
    let mut clear = columns_of(&[ColumnKind::Email], true);
    if clear.len() > 1 {
        // Exchange exports a column with all aliases of a mailbox beside the main email.
        clear.retain(|column| !has_proxy_addresses(table, column));
    }
    let named_only = columns_of(&[ColumnKind::Email], false);
    let sign_in = columns_of(&[ColumnKind::SignIn], true);
    let neutral = columns_of(&[ColumnKind::Neutral], true);
    match (clear.as_slice(), sign_in.as_slice(), neutral.as_slice()) {
        ([first, others @ ..], ..) if others.iter().all(|other| is_equal(table, first, other)) => {
            return Ok(first.index);
        }
        ([], [only], _) if named_only.is_empty() => return Ok(only.index),
        ([], [], [only]) if with_emails.len() == 1 && named_only.is_empty() => return Ok(only.index),
        // A column with an email name but without emails: each row reports the missing email. The user need
        // not choose another column.
        ([], [], [])
            if !named_only.is_empty() && columns_of(&[ColumnKind::QualifiedEmail], true).is_empty() =>
        {
            return Ok(named_only[0].index);
        }
        _ => {}
    }
    match with_emails.is_empty() {
        true => Err(ImportError::Unreadable(no_emails_text(&table.header))),
        false => Err(ImportError::ChooseColumn(ambiguous_columns_reason(
            &with_emails.into_iter().cloned().collect::<Vec<_>>(),
        ))),
    }
}

/// True if the name of another column shows that it may contain emails.
pub(super) fn has_other_email_column(header: &[String], column: usize) -> bool {
    let has_some = |name: &str| match column_name::classify(name) {
        ColumnKind::Neutral => false,
        ColumnKind::Other => column_name::has_email_word(&column_name::normalize_name(name)),
        ColumnKind::Email | ColumnKind::SignIn | ColumnKind::QualifiedEmail => true,
    };
    header.iter().enumerate().any(|(at, name)| at != column && has_some(name))
}

/// Expected content of each column, derived from the column names.
/// Computed once for all rows of a table.
pub(super) struct ExpectedCells {
    /// The chosen column.
    column: usize,
    /// For each column: true if its name is of an email column, and true if it is of a name column.
    name_kinds: Vec<(bool, bool)>,
    /// The column that labels the emails in the chosen column: `E-mail 1 - Label`.
    label: Option<usize>,
}

impl ExpectedCells {
    pub(super) fn new(header: &[String], column: usize) -> ExpectedCells {
        let of_name = |name: &String| {
            let is_mail = matches!(column_name::classify(name), ColumnKind::Email | ColumnKind::Other)
                && column_name::has_email_word(&column_name::normalize_name(name));
            (is_mail, placeholder_values::is_name_column(name))
        };
        let plain: Vec<String> = header.iter().map(|name| column_name::normalize_name(name)).collect();
        let own = plain.get(column).map_or("", String::as_str);
        let stem = own.strip_suffix("value").unwrap_or(own);
        let labels = ["label", "type", "typ"].map(|suffix| format!("{stem}{suffix}"));
        let label = plain.iter().position(|name| labels.contains(name));
        ExpectedCells { column, name_kinds: header.iter().map(of_name).collect(), label }
    }

    /// Returns why the cells of a row may be shifted: a fragment without trailing period. An email column
    /// contains another text, or a name column contains an email.
    pub(super) fn shift_reason(&self, cells: &[String]) -> Option<String> {
        let own = cells.get(self.column).map(String::as_str).unwrap_or_default();
        let is_odd = |(at, (cell, (is_mail, is_name))): (usize, (&String, &(bool, bool)))| {
            let is_text = || {
                !cell.contains(['@', '＠']) && cell.chars().any(char::is_alphabetic) && !is_empty_marker(cell)
            };
            let is_address = || cell != own && recipient::is_email(cell);
            at != self.column && ((*is_mail && is_text()) || (*is_name && is_address()))
        };
        let is_shifted = cells.iter().zip(&self.name_kinds).enumerate().any(is_odd);
        is_shifted.then(|| "its cells do not fit the columns".to_owned())
    }

    /// Returns why an email needs attention: a fragment without trailing period. The label says that the
    /// email is private, or the row starts a footer such as `Contact HR:`.
    pub(super) fn label_reason(&self, cells: &[String]) -> Option<String> {
        let mut name_cells = cells.iter().zip(&self.name_kinds).filter(|(_, (_, is_name))| *is_name);
        if let Some((footer, _)) = name_cells.find(|(cell, _)| cell.ends_with(':')) {
            return Some(format!("it is labeled {}", text::sanitize(footer)));
        }
        let label = cells.get(self.label?)?;
        let is_other = column_name::classify(label) == ColumnKind::Other;
        is_other.then(|| format!("it is labeled {}", text::sanitize(label)))
    }
}

/// True if a column lists the addresses of mailboxes as Exchange does: `SMTP:a@b; smtp:c@d`.
fn has_proxy_addresses(table: &Table, column: &ImportColumn) -> bool {
    let cells = table.rows.iter().filter_map(|row| row.cells.get(column.index));
    cells.filter(|cell| !cell.is_empty()).take(1).any(|cell| cell.to_lowercase().contains("smtp:"))
}

/// True if two columns are equal in every row.
fn is_equal(table: &Table, a: &ImportColumn, b: &ImportColumn) -> bool {
    let cell = |cells: &[String], column: &ImportColumn| {
        cells.get(column.index).map(|cell| cell.to_lowercase()).unwrap_or_default()
    };
    table.rows.iter().all(|row| cell(&row.cells, a) == cell(&row.cells, b))
}

/// Returns why the user must choose the email column, as a sentence.
pub(super) fn ambiguous_columns_reason(with_emails: &[ImportColumn]) -> String {
    let label = |column: &ImportColumn| {
        let count = text::format_count(column.email_count);
        match with_emails.iter().any(|other| other.index != column.index && other.name == column.name) {
            true if !column.name.is_empty() => {
                format!("{}, column {} ({count})", column.label(), column.index + 1)
            }
            _ => format!("{} ({count})", column.label()),
        }
    };
    let labels = with_emails.iter().map(label).collect::<Vec<_>>().join(", ");
    match with_emails.len() {
        1 => format!("Only {labels} holds emails, but its name does not show that they are for invites."),
        _ => format!("Several columns hold emails, and it is unclear which are for invites: {labels}."),
    }
}

/// Returns a sentence that no column holds emails.
pub(super) fn no_emails_text(header: &[String]) -> String {
    format!("No column holds emails. The columns are {}.", column_list(header))
}

fn column_list(header: &[String]) -> String {
    header.iter().map(|name| text::sanitize(name)).collect::<Vec<_>>().join(", ")
}
