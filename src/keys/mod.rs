//! Keys, actions, and the key map that connects them.

pub mod action;
pub mod input;
pub mod keymap;

pub use action::Action;

pub use input::{Input, Key, KeyCode, Signal};
pub use keymap::{KeyContext, KeyMap};
