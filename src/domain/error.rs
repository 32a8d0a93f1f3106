//! An error for the user: what failed, why, and what to do next. Includes the request's record for the
//! details.

use std::time::Duration;

use super::{HttpRecord, Method};

/// The default key for a refresh.
/// Hints contain this constant; the console replaces it with the configured key.
pub const REFRESH_KEY: &str = "Ctrl-r";

/// Start of the summary if a load ended early. The header of the console shows only the text after it.
pub const LIST_INCOMPLETE: &str = "List incomplete: ";

/// Kind of error. The code decides by it what happens next.
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
    /// The server responded with a redirect. Redirects are not followed.
    Redirected,
    /// A success response whose body does not match the API's contract, such as a login page.
    UnexpectedBody,
    /// The response exceeds the size limit.
    TooLarge,
    /// The request was canceled by the user or by the end of the program.
    Canceled,
    /// The journal could not be opened, read or written.
    Journal,
    /// A rule of guestlist refused the operation; no request was made.
    Refused,
}

/// An error with its texts, its kind, and the record of the failed request.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{summary}: {cause}. {hint}")]
pub struct Error {
    /// The kind. Code uses it to decide; users read the texts.
    pub kind: ErrorKind,
    /// What failed: "Could not load invites".
    pub summary: String,
    /// The cause: "token rejected (401)". A fragment without trailing period.
    pub cause: String,
    /// What to do: "Get a new token and try again."
    pub hint: String,
    /// Wait that the server asked for; `None` if it asked for none or for an implausible one.
    pub retry_after: Option<Duration>,
    /// Record of the request, if guestlist made or tried one.
    pub record: Option<Box<HttpRecord>>,
}

impl Error {
    /// Creates an error without an HTTP request.
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

    /// True if there is no usable token, or the server rejected it.
    pub fn is_about_token(&self) -> bool {
        matches!(self.kind, ErrorKind::Token | ErrorKind::Status(401))
    }

    /// True if the server does not allow this request with this token, or there is no token.
    pub fn is_about_access(&self) -> bool {
        self.is_about_token() || self.status() == Some(403)
    }

    /// True if the same request may succeed later. [`Error::effect`] decides if a change may be repeated.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Connect | ErrorKind::TimedOut | ErrorKind::ConnectionLost => true,
            ErrorKind::Status(status) => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Returns what the failed request may have done on the server. To prevent duplicate emails, a POST
    /// certainly had no effect only on 401 or 429, or if the connection was never established.
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

/// Possible effect of a failed request on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideEffect {
    /// Certainly none; the request may be repeated.
    None,
    /// None: the server rejected the request. Repeating the request does not help.
    Refused,
    /// Unknown: the request must be reconciled.
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
