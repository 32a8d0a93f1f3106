//! Parses JSON strictly.
//! If that fails, repairs known mistakes of servers and parses again. The mistakes are a byte order mark, a
//! trailing comma, raw control characters, bytes that are not UTF-8, half a surrogate pair, and bare words
//! such as `NaN`. The note lists the repairs.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A parsed value, with a note about repairs, if any.
pub(super) struct Parsed<T> {
    pub value: T,
    pub note: Option<String>,
}

/// Parses a value, strictly if possible. Returns `None` if the repaired text does not parse either.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Option<Parsed<T>> {
    parse_with(bytes, |bytes| serde_json::from_slice(bytes), |text| serde_json::from_str(text).ok())
}

/// Parses a value with `strict`, and if that fails with `tolerant`.
/// `tolerant` gets the repaired text, even if nothing was repaired.
pub(super) fn parse_with<T>(
    bytes: &[u8],
    strict: impl FnOnce(&[u8]) -> serde_json::Result<T>,
    tolerant: impl FnOnce(&str) -> Option<T>,
) -> Option<Parsed<T>> {
    if let Ok(value) = strict(bytes) {
        return Some(Parsed { value, note: None });
    }
    let (text, repairs) = repair_json(bytes);
    let value = tolerant(&text)?;
    let note = (!repairs.is_empty()).then(|| format!("repaired: {}", repairs.join(", ")));
    Some(Parsed { value, note })
}

/// Replaces a value that is not JSON. No field accepts an object, so the value counts as unreadable.
const INVALID_VALUE: &str = "{}";

fn repair_json(bytes: &[u8]) -> (String, Vec<&'static str>) {
    let mut repairs = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Owned(_)) {
        repairs.push("not UTF-8");
    }
    let plain = text.trim_start_matches('\u{feff}');
    if plain.len() < text.len() {
        repairs.push("byte order mark");
    }
    let mut repairer = Repairer { out: String::with_capacity(plain.len()), ..Repairer::default() };
    repairer.repair(plain);
    repairs.extend(repairer.has_trailing_comma.then_some("trailing comma"));
    repairs.extend(repairer.has_control.then_some("control characters"));
    repairs.extend(repairer.has_lone_surrogate.then_some("half a surrogate pair"));
    repairs.extend(repairer.has_bare_word.then_some("invalid values"));
    (repairer.out, repairs)
}

/// The repaired text so far, and the mistakes found.
#[derive(Default)]
struct Repairer {
    out: String,
    /// Number of open arrays and objects. A bare word outside of arrays and objects is not repaired.
    depth: usize,
    has_trailing_comma: bool,
    has_control: bool,
    has_lone_surrogate: bool,
    has_bare_word: bool,
}

impl Repairer {
    fn repair(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let consumed = match c {
                '"' => self.copy_string(rest),
                ',' if rest[1..].trim_ascii_start().starts_with([']', '}']) => {
                    self.has_trailing_comma = true;
                    1
                }
                '{' | '[' => {
                    self.depth += 1;
                    self.copy_bytes(rest, 1)
                }
                '}' | ']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.copy_bytes(rest, 1)
                }
                ':' | ',' => self.copy_bytes(rest, 1),
                c if c.is_ascii_whitespace() => self.copy_bytes(rest, 1),
                _ => self.copy_bare_word(rest),
            };
            rest = &rest[consumed..];
        }
    }

    fn copy_bytes(&mut self, rest: &str, bytes: usize) -> usize {
        self.out.push_str(&rest[..bytes]);
        bytes
    }

    /// Keeps a number, `true`, `false` or `null`; replaces anything else.
    fn copy_bare_word(&mut self, rest: &str) -> usize {
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ':' | ',' | '"');
        let end = rest.find(ends).unwrap_or(rest.len());
        if self.depth == 0 || serde_json::from_str::<Value>(&rest[..end]).is_ok() {
            return self.copy_bytes(rest, end);
        }
        self.has_bare_word = true;
        self.out.push_str(INVALID_VALUE);
        end
    }

    fn copy_string(&mut self, rest: &str) -> usize {
        let mut position = self.copy_bytes(rest, 1);
        while let Some(c) = rest[position..].chars().next() {
            position += match c {
                '"' => return position + self.copy_bytes(&rest[position..], 1),
                '\\' => self.escape(&rest[position..]),
                c if c < ' ' => {
                    self.has_control = true;
                    self.out.push_str(&format!("\\u{:04x}", c as u32));
                    1
                }
                c => self.copy_bytes(&rest[position..], c.len_utf8()),
            };
        }
        position
    }

    /// Keeps two escapes that form a surrogate pair; replaces half a pair by the replacement character.
    fn escape(&mut self, rest: &str) -> usize {
        match code_unit(rest) {
            Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(code_unit), Some(0xdc00..=0xdfff)) => {
                self.copy_bytes(rest, 12)
            }
            Some(0xd800..=0xdfff) => {
                self.has_lone_surrogate = true;
                self.out.push_str("\\ufffd");
                6
            }
            Some(_) => self.copy_bytes(rest, 6),
            None => match rest[1..].chars().next() {
                Some(next) if next >= ' ' => self.copy_bytes(rest, 1 + next.len_utf8()),
                _ => self.copy_bytes(rest, 1),
            },
        }
    }
}

/// Returns the code unit of an escape such as `\u00e9` at the start of a text.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse_value(text: &[u8]) -> Option<(Value, Option<String>)> {
        parse::<Value>(text).map(|read| (read.value, read.note))
    }

    #[test]
    fn valid_json_is_parsed_without_a_note() {
        assert_eq!(parse_value(br#"{"a":",]"}"#), Some((json!({"a":",]"}), None)));
    }

    #[test]
    fn known_json_errors_are_repaired_and_noted() {
        for (text, value, note) in [
            (&b"[1, 2 ,\n ]"[..], json!([1, 2]), "trailing comma"),
            (br#"{"a":"x,]\",}",}"#, json!({"a":"x,]\",}"}), "trailing comma"),
            (b"\xef\xbb\xbf{}", json!({}), "byte order mark"),
            (b"\xef\xbb\xbf[1,]", json!([1]), "byte order mark, trailing comma"),
            (b"[\"a\nb\"]", json!(["a\nb"]), "control characters"),
            (b"[\"a\xff\"]", json!(["a\u{fffd}"]), "not UTF-8"),
            (
                br#"["\ud800x\udc00","\ud83d\ude00"]"#,
                json!(["\u{fffd}x\u{fffd}", "\u{1f600}"]),
                "half a surrogate pair",
            ),
            (
                br#"["\ud83d\ud83d\ude00\\ud800"]"#,
                json!(["\u{fffd}\u{1f600}\\ud800"]),
                "half a surrogate pair",
            ),
            (b"[NaN,-Infinity,1e999,01,\"NaN\"]", json!([{}, {}, {}, {}, "NaN"]), "invalid values"),
        ] {
            assert_eq!(parse_value(text), Some((value, Some(format!("repaired: {note}")))));
        }
    }

    #[test]
    fn invalid_json_is_not_parsed() {
        for text in
            [&b"<html>"[..], b"", b"{", b"[1,", b"{\"a\":}", b"\"\\", b"[1,,]", b"[NaN:1]", b"NaN", b"{NaN}"]
        {
            assert!(parse_value(text).is_none(), "{text:?}");
        }
    }
}
