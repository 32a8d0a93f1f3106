//! JSON that leaves this program: the same data for every reader, but with nothing in it that could act on a
//! terminal. And JSON that came from outside, laid out for reading.

use super::text::is_hostile;

/// The same JSON, with characters that could act on a terminal, or hide, written as `\uXXXX`. Those stand in
/// strings alone: between its values JSON has none but blanks and line ends, which are left as they are.
pub fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for c in json.chars() {
        if is_hostile(c) && !matches!(c, '\n' | '\r' | '\t') {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A JSON text with a line for each value; `None` where it is not JSON, or not all of it is there.
pub fn pretty(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_is_left_and_every_reader_sees_the_same() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0041}é招\"\\\n";
        let json = harmless(&serde_json::to_string(text).expect("JSON"));
        assert!(!json.chars().any(is_hostile), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("still JSON"), text);
    }

    #[test]
    fn what_is_json_is_laid_out_and_the_rest_is_not() {
        assert_eq!(pretty("{\"a\":[1]}").as_deref(), Some("{\n  \"a\": [\n    1\n  ]\n}"));
        assert_eq!(pretty("<html>"), None);
        assert_eq!(pretty("{\"a\":"), None);
    }
}
