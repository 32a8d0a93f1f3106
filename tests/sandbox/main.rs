//! The sandbox over real HTTP: every request, error and fault, its files and its control API.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod control;
mod emails;
mod faults;
mod files;
mod harness;
mod refusals;
mod requests;
