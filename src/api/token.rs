//! Types for the bearer token: the token, its errors, and what a source needs to provide it.
//! No function here shows, logs or stores a token.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::claims;
use super::server_url::ServerUrl;
use super::settings::Settings;
use crate::clock::Clock;
use crate::domain::ErrorKind;
use crate::domain::connection::Claims;

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

/// HTTP client, clock and settings for reading and renewing a token.
#[derive(Clone)]
pub(super) struct TokenContext {
    pub http: reqwest::Client,
    pub url: ServerUrl,
    pub clock: Clock,
    pub settings: Settings,
}

impl TokenContext {
    /// Returns the value of an environment variable that holds a token or a secret.
    pub fn secret(&self, variable: &str) -> Option<&SecretString> {
        self.settings.secrets.iter().find(|(name, _)| name == variable).map(|(_, value)| value)
    }
}

/// A new token, and its lifetime if reported.
pub(super) struct IssuedToken {
    pub token: Token,
    pub lifetime: Option<Duration>,
}
