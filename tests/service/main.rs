//! The service task over real HTTP against the sandbox, with a real journal in a temporary folder.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says by them what it missed")]

mod archive;
mod campaign;
mod exchange;
mod halting;
mod keeping;
mod many;
mod owing;
mod plans;
mod reading;
mod recovery;
mod settling;
mod seventeen;
mod twice;
mod world;
