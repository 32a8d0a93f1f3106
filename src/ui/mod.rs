//! Widgets that screens share. They depend on no screen.

pub mod ascii;
pub mod column_widths;
pub mod dialog;
pub mod list;
pub mod tabs;
pub mod text_field;
pub mod theme;
pub mod wrap;

pub use list::ListState;
pub use text_field::TextField;
pub use theme::{Theme, built_in_themes};
pub use wrap::wrap;

/// Lines of text, ready to be drawn.
pub type Lines = Vec<ratatui::text::Line<'static>>;
