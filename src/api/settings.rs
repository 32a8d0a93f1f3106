//! Settings of a client: server URL, token source, timeouts.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::limits;
use crate::domain::profile_settings::{NetworkSettings, Proxy, TokenSourceConfig};
use crate::domain::server_url::VENDOR_URL;

/// Everything a [`super::Client`] needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Server URL: `https://app.datatrails.ai`, or `http://127.0.0.1:PORT`; a path is kept.
    pub url: String,
    /// Path of the invites below the server URL.
    /// `None` is `/archivist/iam/v1/invites`, with one fallback to `/archivist/v1/invites`, because the
    /// vendor's docs and its OpenAPI files disagree.
    pub base_path: Option<String>,
    /// Part of the tenancy key if the token contains no tenant.
    pub profile: String,
    /// Source of the bearer token.
    pub token: TokenSourceConfig,
    /// Environment variables that hold tokens and secrets, with their values at the start.
    pub secrets: Vec<(String, SecretString)>,
    /// Timeout for opening a connection, including TLS.
    /// Keep it below `read_timeout`: only the timeout that expires first shows whether a request was sent.
    pub connect_timeout: Duration,
    /// Maximum silence inside a response, and timeout of a whole small request.
    /// A page of a list may take ten times as long, as long as bytes keep coming.
    pub read_timeout: Duration,
    /// Timeout of a program that prints a token or a secret.
    pub command_timeout: Duration,
    /// Proxy that replaces the system's proxy; never used for a server on this machine.
    pub proxy: Option<Proxy>,
    /// Disables all proxies, including the system's proxy.
    pub direct: bool,
    /// PEM file with the only trusted certificates; replaces the system's certificates.
    pub ca_file: Option<PathBuf>,
    /// Tenancy that the token must belong to; otherwise changes are refused.
    pub tenant: Option<String>,
    /// Environment variables that programs do not inherit.
    pub hidden_variables: Vec<String>,
    /// Rows to request for each page.
    pub page_size: usize,
}

impl Settings {
    /// Applies the configured network settings; a missing timeout keeps its value.
    pub fn with_network(self, network: NetworkSettings) -> Settings {
        Settings {
            connect_timeout: network.connect_timeout.unwrap_or(self.connect_timeout),
            read_timeout: network.read_timeout.unwrap_or(self.read_timeout),
            command_timeout: network.command_timeout.unwrap_or(self.command_timeout),
            proxy: network.proxy,
            direct: network.direct,
            ca_file: network.ca_file,
            ..self
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            url: VENDOR_URL.into(),
            base_path: None,
            profile: "default".into(),
            token: TokenSourceConfig::Missing(Vec::new()),
            secrets: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            command_timeout: Duration::from_secs(30),
            proxy: None,
            direct: false,
            ca_file: None,
            tenant: None,
            hidden_variables: Vec::new(),
            page_size: limits::PAGE_SIZE,
        }
    }
}
