//! Types for the bearer token: its sources, the token, its errors, and the settings of a renewal.
//! No function here shows, logs or stores a token.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::claims;
use super::server_url::ServerUrl;
use crate::clock::Clock;
use crate::domain::ErrorKind;
use crate::domain::connection::Claims;

/// Source of the bearer token.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// A file with one token in any known form; read before each request.
    File(PathBuf),
    /// Standard input with one token; read once and kept.
    Stdin,
    /// An environment variable, with its value at the start.
    EnvVar {
        /// Name of the variable.
        name: String,
        /// Its value, if set.
        value: Option<SecretString>,
    },
    /// A program that prints a token; run without a shell, and again when the token is about to expire.
    Command(Vec<String>),
    /// An app registration: the server issues tokens for its secret.
    AppRegistration {
        /// The client id.
        client_id: String,
        /// Source of the secret.
        secret: SecretSource,
    },
    /// No source is configured; every request fails before it is sent.
    Missing {
        /// Paths that were searched.
        searched: Vec<PathBuf>,
    },
    /// The configured sources are for other servers; every request fails before it is sent.
    Withheld {
        /// The reason: a fragment without trailing period.
        reason: String,
    },
}

/// Source of an app registration's secret.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// A file that holds only the secret; read each time.
    File(PathBuf),
    /// An environment variable, with its value at the start.
    EnvVar {
        /// Name of the variable.
        name: String,
        /// Its value, if set.
        value: Option<SecretString>,
    },
    /// A program that prints the secret.
    Command(Vec<String>),
}

/// A token with its claims.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// The bare token, without `Bearer`.
    pub secret: SecretString,
    /// The decoded claims, not verified.
    pub claims: Claims,
    /// A warning about the token file, such as its permissions.
    pub warning: Option<String>,
}

impl Token {
    pub fn new(secret: SecretString) -> Token {
        Token { claims: claims::decode(secret.expose_secret()), secret, warning: None }
    }
}

/// Why there is no usable token (a fragment without trailing period), and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenError {
    /// `Token`, or `Connect` or `Status(429)` if a retry can help.
    /// In each case no request was sent with the token.
    pub kind: ErrorKind,
    pub cause: String,
    pub hint: String,
    /// Wait that the server asks for before the next token request.
    pub retry_after: Option<Duration>,
}

impl TokenError {
    pub fn new(cause: impl Into<String>, hint: impl Into<String>) -> TokenError {
        TokenError { kind: ErrorKind::Token, cause: cause.into(), hint: hint.into(), retry_after: None }
    }
}

/// HTTP client, clock and settings for a renewal.
#[derive(Clone)]
pub(super) struct TokenContext {
    pub http: reqwest::Client,
    pub url: ServerUrl,
    pub clock: Clock,
    /// Timeout of the token request.
    pub request_timeout: Duration,
    /// Timeout of a program.
    pub command_timeout: Duration,
    /// Environment variables that programs do not inherit.
    pub hidden_variables: Vec<String>,
}

/// A new token, and its lifetime if reported.
pub(super) struct IssuedToken {
    pub token: Token,
    pub lifetime: Option<Duration>,
}
