//! The real binary in a real terminal: it works there, and restores the terminal on every way out.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod clipboard;
mod completion;
mod editor;
mod login;
mod mouse;
mod panics;
mod paste;
mod profiles;
mod pty;
mod quit;
mod rendering;
mod sandbox_server;
mod signals;
mod startup_errors;
mod suspend;
mod terminal_replies;
mod test_env;
mod two_processes;
mod unfinished_plans;
mod visibility;
