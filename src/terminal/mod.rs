//! The terminal: modes, frames, keys, signals and panics. `app` and `ui` give them their meaning.
//!
//! Order at start: `Crash::watch`, `Signals::listen`, `Screen::enter`, the first frame, `Inputs::start`. A signal or
//! a
//! panic then always finds a terminal that is restored.

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
pub use crash::{PANIC_EXIT_CODE, PanicMonitor};
pub use guard::enable_mouse;
pub use inputs::EventReader;
pub use screen::{Tui, TuiError, stop_job};
pub use signals::{SIGQUIT, Signals};
pub use size::stdout_columns;
