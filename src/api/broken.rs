//! What went wrong where no answer came, or not all of it: from the error's chain of reasons to a kind and
//! to plain words. The sorting is pure and works on texts, because the libraries below tell little else.

use std::error::Error;

use super::sentence::Sentence;
use crate::domain::FailureKind;
use crate::domain::text::fit;

/// The facts about a call that broke.
#[derive(Debug)]
pub(super) struct Broken {
    /// It broke while the connection was being made: nothing was sent.
    pub connecting: bool,
    /// Time ran out.
    pub timed_out: bool,
    /// The request could not even be built.
    pub unsent: bool,
    /// The chain of reasons, outermost first, without URLs.
    pub reasons: Vec<String>,
}

impl Broken {
    /// Reads the facts out of an error of the HTTP library.
    pub fn from(error: reqwest::Error) -> Broken {
        let error = error.without_url();
        Broken {
            connecting: error.is_connect(),
            timed_out: error.is_timeout(),
            unsent: error.is_builder(),
            reasons: reasons(&error),
        }
    }

    /// What kind of failure it is. Only a connection that was never made proves that nothing was sent.
    pub fn kind(&self) -> FailureKind {
        if self.connecting || self.unsent {
            FailureKind::NotConnected
        } else if self.timed_out {
            FailureKind::TimedOut
        } else {
            FailureKind::CutOff
        }
    }

    /// Why, and what to do, in plain words. `host` is visible already.
    pub fn sentence(&self, host: &str) -> Sentence {
        let all = self.reasons.join(": ").to_lowercase();
        let has = |marks: &[&str]| marks.iter().any(|mark| all.contains(mark));
        let last = fit(self.reasons.last().map(String::as_str).unwrap_or("no reason given"), 120);
        match self.kind() {
            FailureKind::TimedOut => Sentence::new(
                format!("{host} did not answer in time"),
                "Try again; if it stays so, the server or the network is overloaded.",
            ),
            FailureKind::CutOff => {
                Sentence::new(format!("the answer of {host} broke off or was damaged ({last})"), "Try again.")
            }
            _ if self.unsent => Sentence::new(
                format!("the request could not be built ({last})"),
                "Check the address and the base path.",
            ),
            // First: what it says of a certificate can hold any name, such as DnsName("…").
            _ if has(&["certificate", "unknownissuer", "certnotvalid"]) => certificate(host, &all, &last),
            _ if has(&["dns", "lookup", "resolve", "name or service"]) => Sentence::new(
                format!("there is no host named {host}, or names cannot be looked up"),
                "Check the address for typing errors, and whether this machine is online.",
            ),
            _ if has(&["proxy", "tunnel"]) => Sentence::new(
                format!("the proxy did not connect us to {host} ({last})"),
                "Check the proxy (HTTPS_PROXY, NO_PROXY, or proxy in config.toml).",
            ),
            _ if self.timed_out => Sentence::new(
                format!("{host} did not take the connection in time"),
                "Check the address, the network and any firewall, then try again.",
            ),
            _ if has(&["refused"]) => Sentence::new(
                format!("{host} refused the connection: nothing listens there"),
                "Check the address and its port, and whether the server runs, then try again.",
            ),
            _ if has(&["unreachable", "no route"]) => Sentence::new(
                format!("{host} cannot be reached from here"),
                "Check the network or the VPN, then try again.",
            ),
            _ if has(&["tls", "handshake", "corrupt message", "invalidcontenttype", "alert"]) => {
                Sentence::new(
                    format!("no secure connection to {host} could be made ({last})"),
                    "Check that the address and its port speak https.",
                )
            }
            _ => Sentence::new(
                format!("no connection to {host} could be made ({last})"),
                "Check the address and the network, then try again.",
            ),
        }
    }
}

fn certificate(host: &str, all: &str, last: &str) -> Sentence {
    if all.contains("expired") || all.contains("notvalidyet") || all.contains("not valid yet") {
        return Sentence::new(
            format!("the certificate of {host} is not valid at this time ({last})"),
            "Check this machine's clock; if it is right, tell whoever runs the server.",
        );
    }
    if all.contains("notvalidforname") || all.contains("not valid for name") {
        return Sentence::new(
            format!("the certificate that was presented is for another host, not for {host} ({last})"),
            "This may be an attack, so nothing was sent. Check the URL and the network, and do not use this \
             connection until you know the reason.",
        );
    }
    Sentence::new(
        format!("the certificate of {host} is not signed by anyone this machine knows ({last})"),
        "If your network has its own certificate authority, name its file (ca_file, or SSL_CERT_FILE) and start again.",
    )
}

/// All reasons of an error, outermost first, each said once.
pub(super) fn reasons(error: &dyn Error) -> Vec<String> {
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

    fn broken(connecting: bool, timed_out: bool, reason: &str) -> Broken {
        Broken {
            connecting,
            timed_out,
            unsent: false,
            reasons: vec!["error sending request".into(), reason.into()],
        }
    }

    #[test]
    fn only_a_connection_never_made_proves_that_nothing_was_sent() {
        assert_eq!(broken(true, true, "operation timed out").kind(), FailureKind::NotConnected);
        assert_eq!(broken(true, false, "Connection refused").kind(), FailureKind::NotConnected);
        assert_eq!(broken(false, true, "operation timed out").kind(), FailureKind::TimedOut);
        assert_eq!(
            broken(false, false, "connection closed before message completed").kind(),
            FailureKind::CutOff
        );
    }

    #[test]
    fn the_reason_is_said_in_plain_words() {
        for (connecting, timed_out, reason, said) in [
            (true, false, "dns error: failed to lookup address information", "no host named h"),
            (true, false, "Connection refused (os error 111)", "nothing listens there"),
            (true, false, "No route to host (os error 113)", "cannot be reached"),
            (true, false, "invalid peer certificate: UnknownIssuer", "not signed by anyone"),
            (true, false, "invalid peer certificate: certificate expired", "not valid at this time"),
            (true, false, "invalid peer certificate: certificate not valid for name \"h\"", "not for h"),
            (
                true,
                false,
                "certificate not valid for name \"h\"; certificate is only valid for DnsName(\"dns.example\")",
                "is for another host, not for h",
            ),
            (true, false, "received corrupt message of type InvalidContentType", "no secure connection"),
            (true, false, "unsuccessful tunnel", "the proxy did not"),
            (true, true, "operation timed out", "did not take the connection in time"),
            (false, true, "operation timed out", "did not answer in time"),
            (false, false, "end of file before message length reached", "broke off"),
            (true, false, "\u{1b}[2J", "(␛[2J)"),
        ] {
            let sentence = broken(connecting, timed_out, reason).sentence("h");
            assert!(sentence.why.contains(said), "{reason}: {}", sentence.why);
        }
    }
}
