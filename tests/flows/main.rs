//! What a person does with the console, from the first screen to the last: the real loop over a buffer, the real
//! service task and journal, real HTTP to the real sandbox.

#![allow(clippy::expect_used, clippy::panic, reason = "a test tells by failing")]

mod annotations;
mod browsing;
mod changes;
mod columns;
mod copy_export;
mod create_delete;
mod errors;
mod filter;
mod forecast;
mod harness;
mod import;
mod journal;
mod marks;
mod plan_runs;
mod plans;
mod problems;
mod profiles;
mod requests;
mod screenshots;
mod svg;
mod text;
mod triage;
mod visibility;
