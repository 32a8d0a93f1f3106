//! User flows in the console: the real loop on a buffer, the real service task and journal, and real HTTP to the
//! sandbox.

#![allow(clippy::expect_used, clippy::panic, reason = "tests report failures by panicking")]

mod annotations;
mod browsing;
mod buffer_tty;
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
mod key_budgets;
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
mod triage_domains;
mod visibility;
