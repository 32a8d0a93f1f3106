//! Makes outgoing JSON safe for terminals without changing its data. Also formats the server's JSON for
//! reading.

use super::text::is_unsafe;

/// Maximum indentation, in levels. Without a limit, deeply nested JSON would grow quadratically.
const MAX_INDENT_DEPTH: usize = 12;

/// Escapes control characters and invisible characters as `\uXXXX`. White space between values stays
/// unchanged; valid JSON has such characters only in strings.
pub fn escape_for_terminal(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for c in json.chars() {
        if is_unsafe(c) && !matches!(c, '\n' | '\r' | '\t') {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Formats JSON with one line for each value, even if the end is missing.
/// `None` if the text is not JSON.
pub fn pretty_print(text: &str) -> Option<String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) if !error.is_eof() || !text.trim_start().starts_with(['{', '[']) => None,
        _ => Some(reformat(text)),
    }
}

/// Changes only the white space between values, so the server's order and spelling stay unchanged.
fn reformat(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for c in text.chars() {
        if in_string {
            (in_string, escaped) = (escaped || c != '"', c == '\\' && !escaped);
            out.push(c);
            continue;
        }
        if matches!(c, ' ' | '\n' | '\r' | '\t') {
            continue;
        }
        let (closes, opened) = (matches!(c, '}' | ']'), out.ends_with(['{', '[']));
        depth = depth.saturating_sub(usize::from(closes));
        if closes != opened || out.ends_with(',') {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', 2 * depth.min(MAX_INDENT_DEPTH)));
        }
        in_string = c == '"';
        out.push(c);
        depth += usize::from(matches!(c, '{' | '['));
        if c == ':' {
            out.push(' ');
        }
    }
    out
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_is_terminal_safe_and_equivalent() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0041}é招\"\\\n";
        let json = escape_for_terminal(&serde_json::to_string(text).expect("JSON"));
        assert!(!json.chars().any(is_unsafe), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("still JSON"), text);
    }

    #[test]
    fn json_is_pretty_printed_and_other_text_is_not() {
        let text = r#"{"b": [1,{}, []],"a":"x,{\"\\","c":null}"#;
        let lines = [
            "{",
            "  \"b\": [",
            "    1,",
            "    {},",
            "    []",
            "  ],",
            r#"  "a": "x,{\"\\","#,
            "  \"c\": null",
            "}",
        ];
        assert_eq!(pretty_print(text).expect("JSON").lines().collect::<Vec<_>>(), lines);
        assert_eq!(
            pretty_print("{\"a\":[1,").as_deref(),
            Some("{\n  \"a\": [\n    1,"),
            "its end is missing"
        );
        for other in ["<html>", "", "no {", "{oh", "\"a"] {
            assert_eq!(pretty_print(other), None, "{other:?}");
        }
        let deep = pretty_print(&"[".repeat(10_000)).expect("its end is missing");
        assert!(deep.len() < 10_000 * 30);
    }
}
