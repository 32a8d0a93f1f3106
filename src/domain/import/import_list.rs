//! A parsed list: its entries, its columns, and why nothing was parsed.

use crate::domain::text;

/// The people of a list, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportList {
    /// Column names; empty without a header.
    pub header: Vec<String>,
    /// One entry for each email; none while [`ImportList::error`] is set.
    pub entries: Vec<ImportEntry>,
    /// The columns that hold emails.
    pub columns: Vec<ImportColumn>,
    /// The email column; `None` if the list has no columns.
    pub column: Option<usize>,
    /// Why nothing was parsed.
    pub error: Option<ImportError>,
}

impl ImportList {
    /// Creates an unreadable list; cause and fix as a sentence.
    pub(super) fn unreadable(text: String) -> ImportList {
        ImportList { error: Some(ImportError::Unreadable(text)), ..ImportList::default() }
    }

    /// Returns the email column as a sentence: `Email column: “Work Email”.` `None` without columns.
    pub fn column_text(&self) -> Option<String> {
        let index = self.column?;
        let name = self.header.get(index).cloned().unwrap_or_default();
        let is_shared = !name.is_empty() && self.header.iter().filter(|other| **other == name).count() > 1;
        let number = if is_shared { format!(", column {}", index + 1) } else { String::new() };
        Some(format!("Email column: {}{number}.", ImportColumn { index, name, email_count: 0 }.label()))
    }
}

/// Why a list has no entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// The user must choose the email column; the reason as a sentence.
    ChooseColumn(String),
    /// It cannot be read; cause and fix as a sentence.
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
    /// Its line, from 1. A line can hold several entries.
    pub line: usize,
    /// The email, or the text in its place; the user may correct it.
    pub email: String,
    /// The name written with it: `Name <address>`.
    pub name: Option<String>,
    /// All columns of its line; none if they may be in the wrong order.
    pub cells: Vec<String>,
    /// The cells of its line that may be in the wrong columns.
    pub misplaced_cells: Vec<String>,
    /// Why its position in the list is suspicious, whatever the email is.
    pub warning: Option<EntryWarning>,
    /// True if the user includes it although it looks like a typo, or was sent before.
    pub include_anyway: bool,
}

impl ImportEntry {
    /// Replaces the email by the user's correction; it is checked again.
    pub fn replace_email(&mut self, email: &str) {
        (self.email, self.warning, self.include_anyway) = (email.to_owned(), None, false);
    }
}

/// Why the position of an entry is suspicious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryWarning {
    /// A fragment without trailing period, sanitized.
    pub reason: String,
    /// The only email that can be meant.
    pub suggestion: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportColumn {
    /// Its position, from 0.
    pub index: usize,
    /// Its name; empty without a header.
    pub name: String,
    /// Number of its cells that hold an email.
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
