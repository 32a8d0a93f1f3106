//! Fault rules as data: which requests match, and what happens to them.
//! Rules come from a file, from the control API, or from a test. [`super::faults`] counts, and
//! [`super::middleware`] applies them.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// A rule. All matching rules apply to a request, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Matches only this HTTP method.
    pub method: Option<String>,
    /// Matches only if path and query contain this text.
    pub path_contains: Option<String>,
    /// Number of matching requests that pass first.
    pub skip: u64,
    /// Number of requests that the rule applies to; 0 means all.
    pub times: u64,
    /// Applies to every n-th request after `skip`: 10 hits the 10th, the 20th and so on.
    pub every: u64,
    /// Delay before anything else. If the client disconnects in that time, the request has no effect.
    pub latency_ms: u64,
    /// What happens to the request after the delay.
    pub action: Option<Action>,
}

impl Default for Rule {
    fn default() -> Rule {
        Rule { method: None, path_contains: None, skip: 0, times: 1, every: 1, latency_ms: 0, action: None }
    }
}

impl Rule {
    /// Returns a rule for the next request with this method; set other fields by struct update.
    pub fn for_method(method: &str, action: Action) -> Rule {
        Rule { method: Some(method.to_owned()), action: Some(action), ..Rule::default() }
    }

    /// Makes the rule apply to all matching requests, not only to the first.
    pub fn always(self) -> Rule {
        Rule { times: 0, ..self }
    }

    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|expected| expected.eq_ignore_ascii_case(method))
            && self.path_contains.as_deref().is_none_or(|part| path.contains(part))
    }

    /// Checks the rule. The error is a sentence fragment with the reason.
    pub(super) fn check(&self) -> Result<(), String> {
        let (status, headers) = match &self.action {
            Some(Action::Status(reply)) => (reply.status, &reply.headers),
            Some(Action::Raw(reply)) => (reply.status, &reply.headers),
            _ => return Ok(()),
        };
        if !(200..=999).contains(&status) {
            return Err(format!("{status} is not a status that ends a request"));
        }
        for (name, value) in headers {
            let is_valid = name.parse::<HeaderName>().is_ok() && value.parse::<HeaderValue>().is_ok();
            if !is_valid {
                return Err(format!("{name:?} with {value:?} is not a header"));
            }
            if name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(format!("{name} is set by the server; use `truncate` for a wrong length"));
            }
        }
        Ok(())
    }
}

/// Whether a fault occurs before or after the request takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultTiming {
    /// The request has no effect.
    #[default]
    Before,
    /// The request takes effect, but the client gets no confirmation.
    After,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A status, with the service's usual body or a given body.
    Status(StatusReply),
    /// Exactly the given status, headers and body.
    Raw(RawReply),
    /// The connection is closed without a response.
    Drop(FaultTiming),
    /// No response until the hanging requests are released or the sandbox stops.
    Hang(FaultTiming),
    /// The first bytes of the real body with its full content-length; then the connection is closed.
    Truncate(u64),
    /// The real body, one kilobyte at a time, with a delay of this many milliseconds before each part.
    SlowBodyMs(u64),
    /// The connection is closed immediately; the request takes effect this many milliseconds later.
    LateEffectMs(u64),
    /// LIST and GET show an invite this many milliseconds after it was created.
    ListLagMs(u64),
    /// Behavior of a create for an email that already has an invite.
    #[serde(rename = "reinvite")]
    OnDuplicate(OnDuplicate),
    /// LIST returns the same page token forever.
    RepeatPageToken,
    /// After the last row, LIST starts again from the first row, with new tokens.
    EndlessPages,
    /// LIST writes a comma after the last invite.
    TrailingComma,
    /// Identities are in upper case.
    UpperCaseIdentities,
    /// LIST returns its page token as `page_token`.
    PageToken,
    /// Requests above a rate get 429. Set `times` to 0 with this action.
    RateLimit(RateLimit),
}

/// Data of [`Action::Status`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusReply {
    /// The status.
    pub status: u16,
    /// Headers of the response.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body [default: the service's usual body for the status].
    #[serde(default)]
    pub body: Option<String>,
    /// Before or after the effect.
    #[serde(default)]
    pub when: FaultTiming,
}

impl StatusReply {
    /// Returns a reply with this status and its usual body, before the request takes effect.
    pub fn new(status: u16) -> StatusReply {
        StatusReply { status, ..StatusReply::default() }
    }

    /// Adds a header to the response.
    pub fn with_header(mut self, name: &str, value: &str) -> StatusReply {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// Data of [`Action::Raw`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawReply {
    /// The status [default: 200].
    pub status: u16,
    /// Headers of the response [default: none, not even a content type].
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// Repeats the body up to this many bytes; 0 sends it once.
    pub repeat_bytes: u64,
    /// Before or after the effect.
    pub when: FaultTiming,
}

impl Default for RawReply {
    fn default() -> RawReply {
        RawReply {
            status: 200,
            headers: BTreeMap::new(),
            body: String::new(),
            repeat_bytes: 0,
            when: FaultTiming::Before,
        }
    }
}

/// Behavior of a create for an email that already has an invite. The contract does not define it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// A second invite.
    #[default]
    Duplicate,
    /// 409 with code 6.
    Refuse,
    /// The same identity with the new message and a new expiry.
    Renew,
}

/// Data of [`Action::RateLimit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests per second.
    pub per_second: u32,
    /// Form of the wait time in the response.
    #[serde(default)]
    pub header: WaitHeader,
}

/// Form of the wait time in a 429.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitHeader {
    /// `Archivist-Rate-Limit-Reset`, in seconds with a fraction.
    #[default]
    Reset,
    /// `Retry-After`, in whole seconds.
    RetryAfter,
    /// No wait time.
    None,
    /// `Archivist-Rate-Limit-Reset` with this text.
    Raw(String),
}
