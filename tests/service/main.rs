//! The service task over real HTTP against the sandbox, with a real journal in a temporary folder.

#![allow(clippy::expect_used, clippy::panic, reason = "tests report failures by panicking")]

mod bulk_resend;
mod delete_first;
mod duplicate_emails;
mod fuzz;
mod harness;
mod kill_between_writes;
mod large_plans;
mod later_runs;
mod list_reader;
mod maintenance;
mod pause_stop;
mod persistence;
mod plans;
mod reconcile;
mod reconcile_deletes;
mod recovery;
mod replace;
mod stored_data;
mod tokens;
