//! The real binary, killed with -9 at every request of a plan, before and after its effect.
//! After a resume the plan is finished, completed requests are not repeated, no one gets two emails, and
//! server and journal agree. The server counts the requests.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod concurrency;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cli/harness.rs"]
mod harness;
mod kill_at_each_request;
mod kill_point;
