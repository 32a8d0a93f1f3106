//! Puts the console together: which screen gets a key, what follows from a message, when to draw again, and the frame.
//! The only part that knows several screens.

pub mod app;
pub mod attention;
mod dispatch;
pub mod frame;
mod navigate;
pub mod next_redraw;
mod reply;
pub mod stack;
pub mod update;
