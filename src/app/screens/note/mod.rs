//! A note on a person, in one line. Enter keeps it, an empty one takes it away; what was typed and not kept is there
//! again when the same person is written about next.

pub mod view;

use crate::app::ops::annotations;
use crate::app::screen::UnsavedWork;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::domain::annotation::MAX_NOTE_CHARS;
use crate::domain::email;
use crate::domain::text::format_plural;
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// The field.
#[derive(Debug, Clone)]
pub struct NoteForm {
    /// On whom; raw.
    pub email: String,
    /// What is typed.
    pub field: TextField,
    /// The note that is kept at this moment; empty where there is none.
    pub saved: String,
    /// Why it cannot be kept as it is.
    pub error: Option<String>,
}

impl NoteForm {
    /// The field for the selected row, with what was typed before or else the note that is there.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<NoteForm> {
        let invite = cx.selected_invite()?;
        if email::normalize(&invite.email).is_empty() {
            cx.info("This row has no address that a note could stay with.");
            return None;
        }
        let kept = cx.annotations.note(&invite.email).unwrap_or_default().to_owned();
        let field = TextField::new(&cx.unsaved_note(&invite.email).unwrap_or_else(|| kept.clone()));
        Some(NoteForm { email: invite.email, field, saved: kept, error: None })
    }

    /// How many characters it has; blanks at its ends are not kept.
    pub fn char_count(&self) -> usize {
        self.text().chars().count()
    }

    fn text(&self) -> &str {
        self.field.text().trim()
    }

    /// Whether what is typed is another note than the one that is kept.
    pub fn is_modified(&self) -> bool {
        self.text() != self.saved.trim()
    }

    fn save(&mut self, cx: &mut Context<'_>) {
        let over = self.char_count().saturating_sub(MAX_NOTE_CHARS);
        if over > 0 {
            self.error = Some(format!("{} too many: a note is one line.", format_plural(over, "character")));
            return;
        }
        // Until it is in the journal it is only what was typed.
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
        hints([(Action::Confirm, "keep it"), (Action::Back, "leave")])
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
