//! What the palette offers: every action of the screen behind it, and why it cannot be done at this moment.

use crate::app::screen::Screen;
use crate::app::screens::palette::Command;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

impl App {
    /// Why an action would do nothing where the person is, as half a sentence; `None` where it would do something.
    pub fn disabled_reason(&self, action: Action) -> Option<String> {
        self.reason_on(self.behind_palette(), action)
    }

    fn reason_on(&self, screen: &dyn Screen, action: Action) -> Option<String> {
        match action {
            Action::Undo if self.model.plans.held().is_none() => self.model.change_disabled_reason(),
            Action::Suspend if cfg!(not(unix)) => Some("this system has no such thing".to_owned()),
            _ => screen.disabled_reason(action, &self.model),
        }
    }

    fn behind_palette(&self) -> &dyn Screen {
        let behind = self.stack.iter().rev().find(|overlay| !matches!(overlay, Overlay::Palette(_)));
        behind.map_or(self.views.front(), Overlay::screen)
    }

    /// Hands the palette what can be done now, where it is open.
    pub(super) fn offer_commands(&mut self) {
        if !matches!(self.stack.last(), Some(Overlay::Palette(_))) {
            return;
        }
        let screen = self.behind_palette();
        let (keys, mut actions) = (&self.model.options.keys, Vec::new());
        for action in screen.keys().read_with().iter().flat_map(|context| keys.known_in(*context)) {
            if action != Action::Commands && !actions.contains(&action) {
                actions.push(action);
            }
        }
        let command = |action| Command { action, disabled_reason: self.reason_on(screen, action) };
        let (context, commands) = (screen.keys(), actions.into_iter().map(command).collect());
        if let Some(Overlay::Palette(palette)) = self.stack.last_mut() {
            palette.offer(context, commands, &self.recent_actions);
        }
    }
}
