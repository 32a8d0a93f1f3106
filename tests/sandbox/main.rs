//! The sandbox over real HTTP: every request, error and fault, its files and its control API.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod bench;
mod calls;
mod control;
mod faults;
mod files;
mod letters;
mod refusals;
