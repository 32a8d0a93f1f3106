//! Turns the error of a request without a complete response into a kind and a text.
//! Pure: it classifies the texts of the error chain, because the libraries below expose little else.

use std::error::Error;

use super::error_text::ErrorText;
use crate::domain::ErrorKind;
use crate::domain::text::truncate;

/// Marks of an error, its cause and what to do, one error per line. The first line that matches applies.
const TEXTS: &str = include_str!("transport_errors.txt");

/// Facts about a request without a complete response.
#[derive(Debug)]
pub(super) struct TransportError {
    /// True if the connection was not established, so no request was sent.
    pub is_connect: bool,
    /// True if a timeout expired.
    pub is_timeout: bool,
    /// True if the request could not be built.
    pub is_builder: bool,
    /// The error chain, outermost first, without URLs.
    pub error_chain: Vec<String>,
}

impl TransportError {
    /// Extracts the facts from an error of the HTTP library.
    pub fn from_reqwest(error: reqwest::Error) -> TransportError {
        let error = error.without_url();
        TransportError {
            is_connect: error.is_connect(),
            is_timeout: error.is_timeout(),
            is_builder: error.is_builder(),
            error_chain: error_chain(&error),
        }
    }

    /// Returns the kind of error.
    /// Only a connection that was never established proves that no request was sent.
    pub fn kind(&self) -> ErrorKind {
        if self.is_connect || self.is_builder {
            ErrorKind::Connect
        } else if self.is_timeout {
            ErrorKind::TimedOut
        } else {
            ErrorKind::ConnectionLost
        }
    }

    /// Returns the cause and what to do. `host` is already sanitized.
    pub fn error_text(&self, host: &str) -> ErrorText {
        let phase = match self.kind() {
            ErrorKind::TimedOut => "<no response>",
            ErrorKind::ConnectionLost => "<interrupted>",
            _ if self.is_builder => "<not built>",
            _ if self.is_timeout => "<not connected in time>",
            _ => "",
        };
        let facts = format!("{phase} {}", self.error_chain.join(": ").to_lowercase());
        let last = truncate(self.error_chain.last().map(String::as_str).unwrap_or("no reason given"), 120);
        let has_any = |marks: &str| marks.split(", ").any(|mark| facts.contains(mark));
        let (_, cause, hint) = TEXTS
            .lines()
            .filter_map(|line| {
                let (marks, text) = line.split_once(" | ").filter(|_| !line.starts_with("# "))?;
                text.split_once(" | ").map(|(cause, hint)| (marks, cause, hint))
            })
            .find(|(marks, ..)| *marks == "*" || marks.split(" & ").all(has_any))
            .unwrap_or_default();
        ErrorText::new(cause.replace("{host}", host).replace("{last}", &last), hint)
    }
}

/// Returns all reasons of an error, outermost first, without repetitions.
pub(super) fn error_chain(error: &dyn Error) -> Vec<String> {
    let mut reasons = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let reason = error.to_string();
        if reasons.last() != Some(&reason) {
            reasons.push(reason);
        }
        source = error.source();
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport_error(connecting: bool, timed_out: bool, reason: &str) -> TransportError {
        TransportError {
            is_connect: connecting,
            is_timeout: timed_out,
            is_builder: false,
            error_chain: vec!["error sending request".into(), reason.into()],
        }
    }

    #[test]
    fn only_a_failed_connect_proves_nothing_was_sent() {
        assert_eq!(transport_error(true, true, "operation timed out").kind(), ErrorKind::Connect);
        assert_eq!(transport_error(true, false, "Connection refused").kind(), ErrorKind::Connect);
        assert_eq!(transport_error(false, true, "operation timed out").kind(), ErrorKind::TimedOut);
        assert_eq!(
            transport_error(false, false, "connection closed before message completed").kind(),
            ErrorKind::ConnectionLost
        );
    }

    #[test]
    fn transport_errors_have_plain_reasons() {
        for (connecting, timed_out, reason, expected) in [
            (true, false, "dns error: failed to lookup address information", "cannot resolve h"),
            (true, false, "Connection refused (os error 111)", "refused the connection"),
            (true, false, "No route to host (os error 113)", "unreachable"),
            (true, false, "invalid peer certificate: UnknownIssuer", "is not trusted"),
            (true, false, "invalid peer certificate: certificate expired", "expired or not yet valid"),
            (true, false, "invalid peer certificate: certificate not valid for name \"h\"", "not for h"),
            (
                true,
                false,
                "certificate not valid for name \"h\"; certificate is only valid for DnsName(\"dns.example\")",
                "is for another host, not for h",
            ),
            (
                true,
                false,
                "received corrupt message of type InvalidContentType",
                "the TLS connection to h failed",
            ),
            (true, false, "unsuccessful tunnel", "the proxy could not connect"),
            (true, true, "operation timed out", "timed out"),
            (false, true, "operation timed out", "did not respond in time"),
            (false, false, "end of file before message length reached", "was interrupted"),
            (true, false, "\u{1b}[2J", "(␛[2J)"),
        ] {
            let text = transport_error(connecting, timed_out, reason).error_text("h");
            assert!(text.cause.contains(expected), "{reason}: {}", text.cause);
        }
    }
}
