//! Parses the server URL, rejects unsafe ones, and joins it with paths.
//! Text from outside enters a URL only through [`percent_encode`].

use reqwest::Url;

pub(super) use crate::domain::server_url::percent_encode;
use crate::domain::server_url::{VENDOR_URL, is_loopback};
use crate::domain::text::sanitize;
use crate::domain::{Error, ErrorKind};

/// Checks that a server URL, and the base path if one is configured, can be used.
///
/// # Errors
///
/// Kind `Refused`, with the reason.
pub fn validate_server_url(url: &str, path: Option<&str>) -> Result<(), Error> {
    ServerUrl::parse(url)?;
    path.map_or(Ok(()), |path| parse_base_path(path).map(drop))
}

/// The server URL. Its path never ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerUrl {
    text: String,
    /// True if the server is this machine: no proxy is used, and http is allowed.
    pub is_loopback: bool,
    /// True if the connection is encrypted.
    pub is_https: bool,
}

impl ServerUrl {
    /// Parses a server URL as users write it: trailing slashes are removed, a path is kept.
    pub fn parse(text: &str) -> Result<ServerUrl, Error> {
        let text = text.trim();
        let reject = |reason: &str| {
            Error::new(
                ErrorKind::Refused,
                "Cannot use the server URL",
                reason.replace("{}", &sanitize(text)),
                format!("Use the form https://HOST, for example {VENDOR_URL}."),
            )
        };
        if text.is_empty() {
            return Err(reject("it is empty"));
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(reject("“{}” contains a space, a backslash or a control character"));
        }
        let url = Url::parse(text).map_err(|_| reject("“{}” is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") || !text.contains("://") || !url.has_host() {
            return Err(reject("“{}” does not start with https://"));
        }
        // The error does not repeat the text: it may hold a password.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(reject("it contains a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(reject("it contains a ? or #; only a host and a path are allowed"));
        }
        let (is_loopback, is_https) = (is_loopback(text), url.scheme() == "https");
        if !is_https && !is_loopback {
            return Err(reject("“{}” is not encrypted; http:// is allowed only for this machine"));
        }
        Ok(ServerUrl { text: url.as_str().trim_end_matches('/').to_owned(), is_loopback, is_https })
    }

    /// Returns the URL without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns host and port for texts, sanitized.
    pub fn host(&self) -> String {
        sanitize(self.text.split('/').nth(2).unwrap_or(&self.text)).into_owned()
    }

    /// Returns the path that a user typed, below the server URL or below the base path.
    ///
    /// # Errors
    ///
    /// Kind `Refused`: the path names a server, leaves the base path, or has characters that a URL would change.
    pub fn resolve_path(&self, base_path: &str, path: &str) -> Result<String, Error> {
        let reject = |reason: &str| {
            Error::new(
                ErrorKind::Refused,
                "Cannot use the path",
                format!("“{}” {reason}", sanitize(path)),
                "Use a path of the configured server, such as ?page_size=5 or /archivist/v1/caps?service=invites.",
            )
        };
        if path.split(['?', '#']).next().unwrap_or_default().contains("://") || path.starts_with("//") {
            return Err(reject("names a server"));
        }
        let joined = match path.chars().next() {
            Some('/') => path.to_owned(),
            None | Some('?') => format!("{base_path}{path}"),
            Some(_) => format!("{base_path}/{path}"),
        };
        // Dot segments, backslashes and control characters, encoded or not, change when the URL is parsed.
        match Url::parse(&self.join(&joined)) {
            Ok(url) if url.as_str() == self.join(&joined) && url.fragment().is_none() => Ok(joined),
            _ => Err(reject("has a segment such as .., or a character that is not percent-encoded")),
        }
    }

    /// Returns the whole URL of a path, which begins with a slash and is already encoded.
    pub fn join(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.text)
    }
}

/// Normalizes a configured base path: with a leading slash and without a trailing slash.
/// Rejects characters that change the meaning of the URL.
pub(super) fn parse_base_path(text: &str) -> Result<String, Error> {
    let path = text.trim().trim_matches('/');
    let odd = |c: char| !c.is_ascii_graphic() || matches!(c, '?' | '#' | '\\' | '%');
    if path.is_empty() || path.contains(odd) || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(Error::new(
            ErrorKind::Refused,
            "Cannot use the base path",
            format!("“{}” is not a plain path", sanitize(text)),
            "Use the form /archivist/iam/v1/invites, or remove the setting.",
        ));
    }
    Ok(format!("/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_slashes_are_removed_and_a_path_is_kept() {
        for (given, expected) in [
            ("https://app.datatrails.ai", "https://app.datatrails.ai"),
            (" https://App.DataTrails.ai// ", "https://app.datatrails.ai"),
            ("https://proxy.example/api/", "https://proxy.example/api"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(ServerUrl::parse(given).expect(given).as_str(), expected);
        }
        let joined = ServerUrl::parse("https://proxy.example/api/").expect("legal").join("/x?y=1");
        assert_eq!(joined, "https://proxy.example/api/x?y=1");
    }

    #[test]
    fn typed_path_stays_on_the_server_and_below_the_base_path() {
        let url = ServerUrl::parse("https://proxy.example/api/").expect("legal");
        for (typed, resolved) in [
            ("", "/base"),
            ("?page_size=5&email=a%40x", "/base?page_size=5&email=a%40x"),
            ("a1?x=http://y", "/base/a1?x=http://y"),
            ("/archivist/v1/caps?service=invites", "/archivist/v1/caps?service=invites"),
        ] {
            assert_eq!(url.resolve_path("/base", typed).as_deref(), Ok(resolved), "{typed}");
        }
        for typed in [
            "https://evil.example/x",
            "//evil.example/x",
            "..",
            "../members",
            "/a/../../b",
            "a/%2e%2E/b",
            "a\\..\\b",
            "/\\evil.example",
            "a b",
            "a\nb",
            "a\u{1b}",
            "a#b",
            "ü",
        ] {
            let error = url.resolve_path("/base", typed).expect_err(typed);
            assert!(error.kind == ErrorKind::Refused && !error.to_string().contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn http_is_allowed_only_for_loopback() {
        for url in ["http://localhost:1", "http://127.9.9.9", "http://[::1]:8080", "http://0x7f.1"] {
            assert!(ServerUrl::parse(url).expect(url).is_loopback, "{url}");
        }
        for remote_url in
            ["http://example.com", "http://128.0.0.1", "http://localhost.example", "http://[::2]"]
        {
            let error = ServerUrl::parse(remote_url).expect_err(remote_url);
            assert!(error.cause.contains("not encrypted"), "{error}");
        }
        assert!(!ServerUrl::parse("https://app.rkvst.io").expect("legal").is_loopback);
    }

    #[test]
    fn unsafe_or_invalid_urls_are_rejected_with_a_reason() {
        for (given, reason) in [
            ("", "it is empty"),
            ("app.datatrails.ai", "is not a URL"),
            ("localhost:8080", "does not start with https://"),
            ("ftp://example.com", "does not start with https://"),
            ("https:example.com", "does not start with https://"),
            ("https://", "is not a URL"),
            ("https://u:secret@example.com", "user name or password"),
            ("https://example.com/?a=1", "? or #"),
            ("https://example.com/#a", "? or #"),
            ("https://exa\u{1b}mple.com", "exa␛mple.com” contains a space"),
            ("https://example.com\\@evil.example", "backslash"),
        ] {
            let error = ServerUrl::parse(given).expect_err(given);
            assert!(error.cause.contains(reason), "{given}: {error}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn base_path_must_be_a_plain_path() {
        assert_eq!(parse_base_path("archivist/v1/invites/").expect("legal"), "/archivist/v1/invites");
        for odd in ["", "/", "/a/../b", "/a//b", "/a?b", "/a b", "/a%2f"] {
            assert!(parse_base_path(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn encoded_identity_is_one_path_segment() {
        assert_eq!(percent_encode("a+b/c=d%e?f#g.é~"), "a%2Bb%2Fc%3Dd%25e%3Ff%23g.%C3%A9~");
        assert_eq!(percent_encode("f4e4b1b5-8186"), "f4e4b1b5-8186");
    }
}
