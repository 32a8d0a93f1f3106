//! What is known of notes and snoozes beside those that the journal has told.

use super::Model;
use crate::domain::{RequestId, email};

/// What is being written.
#[derive(Debug, Clone, Default)]
pub struct Annotating {
    /// The last request whose answer is in force.
    pub(crate) newest: Option<RequestId>,
    /// A note that was typed and is not in the journal, with its folded email.
    pub(crate) unsaved: Option<(String, String)>,
}

impl Model {
    /// What was typed on this email and is not in the journal.
    pub fn unsaved_note(&self, email: &str) -> Option<String> {
        let folded = email::folded(email);
        self.annotating.unsaved.as_ref().filter(|(other, _)| *other == folded).map(|(_, note)| note.clone())
    }

    /// What hides marked rows, for a sentence about them.
    pub fn what_hides(&self) -> &'static str {
        let query = &self.table.query;
        match (query.filter.is_empty(), query.hides_snoozed() && self.table.put_off.rows > 0) {
            (_, false) => "the filter",
            (true, true) => "being put off",
            (false, true) => "the filter or being put off",
        }
    }
}
