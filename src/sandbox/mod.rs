//! The sandbox: a fake Invites API on loopback, with sample data, a movable clock, faults, and emails as files. For
//! trying
//! the console and for tests.
//!
//! It writes its JSON itself and shares only the contract's limits with the client: shared wire types would hide
//! errors of
//! the client.

mod answer;
mod bodies;
mod calls;
mod control;
mod database;
mod door;
mod faults;
mod folder;
mod gate;
mod invites;
mod letter;
mod lock;
mod login;
mod members;
mod page;
mod routes;
mod rows;
mod rules;
mod seed;
mod server;
mod settings;
mod shared;
mod tenancy;
mod time;
mod tokens;
mod visible;
mod wire;

pub use calls::{LoggedRequest, RequestStatus};
pub use control::{Control, ControlResult, InviteView};
pub use rules::{Action, FaultTiming, OnDuplicate, RateLimit, RawReply, Rule, StatusReply, WaitHeader};
pub use server::Sandbox;
pub use settings::{SandboxError, Settings};
pub use tokens::{Role, TokenRequest};
