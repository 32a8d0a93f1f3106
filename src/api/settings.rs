//! What a client has to be told before it can talk: where to, as whom, and how patiently.
//! Where these come from (flags, environment, files) is no business of this room.

use std::path::PathBuf;
use std::time::Duration;

use super::token::TokenSource;
use crate::domain::access::Proxy;
use crate::domain::address::VENDOR;
use crate::domain::limits;

/// Everything a [`super::Client`] needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://app.datatrails.ai`, or `http://127.0.0.1:PORT`; a path in it is kept.
    pub address: String,
    /// Where the invites are below the address. `None` is `/archivist/iam/v1/invites`, falling back once
    /// to `/archivist/v1/invites`, because the vendor's prose and its OpenAPI files disagree.
    pub base_path: Option<String>,
    /// Part of the tenancy key where the token names no tenant.
    pub profile: String,
    /// Where the bearer token is found.
    pub token: TokenSource,
    /// Longest time for making a connection, TLS included. Keep it below `read_timeout`: only what ran out
    /// first tells whether anything was sent.
    pub connect_timeout: Duration,
    /// Longest silence inside one answer, and the longest time for a whole small call. A page of a list
    /// may take ten times as long, as long as bytes keep coming.
    pub read_timeout: Duration,
    /// Longest time that a program may take to print a token or a secret.
    pub command_timeout: Duration,
    /// The proxy, in place of the system's; never used where the address is this machine.
    pub proxy: Option<Proxy>,
    /// No proxy at all, not the system's either.
    pub direct: bool,
    /// A PEM file with the only certificates by which the server is known, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// The tenancy that a token has to be of, or nothing is changed with it.
    pub tenant: Option<String>,
    /// Variables that no program is given.
    pub hidden: Vec<String>,
    /// Rows asked for in each page.
    pub page_size: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            address: VENDOR.into(),
            base_path: None,
            profile: "default".into(),
            token: TokenSource::Missing { looked_at: Vec::new() },
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            command_timeout: Duration::from_secs(30),
            proxy: None,
            direct: false,
            ca_file: None,
            tenant: None,
            hidden: Vec::new(),
            page_size: limits::PAGE_SIZE,
        }
    }
}
