//! The holder that hands out the token of the moment. A token that lies somewhere is in `token_file`; one that is made
//! by a program or by the server is in `renewing`. No function here shows, logs or stores a token.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::renewing::Renewing;
use super::token::{Road, Token, TokenError, TokenSource};
use super::token_file::{Place, Tokens};

/// Longest time for reading a token file, which can be a pipe that nothing is written into.
const FILE_PATIENCE: Duration = Duration::from_secs(30);

/// Hands out the token of the moment. Cheap to clone; clones share everything.
#[derive(Clone)]
pub(super) enum Holder {
    /// It lies somewhere.
    Lying(Arc<Tokens>),
    /// It is made anew.
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

    /// Where the token comes from, in words that can be shown.
    pub fn place(&self) -> String {
        match self {
            Holder::Lying(tokens) => tokens.place(),
            Holder::Renewing(renewing) => renewing.place(),
        }
    }

    /// What the user can do after the server has refused the token.
    pub fn after_refusal(&self) -> String {
        match self {
            Holder::Lying(tokens) => tokens.after_refusal(),
            Holder::Renewing(renewing) => format!("Check {}, and try again.", renewing.place()),
        }
    }

    /// Whether it is renewed before it runs out, by itself.
    pub fn renews(&self) -> bool {
        matches!(self, Holder::Renewing(_))
    }

    /// The token as it is known without waiting for anything but the disk.
    pub fn peek(&self) -> Option<Token> {
        match self {
            Holder::Lying(tokens) => tokens.peek(),
            Holder::Renewing(renewing) => renewing.held(),
        }
    }

    /// The token to be sent now.
    pub async fn look(&self) -> Result<Token, TokenError> {
        match self.clone() {
            Holder::Lying(tokens) => {
                let place = tokens.place();
                let looked = tokio::task::spawn_blocking(move || tokens.look());
                match tokio::time::timeout(FILE_PATIENCE, looked).await {
                    Ok(Ok(looked)) => looked,
                    Ok(Err(_)) => Err(TokenError::new("the token could not be read", "Try again.")),
                    Err(_) => Err(TokenError::new(
                        format!("{place} did not bring a token in {} seconds", FILE_PATIENCE.as_secs()),
                        "Check what writes into it, and try again.",
                    )),
                }
            }
            Holder::Renewing(renewing) => renewing.look().await,
        }
    }

    /// Remembers that the server refused this token.
    pub fn refuse(&self, secret: &SecretString) {
        match self {
            Holder::Lying(tokens) => tokens.refuse(secret),
            Holder::Renewing(renewing) => renewing.refuse(secret),
        }
    }

    /// Looks at the source again; whether there is a token now that was not refused.
    pub async fn reload(&self) -> bool {
        match self.clone() {
            Holder::Lying(tokens) => {
                tokio::task::spawn_blocking(move || tokens.reload()).await.unwrap_or(false)
            }
            Holder::Renewing(renewing) => renewing.reload().await,
        }
    }
}
