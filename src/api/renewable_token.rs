//! A token that is renewed before it expires and after the server rejected it. A user's program issues it, or
//! the server for an app registration. Concurrent requests share one renewal.

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
    pub fn from_command(command_line: Vec<String>, context: TokenContext) -> RenewableToken {
        RenewableToken::new(TokenIssuer::Command(command_line), context)
    }

    pub fn from_app_registration(
        client_id: String,
        secret: SecretSource,
        context: TokenContext,
    ) -> RenewableToken {
        RenewableToken::new(TokenIssuer::App { client_id, secret }, context)
    }

    fn new(issuer: TokenIssuer, context: TokenContext) -> RenewableToken {
        RenewableToken {
            issuer,
            context,
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
        let _guard = self.renew_lock.lock().await;
        match self.fresh_token() {
            Some(token) => Ok(token),
            None => self.issue().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        self.lock().rejected = Some(secret.clone());
    }

    /// Renews the token unless another request has done so. Returns true if there is a token that was not
    /// rejected.
    pub async fn reload(&self) -> bool {
        let _guard = self.renew_lock.lock().await;
        self.has_accepted_token() || (self.issue().await.is_ok() && self.has_accepted_token())
    }

    /// True if the current token is not the rejected one.
    fn has_accepted_token(&self) -> bool {
        let cached = self.lock();
        match (&cached.token, &cached.rejected) {
            (Some(token), Some(rejected)) => token.secret.expose_secret() != rejected.expose_secret(),
            (cached, _) => cached.is_some(),
        }
    }

    /// Returns the current token unless it is about to expire.
    fn fresh_token(&self) -> Option<Token> {
        let cached = self.lock();
        let now = self.context.clock.now().mono;
        cached.token.clone().filter(|_| cached.renew_at.is_none_or(|due| now < due))
    }

    async fn issue(&self) -> Result<Token, TokenError> {
        let started_at = self.context.clock.now();
        let issued = match &self.issuer {
            TokenIssuer::Command(command_line) => self.run_command(command_line).await?,
            TokenIssuer::App { client_id, secret } => {
                let (secret, warning) = self.read_secret(secret).await?;
                let mut issued = client_credentials::request_token(&self.context, client_id, &secret).await?;
                issued.token.warning = warning;
                issued
            }
        };
        let time_left = issued.token.claims.expires_at.map(|end| end.duration_since(started_at.wall));
        let lifetime = issued.lifetime.or(time_left.and_then(|left| Duration::try_from(left).ok()));
        let mut cached = self.lock();
        cached.renew_at = lifetime.map(|lifetime| {
            started_at.mono + (lifetime - RENEW_MARGIN.min(lifetime / 10)).max(MIN_RENEW_INTERVAL)
        });
        cached.token = Some(issued.token.clone());
        Ok(issued.token)
    }

    async fn run_command(&self, command_line: &[String]) -> Result<IssuedToken, TokenError> {
        let output = credential_command::run("token_command", command_line, &self.context).await?;
        let token = token_format::parse(&output).map(Token::new).map_err(|cause| {
            TokenError::new(
                format!("the output of token_command {cause}"),
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
                let read = tokio::task::spawn_blocking(move || static_token::read_secret(&path)).await;
                read.unwrap_or_else(|_| Err(TokenError::new("could not read the secret", "Try again.")))
            }
            SecretSource::Command(command_line) => {
                let output =
                    credential_command::run("client_secret_command", command_line, &self.context).await?;
                let secret = token_format::parse_secret(&output).map_err(|cause| {
                    TokenError::new(
                        format!("the output of client_secret_command {cause}"),
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
