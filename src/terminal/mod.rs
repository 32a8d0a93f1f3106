//! The terminal, taken and given back: its modes, its frames, its keys, the signals, and what happens when
//! something panics. Nothing here knows what is shown or what a key means; that is `ui` and `app`.
//!
//! The order at start is `Crash::watch`, `Signals::listen`, `Screen::enter`, the first frame, `Inputs::start`:
//! then there is no moment at which a signal or a panic finds a terminal that nobody gives back.

mod clipboard;
#[cfg(unix)]
mod core_dump;
mod crash;
mod guard;
mod inputs;
#[cfg(unix)]
mod job;
mod key;
mod output;
#[cfg(unix)]
mod parser;
mod rows;
mod screen;
mod signals;
mod size;

pub use clipboard::Clipboard;
#[cfg(unix)]
pub use core_dump::forbid_core_dumps;
pub use crash::{CRASHED, Crash};
pub use guard::with_mouse;
pub use inputs::Inputs;
pub use screen::{EnterError, Screen, stop_job};
pub use signals::{SIGQUIT, Signals};
pub use size::columns;
