//! A token that is made anew before it runs out, and after the server refused it: by a program of the person's, or by
//! the server for an app registration. However many calls wait for it, it is made once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::token::{Made, Road, SecretSource, Token, TokenError};
use super::{command, login, token_file, token_text};
use crate::domain::text::visible;

/// It is renewed when less than this, or than a tenth of its life, is left.
const MARGIN: Duration = Duration::from_secs(60);
/// A token that was new a moment ago is not asked for again, however short it lives: the server has the last word.
const LEAST: Duration = Duration::from_secs(5);

enum Maker {
    Command(Vec<String>),
    App { client_id: String, secret: SecretSource },
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// When it is to be renewed, on the monotonic clock.
    due: Option<Duration>,
    refused: Option<SecretString>,
}

/// Holds the token that was made last, and makes the next.
pub(super) struct Renewing {
    maker: Maker,
    road: Road,
    held: Mutex<Held>,
    /// Whoever has this makes the token; the others find it made.
    making: tokio::sync::Mutex<()>,
}

impl Renewing {
    pub fn command(words: Vec<String>, road: Road) -> Renewing {
        Renewing::new(Maker::Command(words), road)
    }

    pub fn app(client_id: String, secret: SecretSource, road: Road) -> Renewing {
        Renewing::new(Maker::App { client_id, secret }, road)
    }

    fn new(maker: Maker, road: Road) -> Renewing {
        Renewing { maker, road, held: Mutex::default(), making: tokio::sync::Mutex::default() }
    }

    /// What makes the token, in words that can be shown.
    pub fn place(&self) -> String {
        match &self.maker {
            Maker::Command(_) => "token_command".to_owned(),
            Maker::App { client_id, .. } => format!("the app registration {}", visible(client_id)),
        }
    }

    /// The token that was made last.
    pub fn held(&self) -> Option<Token> {
        self.lock().token.clone()
    }

    /// The token to be sent now.
    pub async fn look(&self) -> Result<Token, TokenError> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        let _mine = self.making.lock().await;
        match self.fresh() {
            Some(token) => Ok(token),
            None => self.make().await,
        }
    }

    /// Remembers that the server refused this token.
    pub fn refuse(&self, secret: &SecretString) {
        self.lock().refused = Some(secret.clone());
    }

    /// Makes a new token unless another call has done so since; whether there is one that was not refused.
    pub async fn reload(&self) -> bool {
        let _mine = self.making.lock().await;
        self.is_good() || (self.make().await.is_ok() && self.is_good())
    }

    /// Whether the token in hand is another than the refused one.
    fn is_good(&self) -> bool {
        let held = self.lock();
        match (&held.token, &held.refused) {
            (Some(token), Some(refused)) => token.secret.expose_secret() != refused.expose_secret(),
            (held, _) => held.is_some(),
        }
    }

    /// The token in hand, unless it is about to run out.
    fn fresh(&self) -> Option<Token> {
        let held = self.lock();
        let now = self.road.clock.now().mono;
        held.token.clone().filter(|_| held.due.is_none_or(|due| now < due))
    }

    async fn make(&self) -> Result<Token, TokenError> {
        let begun = self.road.clock.now();
        let made = match &self.maker {
            Maker::Command(words) => self.print(words).await?,
            Maker::App { client_id, secret } => {
                let (secret, warning) = self.secret(secret).await?;
                let mut made = login::login(&self.road, client_id, &secret).await?;
                made.token.warning = warning;
                made
            }
        };
        let until_its_end = made.token.claims.expires.map(|end| end.duration_since(begun.wall));
        let lives = made.lives.or(until_its_end.and_then(|left| Duration::try_from(left).ok()));
        let mut held = self.lock();
        held.due = lives.map(|lives| begun.mono + (lives - MARGIN.min(lives / 10)).max(LEAST));
        held.token = Some(made.token.clone());
        Ok(made.token)
    }

    async fn print(&self, words: &[String]) -> Result<Made, TokenError> {
        let printed = command::run("token_command", words, &self.road).await?;
        let token = token_text::parse(&printed).map(Token::new).map_err(|why| {
            TokenError::new(
                format!("what token_command printed {why}"),
                "Run it by hand and look at what it prints: exactly one token.",
            )
        })?;
        Ok(Made { token, lives: None })
    }

    /// The secret as it is now, and what is to be known about where it lies.
    async fn secret(&self, source: &SecretSource) -> Result<(SecretString, Option<String>), TokenError> {
        match source {
            SecretSource::Variable { value: Some(value), .. } => Ok((value.clone(), None)),
            SecretSource::Variable { name, value: None } => Err(TokenError::new(
                format!("the variable {name}, which should hold the client secret, is not set"),
                format!("Set {name} and start again."),
            )),
            SecretSource::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || token_file::secret(&path)).await;
                read.unwrap_or_else(|_| Err(TokenError::new("the secret could not be read", "Try again.")))
            }
            SecretSource::Command(words) => {
                let printed = command::run("client_secret_command", words, &self.road).await?;
                let secret = token_text::secret(&printed).map_err(|why| {
                    TokenError::new(
                        format!("what client_secret_command printed {why}"),
                        "Run it by hand and look at what it prints: exactly the secret.",
                    )
                })?;
                Ok((secret, None))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
