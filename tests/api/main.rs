//! The client against real sockets on loopback: what it sends, byte for byte, and what it survives.

mod calls;
mod deletes;
mod faults;
mod server;
mod tls;
mod tokens;
