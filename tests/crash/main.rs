//! The real binary, killed with -9 in the middle of a plan, at every request, before and after its effect, and
//! resumed: the
//! rest is done, completed requests are not repeated, no one gets two emails, and server and journal agree. Requests
//! are
//! counted at the server.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod concurrency;
#[allow(dead_code, reason = "it is made for more than is asked of it here")]
#[path = "../cli/harness.rs"]
mod harness;
mod kill_at_each_call;
mod kill_point;
