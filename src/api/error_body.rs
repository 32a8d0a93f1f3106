//! Parses the body of an error response.
//! The body may be the API's own `{"code","message","details"}`, broken JSON, HTML or text of a proxy, or
//! empty. The HTTP status decides the kind of error; the body only explains it. Pure.

use serde_json::Value;

use super::lenient_json;
use crate::domain::{Error, text};

/// Maximum width of the server's message inside a text; the request's record contains the whole
/// message.
const MAX_MESSAGE_WIDTH: usize = 200;

/// Facts from the body of an error response.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The server's message, sanitized and shortened; empty if there is none.
    pub message: String,
    /// The server's id of the request.
    pub request_id: Option<String>,
    /// True if the body is the API's own error: an object with a `code`. False for a proxy's error.
    pub is_api_error: bool,
    /// The API's error code.
    pub code: Option<i64>,
    /// True if the body reports an error, whatever the status.
    pub is_error: bool,
    /// True if the body is a web page.
    pub is_html: bool,
}

/// Parses the body of an error response in any form.
pub(super) fn parse(body: &[u8]) -> ErrorBody {
    if let Some(read) = lenient_json::parse::<Value>(body) {
        return from_json(&read.value);
    }
    let raw = String::from_utf8_lossy(body);
    let start = raw.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return ErrorBody { message: shorten(&html_summary(start)), is_html: true, ..ErrorBody::default() };
    }
    let message = if start.starts_with('{') { malformed_json_message(start) } else { start };
    ErrorBody { message: shorten(message), ..ErrorBody::default() }
}

/// True if the API itself reports that there is no such invite; a proxy's 404 proves nothing.
pub fn is_api_not_found(error: &Error) -> bool {
    error.status() == Some(404) && from_error(error).is_api_error
}

/// True if the error reports a duplicate: 409, or the API's code for "exists already".
pub fn is_duplicate(error: &Error) -> bool {
    error.status() == Some(409) || from_error(error).code == Some(6)
}

fn from_error(error: &Error) -> ErrorBody {
    error.record.as_ref().map(|record| parse(record.response_body.as_bytes())).unwrap_or_default()
}

/// True if the value of `code`, `error` or `errors` reports an error.
/// Zero, success codes and an empty array do not.
pub(super) fn is_error_value(value: &Value) -> bool {
    let is_success = |code: i64| code == 0 || (200..300).contains(&code);
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(code) => !code.as_i64().is_some_and(is_success),
        Value::String(text) => !text.is_empty() && !text.trim().parse().is_ok_and(is_success),
        Value::Array(errors) => !errors.is_empty(),
        Value::Bool(true) | Value::Object(_) => true,
    }
}

/// True if a body reports an error, in `code`, `error`, `errors`, or a `message` outside of an invite.
pub(super) fn is_error_body(body: &Value) -> bool {
    ["code", "error", "errors"].iter().filter_map(|name| body.get(name)).any(is_error_value)
        || (body.get("message").is_some_and(|message| !message.is_null()) && body.get("identity").is_none())
}

fn from_json(body: &Value) -> ErrorBody {
    let message = ["message", "error_description", "error", "detail", "title"]
        .iter()
        .filter_map(|name| body.get(name))
        .find_map(|value| value.as_str().or_else(|| value.get("message")?.as_str()))
        .or(body.as_str())
        .unwrap_or_default();
    let details = body.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let request_id = details.iter().find_map(|detail| detail.get("request_id")?.as_str());
    ErrorBody {
        message: shorten(message),
        request_id: request_id.filter(|id| !id.is_empty()).map(str::to_owned),
        is_api_error: body.get("code").is_some_and(|code| code.is_number() || code.is_string()),
        code: body.get("code").and_then(Value::as_i64),
        is_error: is_error_body(body),
        is_html: false,
    }
}

/// Returns the message of JSON that does not parse because its quotes are not escaped.
/// The message ends at the next key, or at the end of the body.
fn malformed_json_message(body: &str) -> &str {
    let Some((_, rest)) = body.split_once("\"message\"") else { return body };
    let rest = rest.trim_start().trim_start_matches(':').trim_start();
    let rest = rest.strip_prefix('"').unwrap_or(rest);
    let end = ["\",\"", "\", \"", "\",\n", "\"}"].iter().filter_map(|mark| rest.find(mark)).min();
    &rest[..end.unwrap_or(rest.len())]
}

/// Returns the title of a web page, or its first words without tags, styles and scripts.
fn html_summary(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let inner = |tag: &str| {
        let open = lower.find(&format!("<{tag}"))?;
        let start = open + lower[open..].find('>')? + 1;
        let end = start + lower[start..].find(&format!("</{tag}"))?;
        Some(page[start..end].trim()).filter(|text| !text.is_empty())
    };
    if let Some(title) = inner("title").or_else(|| inner("h1")) {
        return unescape(title);
    }
    let mut text_content = String::new();
    for part in page.split('<').skip(1) {
        let hidden = ["style", "script"]
            .iter()
            .any(|tag| part.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)));
        if let Some((_, text)) = part.split_once('>')
            && !hidden
        {
            text_content.push_str(text);
            text_content.push(' ');
        }
        if text_content.len() > 4 * MAX_MESSAGE_WIDTH {
            break;
        }
    }
    unescape(&text_content)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

/// Collapses white space, sanitizes, and removes a trailing period, because the message becomes part of
/// a sentence.
fn shorten(message: &str) -> String {
    // Limits the work. Characters without width do not count, so take more than the width.
    let start: String = message.chars().take(8 * MAX_MESSAGE_WIDTH).collect();
    let joined = start.split_whitespace().collect::<Vec<_>>().join(" ");
    text::truncate(joined.trim_end_matches('.'), MAX_MESSAGE_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed_message(body: &str) -> String {
        parse(body.as_bytes()).message
    }

    #[test]
    fn api_error_is_parsed_with_its_request_id() {
        let body = r#"{"code":16,"message":"token expired.","details":[{"@type":"x"},
            {"@type":"type.googleapis.com/google.rpc.RequestInfo","request_id":"abc-1"}]}"#;
        let parsed = parse(body.as_bytes());
        assert_eq!(parsed.message, "token expired");
        assert_eq!(parsed.request_id.as_deref(), Some("abc-1"));
        assert!(parsed.is_api_error && !parsed.is_html);
    }

    #[test]
    fn every_known_error_form_gives_its_text() {
        for (body, expected) in [
            (r#"{"code":"404","message":"no such invite"}"#, "no such invite"),
            (r#"{"error":{"message":"inner"}}"#, "inner"),
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
            (r#"{"code":3,"message":"value "x" is "bad"","details":[]}"#, "value \"x\" is \"bad\""),
            (r#"{"message":"cut off in the mid"#, "cut off in the mid"),
            ("<html><head><title>502 Bad\n Gateway</title></head></html>", "502 Bad Gateway"),
            ("<html><style>p{}</style><p>Sorry &amp; <b>bye</b></p>", "Sorry & bye"),
            ("<h1>Oh</h1>", "Oh"),
            ("upstream connect error\r\n", "upstream connect error"),
            ("\"only a text\"", "only a text"),
            ("", ""),
            ("{}", ""),
            ("[1]", ""),
            ("<", ""),
        ] {
            assert_eq!(parsed_message(body), expected, "{body}");
        }
    }

    #[test]
    fn error_text_is_sanitized_and_short() {
        let long = format!(r#"{{"message":"\u001b[2J{}"}}"#, "x".repeat(100_000));
        let message = parsed_message(&long);
        assert!(message.starts_with("␛[2Jxxx") && message.ends_with('…'), "{message}");
        assert!(text::width(&message) <= MAX_MESSAGE_WIDTH);
    }

    #[test]
    fn only_an_object_with_a_code_is_an_api_error() {
        for body in [r#"{"message":"x"}"#, "[]", "{}", "code", "<code>", r#"{"code":null}"#] {
            assert!(!parse(body.as_bytes()).is_api_error, "{body}");
        }
        assert!(parse(br#"{"code":5,"message":"Not Found","details":[],}"#).is_api_error);
    }
}
