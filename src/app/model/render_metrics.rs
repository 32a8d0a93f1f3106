//! What a draw found out about sizes, kept in the state for the keys that move by a page or click on a row.
//! How it is found out is `ui`'s affair.

use crate::app::model::view::View;

/// Where the detail pane goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    /// Where the window has room for it.
    #[default]
    AsItFits,
    /// On the right.
    Side,
    /// Below the table.
    Below,
    /// Nowhere.
    Off,
}

/// Where rows are in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowsAt {
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
    pub rows: Option<RowsAt>,
    /// How many lines the table shows.
    pub table_height: usize,
    /// How far the text in front can be scrolled.
    pub scroll_limit: usize,
    /// How many lines of the text in front are shown.
    pub text_height: usize,
    /// The first item in the window of the view of plans.
    pub first_item: usize,
    /// How many of its items are in the window.
    pub items: usize,
}
