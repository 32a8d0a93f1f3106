//! Types and rules: invites, drafts, the invite store, queries, plans, outcomes, errors.
//!
//! Pure: no clock, files, network or terminal, and no use of other modules.

pub mod annotation;
pub mod connection;
pub mod curl;
pub mod diff;
pub mod draft;
pub mod email;
pub mod email_history;
pub mod error;
pub mod expiry;
pub mod export;
pub mod forecast;
pub mod http_record;
pub mod identity;
pub mod import;
pub mod invite;
pub mod invite_store;
pub mod journal;
pub mod json;
pub mod limits;
pub mod lint;
pub mod local_changes;
pub mod members;
pub mod now;
pub mod outcome;
pub mod past_changes;
pub mod plan;
pub mod plan_analysis;
pub mod plan_progress;
pub mod planner;
pub mod profile_settings;
pub mod proxy;
pub mod query;
pub mod quota;
pub mod recipient;
pub mod server_url;
pub mod service_msg;
pub mod table_prefs;
pub mod text;
pub mod triage;
mod words;

pub use connection::{Connection, TenancyKey};
pub use draft::Draft;
pub use error::{Error, ErrorKind};
pub use expiry::Expiry;
pub use http_record::{HttpRecord, Method};
pub use identity::Identity;
pub use invite::Invite;
pub use now::Now;
pub use outcome::Outcome;
pub use plan::{Plan, PlanId, Step};
pub use quota::Quota;
pub use service_msg::{RequestId, ServiceReply, ServiceRequest};
pub use table_prefs::TablePrefs;
pub use triage::TriageSession;
