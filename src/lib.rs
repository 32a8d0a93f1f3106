//! guestlist: the keyboard console for tenancy invites.
//!
//! The rooms of the house, and what may use what, are held together by `tests/architecture.rs`:
//! `domain` knows nobody; `api` speaks HTTP; `store` keeps the journal; `service` is the task that uses both;
//! `app` is the pure state machine and `ui` its pure view; `terminal` and `config` are edges; `console` is the
//! loop that joins them; `cli` is the command line; `sandbox` is the Invites API on this machine.

pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod domain;
pub mod keys;
pub mod log;
pub mod sandbox;
pub mod service;
pub mod store;
pub mod terminal;
pub mod ui;
