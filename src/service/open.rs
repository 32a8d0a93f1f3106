//! Opens a tenancy: a client for its address, the journal on this machine, and the task that uses both.
//! Which address, which token and which folder were decided elsewhere.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::Service;
use crate::api::{self, Client, Settings, TokenSource};
use crate::clock::Clock;
use crate::domain::{Failure, Session};
use crate::store::Journal;

/// What is opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The server's address.
    pub address: String,
    /// The path of the API below it, where it is configured.
    pub base_path: Option<String>,
    /// Where the token lies; `Err` names the places where none was found.
    pub token_file: Result<PathBuf, Vec<PathBuf>>,
    /// Where the journal lies.
    pub state: PathBuf,
    /// Where complete lists are kept; `None`: none is.
    pub cache: Option<PathBuf>,
}

impl Opening {
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
    let token = match opening.token_file {
        Ok(path) => TokenSource::File(path),
        Err(looked_at) => TokenSource::Missing { looked_at },
    };
    let settings =
        Settings { address: opening.address, base_path: opening.base_path, token, ..Settings::default() };
    let client = Client::new(settings, clock.clone())?;
    let session = client.session();
    Ok((session, super::start(client, Journal::open(&opening.state), opening.cache, clock, cancel)))
}
