//! The change of profile: those that the configuration names, how each stands, and going to one of them. The one
//! that is left stays open behind it, with all that is marked, written and running there.

pub mod view;

use crate::app::{Context, Effect, Hint, Model, Nav, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// The list of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProfileSwitcher {
    /// Which has the focus.
    pub selected: usize,
}

impl ProfileSwitcher {
    /// The list with the open profile selected; where there is no other one, that is said.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<ProfileSwitcher> {
        if cx.options.profiles.len() < 2 {
            cx.info(
                "There is no other tenancy: config.toml names them, each in a [profiles.NAME] of its own.",
            );
            return None;
        }
        Some(ProfileSwitcher::with_selected(cx, Some(&cx.options.name)))
    }

    /// The list before any profile is open, with the one that was used last selected.
    pub(crate) fn before_connecting(model: &Model) -> ProfileSwitcher {
        ProfileSwitcher::with_selected(model, model.options.last_profile.as_ref())
    }

    fn with_selected(model: &Model, name: Option<&String>) -> ProfileSwitcher {
        let selected = model.options.profiles.iter().position(|listed| Some(&listed.name) == name);
        ProfileSwitcher { selected: selected.unwrap_or(0) }
    }

    fn switch(&self, cx: &mut Context<'_>) {
        let chosen = cx.options.profiles.get(self.selected).map(|listed| listed.name.clone());
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
            Action::Confirm | Action::LowercaseY => self.switch(cx),
            Action::Back if cx.options.needs_profile => cx.push_effect(Effect::Quit),
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, cx.options.profiles.len()),
        }
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let back = if model.options.needs_profile { "quit" } else { "leave" };
        hints([(Action::Confirm, "open"), (Action::Next, "next"), (Action::Back, back)])
    }
}
