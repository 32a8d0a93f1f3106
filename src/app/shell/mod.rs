//! Puts the console together.

pub mod app;
pub mod attention;
pub mod commands;
pub mod dispatch;
pub mod frame;
pub mod mouse;
pub mod next_redraw;
pub mod reply;
pub mod stack;
pub mod update;
