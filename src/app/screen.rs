//! What every screen answers: the six views, and the overlays in front of them. The shell asks, and knows no screen better
//! than this.

use jiff::Timestamp;

use crate::app::{Context, Model, PromptKind};
use crate::domain::{Expiry, PlanId};
use crate::keys::{Action, Key, KeyContext};
use crate::ui::TextField;

/// A screen. All but the first three answers have a default.
pub trait Screen {
    /// Where its keys are.
    fn key_context(&self) -> KeyContext;

    /// Does what an action means here.
    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>);

    /// What the footer offers, the most useful first.
    fn hints(&self, model: &Model) -> Vec<Hint>;

    /// Why an action would do nothing here, as half a sentence; `None` where it would do something.
    fn disabled_reason(&self, _action: Action, _model: &Model) -> Option<String> {
        None
    }

    /// The field that takes what is typed.
    fn text_field(&mut self) -> Option<&mut TextField> {
        None
    }

    /// The text in the field has changed.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {}

    /// Takes a key that types, where no field has the focus. True where it was taken.
    fn type_key(&mut self, _key: Key) -> bool {
        false
    }

    /// Takes a paste, where no field has the focus. True where it was taken.
    fn paste(&mut self, _text: &str) -> bool {
        false
    }

    /// Takes what was written in the person's editor, or why nothing was.
    fn on_editor_text(&mut self, _text: Result<String, String>) {}

    /// Something has happened, whatever it was: follows it.
    fn sync(&mut self, _cx: &mut Context<'_>) {}

    /// The moments whose distance from now it shows in words.
    fn expiries(&self, _model: &Model) -> Vec<Expiry> {
        Vec::new()
    }

    /// The first moment, by the server's clock, at which something else in it changes by itself.
    fn next_change_at(&self) -> Option<Timestamp> {
        None
    }

    /// Whether an input is taken only after what is in front was drawn. `None` for a key that means nothing, a paste,
    /// and the mouse.
    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        match self.key_context() {
            KeyContext::Prompt | KeyContext::ConfirmPlan | KeyContext::Import => true,
            KeyContext::Form | KeyContext::Palette => matches!(action, Some(Action::Confirm | Action::Send)),
            _ => false,
        }
    }

    /// What of it keys act on, where it has several parts.
    fn part(&self) -> ScreenPart {
        ScreenPart::Whole
    }

    /// What would be lost by leaving the program.
    fn unsaved_work(&self) -> Option<UnsavedWork> {
        None
    }

    /// The view is shown now.
    fn on_enter(&mut self, _cx: &mut Context<'_>) {}

    /// The view is left.
    fn on_leave(&mut self, _cx: &mut Context<'_>) {}

    /// The token is another tenancy's now: nothing of the one before is shown. False where the overlay closes.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        true
    }
}

/// Something that the footer offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// What it does.
    pub action: Action,
    /// The shortest word for it.
    pub label: &'static str,
}

/// The hints of these actions.
pub fn hints<const N: usize>(hints: [(Action, &'static str); N]) -> Vec<Hint> {
    hints.into_iter().map(|(action, label)| Hint { action, label }).collect()
}

/// What of a screen keys act on: an answer to one part is never one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenPart {
    /// It has one part.
    Whole,
    /// A prompt.
    Prompt(PromptKind),
    /// A plan that asks to be confirmed, and how many steps it has now.
    Plan(PlanId, usize),
    /// One of several, by its place: an invite of a triage session, or a stage of an import.
    Index(usize),
}

/// What would be lost by leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsavedWork {
    /// A draft, or what was written in place of an invite.
    Draft,
    /// A note.
    Note,
    /// The entries of an import.
    Import,
}

impl UnsavedWork {
    /// All kinds, in the order in which they are named.
    pub const ALL: [UnsavedWork; 3] = [UnsavedWork::Draft, UnsavedWork::Note, UnsavedWork::Import];

    /// It, as the beginning of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            UnsavedWork::Draft => "A draft was not sent.",
            UnsavedWork::Note => "A note was not saved.",
            UnsavedWork::Import => "A list of many was not sent.",
        }
    }
}
