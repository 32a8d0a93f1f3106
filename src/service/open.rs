//! Opens a tenancy: a client for its server URL, the journal on this machine, and the service task. The
//! values come from the configuration.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::Service;
use crate::api::{Client, Settings};
use crate::clock::Clock;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::{Connection, Error, TenancyKey};
use crate::store::Journal;

/// Settings of the tenancy to open.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Settings of the client.
    pub settings: Settings,
    /// Folder of the journal.
    pub state_dir: PathBuf,
    /// Folder for complete lists; with `None` no list is cached.
    pub cache_dir: Option<PathBuf>,
}

impl OpenOptions {
    /// Creates settings with a server URL and a token source, and defaults for the rest.
    /// Override them with struct update syntax.
    pub fn new(url: impl Into<String>, source: TokenSourceConfig, state_dir: PathBuf) -> OpenOptions {
        let settings = Settings { url: url.into(), token: source, ..Settings::default() };
        OpenOptions { settings, state_dir, cache_dir: None }
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
    let client = Client::new(options.settings, clock.clone())?;
    let connection = client.connection();
    let journal = Journal::open(&options.state_dir);
    Ok((connection, super::start(client, journal, options.cache_dir, clock, cancel)))
}

/// Returns the tenancy that these options would open, from the token's claims.
/// Makes no request and runs no program. `None` if a program prints the token, or the token cannot be read.
pub fn tenancy_from_token(options: OpenOptions, clock: Clock) -> Option<TenancyKey> {
    let connection = Client::new(options.settings, clock).ok()?.connection();
    connection.claims.tenant.is_some().then_some(connection.key)
}
