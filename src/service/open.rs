//! Opens a tenancy: a client for its server URL, the journal on this machine, and the service task. The
//! values come from the configuration.

use std::path::PathBuf;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::Service;
use crate::api::{self, Client, Settings};
use crate::clock::Clock;
use crate::domain::profile_settings::{NetworkSettings, TokenSourceConfig};
use crate::domain::{Connection, Error, TenancyKey};
use crate::store::Journal;

/// Settings of the tenancy to open.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The server URL.
    pub url: String,
    /// The path of the API below the server URL, if configured.
    pub base_path: Option<String>,
    /// Source of the token.
    pub source: TokenSourceConfig,
    /// Environment variables that hold tokens and secrets, with their values.
    pub secrets: Vec<(String, SecretString)>,
    /// Names of environment variables that child processes do not inherit, including those of `secrets`.
    pub hidden_vars: Vec<String>,
    /// Network settings.
    pub network: NetworkSettings,
    /// Name of the profile, or empty.
    pub profile: String,
    /// The tenancy that the token must belong to.
    pub tenant: Option<String>,
    /// Folder of the journal.
    pub state_dir: PathBuf,
    /// Folder for complete lists; with `None` no list is cached.
    pub cache_dir: Option<PathBuf>,
}

impl OpenOptions {
    /// Creates settings with a server URL and a token source, and defaults for the rest.
    /// Override them with struct update syntax.
    pub fn new(url: impl Into<String>, source: TokenSourceConfig, state_dir: PathBuf) -> OpenOptions {
        OpenOptions {
            url: url.into(),
            base_path: None,
            source,
            secrets: Vec::new(),
            hidden_vars: Vec::new(),
            network: NetworkSettings::default(),
            profile: "default".to_owned(),
            tenant: None,
            state_dir,
            cache_dir: None,
        }
    }

    /// Checks that the server URL can be used. Opens nothing.
    ///
    /// # Errors
    ///
    /// The server URL cannot be used.
    pub fn check_url(url: &str, base_path: Option<&str>) -> Result<(), Error> {
        api::validate_server_url(url, base_path)
    }
}

/// Opens the tenancy.
/// Reads no token and makes no request, so it waits only for the disk. An unusable journal is reported later,
/// because reading works without a journal.
///
/// # Errors
///
/// The server URL cannot be used.
pub fn open(
    options: OpenOptions,
    clock: Clock,
    cancel: CancellationToken,
) -> Result<(Connection, Service), Error> {
    let (state_dir, cache_dir) = (options.state_dir.clone(), options.cache_dir.clone());
    let client = Client::new(client_settings(options), clock.clone())?;
    let connection = client.connection();
    Ok((connection, super::start(client, Journal::open(&state_dir), cache_dir, clock, cancel)))
}

/// Returns the tenancy that these options would open, from the token's claims.
/// Makes no request and runs no program. `None` if a program prints the token, or the token cannot be read.
pub fn tenancy_from_token(options: OpenOptions, clock: Clock) -> Option<TenancyKey> {
    let connection = Client::new(client_settings(options), clock).ok()?.connection();
    connection.claims.tenant.is_some().then_some(connection.key)
}

fn client_settings(options: OpenOptions) -> Settings {
    let defaults = Settings::default();
    Settings {
        url: options.url,
        base_path: options.base_path,
        profile: options.profile,
        token: options.source,
        secrets: options.secrets,
        connect_timeout: options.network.connect_timeout.unwrap_or(defaults.connect_timeout),
        read_timeout: options.network.read_timeout.unwrap_or(defaults.read_timeout),
        command_timeout: options.network.command_timeout.unwrap_or(defaults.command_timeout),
        proxy: options.network.proxy,
        direct: options.network.direct,
        ca_file: options.network.ca_file,
        tenant: options.tenant,
        hidden_variables: options.hidden_vars,
        ..defaults
    }
}
