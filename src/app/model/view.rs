//! The views between which one moves with their numbers: what fills the window when nothing lies in front of it.
//! What each of them shows and does is in `app::screen`.

use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// A view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// The pending invites.
    #[default]
    Pending,
    /// The plans: staged, running, not finished.
    Plan,
    /// What changed since the last visit.
    Changes,
    /// What looks wrong.
    Problems,
    /// The journal.
    Journal,
    /// The calls that were made.
    Requests,
}

impl View {
    /// All of them, in their order.
    pub const ALL: [View; 6] =
        [View::Pending, View::Plan, View::Changes, View::Problems, View::Journal, View::Requests];

    /// Its name, as in the header.
    pub fn name(self) -> &'static str {
        match self {
            View::Pending => "Pending",
            View::Plan => "Plan",
            View::Changes => "Changes",
            View::Problems => "Problems",
            View::Journal => "Journal",
            View::Requests => "Requests",
        }
    }

    /// What goes to it.
    pub fn action(self) -> Action {
        match self {
            View::Pending => Action::ViewPending,
            View::Plan => Action::ViewPlan,
            View::Changes => Action::ViewChanges,
            View::Problems => Action::ViewProblems,
            View::Journal => Action::ViewJournal,
            View::Requests => Action::ViewRequests,
        }
    }

    /// Where its keys are.
    pub fn place(self) -> KeyContext {
        match self {
            View::Pending => KeyContext::List,
            View::Plan => KeyContext::Plan,
            View::Changes => KeyContext::Changes,
            View::Problems => KeyContext::Problems,
            View::Journal => KeyContext::Journal,
            View::Requests => KeyContext::Requests,
        }
    }

    /// The next one, or the one before.
    pub fn beside(self, back: bool) -> View {
        let at = View::ALL.iter().position(|view| *view == self).unwrap_or(0);
        let step = if back { View::ALL.len() - 1 } else { 1 };
        View::ALL[(at + step) % View::ALL.len()]
    }
}
