//! Theme picker: the selected theme is shown at once.
//!
//! Confirm keeps the theme until the console exits, Back restores the previous theme.

pub mod view;

use crate::app::ops::theme::{self, current_theme, theme_options};
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// State of the picker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThemePicker {
    /// Index of the selected theme.
    pub selected: usize,
    /// Theme that was shown before.
    original: String,
}

impl ThemePicker {
    /// Opens the picker with the current theme selected.
    pub(crate) fn open(model: &Model) -> ThemePicker {
        let original = current_theme(model).to_owned();
        let selected = theme_options(model).iter().position(|option| option.name == original);
        ThemePicker { selected: selected.unwrap_or(0), original }
    }
}

impl Screen for ThemePicker {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let options = theme_options(cx);
        if action == Action::Back {
            cx.close();
            return theme::show(cx, &self.original);
        }
        self.selected = list::cycle_selection(self.selected, action, options.len());
        let Some(option) = options.get(self.selected) else { return };
        if matches!(action, Action::Confirm | Action::Yes) {
            cx.close();
            theme::keep(cx, &option.name);
        } else {
            theme::show(cx, &option.name);
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([
            (Action::Confirm, "use until you quit"),
            (Action::Next, "next"),
            (Action::Previous, "previous"),
            (Action::Back, "cancel"),
        ])
    }
}
