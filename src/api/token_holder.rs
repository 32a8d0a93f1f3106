//! Hands out the current token: from a file, pipe or variable (`token_file`), or renewed by a program or the
//! server (`renewing`). No function here shows, logs or stores a token.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::renewing::Renewing;
use super::token::{Road, Token, TokenError, TokenSource};
use super::token_file::{Place, Tokens};

/// Timeout for reading a token file, which can be a pipe without a writer.
const FILE_PATIENCE: Duration = Duration::from_secs(30);

/// Hands out the current token. Cheap to clone; clones share everything.
#[derive(Clone)]
pub(super) enum Holder {
    /// Read from a file, pipe or variable.
    Lying(Arc<Tokens>),
    /// Renewed automatically.
    Renewing(Arc<Renewing>),
}

impl Holder {
    pub fn new(source: TokenSource, road: Road) -> Holder {
        let place = match source {
            TokenSource::File(path) => Place::File(path),
            TokenSource::Stdin => Place::Stdin,
            TokenSource::Variable { name, value } => Place::Variable { name, value },
            TokenSource::Missing { looked_at } => Place::Nowhere(looked_at),
            TokenSource::Withheld { why } => Place::Withheld(why),
            TokenSource::Command(words) => return Holder::Renewing(Arc::new(Renewing::command(words, road))),
            TokenSource::App { client_id, secret } => {
                return Holder::Renewing(Arc::new(Renewing::app(client_id, secret, road)));
            }
        };
        Holder::Lying(Arc::new(Tokens::new(place)))
    }

    /// Returns the source of the token, as text for display.
    pub fn place(&self) -> String {
        match self {
            Holder::Lying(tokens) => tokens.place(),
            Holder::Renewing(renewing) => renewing.place(),
        }
    }

    /// Returns what the user can do after the server has rejected the token.
    pub fn after_refusal(&self) -> String {
        match self {
            Holder::Lying(tokens) => tokens.after_refusal(),
            Holder::Renewing(renewing) => format!("Check {}, and try again.", renewing.place()),
        }
    }

    /// True if the token is renewed automatically before it expires.
    pub fn renews(&self) -> bool {
        matches!(self, Holder::Renewing(_))
    }

    /// Returns the token if it is known without waiting for anything but the disk.
    pub fn peek(&self) -> Option<Token> {
        match self {
            Holder::Lying(tokens) => tokens.peek(),
            Holder::Renewing(renewing) => renewing.held(),
        }
    }

    /// Returns the token to send now.
    pub async fn look(&self) -> Result<Token, TokenError> {
        match self.clone() {
            Holder::Lying(tokens) => {
                let place = tokens.place();
                let looked = tokio::task::spawn_blocking(move || tokens.look());
                match tokio::time::timeout(FILE_PATIENCE, looked).await {
                    Ok(Ok(looked)) => looked,
                    Ok(Err(_)) => Err(TokenError::new("could not read the token", "Try again.")),
                    Err(_) => Err(TokenError::new(
                        format!("{place} provided no token within {} seconds", FILE_PATIENCE.as_secs()),
                        "Check the program that writes to it, and try again.",
                    )),
                }
            }
            Holder::Renewing(renewing) => renewing.look().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn refuse(&self, secret: &SecretString) {
        match self {
            Holder::Lying(tokens) => tokens.refuse(secret),
            Holder::Renewing(renewing) => renewing.refuse(secret),
        }
    }

    /// Reloads the source; returns true if there is a token that was not rejected.
    pub async fn reload(&self) -> bool {
        match self.clone() {
            Holder::Lying(tokens) => {
                tokio::task::spawn_blocking(move || tokens.reload()).await.unwrap_or(false)
            }
            Holder::Renewing(renewing) => renewing.reload().await,
        }
    }
}
