//! The client against real sockets on loopback: its requests, byte for byte, and its errors.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod deletes;
mod faults;
mod requests;
mod scripted_server;
mod tls;
mod tokens;
