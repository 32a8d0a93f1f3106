//! guestlist: a terminal console and command line for DataTrails tenancy invites.
//!
//! Module layers; `tests/architecture.rs` enforces the allowed dependencies. `domain`: pure types and rules.
//! `api`: HTTP client. `store`: journal and cache. `service`: the task of a session that uses `api` and `store`.
//! `app`: pure state machine. `ui`: shared drawing code. `keys`: key names and key map. `terminal`, `config`:
//! edges to the system. `files`: private, complete and bounded files. `console`: the event loop. `cli`: the command line. `sandbox`: a fake Invites API on this
//! machine.

pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod domain;
mod files;
pub mod keys;
pub mod log;
pub mod sandbox;
pub mod service;
pub mod store;
pub mod terminal;
pub mod ui;
