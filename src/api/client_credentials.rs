//! Exchanges client id and secret of an app registration for a token.
//! The secret is only in the body of this request; neither the request nor its response is kept, logged or
//! repeated in an error.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::token::{IssuedToken, Token, TokenContext, TokenError};
use super::transport::{Truncation, read_body};
use super::transport_error::TransportError;
use super::{retry_after, token_format};
use crate::domain::ErrorKind;

const TOKEN_PATH: &str = "/archivist/iam/v1/appidp/token";
/// Maximum size of a response; a token has one or two thousand bytes.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

const RETRY_HINT: &str = "Try again later.";

/// JSON of the token response.
#[derive(Deserialize)]
struct TokenResponse {
    access_token: Option<String>,
    expires_in: Option<Value>,
}

/// Requests a token.
pub(super) async fn request_token(
    context: &TokenContext,
    client_id: &str,
    secret: &SecretString,
) -> Result<IssuedToken, TokenError> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", secret.expose_secret()),
    ];
    let request = context.http.post(context.url.join(TOKEN_PATH));
    let request = request.timeout(context.settings.read_timeout).form(&form);
    let host = context.url.host();
    let mut response = request
        .send()
        .await
        .map_err(|error| no_response_error(&TransportError::from_reqwest(error), &host))?;
    let status = response.status().as_u16();
    tracing::debug!(method = "POST", path = TOKEN_PATH, status, "request");
    if status != 200 {
        return Err(TokenError {
            retry_after: retry_after::requested_wait(status, response.headers()),
            ..status_error(status)
        });
    }
    let (body, cut) = read_body(&mut response, MAX_RESPONSE_BYTES).await;
    match cut {
        Some(Truncation::Transport(transport_error)) => {
            return Err(no_response_error(&transport_error, &host));
        }
        Some(Truncation::TooLarge) => return Err(unexpected_body_error()),
        None => {}
    }
    parse_response(&body).map_err(|_| unexpected_body_error())
}

/// Parses the JSON of a token response, which a program may print too.
/// The error continues the text "the output of PROGRAM …" and never contains the content.
pub(super) fn parse_response(json: &[u8]) -> Result<IssuedToken, &'static str> {
    let response: TokenResponse = serde_json::from_slice(json)
        .map_err(|_| "is not JSON as in {\"access_token\":\"…\",\"expires_in\":3600}")?;
    let token = response.access_token.ok_or("contains no access_token")?;
    let token = token_format::parse(token.as_bytes())?;
    Ok(IssuedToken {
        token: Token::new(token),
        lifetime: response.expires_in.as_ref().and_then(parse_seconds),
    })
}

/// Parses a number, or a string with a number.
fn parse_seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Duration::from_secs(seconds.min(366 * 24 * 3600)))
}

/// Classifies a token request without a response.
/// No request about invites was made, so a retry is safe.
fn no_response_error(error: &TransportError, host: &str) -> TokenError {
    let text = error.error_text(host);
    let cause = format!("could not get a token: {}", text.cause);
    TokenError { kind: ErrorKind::Connect, ..TokenError::new(cause, text.hint) }
}

fn status_error(status: u16) -> TokenError {
    match status {
        400 | 401 | 403 => TokenError::new(
            format!("client id or secret rejected ({status})"),
            "Check client_id and the secret, and that the app registration still exists.",
        ),
        429 => TokenError {
            kind: ErrorKind::Status(429),
            ..TokenError::new("could not get a token: too many requests (429)", RETRY_HINT)
        },
        500..=599 => TokenError {
            kind: ErrorKind::Connect,
            ..TokenError::new(
                format!("could not get a token: the server responded with {status}"),
                RETRY_HINT,
            )
        },
        _ => TokenError::new(
            format!("could not get a token: the server responded with {status}"),
            "Check the server URL: the token endpoint was not found.",
        ),
    }
}

fn unexpected_body_error() -> TokenError {
    TokenError::new(
        "the response contains no token",
        "Check the server URL. A proxy may be intercepting the connection.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_lifetime_may_be_a_number_or_a_string() {
        for (value, life) in [
            ("3600", Some(3600)),
            ("\"90\"", Some(90)),
            ("null", None),
            ("-1", None),
            ("99999999999", Some(366 * 86_400)),
        ] {
            let value = serde_json::from_str(value).expect("JSON");
            assert_eq!(parse_seconds(&value), life.map(Duration::from_secs));
        }
    }

    #[test]
    fn status_of_the_token_server_decides_if_a_retry_helps() {
        for (status, kind, cause) in [
            (400, ErrorKind::Token, "client id or secret rejected (400)"),
            (403, ErrorKind::Token, "client id or secret rejected (403)"),
            (404, ErrorKind::Token, "could not get a token: the server responded with 404"),
            (429, ErrorKind::Status(429), "could not get a token: too many requests (429)"),
            (503, ErrorKind::Connect, "could not get a token: the server responded with 503"),
        ] {
            let error = status_error(status);
            assert_eq!((error.kind, error.cause.as_str()), (kind, cause));
        }
    }
}
