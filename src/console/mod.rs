//! The loop that joins the rooms: it owns the channels and the terminal, calls `update` and `draw`, and does
//! what effects say. It decides nothing by itself, and nothing in it waits for the network or the disk.

mod editor;
mod effects;
mod export;
mod link;
mod list;
mod real;
mod run;
mod tenancies;
mod tty;

pub use link::Link;
pub use real::RealTty;
pub use run::{Left, paint, run};
pub use tenancies::{Open, Opener, Tenancies};
pub use tty::{Happened, Tty};
