//! Copies texts to the clipboard through the terminal.
//!
//! Terminals do not confirm copies. Texts are escaped before they are copied: untrusted text must not control
//! the terminal into which the user pastes it.

use crate::app::{Context, Effect, Model};
use crate::domain::invite_store::{RowId, RowRef};
use crate::domain::text::{format_count, format_plural, sanitize};

/// Maximum bytes of a copied text.
///
/// In base64 with the escape sequence this makes 100,000 bytes; many terminals ignore longer sequences.
pub const MAX_CLIPBOARD_BYTES: usize = 74_994;

/// Copies a text if it is short enough; otherwise notifies the user.
pub(crate) fn copy(cx: &mut Context<'_>, text: String, label: String) {
    if text.len() > MAX_CLIPBOARD_BYTES {
        return cx.info(format!(
            "{label}: too large for the terminal clipboard (max. {} bytes). Export to a file instead.",
            format_count(MAX_CLIPBOARD_BYTES)
        ));
    }
    cx.push_effect(Effect::Copy { text, what: label });
}

/// Reports whether a text was copied.
pub(crate) fn on_copied(cx: &mut Context<'_>, label: &str, sent: Result<(), String>) {
    match sent {
        Ok(()) => cx.success(format!("{label} passed to the terminal's clipboard.")),
        Err(reason) => cx.info(format!("Could not copy: {reason}.")),
    }
}

/// Rows to copy: the shown marked rows, or else the selected row.
pub(crate) struct CopySelection {
    rows: Vec<RowId>,
    hidden: usize,
}

impl CopySelection {
    /// Returns the rows to copy; `None` if there are none.
    pub fn from_model(model: &Model) -> Option<CopySelection> {
        let (rows, marked) = model.target_rows();
        let hidden = if marked { model.marks.len() - rows.len() } else { 0 };
        (!rows.is_empty()).then_some(CopySelection { rows, hidden })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns a description: "1 email", or "3 emails (2 hidden marked rows skipped)".
    pub fn label(&self, one: &str, many: &str) -> String {
        let hidden = match self.hidden {
            0 => String::new(),
            n => format!(" ({} skipped)", format_plural(n, "hidden marked row")),
        };
        let noun = if self.len() == 1 { one } else { many };
        format!("{} {noun}{hidden}", format_count(self.len()))
    }

    /// Returns one line per row. Stops soon after the clipboard limit is exceeded.
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

    /// Returns the emails, one per line.
    pub fn emails(&self, model: &Model) -> String {
        self.lines(model, |row| sanitize(row.email).into_owned())
    }

    /// Returns the title of the copy menu.
    pub fn title(&self) -> String {
        match self.len() {
            1 => "Copy this invite".into(),
            n => format!("Copy {}", format_plural(n, "marked invite")),
        }
    }
}
