//! Exporting what is shown: which rows those are, where they go, and what is said when they have got there. The
//! rows are those of the moment in which the form was opened, so that it and the file say the same. The formats
//! are in `domain::export`; files are written by the console, off the loop.

use super::Model;
use crate::domain::export::Format;
use crate::domain::roster::{Row, Rows};
use crate::domain::text::count;

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

impl Shown {
    /// The marked rows among those that are shown; all that are shown where none is marked.
    pub(crate) fn now(model: &Model) -> Shown {
        let mut shown = Shown {
            rows: model.invites.shown.rows().clone(),
            order: model.marked_rows(),
            marked: !model.marks.is_empty(),
            hidden: 0,
            part: part(model),
        };
        if shown.marked {
            shown.hidden = model.marks.len() - shown.order.len();
        } else {
            shown.order.clone_from(&model.table.order);
        }
        shown
    }
}

fn part(model: &Model) -> Option<String> {
    if model.invites.is_complete() {
        return None;
    }
    let total = model.invites.reading.as_ref().and_then(|reading| reading.total);
    let of = total.map_or("an unknown number".to_owned(), |total| count(total as usize));
    Some(format!("{} of {of}", count(model.invites.shown.len())))
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
