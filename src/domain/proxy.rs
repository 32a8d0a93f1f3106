//! Proxy settings in curl's syntax: which text is a proxy URL, and which servers bypass the proxy.
//! Pure.

use core::net::IpAddr;

use url::{Host, Url};

const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Returns the full URL of a proxy. The default scheme is http. `None` if the text is not a proxy URL.
pub fn normalize_url(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).ok()?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    (SCHEMES.contains(&url.scheme()) && has_host && !whole.contains(char::is_whitespace)).then_some(whole)
}

/// True if a `NO_PROXY` list contains the server.
/// Commas and spaces separate its entries. `.test` and `*.test` match `test` and its subdomains, `host:port`
/// matches only that port, and an IP address can be a range such as `10.0.0.0/8`.
pub fn is_bypassed(no_proxy: &str, url: &str) -> bool {
    let Ok(url) = Url::parse(url.trim()) else { return false };
    let (Some(host), port) = (url.host(), url.port_or_known_default()) else { return false };
    no_proxy
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .any(|entry| matches_name(entry, &host, port))
}

fn matches_name(entry: &str, host: &Host<&str>, port: Option<u16>) -> bool {
    let (name, only_port) = split_entry(entry);
    if only_port.is_some_and(|only_port| only_port.parse().ok() != port) {
        return false;
    }
    if name == "*" {
        return true;
    }
    match host {
        Host::Domain(host) => is_subdomain(&name.to_lowercase(), host.trim_end_matches('.')),
        Host::Ipv4(ip) => is_in_range(name, IpAddr::V4(*ip)),
        Host::Ipv6(ip) => is_in_range(name, IpAddr::V6(*ip)),
    }
}

/// Splits an entry into name and port.
fn split_entry(entry: &str) -> (&str, Option<&str>) {
    if let Some((name, rest)) = entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (name, rest.strip_prefix(':'));
    }
    match entry.split_once(':') {
        // An entry with more than one colon is an IPv6 address.
        Some((name, port)) if !port.contains(':') => (name, Some(port)),
        _ => (entry, None),
    }
}

fn is_subdomain(name: &str, host: &str) -> bool {
    let name = name.strip_prefix('*').unwrap_or(name).trim_matches('.');
    !name.is_empty() && host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_in_range(entry: &str, ip: IpAddr) -> bool {
    let (first, bits) = entry.split_once('/').map_or((entry, None), |(first, bits)| (first, Some(bits)));
    let (difference, width) = match (first.parse(), ip) {
        (Ok(IpAddr::V4(first)), IpAddr::V4(ip)) => (u128::from(first.to_bits() ^ ip.to_bits()), 32),
        (Ok(IpAddr::V6(first)), IpAddr::V6(ip)) => (first.to_bits() ^ ip.to_bits(), 128),
        _ => return false,
    };
    // The first `bits` bits must be equal; without a range, all bits.
    match bits.map_or(Ok(width), str::parse::<u32>) {
        Ok(bits) if bits <= width => difference.checked_shr(width - bits).unwrap_or(0) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_parsed_like_curl() {
        let url = "https://invites.test/x";
        for list in [
            "other invites.test",
            "other,\tinvites.test",
            "*.test",
            ".test",
            "test",
            "TEST.",
            "invites.test:443",
            "*.test:443",
            "*",
            "a, *",
        ] {
            assert!(is_bypassed(list, url), "{list}");
        }
        for list in
            ["", "nvites.test", "other.invites.test", "invites.test:80", "*.other", "*.", ".", "invites"]
        {
            assert!(!is_bypassed(list, url), "{list}");
        }
        assert!(is_bypassed("invites.test:8443", "https://invites.test:8443"));
        for list in ["10.1.2.3", "10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "10.1.2.3:443"] {
            assert!(is_bypassed(list, "https://10.1.2.3"), "{list}");
        }
        for list in ["10.1.2.4", "11.0.0.0/8", "10.0.0.0/33", "10.0.0.0/x", ".2.3", "fe80::/10"] {
            assert!(!is_bypassed(list, "https://10.1.2.3"), "{list}");
        }
        for list in ["fe80::1", "[fe80::1]", "[fe80::1]:443", "fe80::/10"] {
            assert!(is_bypassed(list, "https://[fe80::1]"), "{list}");
        }
    }

    #[test]
    fn invalid_proxy_url_is_detected() {
        assert_eq!(normalize_url(" proxy:3128 ").as_deref(), Some("http://proxy:3128"));
        for good in ["http://u:p@proxy", "https://proxy:1/", "socks5h://[::1]:1080", "socks4://10.0.0.1"] {
            assert_eq!(normalize_url(good).as_deref(), Some(good));
        }
        for bad in [
            "http://[bad",
            "http://",
            "ftp://proxy",
            "proxy:x",
            "socks5://",
            "http://a b",
            "",
            "socks5://a b",
        ] {
            assert_eq!(normalize_url(bad), None, "{bad}");
        }
    }
}
