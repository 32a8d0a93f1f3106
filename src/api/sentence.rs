//! The sentences for what can go wrong: what failed (by call), why and what to do next (by status). Pure; the
//! server's words come in made visible and cut already.

use std::time::Duration;

use crate::domain::failure::Effect;
use crate::domain::{Failure, FailureKind, Method};

/// The calls of the API, as far as sentences tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// One page; the first one asks for the total as well.
    List {
        first: bool,
    },
    Get,
    Create,
    Delete,
    Caps,
    Members,
}

/// Why something failed (no full stop at its end), and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub why: String,
    pub next: String,
}

impl Sentence {
    pub fn new(why: impl Into<String>, next: impl Into<String>) -> Sentence {
        Sentence { why: why.into(), next: next.into() }
    }
}

impl Call {
    pub fn method(self) -> Method {
        match self {
            Call::Create => Method::Post,
            Call::Delete => Method::Delete,
            Call::List { .. } | Call::Get | Call::Caps | Call::Members => Method::Get,
        }
    }

    /// A failure of this call. Its first words say no more than is known: a create that was not answered
    /// may have sent its letter.
    pub fn failed(self, kind: FailureKind, sentence: Sentence) -> Failure {
        let mut failure = Failure::new(kind, "", sentence.why, sentence.next);
        let unknown = failure.effect(self.method()) == Effect::Unknown;
        failure.what = match self {
            Call::List { .. } => "The list could not be read",
            Call::Get => "The invite could not be read",
            Call::Create if unknown => "The invite may or may not have been sent",
            Call::Create => "The invite could not be sent",
            Call::Delete if unknown => "The invite may or may not have been deleted",
            Call::Delete => "The invite could not be deleted",
            Call::Caps => "The quota could not be read",
            Call::Members => "The members could not be read",
        }
        .into();
        failure
    }
}

/// Why a status is no success, with the server's own words, and what to do about it.
pub(super) fn status(call: Call, status: u16, words: &str, wait: Option<Duration>) -> Sentence {
    let (why, next) = meaning(call, status, wait);
    let why = if words.is_empty() {
        format!("{why} ({status})")
    } else {
        format!("{why} ({status}: “{words}”)")
    };
    Sentence::new(why, next)
}

const CHECK_ADDRESS: &str = "Check the address and the base path.";
const CHECK_INPUT: &str = "Check what was entered; its words say what it minds.";
const NEW_TOKEN: &str = "Get a new token and try again.";
const FREE_QUOTA: &str = "Delete invites that are no longer needed, or have the quota raised.";
const BECOME_ROOT: &str =
    "Use the token of a root user or administrator of the tenancy (an app registration has to be made one).";

fn meaning(call: Call, status: u16, wait: Option<Duration>) -> (&'static str, String) {
    let again = match wait {
        Some(wait) => format!("It asked for a wait of {} s.", wait.as_secs_f64().ceil()),
        None => "Wait a little and try again.".to_owned(),
    };
    let is_list = matches!(call, Call::List { .. });
    let is_extra = matches!(call, Call::Members | Call::Caps);
    let (why, next) = match status {
        400 | 422 => ("the server did not accept the request", CHECK_INPUT),
        401 => ("the server refused the token", NEW_TOKEN),
        402 => ("a quota of this tenancy is used up", FREE_QUOTA),
        403 if is_extra => ("this account may not read this", "The rest works without it."),
        403 => ("this account may not manage invites", BECOME_ROOT),
        404 | 501 if is_list => ("there is no list of invites at this address", CHECK_ADDRESS),
        404 if call == Call::Get => (
            "there is no such invite any more: it was accepted, it expired or it was revoked",
            "Read the list again.",
        ),
        404 => ("the server knows nothing at this path", CHECK_ADDRESS),
        405 | 501 => ("the server does not know this call", CHECK_ADDRESS),
        407 => {
            ("a proxy wants to know who you are", "Check the proxy settings of this machine (HTTPS_PROXY).")
        }
        408 => ("the server waited too long for the request", "Try again."),
        409 => (
            "it is in conflict with what is there, such as an invite for the same address",
            "Read the list again to see what is there now.",
        ),
        429 => ("too many requests in a short time", again.as_str()),
        502..=504 => ("the server cannot answer at the moment", again.as_str()),
        500..=599 => ("the server had an error of its own", again.as_str()),
        _ => ("the server said no", CHECK_ADDRESS),
    };
    (why, next.to_owned())
}

/// A redirect that was not followed. `target` is visible already.
pub(super) fn redirected(status: u16, target: Option<&str>) -> Sentence {
    let target = target.unwrap_or("a place it did not name");
    Sentence::new(
        format!("the server wanted to send us to {target} ({status}), and the token is not taken there"),
        "If that is the right place, use it as the address; otherwise a proxy or login page is in between.",
    )
}

/// A success whose body is not what the contract says.
pub(super) fn unreadable(status: u16) -> Sentence {
    Sentence::new(
        format!("the answer is not what the Invites API says ({status})"),
        "Check the address and the base path; the raw answer is in the details.",
    )
}

/// A success whose body is a web page.
pub(super) fn web_page(status: u16, title: &str) -> Sentence {
    let title = if title.is_empty() { String::new() } else { format!(": “{title}”") };
    Sentence::new(
        format!("a web page answered in place of the API ({status}{title})"),
        "A proxy or login page is in between, or the address is wrong: check both, then try again.",
    )
}

/// A success with an invite for another email than the request.
pub(super) fn other_email() -> Sentence {
    Sentence::new(
        "the response names another email than the request, or none",
        "Load the list again to see which invites exist.",
    )
}

/// A success whose body reports an error; `code` is the API's own number for it.
pub(super) fn error_in_success(status: u16, words: &str, code: Option<i64>) -> Sentence {
    let error = match (words, code) {
        ("", None) => String::new(),
        ("", Some(code)) => format!(": code {code}"),
        (words, _) => format!(": “{words}”"),
    };
    let next = match code {
        Some(7) => BECOME_ROOT,
        Some(16) => NEW_TOKEN,
        _ => "Try again. If the error stays, check the server URL and the base path.",
    };
    Sentence::new(format!("the server reported an error in a response with status {status}{error}"), next)
}

/// An answer larger than we take.
pub(super) fn too_large(bytes: usize) -> Sentence {
    Sentence::new(
        format!("the answer is larger than {} MB, so reading stopped", bytes / (1024 * 1024)),
        "Check the address; an Invites API does not answer like that.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Call = Call::List { first: true };

    #[test]
    fn what_may_have_happened_is_not_called_failed() {
        let what = |call: Call, kind| call.failed(kind, Sentence::new("", "")).what;
        assert_eq!(what(Call::Create, FailureKind::TimedOut), "The invite may or may not have been sent");
        assert_eq!(what(Call::Create, FailureKind::Status(500)), "The invite may or may not have been sent");
        assert_eq!(what(Call::Create, FailureKind::Status(429)), "The invite could not be sent");
        assert_eq!(what(Call::Create, FailureKind::NotConnected), "The invite could not be sent");
        assert_eq!(what(Call::Delete, FailureKind::CutOff), "The invite may or may not have been deleted");
        assert_eq!(what(LIST, FailureKind::TimedOut), "The list could not be read");
    }

    #[test]
    fn each_status_says_why_and_what_to_do() {
        for (call, code, why, next) in [
            (LIST, 401, "refused the token", "new token"),
            (Call::Create, 402, "quota", "raised"),
            (LIST, 403, "may not manage", "root user"),
            (Call::Members, 403, "may not read", "works without"),
            (LIST, 404, "no list of invites", "base path"),
            (LIST, 501, "no list of invites", "base path"),
            (Call::Get, 404, "no such invite", "Read the list"),
            (Call::Delete, 404, "nothing at this path", "base path"),
            (LIST, 429, "too many", "wait of 2 s"),
            (LIST, 503, "at the moment", "wait of 2 s"),
            (Call::Create, 400, "did not accept", "words"),
            (LIST, 599, "error of its own", "wait"),
            (LIST, 418, "said no", "base path"),
        ] {
            let sentence = status(call, code, "their words", Some(Duration::from_millis(1500)));
            assert!(sentence.why.contains(why), "{code}: {}", sentence.why);
            assert!(sentence.why.ends_with(&format!("({code}: “their words”)")), "{}", sentence.why);
            assert!(
                sentence.next.contains(next) && sentence.next.ends_with('.'),
                "{code}: {}",
                sentence.next
            );
        }
        assert!(status(LIST, 500, "", None).why.ends_with("(500)"));
    }
}
