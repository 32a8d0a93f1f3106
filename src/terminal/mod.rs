//! The terminal: modes, frames, keys, signals and panics.
//!
//! Order at start: [`PanicMonitor::install`], [`Signals::listen`], [`Tui::enter`], the first frame,
//! [`EventReader::start`]. A signal or a panic then always finds a terminal that can be restored.

mod clipboard;
#[cfg(unix)]
mod core_dump;
mod event;
mod frame_encoder;
mod hidden_input;
#[cfg(unix)]
mod job_control;
mod key;
mod mode;
mod panic_hook;
#[cfg(unix)]
mod parser;
mod signals;
mod size;
mod tui;

pub use clipboard::Clipboard;
#[cfg(unix)]
pub use core_dump::forbid_core_dumps;
pub use event::EventReader;
pub use hidden_input::{HiddenInput, read_hidden_line};
pub use mode::enable_mouse;
pub use panic_hook::{PANIC_EXIT_CODE, PanicMonitor};
pub use signals::{SIGQUIT, Signals};
pub use size::{stdout_columns, window_size};
pub use tui::{Tui, TuiError, stop_job};
