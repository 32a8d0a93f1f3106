//! The command line from outside: the real binary against the real sandbox. Covers each command, each exit code, and
//! that
//! refused commands change nothing.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod asking;
mod cache;
mod changes;
mod config;
mod creating;
mod data;
mod deleting;
mod doctor;
mod files;
mod help;
mod hints;
mod importing;
mod journal;
mod leaks;
mod listing;
mod lists;
mod odd_rows;
#[allow(dead_code, reason = "the crash tests use it too")]
mod place;
mod plans;
mod profiles;
#[allow(dead_code, reason = "it is made for more than is asked of it here")]
#[path = "../terminal/pty.rs"]
mod pty;
mod refused;
mod renewing;
mod resending;
#[cfg(target_os = "linux")] // /dev/full
mod results;
mod servers;
mod shell;
mod stopping;
mod tenancies;
mod unwritten;
