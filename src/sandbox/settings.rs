//! Settings and errors of a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Settings of a sandbox.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on; port 0 picks a free port. Must be loopback.
    pub listen: SocketAddr,
    /// SQLite file that keeps the rows across restarts; created and filled if it does not exist.
    pub db: Option<PathBuf>,
    /// Number of invites in a new tenancy.
    pub invites: usize,
    /// Invite quota; a create beyond it gets 402. `None`: no limit.
    pub quota: Option<usize>,
    /// JSON file with fault rules that are active from the start.
    pub faults: Option<PathBuf>,
    /// Folder of the emails [default: inside the private folder].
    pub outbox: Option<PathBuf>,
    /// Private folder with the token file [default: a temporary one, removed at the end].
    pub work_dir: Option<PathBuf>,
    /// Lifetime of tokens for the client, in seconds [default: one hour].
    pub token_ttl: Option<i64>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            db: None,
            invites: 412,
            quota: None,
            faults: None,
            outbox: None,
            work_dir: None,
            token_ttl: None,
        }
    }
}

/// Error of a sandbox or its control.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is not loopback. Other machines must not reach the sandbox: it issues its own tokens.
    #[error(
        "the sandbox listens on this machine only, and {0} is not a loopback address. Use 127.0.0.1:PORT"
    )]
    NotLoopback(SocketAddr),
    /// The port is in use or not allowed.
    #[error("cannot listen on {address}: {source}. Choose another port; 0 takes a free one")]
    Listen {
        /// Address to listen on.
        address: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file or folder cannot be created, read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Path of the file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Invalid fault rules.
    #[error("fault rules: {0}")]
    Faults(String),
    /// A database error.
    #[error("the sandbox's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database has another version, or belongs to another program.
    #[error("the sandbox's database has version {0}, but this program uses version 1. Choose another file")]
    DatabaseVersion(i64),
    /// A control action refers to an unknown invite.
    #[error("no such invite: {0}")]
    NoSuchInvite(String),
}

impl SandboxError {
    pub(super) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> SandboxError {
        SandboxError::File { path: path.into(), source }
    }
}
