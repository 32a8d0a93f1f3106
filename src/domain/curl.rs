//! Formats requests as curl command lines for a POSIX shell.
//! They never contain the token: as in the vendor's examples, curl reads it from the file in
//! `BEARER_TOKEN_FILE`. Pure.

use super::server_url::percent_encode;
use super::text::is_unsafe;
use super::{HttpRecord, Identity, Method, json};

/// The token header. The shell inserts the file name; the file holds the whole header line.
const TOKEN_HEADER: &str = "-H @\"$BEARER_TOKEN_FILE\"";

/// The user agent of the client.
const USER_AGENT: &str = concat!("guestlist/", env!("CARGO_PKG_VERSION"));

/// Returns the command line of a request that was made to the server at `url`.
pub fn for_request(url: &str, record: &HttpRecord) -> String {
    command_line(url, record.method, &record.path, record.request_body.as_deref())
}

/// Returns the command line that reads or deletes one invite.
/// `base_path` is the base path in use, such as `/archivist/iam/v1/invites`.
pub fn for_invite(url: &str, base_path: &str, method: Method, identity: &Identity) -> String {
    command_line(url, method, &format!("{base_path}/{}", percent_encode(identity.as_str())), None)
}

fn command_line(base_url: &str, method: Method, path: &str, body: Option<&str>) -> String {
    let url = format!("{}{path}", base_url.trim_end_matches('/'));
    // curl treats brackets in a URL as patterns.
    let mut parts = vec!["curl --globoff -X".to_owned(), method.as_str().to_owned(), TOKEN_HEADER.to_owned()];
    let agent = format!("datatrails-user-agent: {USER_AGENT}");
    let mut headers = vec!["accept: application/json", "content-type: application/json", &agent];
    if is_first_list_page(method, path) {
        headers.push("x-request-total-count: true");
    }
    parts.extend(headers.into_iter().map(|header| format!("-H {}", shell_quote(header))));
    parts.push(format!("-A {USER_AGENT}"));
    // Not `--data`, which treats a body that begins with @ as a file name.
    parts.extend(body.map(|body| format!("--data-raw {}", shell_quote(&json::escape_for_terminal(body)))));
    parts.push(shell_quote(&encode_url(&url)));
    parts.join(" ")
}

/// True for the first page of the invites. Only that request asks for the total.
fn is_first_list_page(method: Method, path: &str) -> bool {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    method == Method::Get
        && path.ends_with("/invites")
        && query.contains("page_size=")
        && !query.contains("page_token=")
}

/// Percent-encodes spaces and characters that act on a terminal.
fn encode_url(url: &str) -> String {
    let encode = |c: char| match is_unsafe(c) || c.is_whitespace() {
        true => percent_encode(&c.to_string()),
        false => c.to_string(),
    };
    url.chars().map(encode).collect()
}

/// Quotes a text as one word of a POSIX shell. A text with NUL cannot be an argument.
pub fn shell_quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | ',' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const UNSAFE_TEXTS: [&str; 12] = [
        "",
        "it's",
        "$(touch /tmp/x)`id`",
        "a\nb; rm -rf .",
        "\\'\"\\",
        "--data @/etc/passwd",
        "-n",
        "~root *?[a-z]{1,2} #",
        "a=b & c | d > e < f",
        "!! !$ %s %n",
        "é招待\u{202e}",
        "'''",
    ];

    /// Returns the words into which a shell splits a line.
    fn shell_words(line: &str) -> Vec<String> {
        let script = format!("for word in {line}; do printf '%s\\0' \"$word\"; done");
        let output = Command::new("sh").arg("-c").arg(script).env("BEARER_TOKEN_FILE", "/a b/t").output();
        let text = String::from_utf8(output.expect("sh runs").stdout).expect("text");
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    fn record(method: Method, path: &str, body: Option<&str>) -> HttpRecord {
        HttpRecord { request_body: body.map(str::to_owned), ..HttpRecord::example(method, path) }
    }

    #[test]
    fn quoted_text_survives_the_shell() {
        let line = UNSAFE_TEXTS.map(shell_quote).join(" ");
        assert_eq!(shell_words(&line), UNSAFE_TEXTS);
    }

    #[test]
    fn hostile_body_is_one_argument_with_the_same_json() {
        for text in UNSAFE_TEXTS.iter().chain(&["\u{1b}[2J\u{9b}\u{7f}"]) {
            let body = serde_json::json!({ "email": text, "message": text }).to_string();
            let line = for_request("https://x.example", &record(Method::Post, "/b/invites", Some(&body)));
            assert!(!line.chars().any(is_unsafe), "{line:?}");
            let parts = shell_words(&line);
            let data = parts.iter().position(|word| word == "--data-raw").expect("it has a body");
            let read: serde_json::Value = serde_json::from_str(&parts[data + 1]).expect("JSON");
            assert_eq!(read["message"], *text, "{line}");
            assert_eq!(parts.len(), data + 3, "{parts:?}");
        }
    }

    #[test]
    fn hostile_path_is_one_argument() {
        for path in ["/b/invites/'; id #", "/b/$(id)?x=`id`&y", "/b/a b\u{1b}\n[1-9]{a,b}"] {
            let parts = shell_words(&for_request("https://x.example", &record(Method::Get, path, None)));
            let url = parts.last().expect("a URL");
            assert!(url.starts_with("https://x.example/b/"), "{parts:?}");
            assert!(!url.contains(|c: char| c.is_whitespace() || c.is_control()), "{url:?}");
            assert_eq!(parts.len(), 15, "{parts:?}");
        }
    }

    #[test]
    fn curl_command_reads_the_token_from_a_variable() {
        let identity = Identity::parse("f4e4b1b5-8186-4feb-9072-9999f89d4619").expect("usable");
        let line = for_invite("https://x.example/", "/b/invites", Method::Delete, &identity);
        assert!(line.contains("-H @\"$BEARER_TOKEN_FILE\""), "{line}");
        let parts = shell_words(&line);
        assert!(parts.contains(&"@/a b/t".to_owned()), "{parts:?}");
        assert_eq!(parts[2..4], ["-X", "DELETE"]);
        let url = "https://x.example/b/invites/f4e4b1b5-8186-4feb-9072-9999f89d4619";
        assert_eq!(parts.last().map(String::as_str), Some(url));
    }

    #[test]
    fn only_the_first_page_requests_the_total() {
        let requests_total = |path: &str| {
            for_request("https://x", &record(Method::Get, path, None)).contains("x-request-total-count: true")
        };
        assert!(requests_total("/archivist/iam/v1/invites?page_size=500"));
        assert!(!requests_total("/archivist/iam/v1/invites?page_size=500&page_token=x"));
        assert!(!requests_total("/archivist/iam/v1/invites/f4e4"));
        assert!(!requests_total("/archivist/iam/v1/members?page_size=500"));
    }
}
