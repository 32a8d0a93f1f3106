//! What a sandbox is started with, and why a start can fail. No behaviour lives here.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// How to run a sandbox. The default is what a person gets who asks for nothing.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one. Anything but loopback is refused.
    pub listen: SocketAddr,
    /// A SQLite file that keeps the rows across restarts; made and filled when it does not exist.
    pub db: Option<PathBuf>,
    /// How many invites a fresh tenancy starts with.
    pub invites: usize,
    /// How many invites there may be; a create beyond it gets 402. `None` for no limit.
    pub cap: Option<usize>,
    /// A JSON file with a list of fault rules, in force from the start.
    pub faults: Option<PathBuf>,
    /// Where the letters go; by default a folder inside the private one.
    pub outbox: Option<PathBuf>,
    /// The private folder that holds the token file; by default a fresh temporary one, removed at the end.
    pub folder: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            db: None,
            invites: 412,
            cap: None,
            faults: None,
            outbox: None,
            folder: None,
        }
    }
}

/// Why a sandbox could not be started, or could not do what its control was asked for. One sentence each.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Its tokens are worth nothing and its door hands them out: nobody else may reach it.
    #[error(
        "the sandbox listens on this machine only, and {0} is not a loopback address: use 127.0.0.1:PORT"
    )]
    NotLoopback(SocketAddr),
    /// The port is taken, or may not be used.
    #[error("cannot listen on {address}: {source}. Choose another port; 0 takes a free one")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or folder could not be made, read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The fault rules are not what they should be.
    #[error("fault rules: {0}")]
    Faults(String),
    /// SQLite refused.
    #[error("the sandbox's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database was written by another program, or another version of this one.
    #[error("the sandbox's database has version {0}, this program writes version 1: choose another file")]
    DatabaseVersion(i64),
    /// The control was asked for an invite that is not there.
    #[error("there is no such invite: {0}")]
    NoSuchInvite(String),
}

impl SandboxError {
    pub(super) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> SandboxError {
        SandboxError::File { path: path.into(), source }
    }
}
