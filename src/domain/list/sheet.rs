//! A list that was read: its entries, its columns, and why it waits.

use crate::domain::text;

/// The people of a list, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns; empty without a header.
    pub header: Vec<String>,
    /// One for each address; none while [`Sheet::hold`] is set.
    pub entries: Vec<Entry>,
    /// The columns that hold addresses.
    pub columns: Vec<Column>,
    /// The column that the addresses are from; `None` if the list has no columns.
    pub column: Option<usize>,
    /// Why nothing was read.
    pub hold: Option<Hold>,
}

impl Sheet {
    /// A list that cannot be read; why and what to do, as a sentence.
    pub(super) fn refused(sentence: String) -> Sheet {
        Sheet { hold: Some(Hold::Refused(sentence)), ..Sheet::default() }
    }

    /// Which column the addresses are from, as a sentence: `Email column: “Work Email”.` `None` without columns.
    pub fn column_text(&self) -> Option<String> {
        let index = self.column?;
        let name = self.header.get(index).cloned().unwrap_or_default();
        let is_shared = !name.is_empty() && self.header.iter().filter(|other| **other == name).count() > 1;
        let number = if is_shared { format!(", column {}", index + 1) } else { String::new() };
        Some(format!("Email column: {}{number}.", Column { index, name, addresses: 0 }.label()))
    }
}

/// Why a list waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// The user has to choose the email column; why, as a sentence.
    ChooseColumn(String),
    /// It cannot be read; why and what to do, as a sentence.
    Refused(String),
}

impl Hold {
    /// The sentence, safe to show.
    pub fn sentence(&self) -> &str {
        match self {
            Hold::ChooseColumn(sentence) | Hold::Refused(sentence) => sentence,
        }
    }
}

/// The column that the user has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnChoice {
    /// By its place, from 0.
    Index(usize),
    /// By its name, or by its number from 1.
    Typed(String),
}

/// One address of a list. Texts are raw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands in, from 1. Several entries can stand in one line.
    pub line: usize,
    /// The address, or the text that stands in its place; the user may correct it.
    pub email: String,
    /// The name that was written with it: `Name <address>`.
    pub name: Option<String>,
    /// All columns of its line; none if they may stand in other columns than they should.
    pub cells: Vec<String>,
    /// The cells of its line that may stand in other columns than they should.
    pub misplaced: Vec<String>,
    /// Why its place in the list is doubtful, whatever the address is.
    pub doubt: Option<Doubt>,
    /// The user wants it sent although it looks like a typo, or was sent before.
    pub as_it_is: bool,
}

impl Entry {
    /// Puts an email in its place that the user wants; it is judged anew.
    pub fn correct(&mut self, email: &str) {
        (self.email, self.doubt, self.as_it_is) = (email.to_owned(), None, false);
    }
}

/// Why the place of an entry is doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Half a sentence, safe to show.
    pub reason: String,
    /// The only address that can be meant.
    pub suggestion: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place, from 0.
    pub index: usize,
    /// Its name; empty without a header.
    pub name: String,
    /// How many of its cells hold an address.
    pub addresses: usize,
}

impl Column {
    /// `“Work Email”`, or `column 2`. Safe to show.
    pub fn label(&self) -> String {
        match self.name.is_empty() {
            true => format!("column {}", self.index + 1),
            false => format!("“{}”", text::visible(&self.name)),
        }
    }
}
