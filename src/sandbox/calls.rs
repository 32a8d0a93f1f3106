//! The calls that arrived, so that a test can count what really went over the wire. Never a token: the
//! headers are not kept, and neither is the body of a login.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lock::held;

/// Only the last so many calls are kept.
const KEPT: usize = 100_000;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Not yet: it is being worked on, hangs, or its client went away.
    Pending,
    /// With an answer.
    Answered,
    /// With the connection closed and no answer.
    Dropped,
}

/// One call that arrived at the API; calls of the control door are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Counts from 1.
    pub number: u64,
    /// When it arrived, by the sandbox's own clock.
    pub at: Timestamp,
    /// The verb.
    pub method: String,
    /// Path and query, as sent.
    pub path: String,
    /// The tenancy that its token names, as `tenant/<uuid>`.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The body as text; empty for a login.
    pub body: String,
    /// The status of the answer; `None` while there is none.
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: CallOutcome,
}

/// The list of them.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<VecDeque<Call>>);

impl Calls {
    /// Notes a call; the number ends it.
    pub(super) fn begin(&self, at: Timestamp, parts: &Parts, body: &[u8]) -> u64 {
        let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        let secret = path.contains("/appidp/");
        let body = if secret { String::new() } else { String::from_utf8_lossy(body).into_owned() };
        let mut calls = held(&self.0);
        let number = calls.back().map_or(1, |last| last.number + 1);
        let method = parts.method.to_string();
        let (status, outcome, tenant) = (None, CallOutcome::Pending, tenant(&parts.headers));
        calls.push_back(Call { number, at, method, path, tenant, body, status, outcome });
        if calls.len() > KEPT {
            calls.pop_front();
        }
        number
    }

    pub(super) fn end(&self, number: u64, outcome: CallOutcome, status: Option<u16>) {
        let mut calls = held(&self.0);
        if let Some(call) = calls.iter_mut().rev().find(|call| call.number == number) {
            call.outcome = outcome;
            call.status = status;
        }
    }

    pub(super) fn all(&self) -> Vec<Call> {
        held(&self.0).iter().cloned().collect()
    }
}

/// The tenancy in the claims of a token, without a look at its signature.
fn tenant(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("jit_tenant_id")?.as_str()?.to_owned())
}
