//! The views between which one moves with their numbers: what fills the window when nothing lies in front of it.
//! What each of them shows and does is in `app::screens`.

use crate::keys::Action;

/// A view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// The pending invites.
    #[default]
    Pending,
    /// The plans: staged, running, not finished.
    Plans,
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
        [View::Pending, View::Plans, View::Changes, View::Problems, View::Journal, View::Requests];

    /// Its name, as in the header.
    pub fn name(self) -> &'static str {
        match self {
            View::Pending => "Pending",
            View::Plans => "Plan",
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
            View::Plans => Action::ViewPlans,
            View::Changes => Action::ViewChanges,
            View::Problems => Action::ViewProblems,
            View::Journal => Action::ViewJournal,
            View::Requests => Action::ViewRequests,
        }
    }

    /// The next one, or the one before.
    pub fn adjacent(self, back: bool) -> View {
        let at = View::ALL.iter().position(|view| *view == self).unwrap_or(0);
        let step = if back { View::ALL.len() - 1 } else { 1 };
        View::ALL[(at + step) % View::ALL.len()]
    }
}

/// Where the detail pane goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PanePosition {
    /// Where the window has room for it.
    #[default]
    Auto,
    /// On the right.
    Side,
    /// Below the table.
    Below,
    /// Nowhere.
    Hidden,
}

/// Where rows are in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableArea {
    /// Their first column.
    pub x: u16,
    /// The line of the first of them.
    pub y: u16,
    /// How many columns they have.
    pub width: u16,
}

/// What the last draw found out: how much fitted, and how far a text can be scrolled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RenderMetrics {
    /// Which view was drawn; `None` where the window is too small for any.
    pub view: Option<View>,
    /// The window is too small to draw anything but that.
    pub too_small: bool,
    /// Where the table's rows are, if they are seen.
    pub table_area: Option<TableArea>,
    /// How many lines the table shows.
    pub table_height: usize,
    /// How far the text in front can be scrolled.
    pub max_scroll: usize,
    /// How many lines of the text in front are shown.
    pub text_height: usize,
    /// The first item in the window of the view of plans.
    pub first_item: usize,
    /// How many of its items are in the window.
    pub visible_items: usize,
}
