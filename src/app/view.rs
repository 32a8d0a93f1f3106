//! The views between which one moves with their numbers: what fills the window when nothing lies in front of it.
//! What each of them shows and does is in `app::screen`.

use super::keymap::Context;

/// A view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// The pending invites.
    #[default]
    Pending,
    /// The plans: staged, running, not finished.
    Plan,
    /// The journal.
    Journal,
    /// The calls that were made.
    Requests,
}

impl View {
    /// All of them, in their order.
    pub const ALL: [View; 4] = [View::Pending, View::Plan, View::Journal, View::Requests];

    /// Its number and name, as in the header.
    pub fn title(self) -> (char, &'static str) {
        match self {
            View::Pending => ('1', "Pending"),
            View::Plan => ('2', "Plan"),
            View::Journal => ('5', "Journal"),
            View::Requests => ('6', "Requests"),
        }
    }

    /// Where its keys are looked up, in this order.
    pub fn contexts(self) -> &'static [Context] {
        match self {
            View::Pending => &[Context::List, Context::Views, Context::Anywhere],
            View::Plan => &[Context::Plan, Context::Views, Context::Anywhere],
            View::Journal => &[Context::Journal, Context::Views, Context::Anywhere],
            View::Requests => &[Context::Requests, Context::Views, Context::Anywhere],
        }
    }

    /// The next one, or the one before.
    pub fn beside(self, back: bool) -> View {
        let at = View::ALL.iter().position(|view| *view == self).unwrap_or(0);
        let step = if back { View::ALL.len() - 1 } else { 1 };
        View::ALL[(at + step) % View::ALL.len()]
    }
}
