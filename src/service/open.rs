//! Opens a tenancy: a client for its address, the journal on this machine, and the task that uses both.
//! Which address, which token and which folder were decided elsewhere.

use std::path::PathBuf;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::Service;
use crate::api::{self, Client, SecretSource, Settings, TokenSource};
use crate::clock::Clock;
use crate::domain::access::{Network, SecretFrom, Source};
use crate::domain::{Failure, Session, TenancyKey};
use crate::store::Journal;

/// What is opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The server's address.
    pub address: String,
    /// The path of the API below it, where it is configured.
    pub base_path: Option<String>,
    /// Where the token comes from.
    pub source: Source,
    /// The variables of the environment that hold tokens and secrets, with what is in them.
    pub secrets: Vec<(String, SecretString)>,
    /// Those and others by their names: no program is given them.
    pub hidden: Vec<String>,
    /// How the network is used.
    pub network: Network,
    /// The profile's name, where one is used.
    pub profile: String,
    /// The tenancy that the token has to be of.
    pub tenant: Option<String>,
    /// Where the journal lies.
    pub state: PathBuf,
    /// Where complete lists are kept; `None`: none is.
    pub cache: Option<PathBuf>,
}

impl Opening {
    /// An address and a token, and everything else as it comes. The rest is named by struct update.
    pub fn of(address: impl Into<String>, source: Source, state: PathBuf) -> Opening {
        Opening {
            address: address.into(),
            base_path: None,
            source,
            secrets: Vec::new(),
            hidden: Vec::new(),
            network: Network::default(),
            profile: "default".to_owned(),
            tenant: None,
            state,
            cache: None,
        }
    }

    /// Whether the address can be used at all; `Err` is the sentence. Opens nothing.
    pub fn check(address: &str, base_path: Option<&str>) -> Result<(), Failure> {
        api::check(address, base_path)
    }
}

/// Opens it. Reads no token yet and makes no call, so it never waits for anything but the disk.
/// Fails with a sentence when the address cannot be used; an unusable journal is said later, because reading
/// works without one.
pub fn open(
    opening: Opening,
    clock: Clock,
    cancel: CancellationToken,
) -> Result<(Session, Service), Failure> {
    let (state, cache) = (opening.state.clone(), opening.cache.clone());
    let client = Client::new(settings(opening), clock.clone())?;
    let session = client.session();
    Ok((session, super::start(client, Journal::open(&state), cache, clock, cancel)))
}

/// The tenancy that would be opened, as the token itself tells it. No server is asked and no program is run: where the
/// token comes from one, or cannot be read, the tenancy is not known.
pub fn tenancy(opening: Opening, clock: Clock) -> Option<TenancyKey> {
    let session = Client::new(settings(opening), clock).ok()?.session();
    session.claims.tenant.is_some().then_some(session.key)
}

fn settings(opening: Opening) -> Settings {
    let usual = Settings::default();
    let value = |name: &str| {
        let found = opening.secrets.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let token = match opening.source {
        Source::Missing(looked_at) => TokenSource::Missing { looked_at },
        Source::Withheld(why) => TokenSource::Withheld { why },
        Source::File(path) => TokenSource::File(path),
        Source::Stdin => TokenSource::Stdin,
        Source::Variable(name) => TokenSource::Variable { value: value(&name), name },
        Source::Command(words) => TokenSource::Command(words),
        Source::App { client_id, secret } => {
            let secret = match secret {
                SecretFrom::Variable(name) => SecretSource::Variable { value: value(&name), name },
                SecretFrom::File(path) => SecretSource::File(path),
                SecretFrom::Command(words) => SecretSource::Command(words),
            };
            TokenSource::App { client_id, secret }
        }
    };
    Settings {
        address: opening.address,
        base_path: opening.base_path,
        profile: opening.profile,
        token,
        connect_timeout: opening.network.connect.unwrap_or(usual.connect_timeout),
        read_timeout: opening.network.read.unwrap_or(usual.read_timeout),
        command_timeout: opening.network.command.unwrap_or(usual.command_timeout),
        proxy: opening.network.proxy,
        direct: opening.network.direct,
        ca_file: opening.network.ca_file,
        tenant: opening.tenant,
        hidden: opening.hidden,
        ..usual
    }
}
