//! HTTP client of the Invites API, with one method for each request.
//! Handles all known mistakes of servers.
//!
//! Each method makes one HTTP request and returns a typed value or an `Error` with its texts. Retries, waits
//! and decisions are in [`crate::service`].

mod claims;
mod client;
mod client_credentials;
mod client_state;
mod clock_skew;
mod credential_command;
mod error_body;
mod error_text;
mod http;
mod lenient_json;
mod response;
mod retry_after;
mod rows;
mod server_url;
mod settings;
mod static_token;
mod token;
mod token_format;
mod token_provider;
mod transport;
mod transport_error;
mod types;
mod wire;

pub use client::Client;
pub(crate) use client::PLAN_TENANCY_HINT;
pub use error_body::{is_api_not_found, is_duplicate};
pub use server_url::validate_server_url;
pub use settings::Settings;
pub use token_format::{parse as parse_token, parse_secret};
pub use types::{ApiResponse, Cap, DeleteResponse, ListPage, MemberPage, PageToken};
