//! Trait of all screens: the six views and the overlays in front of them.
//!
//! The shell uses screens only through this trait.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::app::{Context, Model, PromptKind};
use crate::domain::{Expiry, PlanId};
use crate::keys::{Action, Key, KeyContext};
use crate::ui::TextField;

/// A view or an overlay. All methods but the first three have a default.
pub trait Screen {
    /// Returns the context whose keys the screen reads.
    fn key_context(&self) -> KeyContext;

    /// Handles an action.
    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>);

    /// Returns the hints of the footer, the most useful first.
    fn hints(&self, model: &Model) -> Vec<Hint>;

    /// Returns why an action is disabled; `None` if it is enabled.
    ///
    /// The reason is a lower-case fragment without trailing period.
    fn disabled_reason(&self, _action: Action, _model: &Model) -> Option<String> {
        None
    }

    /// Returns the focused text field.
    fn text_field(&mut self) -> Option<&mut TextField> {
        None
    }

    /// Handles a change of the text in the focused field.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {}

    /// Handles a typed character if no field has the focus. Returns true if it was used.
    fn type_key(&mut self, _key: Key) -> bool {
        false
    }

    /// Selects the row with this index in the list of the screen, after a click on it.
    fn on_row_clicked(&mut self, _row: usize, _cx: &mut Context<'_>) {}

    /// Shows the tab with this index, after a click on it.
    fn on_tab_clicked(&mut self, _tab: usize, _cx: &mut Context<'_>) {}

    /// Focuses the button with this index. Returns false if the screen has no such button.
    fn focus_button(&mut self, _button: usize) -> bool {
        false
    }

    /// Handles a paste if no field has the focus. Returns true if it was used.
    fn paste(&mut self, _text: &str) -> bool {
        false
    }

    /// Handles the text from the user's editor, or the error.
    fn on_editor_text(&mut self, _text: Result<String, String>) {}

    /// Updates the screen after any event.
    fn sync(&mut self, _cx: &mut Context<'_>) {}

    /// Returns the expiries that the screen shows as remaining time.
    fn expiries(&self, _model: &Model) -> Vec<Expiry> {
        Vec::new()
    }

    /// Returns the next server time at which other content of the screen changes automatically.
    fn next_change_at(&self) -> Option<Timestamp> {
        None
    }

    /// True if input is accepted only after this screen was drawn.
    ///
    /// `action` is `None` for a paste, the mouse, or a key without an action.
    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        match self.key_context() {
            KeyContext::Prompt | KeyContext::ConfirmPlan | KeyContext::Import => true,
            KeyContext::Form | KeyContext::ImportForm | KeyContext::Palette | KeyContext::Help => {
                matches!(action, Some(Action::Confirm | Action::Send))
            }
            _ => false,
        }
    }

    /// Returns the part that keys act on.
    fn part(&self) -> ScreenPart {
        ScreenPart::Whole
    }

    /// Returns the work that quitting would lose.
    fn unsaved_work(&self) -> Option<UnsavedWork> {
        None
    }

    /// Handles that the view is shown.
    fn on_enter(&mut self, _cx: &mut Context<'_>) {}

    /// Handles that another view is shown.
    fn on_leave(&mut self, _cx: &mut Context<'_>) {}

    /// Clears the data of the previous tenancy after a token change. Returns false to close the overlay.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        true
    }
}

/// Hint of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The action.
    pub action: Action,
    /// Label, as short as possible.
    pub label: Cow<'static, str>,
}

/// Creates hints from pairs of action and label.
pub fn hints<const N: usize>(hints: [(Action, &'static str); N]) -> Vec<Hint> {
    hints.into_iter().map(|(action, label)| Hint { action, label: label.into() }).collect()
}

/// Part of a screen that keys act on. A key meant for one part never acts on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenPart {
    /// The whole screen.
    Whole,
    /// A prompt.
    Prompt(PromptKind),
    /// A plan to confirm, with its current number of steps.
    Plan(PlanId, usize),
    /// A dialog whose keys act on this index.
    Index(usize),
    /// A step of the import, and what its keys act on.
    Import {
        /// Index of the step.
        step: usize,
        /// Grows when a check replaces the selected entry or the suggestions.
        version: u64,
    },
    /// An invite of a triage session, and what a decision about its domain applies to.
    Triage {
        /// The current row.
        row: usize,
        /// Number of undecided rows of its domain.
        same_domain: usize,
        /// Version of the shown queue.
        queue: u64,
    },
}

/// Kind of unsaved work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsavedWork {
    /// A draft, or an edit of an invite.
    Draft,
    /// A note.
    Note,
    /// The entries of an import.
    Import,
}

impl UnsavedWork {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [UnsavedWork; 3] = [UnsavedWork::Draft, UnsavedWork::Note, UnsavedWork::Import];

    /// Returns a sentence for the quit dialog.
    pub fn description(self) -> &'static str {
        match self {
            UnsavedWork::Draft => "A draft is unsent.",
            UnsavedWork::Note => "A note is unsaved.",
            UnsavedWork::Import => "An import is unsent.",
        }
    }
}
