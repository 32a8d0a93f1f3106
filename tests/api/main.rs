//! The client against real sockets on loopback: what it sends, byte for byte, and what it survives.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod deletes;
mod faults;
mod requests;
mod scripted_server;
mod tls;
mod tokens;
