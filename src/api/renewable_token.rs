//! A token that is renewed before it expires and after the server rejected it: by a user's program, or by the
//! server for an app registration. Concurrent requests share one renewal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::token::{IssuedToken, SecretSource, Token, TokenContext, TokenError};
use super::{client_credentials, credential_command, static_token, token_format};
use crate::domain::text::sanitize;

/// A token is renewed when less than this, or less than a tenth of its lifetime, is left.
const RENEW_MARGIN: Duration = Duration::from_secs(60);
/// A newer token is not renewed yet, however short its lifetime is: the server decides.
const MIN_RENEW_INTERVAL: Duration = Duration::from_secs(5);

enum TokenIssuer {
    Command(Vec<String>),
    App { client_id: String, secret: SecretSource },
}

#[derive(Default)]
struct CachedToken {
    token: Option<Token>,
    /// Time of the next renewal, on the monotonic clock.
    renew_at: Option<Duration>,
    rejected: Option<SecretString>,
}

/// Holds the newest token and renews it.
pub(super) struct RenewableToken {
    issuer: TokenIssuer,
    context: TokenContext,
    cached: Mutex<CachedToken>,
    /// Locked during a renewal; other requests wait and use its result.
    renew_lock: tokio::sync::Mutex<()>,
}

impl RenewableToken {
    pub fn from_command(words: Vec<String>, road: TokenContext) -> RenewableToken {
        RenewableToken::new(TokenIssuer::Command(words), road)
    }

    pub fn from_app_registration(
        client_id: String,
        secret: SecretSource,
        road: TokenContext,
    ) -> RenewableToken {
        RenewableToken::new(TokenIssuer::App { client_id, secret }, road)
    }

    fn new(maker: TokenIssuer, road: TokenContext) -> RenewableToken {
        RenewableToken {
            issuer: maker,
            context: road,
            cached: Mutex::default(),
            renew_lock: tokio::sync::Mutex::default(),
        }
    }

    /// Returns the source of the token, as text for display.
    pub fn source_label(&self) -> String {
        match &self.issuer {
            TokenIssuer::Command(_) => "token_command".to_owned(),
            TokenIssuer::App { client_id, .. } => format!("the app registration {}", sanitize(client_id)),
        }
    }

    /// Returns the newest token.
    pub fn cached_token(&self) -> Option<Token> {
        self.lock().token.clone()
    }

    /// Returns the token to send now; renews it if needed.
    pub async fn current(&self) -> Result<Token, TokenError> {
        if let Some(token) = self.fresh_token() {
            return Ok(token);
        }
        let _mine = self.renew_lock.lock().await;
        match self.fresh_token() {
            Some(token) => Ok(token),
            None => self.issue().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        self.lock().rejected = Some(secret.clone());
    }

    /// Renews the token unless another request has done so; returns true if there is a token that was not rejected.
    pub async fn reload(&self) -> bool {
        let _mine = self.renew_lock.lock().await;
        self.has_accepted_token() || (self.issue().await.is_ok() && self.has_accepted_token())
    }

    /// True if the current token is not the rejected one.
    fn has_accepted_token(&self) -> bool {
        let held = self.lock();
        match (&held.token, &held.rejected) {
            (Some(token), Some(refused)) => token.secret.expose_secret() != refused.expose_secret(),
            (held, _) => held.is_some(),
        }
    }

    /// Returns the current token unless it is about to expire.
    fn fresh_token(&self) -> Option<Token> {
        let held = self.lock();
        let now = self.context.clock.now().mono;
        held.token.clone().filter(|_| held.renew_at.is_none_or(|due| now < due))
    }

    async fn issue(&self) -> Result<Token, TokenError> {
        let begun = self.context.clock.now();
        let made = match &self.issuer {
            TokenIssuer::Command(words) => self.run_command(words).await?,
            TokenIssuer::App { client_id, secret } => {
                let (secret, warning) = self.read_secret(secret).await?;
                let mut made = client_credentials::request_token(&self.context, client_id, &secret).await?;
                made.token.warning = warning;
                made
            }
        };
        let until_its_end = made.token.claims.expires_at.map(|end| end.duration_since(begun.wall));
        let lives = made.lifetime.or(until_its_end.and_then(|left| Duration::try_from(left).ok()));
        let mut held = self.lock();
        held.renew_at =
            lives.map(|lives| begun.mono + (lives - RENEW_MARGIN.min(lives / 10)).max(MIN_RENEW_INTERVAL));
        held.token = Some(made.token.clone());
        Ok(made.token)
    }

    async fn run_command(&self, words: &[String]) -> Result<IssuedToken, TokenError> {
        let printed = credential_command::run("token_command", words, &self.context).await?;
        let token = token_format::parse(&printed).map(Token::new).map_err(|why| {
            TokenError::new(
                format!("the output of token_command {why}"),
                "Run it manually and check that it prints exactly one token.",
            )
        })?;
        Ok(IssuedToken { token, lifetime: None })
    }

    /// Reads the secret, with a warning about its file if there is one.
    async fn read_secret(&self, source: &SecretSource) -> Result<(SecretString, Option<String>), TokenError> {
        match source {
            SecretSource::EnvVar { value: Some(value), .. } => Ok((value.clone(), None)),
            SecretSource::EnvVar { name, value: None } => Err(TokenError::new(
                format!("the variable {name} for the client secret is not set"),
                format!("Set {name} and restart."),
            )),
            SecretSource::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || static_token::secret(&path)).await;
                read.unwrap_or_else(|_| Err(TokenError::new("could not read the secret", "Try again.")))
            }
            SecretSource::Command(words) => {
                let printed = credential_command::run("client_secret_command", words, &self.context).await?;
                let secret = token_format::parse_secret(&printed).map_err(|why| {
                    TokenError::new(
                        format!("the output of client_secret_command {why}"),
                        "Run it manually and check that it prints exactly the secret.",
                    )
                })?;
                Ok((secret, None))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, CachedToken> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
