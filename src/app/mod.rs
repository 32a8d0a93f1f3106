//! The console as a pure state machine: what it knows (`App`), what can happen (`Msg`), what follows
//! (`update`) and what is to be done about it (`Effect`). No terminal, no file, no network and no clock here.

pub mod effect;
pub mod model;
pub mod msg;
pub mod nav;
pub mod ops;
pub mod render;
pub mod screen;
pub mod screens;
pub mod shell;

pub use crate::app::effect::Effect;
pub use crate::app::msg::Msg;
pub use crate::app::shell::app::App;
pub use crate::app::shell::update::{begin, update};
