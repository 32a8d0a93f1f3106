//! Turns the error of a request without a complete response into a kind and a text.
//! Pure: it classifies the texts of the error chain, because the libraries below expose little else.

use std::error::Error;

use super::error_text::ErrorText;
use crate::domain::ErrorKind;
use crate::domain::text::truncate;

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
        let chain = self.error_chain.join(": ").to_lowercase();
        let contains_any = |marks: &[&str]| marks.iter().any(|mark| chain.contains(mark));
        let last = truncate(self.error_chain.last().map(String::as_str).unwrap_or("no reason given"), 120);
        match self.kind() {
            ErrorKind::TimedOut => ErrorText::new(
                format!("{host} did not respond in time"),
                "Try again. If it keeps happening, the server or the network is overloaded.",
            ),
            ErrorKind::ConnectionLost => {
                ErrorText::new(format!("the connection to {host} was interrupted ({last})"), "Try again.")
            }
            _ if self.is_builder => ErrorText::new(
                format!("the request could not be built ({last})"),
                "Check the server URL and the base path.",
            ),
            // Checked first: a certificate error can contain any name, such as DnsName("…").
            _ if contains_any(&["certificate", "unknownissuer", "certnotvalid"]) => {
                certificate_error(host, &chain, &last)
            }
            _ if contains_any(&["dns", "lookup", "resolve", "name or service"]) => ErrorText::new(
                format!("cannot resolve {host}"),
                "Check the server URL for typos, and the network connection of this machine.",
            ),
            _ if contains_any(&["proxy", "tunnel"]) => ErrorText::new(
                format!("the proxy could not connect to {host} ({last})"),
                "Check the proxy (HTTPS_PROXY, NO_PROXY, or proxy in config.toml).",
            ),
            _ if self.is_timeout => ErrorText::new(
                format!("the connection to {host} timed out"),
                "Check the server URL, the network and any firewall, then try again.",
            ),
            _ if contains_any(&["refused"]) => ErrorText::new(
                format!("{host} refused the connection"),
                "Check the host, the port and that the server is running, then try again.",
            ),
            _ if contains_any(&["unreachable", "no route"]) => ErrorText::new(
                format!("{host} is unreachable"),
                "Check the network or the VPN, then try again.",
            ),
            _ if contains_any(&["tls", "handshake", "corrupt message", "invalidcontenttype", "alert"]) => {
                ErrorText::new(
                    format!("the TLS connection to {host} failed ({last})"),
                    "Check that the server URL and its port accept https.",
                )
            }
            _ => ErrorText::new(
                format!("the connection to {host} failed ({last})"),
                "Check the server URL and the network, then try again.",
            ),
        }
    }
}

fn certificate_error(host: &str, chain: &str, last: &str) -> ErrorText {
    if chain.contains("expired") || chain.contains("notvalidyet") || chain.contains("not valid yet") {
        return ErrorText::new(
            format!("the certificate of {host} is expired or not yet valid ({last})"),
            "Check the clock of this machine; if it is right, contact the operator of the server.",
        );
    }
    if chain.contains("notvalidforname") || chain.contains("not valid for name") {
        return ErrorText::new(
            format!("the certificate is for another host, not for {host} ({last})"),
            "This may be an attack; no request was made. Check the URL and the network, and do not use this \
             connection until you know the reason.",
        );
    }
    ErrorText::new(
        format!("the certificate of {host} is not trusted ({last})"),
        "If your network has its own certificate authority, set ca_file or SSL_CERT_FILE to its file and restart.",
    )
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
