//! Dialog that allows changes in a guarded profile.
//!
//! The user types the profile name, because a single key is too easy to press by mistake.

pub mod view;

use crate::app::ops::access;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// State of the dialog.
#[derive(Debug, Clone, Default)]
pub struct UnlockPrompt {
    /// Typed profile name.
    pub field: TextField,
    /// Error of the last attempt.
    pub error: Option<String>,
}

impl UnlockPrompt {
    fn unlock(&mut self, cx: &mut Context<'_>) {
        let profile = &cx.options.guards.profile;
        if self.field.text().trim() != profile {
            self.error = Some(format!("Wrong profile name. Type {profile}."));
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
        hints([(Action::Confirm, "allow changes"), (Action::Back, "cancel")])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
    }
}
