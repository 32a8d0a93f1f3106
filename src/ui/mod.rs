//! What is drawn alike everywhere; knows no screen.

pub mod column_widths;
pub mod dialog;
pub mod list;
pub mod text_field;
pub mod theme;
pub mod wrap;
