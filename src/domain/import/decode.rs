//! Decodes the bytes of a list: UTF-8 with or without a byte order mark, UTF-16 as spreadsheets save
//! it, or else Windows-1252. Normalizes line ends.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A list as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text with `\n` as its only line end, and without a byte order mark.
    pub text: String,
    /// The detected encoding: "UTF-8", "UTF-16LE", "windows-1252".
    pub encoding: &'static str,
    /// True if the encoding was guessed, or part of the text is unreadable: the user should check the text.
    pub is_uncertain: bool,
}

/// Decodes the bytes of a file.
pub fn decode(bytes: &[u8]) -> DecodedText {
    let (encoding, guessed) = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding, false),
        None => guess_encoding(bytes),
    };
    let (text, broken) = encoding.decode_with_bom_removal(bytes);
    let text = normalize_line_ends(&text);
    DecodedText { text, encoding: encoding.name(), is_uncertain: guessed || broken }
}

/// Normalizes the line ends of pasted text.
pub fn normalize_pasted(text: &str) -> String {
    normalize_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Guesses the encoding of bytes without a byte order mark: UTF-8 if valid, UTF-16 if every second byte
/// is zero, else Windows-1252. Also returns true if the result is uncertain.
fn guess_encoding(bytes: &[u8]) -> (&'static Encoding, bool) {
    let start = &bytes[..bytes.len().min(512) & !1];
    let empty =
        |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count() * 4 > start.len();
    match (empty(0), empty(1)) {
        (false, true) => (UTF_16LE, true),
        (true, false) => (UTF_16BE, true),
        _ if std::str::from_utf8(bytes).is_ok() => (UTF_8, false),
        _ => (WINDOWS_1252, true),
    }
}

fn normalize_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "jané@example.com\nbob@job\n";

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
        let mark = mark.then_some('\u{feff}').into_iter();
        let text: String = mark.chain(text.chars()).collect();
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_spreadsheet_encoding_is_decoded() {
        for (bytes, encoding, is_uncertain) in [
            (TEXT.as_bytes().to_vec(), "UTF-8", false),
            (format!("\u{feff}{TEXT}").into_bytes(), "UTF-8", false),
            (utf16(TEXT, u16::to_le_bytes, true), "UTF-16LE", false),
            (utf16(TEXT, u16::to_be_bytes, true), "UTF-16BE", false),
            (utf16(TEXT, u16::to_le_bytes, false), "UTF-16LE", true),
            (utf16(TEXT, u16::to_be_bytes, false), "UTF-16BE", true),
            (b"jan\xe9@example.com\nbob@job\n".to_vec(), "windows-1252", true),
        ] {
            assert_eq!(decode(&bytes), DecodedText { text: TEXT.into(), encoding, is_uncertain });
        }
        assert_eq!(decode(b"").text, "");
        assert_eq!(decode(b"a\0bc").encoding, "UTF-8", "a few zeros are no UTF-16");
    }

    #[test]
    fn line_breaks_are_normalized() {
        assert_eq!(normalize_pasted("\u{feff}a\r\nb\rc\nd\u{2028}e"), "a\nb\nc\nd\ne");
    }
}
