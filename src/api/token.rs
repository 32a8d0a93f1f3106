//! Where the bearer token comes from: the kinds of source, a token, why there is none, and what it takes to make one.
//! No function here shows, logs or stores a token.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::address::Address;
use super::claims;
use crate::clock::Clock;
use crate::domain::FailureKind;
use crate::domain::session::Claims;

/// Where the bearer token is found.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// A file with one token in any of its met forms; looked at before each request, read again when it changed.
    File(PathBuf),
    /// Standard input with one token; read once, and kept.
    Stdin,
    /// A variable of the environment, as it was at the start.
    Variable {
        /// Its name.
        name: String,
        /// Its value, where it is set.
        value: Option<SecretString>,
    },
    /// A program that prints a token; run without a shell, and again when the token is about to run out.
    Command(Vec<String>),
    /// An app registration: the server gives it tokens for its secret.
    App {
        /// Its name.
        client_id: String,
        /// Where the secret comes from.
        secret: SecretSource,
    },
    /// There is none; calls fail with a sentence that names these places, and nothing is sent.
    Missing {
        /// Where one was looked for.
        looked_at: Vec<PathBuf>,
    },
    /// Those that are configured are for other servers; requests fail with this, and nothing is sent.
    Withheld {
        /// Why, as half a sentence.
        why: String,
    },
}

/// Where the secret of an app registration comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// A file that holds nothing else; read each time.
    File(PathBuf),
    /// A variable of the environment, as it was at the start.
    Variable {
        /// Its name.
        name: String,
        /// Its value, where it is set.
        value: Option<SecretString>,
    },
    /// A program that prints it.
    Command(Vec<String>),
}

/// A token as it was got.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// The bare token, without `Bearer`.
    pub secret: SecretString,
    /// What it says of itself.
    pub claims: Claims,
    /// Something the person should know about where it lies.
    pub warning: Option<String>,
}

impl Token {
    pub fn new(secret: SecretString) -> Token {
        Token { claims: claims::decode(secret.expose_secret()), secret, warning: None }
    }
}

/// Why there is no usable token: half a sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenError {
    /// `Token`, or `NotConnected` or `Status(429)` if another try can help. In each case nothing was sent with it.
    pub kind: FailureKind,
    pub why: String,
    pub next: String,
    /// How long the server asked us to wait before the next token request.
    pub wait: Option<Duration>,
}

impl TokenError {
    pub fn new(why: impl Into<String>, next: impl Into<String>) -> TokenError {
        TokenError { kind: FailureKind::Token, why: why.into(), next: next.into(), wait: None }
    }
}

/// What it takes to make a token.
#[derive(Clone)]
pub(super) struct Road {
    pub http: reqwest::Client,
    pub address: Address,
    pub clock: Clock,
    /// Longest time for the token call.
    pub patience: Duration,
    /// Longest time for a program.
    pub command_patience: Duration,
    /// Variables that no program is given.
    pub hidden: Vec<String>,
}

/// A token, and how long it lives where that was told.
pub(super) struct Made {
    pub token: Token,
    pub lives: Option<Duration>,
}
