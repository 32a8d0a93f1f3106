//! Provides the current token. It is from a file, pipe or variable (`static_token`), or renewed by a program or
//! the server (`renewable_token`). No function here shows, logs or stores a token.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::renewable_token::RenewableToken;
use super::static_token::{StaticSource, StaticToken};
use super::token::{Token, TokenContext, TokenError, TokenSource};

/// Timeout for reading a token file, which can be a pipe without a writer.
const FILE_TIMEOUT: Duration = Duration::from_secs(30);

/// Provides the current token. Cheap to clone; clones share everything.
#[derive(Clone)]
pub(super) enum TokenProvider {
    /// Read from a file, pipe or variable.
    Static(Arc<StaticToken>),
    /// Renewed automatically.
    Renewable(Arc<RenewableToken>),
}

impl TokenProvider {
    pub fn new(source: TokenSource, context: TokenContext) -> TokenProvider {
        let static_source = match source {
            TokenSource::File(path) => StaticSource::File(path),
            TokenSource::Stdin => StaticSource::Stdin,
            TokenSource::EnvVar { name, value } => StaticSource::EnvVar { name, value },
            TokenSource::Missing { searched } => StaticSource::Missing(searched),
            TokenSource::Withheld { reason } => StaticSource::Withheld(reason),
            TokenSource::Command(command_line) => {
                return TokenProvider::Renewable(Arc::new(RenewableToken::from_command(
                    command_line,
                    context,
                )));
            }
            TokenSource::AppRegistration { client_id, secret } => {
                return TokenProvider::Renewable(Arc::new(RenewableToken::from_app_registration(
                    client_id, secret, context,
                )));
            }
        };
        TokenProvider::Static(Arc::new(StaticToken::new(static_source)))
    }

    /// Returns the source of the token, as text for display.
    pub fn source_label(&self) -> String {
        match self {
            TokenProvider::Static(static_token) => static_token.source_label(),
            TokenProvider::Renewable(token) => token.source_label(),
        }
    }

    /// Returns what the user can do after the server has rejected the token.
    pub fn rejection_hint(&self) -> String {
        match self {
            TokenProvider::Static(static_token) => static_token.rejection_hint(),
            TokenProvider::Renewable(token) => {
                format!("Check {}, and try again.", token.source_label())
            }
        }
    }

    /// True if the token is renewed automatically before it expires.
    pub fn is_renewable(&self) -> bool {
        matches!(self, TokenProvider::Renewable(_))
    }

    /// Returns the token if it is known without waiting for anything but the disk.
    pub fn peek(&self) -> Option<Token> {
        match self {
            TokenProvider::Static(static_token) => static_token.peek(),
            TokenProvider::Renewable(token) => token.cached_token(),
        }
    }

    /// Returns the token to send now.
    pub async fn current(&self) -> Result<Token, TokenError> {
        match self.clone() {
            TokenProvider::Static(static_token) => {
                let source_label = static_token.source_label();
                let result = tokio::task::spawn_blocking(move || static_token.current());
                match tokio::time::timeout(FILE_TIMEOUT, result).await {
                    Ok(Ok(result)) => result,
                    Ok(Err(_)) => Err(TokenError::new("could not read the token", "Try again.")),
                    Err(_) => Err(TokenError::new(
                        format!("{source_label} provided no token within {} seconds", FILE_TIMEOUT.as_secs()),
                        "Check the program that writes to it, and try again.",
                    )),
                }
            }
            TokenProvider::Renewable(token) => token.current().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        match self {
            TokenProvider::Static(static_token) => static_token.mark_rejected(secret),
            TokenProvider::Renewable(token) => token.mark_rejected(secret),
        }
    }

    /// Reloads the source; returns true if there is a token that was not rejected.
    pub async fn reload(&self) -> bool {
        match self.clone() {
            TokenProvider::Static(static_token) => {
                tokio::task::spawn_blocking(move || static_token.reload()).await.unwrap_or(false)
            }
            TokenProvider::Renewable(token) => token.reload().await,
        }
    }
}
