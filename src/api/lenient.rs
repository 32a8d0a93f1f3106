//! Reading JSON strictly first, and then once more with the known slips of servers mended: a byte order mark,
//! a trailing comma, raw control characters in a text, bytes that are not UTF-8. What was mended is said.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// A value, and what had to be mended to read it.
pub(super) struct Read<T> {
    pub value: T,
    pub note: Option<String>,
}

/// Reads a value, strictly if that is possible. `None` when even the mended text is not what was expected.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<Read<T>> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(Read { value, note: None });
    }
    let (text, slips) = mended(bytes);
    if slips.is_empty() {
        return None;
    }
    let value = serde_json::from_str(&text).ok()?;
    Some(Read { value, note: Some(format!("read leniently: {}", slips.join(", "))) })
}

fn mended(bytes: &[u8]) -> (String, Vec<&'static str>) {
    let mut slips = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Owned(_)) {
        slips.push("not UTF-8");
    }
    let plain = text.trim_start_matches('\u{feff}');
    if plain.len() < text.len() {
        slips.push("byte order mark");
    }
    let (mut commas, mut controls, mut in_text, mut escaped) = (false, false, false, false);
    let mut out = String::with_capacity(plain.len());
    for (at, c) in plain.char_indices() {
        if in_text {
            if c < ' ' {
                controls = true;
                out.push_str(&format!("\\u{:04x}", c as u32));
                escaped = false;
                continue;
            }
            in_text = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c == ',' && plain[at + 1..].trim_ascii_start().starts_with([']', '}']) {
            commas = true;
            continue;
        } else {
            in_text = c == '"';
        }
        out.push(c);
    }
    slips.extend(commas.then_some("trailing comma"));
    slips.extend(controls.then_some("control characters"));
    (out, slips)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn lenient(text: &[u8]) -> Option<(Value, Option<String>)> {
        read::<Value>(text).map(|read| (read.value, read.note))
    }

    #[test]
    fn what_is_correct_is_read_without_a_note() {
        assert_eq!(lenient(br#"{"a":",]"}"#), Some((json!({"a":",]"}), None)));
    }

    #[test]
    fn known_slips_are_mended_and_said() {
        for (text, value, note) in [
            (&b"[1, 2 ,\n ]"[..], json!([1, 2]), "trailing comma"),
            (br#"{"a":"x,]\",}",}"#, json!({"a":"x,]\",}"}), "trailing comma"),
            (b"\xef\xbb\xbf{}", json!({}), "byte order mark"),
            (b"\xef\xbb\xbf[1,]", json!([1]), "byte order mark, trailing comma"),
            (b"[\"a\nb\"]", json!(["a\nb"]), "control characters"),
            (b"[\"a\xff\"]", json!(["a\u{fffd}"]), "not UTF-8"),
        ] {
            assert_eq!(lenient(text), Some((value, Some(format!("read leniently: {note}")))));
        }
    }

    #[test]
    fn what_is_no_json_stays_unread() {
        for text in [&b"<html>"[..], b"", b"{", b"[1,", b"{\"a\":}", b"\"\\", b"[1,,]"] {
            assert!(lenient(text).is_none(), "{text:?}");
        }
    }
}
