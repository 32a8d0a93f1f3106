//! Parts of the window that can be clicked, measured while a frame is drawn.

use crate::keys::Action;

/// What a click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClickTarget {
    /// Runs an action, like its key.
    Action(Action),
    /// Shows the tab with this index of the front screen.
    Tab(usize),
    /// Selects the row with this index in the front list.
    Row(usize),
    /// Focuses the button with this index and presses it, like Enter.
    Button(usize),
}

/// Part of the window with one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickArea {
    /// First column.
    pub x: u16,
    /// First line.
    pub y: u16,
    /// Width in columns.
    pub width: u16,
    /// Height in lines.
    pub height: u16,
    /// What a click does.
    pub target: ClickTarget,
}

impl ClickArea {
    /// True if the area contains this cell.
    pub fn contains(&self, column: u16, row: u16) -> bool {
        (self.x..self.x + self.width).contains(&column) && (self.y..self.y + self.height).contains(&row)
    }
}
