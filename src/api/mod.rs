//! The wire: one method for each call of the Invites API, and everything its contract says a client must survive.
//!
//! Each call is one HTTP request, answered by a typed value or by a `Failure` in sentences; nothing here repeats,
//! waits, or decides what happens next (that is the service's), and nothing here is drawn or stored.

mod address;
mod answer;
mod broken;
mod claims;
mod client;
mod command;
mod exchange;
mod explained;
mod http;
mod known;
mod lenient;
mod login;
mod renewing;
mod rows;
mod sentence;
mod server_clock;
mod settings;
mod token;
mod token_file;
mod token_holder;
mod token_text;
mod verdict;
mod wait;
mod wire;

pub use address::check;
pub use answer::{Cap, Deleted, Got, ListPage, Member, MemberPage, PageToken};
pub use client::Client;
pub(crate) use client::OWN_TOKEN;
pub use explained::{is_own_not_found, names_a_duplicate};
pub use settings::Settings;
pub use token::{SecretSource, TokenSource};
