//! Provides the current token. It is read from a file, pipe or variable (`static_token`), or renewed by a program
//! or the server before it expires. No function here shows, logs or stores a token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::token::{IssuedToken, Token, TokenContext, TokenError};
use super::{client_credentials, credential_command, static_token, token_format};
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use crate::domain::text::sanitize;

/// Timeout for reading a token file, which can be a pipe without a writer.
const FILE_TIMEOUT: Duration = Duration::from_secs(30);
/// A token is renewed when less than this, or less than a tenth of its lifetime, is left.
const RENEW_MARGIN: Duration = Duration::from_secs(60);
/// A newer token is not renewed yet, however short its lifetime is: the server decides.
const MIN_RENEW_INTERVAL: Duration = Duration::from_secs(5);

/// Provides the current token. Cheap to clone; clones share everything.
#[derive(Clone)]
pub(super) struct TokenProvider(Arc<Inner>);

struct Inner {
    source: TokenSourceConfig,
    context: TokenContext,
    /// The newest renewed token.
    cached: Mutex<CachedToken>,
    /// The token of a pipe or of standard input, which can be read only once. Locked while it is read.
    pipe_token: Mutex<Option<Token>>,
    /// Locked during a renewal; other requests wait and use its result.
    renew_lock: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct CachedToken {
    token: Option<Token>,
    /// Time of the next renewal, on the monotonic clock.
    renew_at: Option<Duration>,
    rejected: Option<SecretString>,
}

impl TokenProvider {
    pub fn new(source: TokenSourceConfig, context: TokenContext) -> TokenProvider {
        TokenProvider(Arc::new(Inner {
            source,
            context,
            cached: Mutex::default(),
            pipe_token: Mutex::default(),
            renew_lock: tokio::sync::Mutex::default(),
        }))
    }

    /// Returns the source of the token, as text for display.
    pub fn source_label(&self) -> String {
        match &self.0.source {
            TokenSourceConfig::File(path) => static_token::file_label(path),
            TokenSourceConfig::Stdin => "standard input".to_owned(),
            TokenSourceConfig::EnvVar(name) => format!("the variable {}", sanitize(name)),
            TokenSourceConfig::Missing(_) | TokenSourceConfig::Withheld(_) => "nowhere".to_owned(),
            TokenSourceConfig::Command(_) => "token_command".to_owned(),
            TokenSourceConfig::AppRegistration { client_id, .. } => {
                format!("the app registration {}", sanitize(client_id))
            }
        }
    }

    /// Returns what the user can do after the server has rejected the token.
    pub fn rejection_hint(&self) -> String {
        let source = self.source_label();
        match &self.0.source {
            TokenSourceConfig::EnvVar(name) => static_token::new_variable_hint(name),
            _ if self.is_renewable() => format!("Check {source}, and try again."),
            _ if self.0.is_read_once() => format!("{source} is read only once. Restart with a new token."),
            _ => format!("Put a new token into {source}, or run guestlist login, and try again."),
        }
    }

    /// True if the token is renewed automatically before it expires.
    pub fn is_renewable(&self) -> bool {
        matches!(self.0.source, TokenSourceConfig::Command(_) | TokenSourceConfig::AppRegistration { .. })
    }

    /// Returns the token if it is known without waiting for anything except the disk.
    pub fn peek_token(&self) -> Option<Token> {
        if self.is_renewable() {
            return self.0.lock().token.clone();
        }
        match self.0.is_read_once() {
            true => self.0.pipe_token.try_lock().ok().and_then(|token| token.clone()),
            false => static_token::read(&self.0.source, &self.0.context).ok(),
        }
    }

    /// Returns the token to send now.
    pub async fn current_token(&self) -> Result<Token, TokenError> {
        if !self.is_renewable() {
            return self.read().await;
        }
        if let Some(token) = self.0.fresh_token() {
            return Ok(token);
        }
        let _guard = self.0.renew_lock.lock().await;
        match self.0.fresh_token() {
            Some(token) => Ok(token),
            None => self.0.renew().await,
        }
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        self.0.lock().rejected = Some(secret.clone());
    }

    /// Reads or renews the token, unless another request has renewed it. Returns true if there is a token that
    /// was not rejected.
    pub async fn reload(&self) -> bool {
        if !self.is_renewable() {
            return self.read().await.is_ok_and(|token| self.0.is_accepted(&token));
        }
        let _guard = self.0.renew_lock.lock().await;
        let token = self.0.lock().token.clone();
        token.is_some_and(|token| self.0.is_accepted(&token))
            || self.0.renew().await.is_ok_and(|token| self.0.is_accepted(&token))
    }

    /// Reads a source that is not renewed. A pipe keeps its token even if its writer takes too long.
    async fn read(&self) -> Result<Token, TokenError> {
        let inner = self.0.clone();
        let result = tokio::task::spawn_blocking(move || inner.read());
        match tokio::time::timeout(FILE_TIMEOUT, result).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(TokenError::new("could not read the token", "Try again.")),
            Err(_) => {
                let (source, seconds) = (self.source_label(), FILE_TIMEOUT.as_secs());
                let cause = format!("{source} provided no token within {seconds} seconds");
                Err(TokenError::new(cause, "Check the program that writes to it, and try again."))
            }
        }
    }
}

impl Inner {
    /// Reads a source that is not renewed; a pipe only once. Blocks on the file system.
    fn read(&self) -> Result<Token, TokenError> {
        if !self.is_read_once() {
            return static_token::read(&self.source, &self.context);
        }
        let mut pipe_token = self.pipe_token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = pipe_token.as_ref() {
            return Ok(token.clone());
        }
        Ok(pipe_token.insert(static_token::read(&self.source, &self.context)?).clone())
    }

    fn is_read_once(&self) -> bool {
        match &self.source {
            TokenSourceConfig::Stdin => true,
            TokenSourceConfig::File(path) => static_token::is_pipe(path),
            _ => false,
        }
    }

    /// True if this is not the rejected token.
    fn is_accepted(&self, token: &Token) -> bool {
        let rejected = self.lock().rejected.clone();
        rejected.is_none_or(|rejected| rejected.expose_secret() != token.secret.expose_secret())
    }

    /// Returns the current token unless it is about to expire.
    fn fresh_token(&self) -> Option<Token> {
        let cached = self.lock();
        let now = self.context.clock.now().mono;
        cached.token.clone().filter(|_| cached.renew_at.is_none_or(|due| now < due))
    }

    async fn renew(&self) -> Result<Token, TokenError> {
        let started_at = self.context.clock.now();
        let IssuedToken { mut token, lifetime } = match &self.source {
            TokenSourceConfig::AppRegistration { client_id, secret } => {
                let (secret, warning) = self.read_secret(secret).await?;
                let mut issued = client_credentials::request_token(&self.context, client_id, &secret).await?;
                issued.token.warning = warning;
                issued
            }
            TokenSourceConfig::Command(command_line) => {
                self.run("token_command", command_line, parse_issued_token, "one token").await?
            }
            other => IssuedToken { token: static_token::read(other, &self.context)?, lifetime: None },
        };
        let time_left = token.claims.expires_at.map(|end| end.duration_since(started_at.wall));
        let lifetime = lifetime.or(time_left.and_then(|left| Duration::try_from(left).ok()));
        let reported_end = lifetime.and_then(|lifetime| started_at.wall.checked_add(lifetime).ok());
        token.claims.expires_at = token.claims.expires_at.or(reported_end);
        let mut cached = self.lock();
        cached.renew_at = lifetime.map(|lifetime| {
            started_at.mono + (lifetime - RENEW_MARGIN.min(lifetime / 10)).max(MIN_RENEW_INTERVAL)
        });
        cached.token = Some(token.clone());
        Ok(token)
    }

    /// Runs a program and parses what it prints, which should be `expected`.
    async fn run<T>(
        &self,
        setting: &str,
        command_line: &[String],
        parse: fn(&[u8]) -> Result<T, &'static str>,
        expected: &str,
    ) -> Result<T, TokenError> {
        let output = credential_command::run(setting, command_line, &self.context).await?;
        parse(&output).map_err(|cause| {
            TokenError::new(
                format!("the output of {setting} {cause}"),
                format!("Run it manually and check that it prints exactly {expected}."),
            )
        })
    }

    /// Reads the secret, with a warning about its file if there is one.
    async fn read_secret(
        &self,
        source: &SecretSourceConfig,
    ) -> Result<(SecretString, Option<String>), TokenError> {
        match source {
            SecretSourceConfig::EnvVar(name) => match self.context.secret(name) {
                Some(secret) => Ok((secret.clone(), None)),
                None => Err(TokenError::new(
                    format!("the variable {name} for the client secret is not set"),
                    format!("Set {name} and restart."),
                )),
            },
            SecretSourceConfig::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || static_token::read_secret(&path)).await;
                read.unwrap_or_else(|_| Err(TokenError::new("could not read the secret", "Try again.")))
            }
            SecretSourceConfig::Command(command_line) => {
                let parse = token_format::parse_secret;
                let secret = self.run("client_secret_command", command_line, parse, "the secret").await?;
                Ok((secret, None))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, CachedToken> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Parses what a program prints: a token in any form of a token file, or JSON with its lifetime.
fn parse_issued_token(output: &[u8]) -> Result<IssuedToken, &'static str> {
    if output.trim_ascii_start().starts_with(b"{") {
        return client_credentials::parse_response(output);
    }
    Ok(IssuedToken { token: Token::new(token_format::parse(output)?), lifetime: None })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::server_url::ServerUrl;
    use crate::api::{Settings, http};
    use crate::clock::Clock;

    /// Returns a context for tests that make no request.
    pub fn test_context() -> TokenContext {
        let url = ServerUrl::parse("http://127.0.0.1:1").expect("a URL");
        let settings = Settings::default();
        let http = http::build(&url, &settings).expect("a client");
        TokenContext { http, url, clock: Clock::system(), settings }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn program_with_a_reported_lifetime_runs_again_in_time() {
        let dir = tempfile::tempdir().expect("a folder");
        let runs = dir.path().join("runs");
        let script = "echo run >>\"$0\"; echo '{\"access_token\":\"opaque\",\"expires_in\":\"3600\"}'";
        let command = ["sh", "-c", script, runs.to_str().expect("a path")].map(str::to_owned).to_vec();
        let clock = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
        let context = TokenContext { clock: clock.clone(), ..test_context() };
        let tokens = TokenProvider::new(TokenSourceConfig::Command(command), context);
        let run_count = || std::fs::read_to_string(&runs).expect("the program ran").lines().count();
        let token = tokens.current_token().await.expect("a token");
        assert_eq!(token.secret.expose_secret(), "opaque");
        assert_eq!(token.claims.expires_at.expect("reported").as_second(), 3600);
        clock.advance(Duration::from_secs(3500));
        tokens.current_token().await.expect("a token");
        assert_eq!(run_count(), 1, "the token is still valid");
        clock.advance(Duration::from_secs(60));
        tokens.current_token().await.expect("a token");
        assert_eq!(run_count(), 2, "it runs again one minute before the end");
    }

    #[tokio::test]
    async fn rejected_token_is_retried_only_with_another() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("bearer-token.txt");
        std::fs::write(&path, "first").expect("written");
        let tokens = TokenProvider::new(TokenSourceConfig::File(path.clone()), test_context());
        let rejected = tokens.current_token().await.expect("a token").secret;
        tokens.mark_rejected(&rejected);
        assert!(!tokens.reload().await);
        std::fs::write(&path, "other").expect("written");
        // Another request has read the new token before the rejected one reloads.
        assert_eq!(tokens.current_token().await.expect("a token").secret.expose_secret(), "other");
        assert!(tokens.reload().await);
        std::fs::write(&path, "Bearer null").expect("written");
        assert!(!tokens.reload().await);
    }
}
