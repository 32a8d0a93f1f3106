//! Error texts: what failed (by request), why, and what to do (by status).
//! Pure. The server's message is already sanitized and shortened.

use std::time::Duration;

use crate::domain::error::SideEffect;
use crate::domain::{Error, ErrorKind, Method};

/// Kinds of API requests with different error texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// One page of the list; the first page also requests the total.
    List {
        first: bool,
    },
    Get,
    Create,
    Delete,
    Caps,
    Members,
    /// Any path, for the command `api`.
    Path,
}

/// The cause of an error (without a trailing period), and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorText {
    pub cause: String,
    pub hint: String,
}

impl ErrorText {
    pub fn new(cause: impl Into<String>, hint: impl Into<String>) -> ErrorText {
        ErrorText { cause: cause.into(), hint: hint.into() }
    }
}

impl Endpoint {
    pub fn method(self) -> Method {
        match self {
            Endpoint::Create => Method::Post,
            Endpoint::Delete => Method::Delete,
            Endpoint::List { .. } | Endpoint::Get | Endpoint::Caps | Endpoint::Members | Endpoint::Path => {
                Method::Get
            }
        }
    }

    /// Builds the error of this request.
    /// If the effect is unknown, the summary shows that: a create without a response may have sent its email.
    pub fn build_error(self, kind: ErrorKind, text: ErrorText) -> Error {
        let mut error = Error::new(kind, "", text.cause, text.hint);
        let unknown = error.effect(self.method()) == SideEffect::Unknown;
        error.summary = match self {
            Endpoint::List { .. } => "Could not load invites",
            Endpoint::Get => "Could not load the invite",
            Endpoint::Create if unknown => "The invite may or may not have been sent",
            Endpoint::Create => "Could not create the invite",
            Endpoint::Delete if unknown => "The invite may or may not have been deleted",
            Endpoint::Delete => "Could not delete the invite",
            Endpoint::Caps => "Could not load the quota",
            Endpoint::Members => "Could not load the members",
            Endpoint::Path => "Could not load the path",
        }
        .into();
        error
    }
}

/// Returns why a status is not a success, with the server's message, and what to do.
pub(super) fn status_text(
    endpoint: Endpoint,
    status: u16,
    message: &str,
    wait: Option<Duration>,
) -> ErrorText {
    let (cause, hint) = describe_status(endpoint, status, wait);
    let cause = if message.is_empty() {
        format!("{cause} ({status})")
    } else {
        format!("{cause} ({status}: “{message}”)")
    };
    ErrorText::new(cause, hint)
}

const CHECK_URL: &str = "Check the server URL and the base path.";
const CHECK_INPUT: &str = "Check your input; see the server's message.";
const NEW_TOKEN: &str = "Get a new token and try again.";
const FREE_QUOTA: &str = "Delete unused invites, or ask for a higher quota.";
const BECOME_ROOT: &str = "Use a token of a root user or administrator of the tenancy.";

fn describe_status(endpoint: Endpoint, status: u16, wait: Option<Duration>) -> (&'static str, String) {
    let retry_hint = match wait {
        Some(wait) => format!("Retry in {} s.", wait.as_secs_f64().ceil()),
        None => "Try again later.".to_owned(),
    };
    let is_list = matches!(endpoint, Endpoint::List { .. });
    let is_extra = matches!(endpoint, Endpoint::Members | Endpoint::Caps);
    let (cause, hint) = match status {
        400 | 422 => ("the server rejected the request", CHECK_INPUT),
        401 => ("token rejected", NEW_TOKEN),
        402 => ("the quota of this tenancy is used up", FREE_QUOTA),
        403 if is_extra => ("access denied", "Everything else still works."),
        403 => ("this account cannot manage invites", BECOME_ROOT),
        404 | 501 if is_list => ("the Invites API was not found at this URL", CHECK_URL),
        404 if endpoint == Endpoint::Get => {
            ("the invite no longer exists: it was accepted, has expired or was deleted", "Refresh the list.")
        }
        404 if endpoint == Endpoint::Path => ("the server has no such path", "Check the path."),
        404 => ("the server has no such path", CHECK_URL),
        405 | 501 => ("the server does not support this request", CHECK_URL),
        407 => {
            ("the proxy requires authentication", "Check the proxy settings of this machine (HTTPS_PROXY).")
        }
        408 => ("the server timed out waiting for the request", "Try again."),
        409 => {
            ("conflict: the email may already have an invite", "Refresh the list to see the current invites.")
        }
        429 => ("too many requests", retry_hint.as_str()),
        502..=504 => ("the server is temporarily unavailable", retry_hint.as_str()),
        500..=599 => ("server error", retry_hint.as_str()),
        _ => ("the server rejected the request", CHECK_URL),
    };
    (cause, hint.to_owned())
}

/// Returns the text for a redirect, which is not followed. `target` is already sanitized.
pub(super) fn redirect_text(status: u16, target: Option<&str>) -> ErrorText {
    let target = target.unwrap_or("an unknown location");
    ErrorText::new(
        format!("the server redirected to {target} ({status}); the token was not forwarded"),
        "If that is the right server, use it as the server URL. Otherwise a proxy or login page intercepts requests.",
    )
}

/// Returns the text for a success whose body does not match the contract.
pub(super) fn unexpected_body_text(status: u16) -> ErrorText {
    ErrorText::new(
        format!("unexpected response ({status})"),
        "Check the server URL and the base path; see the raw response in the request details.",
    )
}

/// Returns the text for a success whose body is a web page.
pub(super) fn web_page_text(status: u16, title: &str) -> ErrorText {
    let title = if title.is_empty() { String::new() } else { format!(": “{title}”") };
    ErrorText::new(
        format!("the response is a web page, not the API's ({status}{title})"),
        "Check the server URL, and whether a proxy or login page intercepts requests, then try again.",
    )
}

/// Returns the text for a success whose invite has a different email than the request, or none.
pub(super) fn other_email_text() -> ErrorText {
    ErrorText::new(
        "the response contains a different email than the request, or no email",
        "Refresh the list to see which invites exist.",
    )
}

/// Returns the text for a success whose body reports an error; `code` is the API's error code.
pub(super) fn error_in_success_text(status: u16, message: &str, code: Option<i64>) -> ErrorText {
    let error = match (message, code) {
        ("", None) => String::new(),
        ("", Some(code)) => format!(": code {code}"),
        (message, _) => format!(": “{message}”"),
    };
    let hint = match code {
        Some(7) => BECOME_ROOT,
        Some(16) => NEW_TOKEN,
        _ => "Try again. If the error stays, check the server URL and the base path.",
    };
    ErrorText::new(format!("the server reported an error in a response with status {status}{error}"), hint)
}

/// Returns the text for a response that exceeds the size limit.
pub(super) fn too_large_text(bytes: usize) -> ErrorText {
    ErrorText::new(
        format!("the response is larger than {} MB", bytes / (1024 * 1024)),
        "Check the server URL; this is not a response of the Invites API.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Endpoint = Endpoint::List { first: true };

    #[test]
    fn possible_effect_is_not_reported_as_failed() {
        let summary = |endpoint: Endpoint, kind| endpoint.build_error(kind, ErrorText::new("", "")).summary;
        assert_eq!(
            summary(Endpoint::Create, ErrorKind::TimedOut),
            "The invite may or may not have been sent"
        );
        assert_eq!(
            summary(Endpoint::Create, ErrorKind::Status(500)),
            "The invite may or may not have been sent"
        );
        assert_eq!(summary(Endpoint::Create, ErrorKind::Status(429)), "Could not create the invite");
        assert_eq!(summary(Endpoint::Create, ErrorKind::Connect), "Could not create the invite");
        assert_eq!(
            summary(Endpoint::Delete, ErrorKind::ConnectionLost),
            "The invite may or may not have been deleted"
        );
        assert_eq!(summary(LIST, ErrorKind::TimedOut), "Could not load invites");
    }

    #[test]
    fn each_status_has_a_cause_and_a_hint() {
        for (endpoint, code, cause, hint) in [
            (LIST, 401, "token rejected", "new token"),
            (Endpoint::Create, 402, "quota", "higher quota"),
            (LIST, 403, "cannot manage", "root user"),
            (Endpoint::Members, 403, "access denied", "still works"),
            (LIST, 404, "was not found at this URL", "base path"),
            (LIST, 501, "was not found at this URL", "base path"),
            (Endpoint::Get, 404, "no longer exists", "Refresh the list"),
            (Endpoint::Delete, 404, "no such path", "base path"),
            (LIST, 429, "too many", "Retry in 2 s"),
            (LIST, 503, "temporarily unavailable", "Retry in 2 s"),
            (Endpoint::Create, 400, "rejected the request", "message"),
            (LIST, 599, "server error", "Retry"),
            (LIST, 418, "rejected the request", "base path"),
        ] {
            let text = status_text(endpoint, code, "their words", Some(Duration::from_millis(1500)));
            assert!(text.cause.contains(cause), "{code}: {}", text.cause);
            assert!(text.cause.ends_with(&format!("({code}: “their words”)")), "{}", text.cause);
            assert!(text.hint.contains(hint) && text.hint.ends_with('.'), "{code}: {}", text.hint);
        }
        assert!(status_text(LIST, 500, "", None).cause.ends_with("(500)"));
    }
}
