//! Event loop of the console: owns channels and terminal, calls `update` and `draw`, and executes effects. Never
//! blocks on
//! the network or the disk.

mod editor;
mod effects;
mod export;
mod link;
mod list;
mod real;
mod run;
mod tenancies;
mod tty;

pub use link::ServiceChannel;
pub use real::RealTty;
pub use run::{ExitReason, draw, run};
pub use tenancies::{Session, SessionOpener, Sessions};
pub use tty::{Tty, TtyEvent};
