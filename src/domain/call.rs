//! The record of one HTTP call: what was asked, what was answered, how long it took.
//! It never holds a token; its texts are raw and must be made visible before they are shown.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Identity;
use super::address::encoded;

/// The verbs that the Invites API has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Creates; never repeated without proof that it did nothing.
    Post,
    /// Deletes by identity; safe to repeat, but counted.
    Delete,
}

impl Method {
    /// As it stands in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// One call as it went over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// The verb.
    pub method: Method,
    /// Path and query, without the host.
    pub path: String,
    /// When it was sent, by this machine's clock.
    pub at: Timestamp,
    /// From sending to the last byte of the answer.
    pub took: Duration,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// The server's name for this request, when it told one.
    pub request_id: Option<String>,
    /// The body that was sent.
    pub asked: Option<String>,
    /// The start of the raw answer, at most `limits::KEPT_BODY_BYTES`.
    pub answered: String,
    /// Something worth knowing, such as "read leniently: trailing comma".
    pub note: Option<String>,
}

impl CallRecord {
    /// Whether it failed, as far as its status tells: none at all, or one that is no success.
    pub fn failed(&self) -> bool {
        !self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// The invite that it made, where it is a POST whose answer names one.
    pub fn made(&self) -> Option<Identity> {
        #[derive(Deserialize)]
        struct Answer {
            identity: String,
        }
        if self.method != Method::Post || self.failed() {
            return None;
        }
        let answer: Answer = serde_json::from_str(&self.answered).ok()?;
        Identity::parse(&answer.identity)
    }

    /// Whether an invite is named in its path or in the body that was sent.
    pub fn names(&self, identity: &Identity) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        last == encoded(identity.as_str())
            || self.asked.as_ref().is_some_and(|asked| asked.contains(&format!("\"{identity}\"")))
    }
}
