//! Opens a tenancy: a client for its server URL, the journal on this machine, and the service task. The
//! configuration decides the values.

use std::path::PathBuf;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::Service;
use crate::api::{self, Client, SecretSource, Settings, TokenSource};
use crate::clock::Clock;
use crate::domain::profile_settings::{NetworkSettings, SecretSourceConfig, TokenSourceConfig};
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
    /// Names of these and other variables that programs do not inherit.
    pub hidden_vars: Vec<String>,
    /// Network settings.
    pub network: NetworkSettings,
    /// Name of the profile, or empty.
    pub profile: String,
    /// The tenancy that the token must belong to.
    pub tenant: Option<String>,
    /// Folder of the journal.
    pub state_dir: PathBuf,
    /// Folder for complete lists; `None` keeps none.
    pub cache_dir: Option<PathBuf>,
}

impl OpenOptions {
    /// Creates settings with a server URL and a token source, and defaults for the rest. Override them with struct
    /// update syntax.
    pub fn new(address: impl Into<String>, source: TokenSourceConfig, state: PathBuf) -> OpenOptions {
        OpenOptions {
            url: address.into(),
            base_path: None,
            source,
            secrets: Vec::new(),
            hidden_vars: Vec::new(),
            network: NetworkSettings::default(),
            profile: "default".to_owned(),
            tenant: None,
            state_dir: state,
            cache_dir: None,
        }
    }

    /// Checks that the server URL can be used. Opens nothing.
    ///
    /// # Errors
    ///
    /// The reason why not.
    pub fn check_url(address: &str, base_path: Option<&str>) -> Result<(), Error> {
        api::validate_server_url(address, base_path)
    }
}

/// Opens the tenancy. Reads no token and makes no request, so it waits only for the disk. An unusable journal is
/// reported later, because reading works without one.
///
/// # Errors
///
/// The server URL cannot be used.
pub fn open(
    opening: OpenOptions,
    clock: Clock,
    cancel: CancellationToken,
) -> Result<(Connection, Service), Error> {
    let (state, cache) = (opening.state_dir.clone(), opening.cache_dir.clone());
    let client = Client::new(client_settings(opening), clock.clone())?;
    let session = client.connection();
    Ok((session, super::start(client, Journal::open(&state), cache, clock, cancel)))
}

/// Returns the tenancy that would be opened, from the token's claims. Makes no request and runs no program: if
/// the token comes from one, or cannot be read, the tenancy is unknown.
pub fn tenancy_from_token(opening: OpenOptions, clock: Clock) -> Option<TenancyKey> {
    let session = Client::new(client_settings(opening), clock).ok()?.connection();
    session.claims.tenant.is_some().then_some(session.key)
}

fn client_settings(opening: OpenOptions) -> Settings {
    let usual = Settings::default();
    let value = |name: &str| {
        let found = opening.secrets.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let token = match opening.source {
        TokenSourceConfig::Missing(looked_at) => TokenSource::Missing { searched: looked_at },
        TokenSourceConfig::Withheld(why) => TokenSource::Withheld { reason: why },
        TokenSourceConfig::File(path) => TokenSource::File(path),
        TokenSourceConfig::Stdin => TokenSource::Stdin,
        TokenSourceConfig::EnvVar(name) => TokenSource::EnvVar { value: value(&name), name },
        TokenSourceConfig::Command(words) => TokenSource::Command(words),
        TokenSourceConfig::AppRegistration { client_id, secret } => {
            let secret = match secret {
                SecretSourceConfig::EnvVar(name) => SecretSource::EnvVar { value: value(&name), name },
                SecretSourceConfig::File(path) => SecretSource::File(path),
                SecretSourceConfig::Command(words) => SecretSource::Command(words),
            };
            TokenSource::AppRegistration { client_id, secret }
        }
    };
    Settings {
        url: opening.url,
        base_path: opening.base_path,
        profile: opening.profile,
        token,
        connect_timeout: opening.network.connect_timeout.unwrap_or(usual.connect_timeout),
        read_timeout: opening.network.read_timeout.unwrap_or(usual.read_timeout),
        command_timeout: opening.network.command_timeout.unwrap_or(usual.command_timeout),
        proxy: opening.network.proxy,
        direct: opening.network.direct,
        ca_file: opening.network.ca_file,
        tenant: opening.tenant,
        hidden_variables: opening.hidden_vars,
        ..usual
    }
}
