//! The real binary in a real terminal: it works there, and restores the terminal on every way out.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod clipboard;
mod editor;
mod leave;
mod mouse;
mod outside;
mod panics;
mod paste;
mod place;
mod profiles;
mod pty;
mod refuse;
mod replies;
mod signals;
mod suspend;
mod two_processes;
mod unfinished;
mod unseen;
mod window;
