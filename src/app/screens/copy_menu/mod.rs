//! A small menu: one of a few texts to copy. The texts are made when it is opened, so that what is chosen is what
//! was seen.

pub mod view;

use crate::app::nav::CopyOption;
use crate::app::ops::clipboard;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMenu {
    /// What it is about.
    pub title: String,
    /// What can be chosen.
    pub options: Vec<CopyOption>,
    /// Which has the focus.
    pub selected: usize,
}

impl CopyMenu {
    pub(crate) fn new(title: String, choices: Vec<CopyOption>) -> CopyMenu {
        CopyMenu { title, options: choices, selected: 0 }
    }
}

impl Screen for CopyMenu {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::LowercaseY => {
                if let Some(chosen) = self.options.get(self.selected) {
                    clipboard::copy(cx, chosen.text.clone(), chosen.description.clone());
                }
                cx.close();
            }
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, self.options.len()),
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "copy"), (Action::Next, "next"), (Action::Back, "leave")])
    }

    /// Its texts are of the tenancy before.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
