//! The real binary in a real terminal: that it can be used there, and that the terminal is given back on every
//! path out. Screens as such, and what keys mean, are tested elsewhere without a terminal.
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
