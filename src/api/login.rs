//! The token call of the contract: an app registration's name and secret for a token. The secret stands in the body
//! of this one request; neither the request nor its answer is kept, logged or repeated in an error.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::broken::Broken;
use super::exchange::{Cut, read};
use super::token::{Made, Road, Token, TokenError};
use super::{token_text, wait};
use crate::domain::FailureKind;
use crate::domain::text::visible;

const PATH: &str = "/archivist/iam/v1/appidp/token";
/// Most bytes of an answer; a token has one or two thousand.
const ANSWER_BYTES: usize = 64 * 1024;

const LATER: &str = "Try again later.";

/// An answer as it is on the wire.
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    expires_in: Option<Value>,
}

/// Asks for a token.
pub(super) async fn login(road: &Road, client_id: &str, secret: &SecretString) -> Result<Made, TokenError> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", secret.expose_secret()),
    ];
    let request = road.http.post(road.address.join(PATH)).timeout(road.patience).form(&form);
    let host = visible(road.address.as_str().split('/').nth(2).unwrap_or_default()).into_owned();
    let mut response = request.send().await.map_err(|error| unanswered(&Broken::from(error), &host))?;
    let status = response.status().as_u16();
    tracing::debug!(method = "POST", path = PATH, status, "call");
    if status != 200 {
        return Err(TokenError { wait: wait::asked(status, response.headers()), ..refused(status) });
    }
    let (body, cut) = read(&mut response, ANSWER_BYTES).await;
    match cut {
        Some(Cut::Broken(broken)) => return Err(unanswered(&broken, &host)),
        Some(Cut::TooLarge) => return Err(unreadable()),
        None => {}
    }
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    let token = answer.access_token.ok_or_else(unreadable)?;
    let token = token_text::parse(token.as_bytes()).map_err(|_| unreadable())?;
    Ok(Made { token: Token::new(token), lives: answer.expires_in.as_ref().and_then(seconds) })
}

/// A number, or the text of one.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Duration::from_secs(seconds.min(366 * 24 * 3600)))
}

/// No call about invites was made, so trying again is as safe as with a connection that was never made.
fn unanswered(broken: &Broken, host: &str) -> TokenError {
    let sentence = broken.sentence(host);
    let why = format!("no token could be got: {}", sentence.why);
    TokenError { kind: FailureKind::NotConnected, ..TokenError::new(why, sentence.next) }
}

fn refused(status: u16) -> TokenError {
    match status {
        400 | 401 | 403 => TokenError::new(
            format!("the server gave no token: it does not take this client id with this secret ({status})"),
            "Check client_id and the secret, and whether the app registration still exists.",
        ),
        429 => TokenError {
            kind: FailureKind::Status(429),
            ..TokenError::new("the server gave no token: too many requests in a short time (429)", LATER)
        },
        500..=599 => TokenError {
            kind: FailureKind::NotConnected,
            ..TokenError::new(format!("the server gave no token ({status})"), LATER)
        },
        _ => TokenError::new(
            format!("the server gave no token ({status})"),
            "Check the address: the token call is not there as it should be.",
        ),
    }
}

fn unreadable() -> TokenError {
    TokenError::new(
        "the answer to the token call holds no token",
        "Check the address. Something may be sitting between you and the server.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_read_as_a_number_or_as_its_text() {
        for (value, life) in [("3600", Some(3600)), ("\"90\"", Some(90)), ("null", None), ("-1", None)] {
            let value = serde_json::from_str(value).expect("JSON");
            assert_eq!(seconds(&value), life.map(Duration::from_secs));
        }
    }
}
