//! A failure as a person needs it: what failed, why, and what to do next, with the call kept for the details.

use std::time::Duration;

use super::{CallRecord, Method};

/// The key that reads again, as sentences here and in other rooms name it. The console puts the one in force in its
/// place.
pub const READS_AGAIN: &str = "Ctrl-r";

/// What kind of failure it was, for the code that decides what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// There is no usable token; nothing was sent.
    Token,
    /// The connection was never made (name, refusal, TLS, proxy): nothing was sent.
    NotConnected,
    /// Sent, but no answer came in time.
    TimedOut,
    /// Sent, but the connection broke before the whole answer was there.
    CutOff,
    /// The server answered with this status, which is not a success and not a redirect.
    Status(u16),
    /// The server wanted to send us elsewhere; we did not follow.
    Redirected,
    /// A success whose body is not what the contract says, such as a login page.
    Unreadable,
    /// The answer was larger than we take.
    TooLarge,
    /// The person, or the end of the program, cancelled it.
    Cancelled,
    /// The journal could not be opened, read or written.
    Journal,
    /// A rule of ours refused it; nothing was sent.
    Guard,
}

/// What went wrong, in sentences, and everything that is known about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what}: {why}. {next}")]
pub struct Failure {
    /// Its kind, for decisions.
    pub kind: FailureKind,
    /// What failed: "The list could not be read".
    pub what: String,
    /// Why: "the server refused the token (401)". No full stop at its end.
    pub why: String,
    /// What to do next: "Get a new token and try again."
    pub next: String,
    /// How long the server asked us to wait, where it did and the header could be believed.
    pub wait: Option<Duration>,
    /// The call, where one was made or tried.
    pub call: Option<Box<CallRecord>>,
}

impl Failure {
    /// A failure that comes from no call.
    pub fn new(
        kind: FailureKind,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Failure {
        Failure { kind, what: what.into(), why: why.into(), next: next.into(), wait: None, call: None }
    }

    /// The HTTP status behind it.
    pub fn status(&self) -> Option<u16> {
        match self.kind {
            FailureKind::Status(status) => Some(status),
            _ => None,
        }
    }

    /// Whether reading again a little later may help.
    pub fn is_passing(&self) -> bool {
        match self.kind {
            FailureKind::NotConnected | FailureKind::TimedOut | FailureKind::CutOff => true,
            FailureKind::Status(status) => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// What the failed call may have done on the server. The rule that keeps us from mailing anybody twice:
    /// a POST did nothing for certain only if the connection was never made, or on 401 or 429.
    pub fn effect(&self, method: Method) -> Effect {
        match self.kind {
            FailureKind::Token
            | FailureKind::NotConnected
            | FailureKind::Guard
            | FailureKind::Journal
            | FailureKind::Status(401 | 429) => Effect::None,
            FailureKind::Status(408) => Effect::Unknown,
            FailureKind::Status(400..=499) => Effect::Refused,
            FailureKind::Status(_)
            | FailureKind::TimedOut
            | FailureKind::CutOff
            | FailureKind::Redirected
            | FailureKind::Unreadable
            | FailureKind::TooLarge
            | FailureKind::Cancelled => match method {
                Method::Get => Effect::None,
                Method::Post | Method::Delete => Effect::Unknown,
            },
        }
    }
}

/// What a call that failed may have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing, for certain; it may be sent again.
    None,
    /// Nothing: the server said no. Sending it again will not help.
    Refused,
    /// Nobody knows: it has to be settled by looking.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(kind: FailureKind) -> Effect {
        Failure::new(kind, "", "", "").effect(Method::Post)
    }

    #[test]
    fn a_post_is_free_to_be_repeated_only_on_proof_that_it_did_nothing() {
        for kind in [FailureKind::NotConnected, FailureKind::Status(401), FailureKind::Status(429)] {
            assert_eq!(effect(kind), Effect::None, "{kind:?}");
        }
        for status in [408, 500, 501, 502, 503, 504, 599] {
            assert_eq!(effect(FailureKind::Status(status)), Effect::Unknown, "{status}");
        }
        for kind in
            [FailureKind::TimedOut, FailureKind::CutOff, FailureKind::Unreadable, FailureKind::Cancelled]
        {
            assert_eq!(effect(kind), Effect::Unknown, "{kind:?}");
        }
        for status in [400, 402, 403, 404, 409] {
            assert_eq!(effect(FailureKind::Status(status)), Effect::Refused, "{status}");
        }
    }
}
