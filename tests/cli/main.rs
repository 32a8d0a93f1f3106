//! The command line: the real binary against the real sandbox. Covers each command and each exit code, and that refused
//! commands change nothing.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod api;
mod cache;
mod changes;
mod config;
mod config_edit;
mod confirm_prompt;
mod create_import;
mod delete;
mod doctor;
mod formats;
#[allow(dead_code, reason = "the crash tests use it too")]
mod harness;
mod help;
mod hints;
mod idempotence;
mod import_files;
mod import_long;
mod journal;
mod journal_errors;
mod json_output;
mod json_schema;
mod list_show_export;
mod login;
mod login_prompt;
mod lookup;
mod notes;
mod odd_responses;
#[cfg(target_os = "linux")] // /dev/full
mod output_errors;
mod plan_files;
mod plans;
mod problems;
mod profiles;
#[allow(dead_code, reason = "the terminal tests use the rest")]
#[path = "../terminal/pty.rs"]
mod pty;
mod refusals;
mod reinvite;
mod resend;
mod secret_leaks;
mod server_tokens;
mod shell;
mod signals;
mod switch_profile;
mod token_renewal;
mod watch;
