//! What is drawn alike everywhere; knows no screen.

pub mod cell;
pub mod column_widths;
pub mod dialog;
pub mod list_state;
pub mod text_field;
pub mod theme;
pub mod wrap;
