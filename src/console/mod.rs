//! Event loop of the console: calls `update` and `draw`, and executes effects.
//! The loop owns the channels and the terminal, and never waits for the network or the disk.

mod editor;
mod effects;
mod event_loop;
mod export_file;
mod import_file;
mod login;
mod real_tty;
mod service_channel;
mod sessions;
mod tty;

pub use editor::{EditResult, edit as edit_text};
pub use event_loop::{ExitReason, draw, run};
pub use login::LoginRequest;
pub use real_tty::RealTty;
pub use service_channel::ServiceChannel;
pub use sessions::{Session, SessionOpener, Sessions};
pub use tty::{Tty, TtyEvent};
