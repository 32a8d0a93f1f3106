//! The Invites API on this machine: a real HTTP server on loopback, with believable data, a clock that can
//! be moved, faults that can be ordered, and letters that are files. For trying the console and for testing it.
//!
//! It writes its JSON by itself and shares nothing with the client but the contract's limits: were it to
//! share the client's wire types, both would share their mistakes. What belongs to the client is not here.

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

pub use calls::{Call, CallOutcome};
pub use control::{Control, InviteView, Told};
pub use rules::{Action, RateLimit, RawReply, Reinvite, Rule, StatusReply, WaitHeader, When};
pub use server::Sandbox;
pub use settings::{SandboxError, Settings};
pub use tokens::{Role, TokenWish};
