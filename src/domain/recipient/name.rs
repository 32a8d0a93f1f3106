//! Cleans the name beside an email: removes quotes and decodes encoded words (RFC 2047).

use mail_parser::parsers::MessageStream;

/// Returns a readable name; `None` if the name is empty or only repeats the email.
pub(super) fn clean_name(raw: &str, email: &str) -> Option<String> {
    let is_quote = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '*');
    let decoded = decode_encoded_words(raw.trim_matches(is_quote));
    let unquoted = decoded.trim_matches(is_quote).replace("\\\"", "\"");
    let name = unquoted.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_end_matches([',', ':', '-', '–', '—', ' ']).trim_end().to_owned();
    (!name.is_empty() && !name.eq_ignore_ascii_case(email)).then_some(name)
}

/// Decodes the encoded words in a text. A text without encoded words is returned unchanged.
pub fn decode_encoded_words(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let line = format!("{}\n", text.replace(['\r', '\n'], " "));
    let value = MessageStream::new(line.as_bytes()).parse_unstructured();
    value.as_text().map_or_else(|| text.to_owned(), str::to_owned)
}
