//! Texts to read: the help for where the user is, and the notifications in full. Only the position in them is known
//! here; what they say is put together when they are drawn.

pub mod view;

use crate::app::{Context, Hint, Model, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

/// Which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagerContent {
    /// The keys, those of this place first.
    Help(KeyContext),
    /// The notifications, the newest first.
    Notifications,
}

/// A text and how far it is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pager {
    /// Which text.
    pub content: PagerContent,
    /// The first line that is shown.
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

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let mut shown = hints([(Action::Back, "back"), (Action::Down, "scroll")]);
        if self.content == PagerContent::Notifications {
            shown.push(Hint { action: Action::DismissMessage, label: "dismiss the newest" });
        }
        shown
    }
}
