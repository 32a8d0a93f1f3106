//! Copy menu: a few texts to choose from.
//!
//! The texts are made when the menu opens, so that the menu shows exactly what is copied.

pub mod view;

use crate::app::nav::CopyOption;
use crate::app::ops::clipboard;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// State of the copy menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMenu {
    /// Title of the menu.
    pub title: String,
    /// Texts to choose from.
    pub options: Vec<CopyOption>,
    /// Index of the selected text.
    pub selected: usize,
}

impl CopyMenu {
    pub(crate) fn new(title: String, options: Vec<CopyOption>) -> CopyMenu {
        CopyMenu { title, options, selected: 0 }
    }
}

impl Screen for CopyMenu {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Yes => {
                if let Some(option) = self.options.get(self.selected) {
                    clipboard::copy(cx, option.text.clone(), option.description.clone());
                }
                cx.close();
            }
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, self.options.len()),
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row;
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "copy"), (Action::Next, "next"), (Action::Back, "cancel")])
    }

    /// Closes the menu: its texts belong to the previous tenancy.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
