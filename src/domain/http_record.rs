//! Record of one HTTP request and its response. Never contains a token. The texts are raw and must be
//! sanitized before display.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::Identity;
use super::server_url::percent_encode;

/// The HTTP methods of the Invites API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Creates; never repeated without proof that the first request had no effect.
    Post,
    /// Deletes by identity; safe to repeat, up to a limit.
    Delete,
}

impl Method {
    /// Returns the method in upper case, as in a request line.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One HTTP request and its response.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpRecord {
    /// The method.
    pub method: Method,
    /// Path and query, without the host.
    pub path: String,
    /// When the request was sent, by this machine's clock.
    pub sent_at: Timestamp,
    /// Time from sending to the last byte of the response.
    pub duration: Duration,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The server's id of this request, if it reported one.
    pub request_id: Option<String>,
    /// The headers, for debug output.
    pub headers: HttpHeaders,
    /// The request body.
    pub request_body: Option<String>,
    /// The start of the raw response, at most [`super::limits::MAX_RECORDED_BODY_BYTES`].
    pub response_body: String,
    /// A note such as "repaired: trailing comma".
    pub note: Option<String>,
}

/// The headers of a request and its response, without the token and cookies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpHeaders {
    /// Names and values of the request.
    pub request: Vec<(String, String)>,
    /// Names and values of the response.
    pub response: Vec<(String, String)>,
}

impl HttpRecord {
    /// True if there was no response, or if the response's status is not a success.
    pub fn has_failed(&self) -> bool {
        !self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Returns the identity of the created invite, if this is a POST whose response contains an identity.
    pub fn created_identity(&self) -> Option<Identity> {
        if self.method != Method::Post || self.has_failed() {
            return None;
        }
        let body: serde_json::Value = serde_json::from_str(&self.response_body).ok()?;
        Identity::parse(body.get("identity")?.as_str()?)
    }

    /// True if the path or the request body contains the identity of an invite.
    pub fn mentions(&self, identity: &Identity) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        last == percent_encode(identity.as_str())
            || self.request_body.as_ref().is_some_and(|body| body.contains(&format!("\"{identity}\"")))
    }
}

#[cfg(test)]
impl HttpRecord {
    /// Returns a request with a response, for tests.
    pub(crate) fn example(method: Method, path: &str) -> HttpRecord {
        HttpRecord {
            method,
            path: path.into(),
            sent_at: Timestamp::UNIX_EPOCH,
            duration: Duration::ZERO,
            status: Some(200),
            request_id: None,
            headers: HttpHeaders::default(),
            request_body: None,
            response_body: String::new(),
            note: None,
        }
    }
}
