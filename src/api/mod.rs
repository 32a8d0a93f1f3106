//! HTTP client of the Invites API: one method for each request, with all the server mistakes a client must
//! survive.
//!
//! Each method makes one HTTP request and returns a typed value or a `Failure` with a text. Retries, waits and
//! decisions are in [`crate::service`].

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

pub use address::validate_server_url;
pub use answer::{ApiResponse, Cap, DeleteResponse, ListPage, Member, MemberPage, PageToken};
pub use client::Client;
pub(crate) use client::PLAN_TENANCY_HINT;
pub use explained::{is_api_not_found, is_duplicate};
pub use settings::Settings;
pub use token::{SecretSource, TokenSource};
