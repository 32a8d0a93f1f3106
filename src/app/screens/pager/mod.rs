//! Pager: all notifications in full.
//!
//! The state contains only the position; the text is built when it is drawn.

pub mod view;

use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

/// State of the pager.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pager {
    /// First visible line.
    pub scroll: usize,
}

impl Screen for Pager {
    fn key_context(&self) -> KeyContext {
        KeyContext::Pager
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Back => cx.close(),
            Action::DismissMessage => {
                cx.dismiss();
                self.scroll = 0;
            }
            _ => {
                let lines = scroll_delta(action, cx.metrics.text_height).unwrap_or(0);
                self.scroll = self.scroll.saturating_add_signed(lines).min(cx.metrics.max_scroll);
            }
        }
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let mut shown = hints([(Action::Back, "back"), (Action::Down, "scroll")]);
        if model.notifications.newest_notification().is_some() {
            shown.push(Hint { action: Action::DismissMessage, label: "dismiss newest".into() });
        }
        shown
    }
}
