//! An export: its rows, where they go, and what became of it. The rows are those of the moment in which the form was
//! opened, so that it and the file say the same. The formats are in `domain::export`; files are written by the
//! console, off the loop.

use crate::domain::export::Format;
use crate::domain::roster::{Row, Rows};

/// Rows as they were shown.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Where they lie.
    pub rows: Rows,
    /// Which of them, in order.
    pub order: Vec<Row>,
    /// They are the marked ones of those that were shown.
    pub marked: bool,
    /// So many marked ones were not shown, and are not among them.
    pub hidden: usize,
    /// How much of the list was known, where that was not all of it: "1,200 of 3,000".
    pub part: Option<String>,
}

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Into the terminal's clipboard, if it is no longer than so many bytes.
    Clipboard {
        /// Bytes.
        most: usize,
    },
    /// Into a file.
    File {
        /// Its name as it was typed.
        name: String,
        /// A person wants it in the place of the one that is there.
        replace: bool,
    },
}

/// One export.
#[derive(Debug, Clone)]
pub struct Job {
    /// Names it.
    pub number: u64,
    /// How the rows are written.
    pub format: Format,
    /// Which.
    pub shown: Shown,
    /// Where to.
    pub target: Target,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// It is in a file.
    File {
        /// The whole path.
        path: String,
        /// How many rows.
        rows: usize,
    },
    /// It is a text, ready to be copied.
    Text {
        /// The text.
        text: String,
        /// How many rows.
        rows: usize,
    },
    /// There is a file of this name; nothing was written.
    Exists,
    /// It is too long for a clipboard.
    TooLong,
    /// The sentence says why not.
    Failed(String),
}
