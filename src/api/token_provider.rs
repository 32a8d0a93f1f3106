//! Hands out the current token: from a file, pipe or variable (`token_file`), or renewed by a program or the
//! server (`renewing`). No function here shows, logs or stores a token.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::renewable_token::RenewableToken;
use super::static_token::{StaticSource, StaticToken};
use super::token::{Token, TokenContext, TokenError, TokenSource};

/// Timeout for reading a token file, which can be a pipe without a writer.
const FILE_TIMEOUT: Duration = Duration::from_secs(30);

/// Hands out the current token. Cheap to clone; clones share everything.
#[derive(Clone)]
pub(super) enum TokenProvider {
    /// Read from a file, pipe or variable.
    Static(Arc<StaticToken>),
    /// Renewed automatically.
    Renewable(Arc<RenewableToken>),
}

impl TokenProvider {
    pub fn new(source: TokenSource, road: TokenContext) -> TokenProvider {
        let place = match source {
            TokenSource::File(path) => StaticSource::File(path),
            TokenSource::Stdin => StaticSource::Stdin,
            TokenSource::EnvVar { name, value } => StaticSource::EnvVar { name, value },
            TokenSource::Missing { searched: looked_at } => StaticSource::Missing(looked_at),
            TokenSource::Withheld { reason: why } => StaticSource::Withheld(why),
            TokenSource::Command(words) => {
                return TokenProvider::Renewable(Arc::new(RenewableToken::from_command(words, road)));
            }
            TokenSource::AppRegistration { client_id, secret } => {
                return TokenProvider::Renewable(Arc::new(RenewableToken::from_app_registration(
                    client_id, secret, road,
                )));
            }
        };
        TokenProvider::Static(Arc::new(StaticToken::new(place)))
    }

    /// Returns the source of the token, as text for display.
    pub fn source_label(&self) -> String {
        match self {
            TokenProvider::Static(tokens) => tokens.source_label(),
            TokenProvider::Renewable(renewing) => renewing.source_label(),
        }
    }

    /// Returns what the user can do after the server has rejected the token.
    pub fn rejection_hint(&self) -> String {
        match self {
            TokenProvider::Static(tokens) => tokens.rejection_hint(),
            TokenProvider::Renewable(renewing) => {
                format!("Check {}, and try again.", renewing.source_label())
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
            TokenProvider::Static(tokens) => tokens.peek(),
            TokenProvider::Renewable(renewing) => renewing.cached_token(),
        }
    }

    /// Returns the token to send now.
    pub async fn current(&self) -> Result<Token, TokenError> {
        match self.clone() {
            TokenProvider::Static(tokens) => {
                let place = tokens.source_label();
                let looked = tokio::task::spawn_blocking(move || tokens.current());
                match tokio::time::timeout(FILE_TIMEOUT, looked).await {
                    Ok(Ok(looked)) => looked,
                    Ok(Err(_)) => Err(TokenError::new("could not read the token", "Try again.")),
                    Err(_) => Err(TokenError::new(
                        format!("{place} provided no token within {} seconds", FILE_TIMEOUT.as_secs()),
                        "Check the program that writes to it, and try again.",
                    )),
                }
            }
            TokenProvider::Renewable(renewing) => renewing.current().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        match self {
            TokenProvider::Static(tokens) => tokens.mark_rejected(secret),
            TokenProvider::Renewable(renewing) => renewing.mark_rejected(secret),
        }
    }

    /// Reloads the source; returns true if there is a token that was not rejected.
    pub async fn reload(&self) -> bool {
        match self.clone() {
            TokenProvider::Static(tokens) => {
                tokio::task::spawn_blocking(move || tokens.reload()).await.unwrap_or(false)
            }
            TokenProvider::Renewable(renewing) => renewing.reload().await,
        }
    }
}
