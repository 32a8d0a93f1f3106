//! Note dialog: a one-line note about a person.
//!
//! Confirm saves the note; an empty text removes the note. Unsaved text reappears when the dialog opens
//! for the same person.

pub mod view;

use crate::app::ops::annotations;
use crate::app::screen::UnsavedWork;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::domain::annotation::MAX_NOTE_CHARS;
use crate::domain::email;
use crate::domain::text::format_plural;
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// State of the note dialog.
#[derive(Debug, Clone)]
pub struct NoteForm {
    /// Email of the person; raw.
    pub email: String,
    /// Field with the text of the note.
    pub field: TextField,
    /// Saved note; empty if there is none.
    pub saved: String,
    /// Reason why the text cannot be saved.
    pub error: Option<String>,
}

impl NoteForm {
    /// Opens the dialog for a person, with the unsaved text or the saved note.
    pub(crate) fn open(email: String, cx: &mut Context<'_>) -> Option<NoteForm> {
        if email::normalize(&email).is_empty() {
            cx.info("This row has no email to attach a note to.");
            return None;
        }
        let saved = cx.annotations.note(&email).unwrap_or_default().to_owned();
        let field = TextField::new(&cx.unsaved_note(&email).unwrap_or_else(|| saved.clone()));
        Some(NoteForm { email, field, saved, error: None })
    }

    /// Returns the text without leading and trailing blanks.
    pub fn text(&self) -> &str {
        self.field.text().trim()
    }

    /// Returns whether the text differs from the saved note.
    pub fn is_modified(&self) -> bool {
        self.text() != self.saved.trim()
    }

    fn save(&mut self, cx: &mut Context<'_>) {
        let excess = self.text().chars().count().saturating_sub(MAX_NOTE_CHARS);
        if excess > 0 {
            self.error =
                Some(format!("Too long by {}. Shorten the note.", format_plural(excess, "character")));
            return;
        }
        // Keeps the text as an unsaved note until the journal has stored the note.
        self.close_and_stash(cx);
        if self.is_modified() {
            annotations::save_note(cx, self.email.clone(), self.text().to_owned());
        }
    }

    fn close_and_stash(&self, cx: &mut Context<'_>) {
        if self.is_modified() {
            annotations::stash_note(cx, &self.email, self.field.text().to_owned());
        } else {
            annotations::discard_note(cx, &self.email);
        }
        cx.close();
    }
}

impl Screen for NoteForm {
    fn key_context(&self) -> KeyContext {
        KeyContext::Form
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Send => self.save(cx),
            Action::Back => self.close_and_stash(cx),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "save"), (Action::Back, "back")])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
    }

    fn unsaved_work(&self) -> Option<UnsavedWork> {
        self.is_modified().then_some(UnsavedWork::Note)
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
