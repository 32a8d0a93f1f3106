//! Keys, actions, and which key does what where.

pub mod action;
pub mod context;
pub mod input;
pub mod keymap;

pub use action::Action;
pub use context::KeyContext;
pub use input::{Input, Key, KeyCode, Signal};
pub use keymap::KeyMap;
