//! Where the bearer token comes from: the kinds of source, and the holder that hands out the token of the moment.
//! A token that lies somewhere is in `token_file`; one that is made anew, by a program or by the server, is in
//! `renewing`. No function here shows, logs or stores a token.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::claims;
use super::renewing::{Renewing, Road};
use super::token_file::{Place, Tokens};
use crate::domain::FailureKind;
use crate::domain::session::Claims;

/// Longest time for reading a token file, which can be a pipe that nothing is written into.
const FILE_PATIENCE: Duration = Duration::from_secs(30);

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
