//! Pager: the help for the current context, and all notifications in full.
//!
//! The state contains only the position; the text is built when it is drawn.

pub mod view;

use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

/// Displayed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagerContent {
    /// Help, with the keys of this context first.
    Help(KeyContext),
    /// Notifications, the newest first.
    Notifications,
}

/// State of the pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pager {
    /// Displayed text.
    pub content: PagerContent,
    /// First visible line.
    pub scroll: usize,
}

impl Pager {
    pub(crate) fn help(keys: KeyContext) -> Pager {
        Pager { content: PagerContent::Help(keys), scroll: 0 }
    }

    pub(crate) fn notifications() -> Pager {
        Pager { content: PagerContent::Notifications, scroll: 0 }
    }
}

impl Screen for Pager {
    fn key_context(&self) -> KeyContext {
        KeyContext::Pager
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Back => cx.close(),
            Action::DismissMessage if self.content == PagerContent::Notifications => {
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
        let has_new = model.notifications.newest_notification().is_some();
        if self.content == PagerContent::Notifications && has_new {
            shown.push(Hint { action: Action::DismissMessage, label: "dismiss newest" });
        }
        shown
    }
}
