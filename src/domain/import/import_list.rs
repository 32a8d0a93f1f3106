//! A parsed list: its entries, its columns, and why nothing was parsed.

use crate::domain::recipient::EmailProblem;
use crate::domain::text;

/// The people of a list, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportList {
    /// Column names; empty without a header.
    pub header: Vec<String>,
    /// One entry for each email; empty if [`ImportList::error`] is set.
    pub entries: Vec<ImportEntry>,
    /// The columns that hold emails.
    pub columns: Vec<ImportColumn>,
    /// The email column; `None` if the list has no columns.
    pub column: Option<usize>,
    /// Why nothing was parsed.
    pub error: Option<ImportError>,
}

impl ImportList {
    /// Creates a list that could not be read. The text is a sentence with cause and fix.
    pub(super) fn unreadable(text: impl Into<String>) -> ImportList {
        ImportList { error: Some(ImportError::Unreadable(text.into())), ..ImportList::default() }
    }

    /// Returns a sentence: `Emails from column 3 “Work Email”.` `None` without columns.
    pub fn column_text(&self) -> Option<String> {
        let index = self.column?;
        let name = self.header.get(index).filter(|name| !name.is_empty());
        let name = name.map(|name| format!(" “{}”", text::sanitize(name))).unwrap_or_default();
        Some(format!("Emails from column {}{name}.", index + 1))
    }

    /// True if the list is a table with more than one column.
    pub fn has_columns(&self) -> bool {
        self.column.is_some() && (self.header.len() > 1 || self.columns.len() > 1)
    }
}

/// Why a list has no entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// The user must choose the email column; the reason as a sentence.
    ChooseColumn(String),
    /// The list cannot be read; cause and fix as a sentence.
    Unreadable(String),
}

impl ImportError {
    /// Returns the sentence, sanitized.
    pub fn text(&self) -> &str {
        match self {
            ImportError::ChooseColumn(text) | ImportError::Unreadable(text) => text,
        }
    }
}

/// The column that the user chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnChoice {
    /// Position, from 0.
    Index(usize),
    /// Name, or number from 1.
    Typed(String),
}

/// One email of a list. Texts are raw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportEntry {
    /// Line of the entry, from 1. A line can contain several entries.
    pub line: usize,
    /// The email, or the text in its place; the user may correct it.
    pub email: String,
    /// The name written beside the email: `Name <email>`.
    pub name: Option<String>,
    /// All cells of the line; empty if they may be in the wrong columns.
    pub cells: Vec<String>,
    /// All cells of the line if they may be in the wrong columns; otherwise empty.
    pub misplaced_cells: Vec<String>,
    /// Why the position of the entry in the list is suspicious, independent of the email.
    pub warning: Option<EmailProblem>,
    /// True if the user includes the entry despite a warning.
    pub include_anyway: bool,
}

impl ImportEntry {
    /// Replaces the email with the user's correction. The next check includes the new email.
    pub fn replace_email(&mut self, email: &str) {
        (self.email, self.warning, self.include_anyway) = (email.to_owned(), None, false);
    }
}

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportColumn {
    /// Its position, from 0.
    pub index: usize,
    /// Its name; empty without a header.
    pub name: String,
    /// Number of cells in the column that contain an email.
    pub email_count: usize,
}

impl ImportColumn {
    /// Returns `“Work Email”`, or `column 2`. Sanitized.
    pub fn label(&self) -> String {
        match self.name.is_empty() {
            true => format!("column {}", self.index + 1),
            false => format!("“{}”", text::sanitize(&self.name)),
        }
    }
}
