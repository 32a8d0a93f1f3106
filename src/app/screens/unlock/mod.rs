//! Lifting the guard of a guarded profile: its name is typed, so that no single key does it.

pub mod view;

use crate::app::ops::access;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// The question.
#[derive(Debug, Clone, Default)]
pub struct UnlockPrompt {
    /// What is typed of the profile's name.
    pub field: TextField,
    /// Why the guard was not lifted, after the user tried.
    pub error: Option<String>,
}

impl UnlockPrompt {
    fn unlock(&mut self, cx: &mut Context<'_>) {
        let profile = &cx.options.guards.profile;
        if self.field.text().trim() != profile {
            self.error = Some(format!("Not the profile's name: type {profile}."));
            return;
        }
        access::allow_changes(cx);
        cx.close();
    }
}

impl Screen for UnlockPrompt {
    fn key_context(&self) -> KeyContext {
        KeyContext::Form
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Send => self.unlock(cx),
            Action::Back => cx.close(),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "allow changes"), (Action::Back, "leave")])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
    }
}
