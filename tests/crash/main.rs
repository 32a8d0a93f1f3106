//! The real binary killed with -9 in the middle of a plan, at every call, before and after its effect, and told to
//! go on: the rest is sent, nothing that was answered is sent again, nobody is mailed twice, and server and journal
//! agree. Calls are counted at the server.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod killed;
#[allow(dead_code, reason = "it is made for more than is asked of it here")]
#[path = "../cli/place.rs"]
mod place;
mod scene;
mod together;
