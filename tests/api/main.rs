//! The client against real sockets on loopback: what it sends, byte for byte, and what it survives.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod calls;
mod deletes;
mod faults;
mod server;
mod tls;
mod tokens;
