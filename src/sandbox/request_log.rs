//! Log of the received requests, so that tests can count them.
//! The log has no headers and no bodies of token requests, so it never contains a token.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lock::lock_ignoring_poison;

/// Maximum number of requests kept.
const MAX_REQUESTS: usize = 100_000;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// The request runs or hangs, or its client has disconnected.
    Pending,
    /// The request got a response.
    Answered,
    /// The connection was closed without a response.
    Dropped,
}

/// A request to the API; requests to the control API are not logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// Number of the request; the first is 1.
    pub number: u64,
    /// Arrival time, by the sandbox's clock.
    #[serde(rename = "at")]
    pub received_at: Timestamp,
    /// HTTP method.
    pub method: String,
    /// Path and query as received.
    pub path: String,
    /// Tenancy of the token, as `tenant/<uuid>`.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Body as text; empty for a token request.
    pub body: String,
    /// Status of the response; `None` without a response.
    pub status: Option<u16>,
    /// How the request ended.
    pub outcome: RequestStatus,
}

/// The newest requests, at most `MAX_REQUESTS`.
#[derive(Debug, Default)]
pub(super) struct RequestLog(Mutex<VecDeque<LoggedRequest>>);

impl RequestLog {
    /// Logs a request; returns the number to end it with.
    pub(super) fn begin(&self, received_at: Timestamp, parts: &Parts, body: &[u8]) -> u64 {
        let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        let is_login = path.contains("/appidp/");
        let body = if is_login { String::new() } else { String::from_utf8_lossy(body).into_owned() };
        let mut requests = lock_ignoring_poison(&self.0);
        let number = requests.back().map_or(1, |last| last.number + 1);
        requests.push_back(LoggedRequest {
            number,
            received_at,
            method: parts.method.to_string(),
            path,
            tenant: token_tenancy(&parts.headers),
            body,
            status: None,
            outcome: RequestStatus::Pending,
        });
        if requests.len() > MAX_REQUESTS {
            requests.pop_front();
        }
        number
    }

    pub(super) fn end(&self, number: u64, outcome: RequestStatus, status: Option<u16>) {
        let mut requests = lock_ignoring_poison(&self.0);
        if let Some(request) = requests.iter_mut().rev().find(|request| request.number == number) {
            request.outcome = outcome;
            request.status = status;
        }
    }

    pub(super) fn all(&self) -> Vec<LoggedRequest> {
        lock_ignoring_poison(&self.0).iter().cloned().collect()
    }
}

/// Returns the tenancy of a token without checking its signature.
fn token_tenancy(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("jit_tenant_id")?.as_str()?.to_owned())
}
