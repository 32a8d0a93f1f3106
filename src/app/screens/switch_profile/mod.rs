//! Dialog for switching the profile: the configured profiles with their state.
//!
//! The previous session stays open in the background, with its marks, drafts and running plans.

pub mod view;

use crate::app::{Context, Effect, Hint, Model, Nav, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// State of the dialog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProfileSwitcher {
    /// Index of the selected profile.
    pub selected: usize,
}

impl ProfileSwitcher {
    /// Opens the dialog with the current profile selected, or reports that there is no other profile.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<ProfileSwitcher> {
        if cx.options.profiles.len() < 2 {
            cx.info("No other profiles. Add a [profiles.NAME] section to config.toml.");
            return None;
        }
        Some(ProfileSwitcher::with_selected(cx, Some(&cx.options.name)))
    }

    /// Opens the dialog at the start, with the last used profile selected.
    pub(crate) fn before_connecting(model: &Model) -> ProfileSwitcher {
        ProfileSwitcher::with_selected(model, model.options.last_profile.as_ref())
    }

    fn with_selected(model: &Model, name: Option<&String>) -> ProfileSwitcher {
        let selected = model.options.profiles.iter().position(|profile| Some(&profile.name) == name);
        ProfileSwitcher { selected: selected.unwrap_or(0) }
    }

    fn switch(&self, cx: &mut Context<'_>) {
        let chosen = cx.options.profiles.get(self.selected).map(|profile| profile.name.clone());
        if !cx.options.needs_profile {
            cx.close();
        }
        if let Some(chosen) = chosen.filter(|name| *name != cx.options.name) {
            cx.navigate(Nav::SwitchProfile(chosen));
        }
    }
}

impl Screen for ProfileSwitcher {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Yes => self.switch(cx),
            Action::Back if cx.options.needs_profile => cx.push_effect(Effect::Quit),
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, cx.options.profiles.len()),
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row;
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let back = if model.options.needs_profile { "quit" } else { "cancel" };
        hints([(Action::Confirm, "open"), (Action::Next, "next"), (Action::Back, back)])
    }
}
