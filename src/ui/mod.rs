//! What is drawn alike everywhere; knows no screen.

pub mod cell;
pub mod column_widths;
pub mod dialog;
pub mod form;
pub mod list;
pub mod list_state;
pub mod menu;
pub mod pane;
pub mod text_field;
pub mod theme;
pub mod wrap;
