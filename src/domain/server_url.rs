//! Classifies server URLs.
//! The only parser for them: two parsers could disagree, and a token could go to the wrong server.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

/// URL of the vendor's server, the default.
pub const VENDOR_URL: &str = "https://app.datatrails.ai";

/// True if the server is this machine: `localhost`, 127.0.0.0/8 or `::1`, in every spelling that a
/// connection accepts, such as `127.1`. False for an invalid URL.
pub fn is_loopback(url: &str) -> bool {
    match Url::parse(url.trim()).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Hosts of the vendor's API, under the vendor's current and former name.
const VENDOR_HOSTS: [&str; 2] = ["app.datatrails.ai", "app.rkvst.io"];

/// True if the server belongs to the vendor.
pub fn is_vendor(text: &str) -> bool {
    Url::parse(text.trim()).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" && url.port().is_none() && VENDOR_HOSTS.contains(&host)
    })
}

/// True if two URLs are of the same server: equal scheme, host, port and path. False for invalid URLs.
pub fn is_same_server(a: &str, b: &str) -> bool {
    let parts = |text: &str| {
        let url = Url::parse(text.trim()).ok()?;
        Some((url.origin(), url.path().trim_end_matches('/').to_owned()))
    };
    parts(a).is_some_and(|a| parts(b) == Some(a))
}

/// Characters that are encoded in a path segment or a value: all but the unreserved ones.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes all except the unreserved characters.
/// The text stays one path segment or one query value.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognized_in_every_notation() {
        for url in [
            "http://127.0.0.1",
            "http://127.9.9.9:1/x",
            "http://LOCALHOST:1",
            "http://[::1]:8080/",
            " http://127.1:80",
            "http://0x7f.1",
            "http://2130706433/",
            "http:///127.0.0.1",
            "http://%31%32%37.0.0.1",
        ] {
            assert!(is_loopback(url), "{url}");
        }
    }

    #[test]
    fn vendor_servers_are_matched_by_exact_name() {
        for url in [VENDOR_URL, "https://APP.rkvst.io/", "https://app.datatrails.ai:443/x"] {
            assert!(is_vendor(url), "{url}");
        }
        for url in [
            "http://app.datatrails.ai",
            "https://app.datatrails.ai:8443",
            "https://app.datatrails.ai.evil.com",
            "https://evil.com/app.datatrails.ai",
            "app.datatrails.ai",
        ] {
            assert!(!is_vendor(url), "{url}");
        }
    }

    #[test]
    fn is_same_server_compares_scheme_host_port_and_path() {
        assert!(is_same_server("https://A.example/x/", " https://a.example:443/x"));
        for other in ["http://a.example/x", "https://a.example:1/x", "https://a.example", "https://b/x", "a"]
        {
            assert!(!is_same_server("https://a.example/x", other), "{other}");
        }
        assert!(!is_same_server("a", "a"), "an invalid URL names no server");
    }

    #[test]
    fn loopback_lookalikes_are_not_loopback() {
        for url in [
            "http://127.0.0.1.evil.com",
            "https://localhost@evil.com",
            "https://evil.com/127.0.0.1",
            "http://[::2]",
            "http://128.0.0.1",
            "localhost",
            "",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
