//! Texts to read: the help for where one is, and the messages in full. Only the place in them is known here;
//! what they say is put together when they are drawn.

pub mod view;

use crate::app::effect::Effect;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The keys, those of this place first.
    Help(KeyContext),
    /// The messages, the newest first.
    Messages,
}

/// A text and how far it is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pager {
    /// Which text.
    pub about: About,
    /// The first line that is shown.
    pub scroll: usize,
}

impl Pager {
    pub(crate) fn help(context: KeyContext) -> Pager {
        Pager { about: About::Help(context), scroll: 0 }
    }

    pub(crate) fn messages() -> Pager {
        Pager { about: About::Messages, scroll: 0 }
    }
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let drawn = state.model.metrics;
    let Some(Overlay::Pager(text)) = state.screens.last_mut() else { return Vec::new() };
    let page = drawn.text_height.saturating_sub(1).max(1);
    let to = match action {
        Action::Down => text.scroll + 1,
        Action::Up => text.scroll.saturating_sub(1),
        Action::First => 0,
        Action::Last => drawn.scroll_limit,
        Action::PageDown => text.scroll + page,
        Action::PageUp => text.scroll.saturating_sub(page),
        Action::Dismiss if text.about == About::Messages => {
            state.model.notifications.dismiss_newest();
            0
        }
        Action::Back => {
            state.screens.pop();
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    if let Some(Overlay::Pager(text)) = state.screens.last_mut() {
        text.scroll = to.min(drawn.scroll_limit);
    }
    Vec::new()
}
