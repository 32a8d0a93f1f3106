//! An error as the user needs it: what failed, why, and what to do next. Holds the request's record for the
//! details.

use std::time::Duration;

use super::{HttpRecord, Method};

/// The default key that refreshes. A hint that names the key uses this constant; the console replaces it by the
/// configured key.
pub const REFRESH_KEY: &str = "Ctrl-r";

/// Start of the summary of a fetch that failed before its end. The header shows the rest.
pub const LIST_INCOMPLETE: &str = "List incomplete: ";

/// Kind of error, for the code that decides what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no usable token; no request was made.
    Token,
    /// The connection was never established (DNS, refused, TLS, proxy): no request was made.
    Connect,
    /// The request was made, but no response came in time.
    TimedOut,
    /// The request was made, but the connection broke before the response was complete.
    ConnectionLost,
    /// The server responded with this status, which is neither a success nor a redirect.
    Status(u16),
    /// The server redirected, which is not followed.
    Redirected,
    /// A success whose body does not match the contract, such as a login page.
    UnexpectedBody,
    /// The response exceeds the size limit.
    TooLarge,
    /// Canceled by the user or by the end of the program.
    Canceled,
    /// The journal could not be opened, read or written.
    Journal,
    /// A rule of guestlist refused it; no request was made.
    Refused,
}

/// An error with its texts and everything that is known about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{summary}: {cause}. {hint}")]
pub struct Error {
    /// The kind, for decisions.
    pub kind: ErrorKind,
    /// What failed: "Could not load invites".
    pub summary: String,
    /// The cause: "token rejected (401)". A fragment without trailing period.
    pub cause: String,
    /// What to do: "Get a new token and try again."
    pub hint: String,
    /// Wait that the server demanded, if plausible.
    pub retry_after: Option<Duration>,
    /// The request's record, if one was made or tried.
    pub record: Option<Box<HttpRecord>>,
}

impl Error {
    /// Creates an error that comes from no HTTP request.
    pub fn new(
        kind: ErrorKind,
        summary: impl Into<String>,
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) -> Error {
        Error {
            kind,
            summary: summary.into(),
            cause: cause.into(),
            hint: hint.into(),
            retry_after: None,
            record: None,
        }
    }

    /// Returns the HTTP status, if any.
    pub fn status(&self) -> Option<u16> {
        match self.kind {
            ErrorKind::Status(status) => Some(status),
            _ => None,
        }
    }

    /// True if a later retry of a read may help.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Connect | ErrorKind::TimedOut | ErrorKind::ConnectionLost => true,
            ErrorKind::Status(status) => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Returns what the failed request may have done on the server. Prevents duplicate emails: a POST certainly had
    /// no effect only if the connection was never established, or on 401 or 429.
    pub fn effect(&self, method: Method) -> SideEffect {
        match self.kind {
            ErrorKind::Token
            | ErrorKind::Connect
            | ErrorKind::Refused
            | ErrorKind::Journal
            | ErrorKind::Status(401 | 429) => SideEffect::None,
            ErrorKind::Status(408) => SideEffect::Unknown,
            ErrorKind::Status(400..=499) => SideEffect::Refused,
            ErrorKind::Status(_)
            | ErrorKind::TimedOut
            | ErrorKind::ConnectionLost
            | ErrorKind::Redirected
            | ErrorKind::UnexpectedBody
            | ErrorKind::TooLarge
            | ErrorKind::Canceled => match method {
                Method::Get => SideEffect::None,
                Method::Post | Method::Delete => SideEffect::Unknown,
            },
        }
    }
}

/// What a failed request may have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideEffect {
    /// Certainly nothing; it may be repeated.
    None,
    /// Nothing: the server rejected it. Repeating it does not help.
    Refused,
    /// Unknown: it must be reconciled.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(kind: ErrorKind) -> SideEffect {
        Error::new(kind, "", "", "").effect(Method::Post)
    }

    #[test]
    fn post_is_repeated_only_if_it_provably_did_nothing() {
        for kind in [ErrorKind::Connect, ErrorKind::Status(401), ErrorKind::Status(429)] {
            assert_eq!(effect(kind), SideEffect::None, "{kind:?}");
        }
        for status in [408, 500, 501, 502, 503, 504, 599] {
            assert_eq!(effect(ErrorKind::Status(status)), SideEffect::Unknown, "{status}");
        }
        for kind in
            [ErrorKind::TimedOut, ErrorKind::ConnectionLost, ErrorKind::UnexpectedBody, ErrorKind::Canceled]
        {
            assert_eq!(effect(kind), SideEffect::Unknown, "{kind:?}");
        }
        for status in [400, 402, 403, 404, 409] {
            assert_eq!(effect(ErrorKind::Status(status)), SideEffect::Refused, "{status}");
        }
    }
}
