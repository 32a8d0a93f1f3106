//! Types and rules: invites, drafts, the invite store, queries, plans, outcomes, failures.
//!
//! Pure: no clock, files, network or terminal, and no use of other modules. Items state when a fact comes from
//! the server's contract.

pub mod access;
pub mod address;
pub mod call;
pub mod caps;
pub mod change;
pub mod curl;
pub mod doings;
pub mod draft;
pub mod email;
pub mod email_history;
pub mod expiry;
pub mod export;
pub mod failure;
pub mod forecast;
pub mod identity;
pub mod invite;
pub mod journal;
pub mod json;
pub mod limits;
pub mod lint;
pub mod list;
pub mod members;
pub mod now;
pub mod outcome;
pub mod plan;
pub mod plan_progress;
pub mod planner;
pub mod planning;
pub mod proxy;
pub mod query;
pub mod recipient;
pub mod remark;
pub mod request;
pub mod roster;
pub mod session;
pub mod text;
pub mod triage;
pub mod view;

pub use call::{HttpRecord, Method};
pub use caps::Quota;
pub use draft::Draft;
pub use expiry::Expiry;
pub use failure::{Error, ErrorKind};
pub use identity::Identity;
pub use invite::Invite;
pub use now::Now;
pub use outcome::Outcome;
pub use plan::{Plan, PlanId, Step};
pub use request::{RequestId, ServiceReply, ServiceRequest};
pub use session::{Connection, TenancyKey};
pub use triage::TriageSession;
pub use view::TablePrefs;
