//! Fault rules as data: which calls are hit, and what happens to them. The same rules come from a file,
//! from the control door, or typed from a test. Counting is `faults`' business, carrying out is `gate`'s.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// One rule. All rules that match a call apply to it, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Only calls with this verb.
    pub method: Option<String>,
    /// Only calls whose path and query contain this.
    pub path_contains: Option<String>,
    /// Lets the first so many matching calls pass.
    pub skip: u64,
    /// Applies to so many calls; 0 is for ever.
    pub times: u64,
    /// Of the calls after `skip`, only every n-th: 10 hits the 10th, the 20th and so on.
    pub every: u64,
    /// Waits before anything else happens. A call whose client gives up meanwhile has no effect.
    pub latency_ms: u64,
    /// What happens to the call, besides the wait.
    pub action: Option<Action>,
}

impl Default for Rule {
    fn default() -> Rule {
        let any = None;
        Rule {
            method: any.clone(),
            path_contains: any,
            skip: 0,
            times: 1,
            every: 1,
            latency_ms: 0,
            action: None,
        }
    }
}

impl Rule {
    /// An action for the next call with this verb; the other fields by struct update.
    pub fn on(method: &str, action: Action) -> Rule {
        Rule { method: Some(method.to_owned()), action: Some(action), ..Rule::default() }
    }

    /// The same, for ever.
    pub fn always(self) -> Rule {
        Rule { times: 0, ..self }
    }

    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path_contains.as_deref().is_none_or(|part| path.contains(part))
    }

    /// Why the rule cannot be carried out.
    pub(super) fn check(&self) -> Result<(), String> {
        let (status, headers) = match &self.action {
            Some(Action::Status(reply)) => (reply.status, &reply.headers),
            Some(Action::Raw(reply)) => (reply.status, &reply.headers),
            _ => return Ok(()),
        };
        if !(200..=999).contains(&status) {
            return Err(format!("{status} is not a status that ends a call"));
        }
        for (name, value) in headers {
            let good = name.parse::<HeaderName>().is_ok() && value.parse::<HeaderValue>().is_ok();
            if !good {
                return Err(format!("{name:?} with {value:?} is not a header"));
            }
            if name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(format!("{name} is the server's to say; `truncate` breaks its word"));
            }
        }
        Ok(())
    }
}

/// Before or after the call took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The call does nothing.
    #[default]
    Before,
    /// The call is done, and the client does not learn it, or learns something else.
    After,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A status with the body that the service would give, or the one named here.
    Status(StatusReply),
    /// Exactly these bytes.
    Raw(RawReply),
    /// The connection is closed with no answer.
    Drop(When),
    /// No answer until the sandbox releases its hung calls, or stops.
    Hang(When),
    /// The first so many bytes of the real body under its full content-length, then the connection is closed.
    Truncate(u64),
    /// The real body, a kilobyte at a time, so many milliseconds apart.
    SlowBodyMs(u64),
    /// The connection is closed at once; the call takes effect so many milliseconds later.
    LateEffectMs(u64),
    /// LIST and GET show an invite only so many milliseconds after it was created.
    ListLagMs(u64),
    /// What a create does when the address has an invite already.
    Reinvite(Reinvite),
    /// LIST gives the same page token for ever.
    RepeatPageToken,
    /// LIST starts again from the first row after the last, with fresh tokens.
    EndlessPages,
    /// LIST puts a comma after the last invite.
    TrailingComma,
    /// Identities are written in upper case.
    UpperCaseIdentities,
    /// LIST calls its token `page_token`.
    PageToken,
    /// Calls beyond a rate get 429. A rule with this wants `times` 0.
    RateLimit(RateLimit),
}

/// See [`Action::Status`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusReply {
    /// The status.
    pub status: u16,
    /// Headers to send with it.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body; by default the service's usual one for that status.
    #[serde(default)]
    pub body: Option<String>,
    /// Before or after the effect.
    #[serde(default)]
    pub when: When,
}

impl StatusReply {
    /// This status before the effect, with its usual body.
    pub fn new(status: u16) -> StatusReply {
        StatusReply { status, ..StatusReply::default() }
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: &str) -> StatusReply {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// See [`Action::Raw`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawReply {
    /// The status, by default 200.
    pub status: u16,
    /// Headers to send with it; by default there is not even a content type.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// Repeats the body until so many bytes are sent; 0 sends it once.
    pub repeat_bytes: u64,
    /// Before or after the effect.
    pub when: When,
}

impl Default for RawReply {
    fn default() -> RawReply {
        RawReply {
            status: 200,
            headers: BTreeMap::new(),
            body: String::new(),
            repeat_bytes: 0,
            when: When::Before,
        }
    }
}

/// What a create does when the address has an invite already. The contract does not say: all three are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reinvite {
    /// A second invite.
    #[default]
    Duplicate,
    /// 409 with code 6.
    Refuse,
    /// The same identity with the new message and a new expiry.
    Renew,
}

/// See [`Action::RateLimit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Calls in each second.
    pub per_second: u32,
    /// How the answer says when to come back.
    #[serde(default)]
    pub header: WaitHeader,
}

/// How a 429 says when to come back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitHeader {
    /// `Archivist-Rate-Limit-Reset`, in seconds with a fraction.
    #[default]
    Reset,
    /// `Retry-After`, in whole seconds.
    RetryAfter,
    /// Not at all.
    None,
    /// `Archivist-Rate-Limit-Reset` with this text.
    Raw(String),
}
