//! The sandbox: a fake Invites API on loopback, for trying the console and for tests.
//! It has sample data, a movable clock, faults, and emails as files.
//!
//! It writes its JSON itself and shares only the contract's limits with the client: shared wire types would
//! hide errors of the client.

mod active_faults;
mod control;
mod control_api;
mod cuttable_stream;
mod database;
mod email;
mod fault_rules;
mod faulty_body;
mod invite_table;
mod invites;
mod lock;
mod members;
mod middleware;
mod paging;
mod request_log;
mod response;
mod routes;
mod sanitize;
mod seed;
mod server;
mod server_state;
mod server_time;
mod settings;
mod tenancy;
mod token_endpoint;
mod tokens;
mod workdir;

pub use control::{Control, ControlResult, InviteView};
pub use fault_rules::{Action, FaultTiming, OnDuplicate, RateLimit, RawReply, Rule, StatusReply, WaitHeader};
pub use request_log::{LoggedRequest, RequestStatus};
pub use server::Sandbox;
pub use settings::{SandboxError, Settings};
pub use tokens::{Role, TokenRequest};
