//! The six numbered views, and sizes measured while drawing.
//!
//! The content of the views is in `app::screens`.

use strum::{IntoStaticStr, VariantArray};

use crate::app::model::click_area::{ClickArea, ClickTarget};
use crate::keys::Action;

/// Numbered view of the console.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum View {
    /// Pending invites.
    #[default]
    Pending,
    /// Staged, running and unfinished plans.
    Plans,
    /// Changes since the last visit.
    Changes,
    /// Problems and their fixes.
    Problems,
    /// Journal of this machine.
    Journal,
    /// API requests.
    Requests,
}

impl View {
    /// All views, in order.
    pub const ALL: &'static [View] = View::VARIANTS;

    /// Returns the name that the header shows.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the action that goes to this view.
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
}

/// Position of the detail pane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PanePosition {
    /// Chosen by the window size.
    #[default]
    Auto,
    /// Right of the table.
    Side,
    /// Below the table.
    Below,
    /// Hidden.
    Hidden,
}

/// Position of the rows in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableArea {
    /// First column.
    pub x: u16,
    /// Line of the first row.
    pub y: u16,
    /// Width in columns.
    pub width: u16,
}

/// Sizes measured by the last frame: visible lines, scroll limits, and what can be clicked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderMetrics {
    /// The drawn view; `None` if the window is too small.
    pub view: Option<View>,
    /// True if the window is too small for the console.
    pub too_small: bool,
    /// Position of the table's rows, if visible.
    pub table_area: Option<TableArea>,
    /// Number of visible table lines.
    pub table_height: usize,
    /// Scroll limit of the front text, in lines.
    pub max_scroll: usize,
    /// Number of visible lines of the front text.
    pub text_height: usize,
    /// First visible item of the Plans view.
    pub first_item: usize,
    /// Number of visible items of the Plans view.
    pub visible_items: usize,
    /// What can be clicked; later areas cover earlier ones.
    pub click_areas: Vec<ClickArea>,
}

impl RenderMetrics {
    /// Returns what a click on this cell does.
    pub fn click_target(&self, column: u16, row: u16) -> Option<ClickTarget> {
        let area = self.click_areas.iter().rev().find(|area| area.contains(column, row))?;
        Some(area.target)
    }
}
