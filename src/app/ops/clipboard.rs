//! Copying through the terminal: what is copied, and the one sentence about it. Whether the terminal does what it
//! is asked nobody can know, so nothing here says more than that it was sent. Copied texts are made visible first:
//! what came from outside must not act on the terminal into which somebody pastes it.

use crate::app::{Context, Effect, Model};
use crate::domain::invite_store::{RowId, RowRef};
use crate::domain::text::{format_count, format_plural, sanitize};

/// Most bytes of a text: in base64 and with what stands around it these are the 100,000 bytes beyond which many
/// terminals take none of it.
pub const MAX_CLIPBOARD_BYTES: usize = 74_994;

/// Copies a text, if it is short enough.
pub(crate) fn copy(cx: &mut Context<'_>, text: String, what: String) {
    if text.len() > MAX_CLIPBOARD_BYTES {
        return cx.info(format!(
            "{what}: too long for a terminal's clipboard, which takes {} bytes. Export it to a file instead.",
            format_count(MAX_CLIPBOARD_BYTES)
        ));
    }
    cx.push_effect(Effect::Copy { text, what });
}

/// It was sent, or could not be.
pub(crate) fn on_copied(cx: &mut Context<'_>, what: &str, sent: Result<(), String>) {
    match sent {
        Ok(()) => cx.success(format!("{what}: sent to the terminal's clipboard.")),
        Err(why) => cx.info(format!("{what}: not copied, {why}.")),
    }
}

/// What is copied of the list: the marked rows that are shown, or else the selected one.
pub(crate) struct CopySelection {
    rows: Vec<RowId>,
    hidden: usize,
}

impl CopySelection {
    /// `None` where there is no row.
    pub fn from_model(model: &Model) -> Option<CopySelection> {
        let (rows, marked) = model.target_rows();
        let hidden = if marked { model.marks.len() - rows.len() } else { 0 };
        (!rows.is_empty()).then_some(CopySelection { rows, hidden })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// "The address", or "3 addresses (2 marked ones are not shown and left out)".
    pub fn label(&self, one: &str, many: &str) -> String {
        let hidden = match self.hidden {
            0 => String::new(),
            1 => " (1 marked one is not shown and left out)".into(),
            n => format!(" ({} marked ones are not shown and left out)", format_count(n)),
        };
        match self.len() {
            1 => format!("The {one}{hidden}"),
            n => format!("{} {many}{hidden}", format_count(n)),
        }
    }

    /// Something of each row, one a line. Not much longer than what can be copied: the rest would be thrown away.
    pub fn lines(&self, model: &Model, line: impl Fn(&RowRef<'_>) -> String) -> String {
        let mut text = String::new();
        for row in self.rows.iter().filter_map(|row| model.invites.shown.rows().get(*row)) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line(&row).trim_end_matches('\n'));
            if text.len() > MAX_CLIPBOARD_BYTES {
                break;
            }
        }
        text
    }

    /// The addresses, one a line.
    pub fn addresses(&self, model: &Model) -> String {
        self.lines(model, |row| sanitize(row.email).into_owned())
    }

    /// A title for a choice about them.
    pub fn title(&self) -> String {
        match self.len() {
            1 => "Copy of this invite".into(),
            n => format!("Copy of {}", format_plural(n, "marked invite")),
        }
    }
}
