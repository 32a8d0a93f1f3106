//! To whom we are talking and as whom: the address, the tenancy and what the token says of itself.
//! No secret lives here: claims are decoded for display only and are never verified or trusted.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What tags messages, state, journal and cache so that two tenancies are never mixed up:
/// the address and the tenant id of the token, or the address and the profile's name where the token tells none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenancyKey(pub String);

impl TenancyKey {
    /// Made of the address (without a trailing slash) and the tenant id, or else the profile's name.
    pub fn new(address: &str, tenant: Option<&str>, profile: &str) -> TenancyKey {
        let address = address.trim_end_matches('/').to_lowercase();
        match tenant {
            Some(tenant) => TenancyKey(format!("{address} {tenant}")),
            None => TenancyKey(format!("{address} profile/{profile}")),
        }
    }
}

/// What a token says of itself, unverified. All texts are raw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `jit_tenant_id`, such as `tenant/4f2c…`.
    pub tenant: Option<String>,
    /// `name`: who the token was made for.
    pub name: Option<String>,
    /// `exp`: when it stops being accepted.
    pub expires: Option<Timestamp>,
}

/// What is known of the connection at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Tags everything that belongs to this tenancy.
    pub key: TenancyKey,
    /// The server's address, as configured.
    pub address: String,
    /// The base path in use; it may change once, when the first one turns out to be wrong.
    pub base_path: String,
    /// What the token says, once one was read.
    pub claims: Claims,
    /// How far the server's clock is ahead of ours, from its `Date` headers; zero until known.
    pub clock_offset: SignedDuration,
    /// Things the person should know about the connection, such as a token file that others can read.
    pub warnings: Vec<String>,
}
