//! Makes text from outside safe for terminals, and measures the width of text.
//! Used by the console and the command line.

use std::borrow::Cow;

use unicode_truncate::UnicodeTruncateStr;
use unicode_width::UnicodeWidthStr;

/// Replaces every character that is invisible or could control a terminal with a visible mark. Control
/// characters become symbols (`␛`). Bidirectional and invisible characters become numbers (`‹U+202E›`).
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}' => out.extend(char::from_u32(0x2400 + c as u32)),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_unsafe(c) => out.push_str(&format!("‹U+{:04X}›", c as u32)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Formats the code points of characters that cannot be shown: `U+200B, U+202E`.
pub fn code_points(chars: impl Iterator<Item = char>) -> String {
    chars.map(|c| format!("U+{:04X}", c as u32)).collect::<Vec<_>>().join(", ")
}

/// Splits a text into sanitized lines. Tabs become spaces. All kinds of line ends are recognized.
pub fn sanitize_lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n")
        .split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .map(|line| sanitize(&line.replace('\t', "    ")).into_owned())
        .collect()
}

/// True if a character is invisible, could control a terminal, or changes the direction of text.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the width of a text in terminal columns.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Sanitizes a text and cuts it to `columns`, with `…` at the cut.
pub fn truncate(text: &str, columns: usize) -> String {
    let text = sanitize(text);
    if width(&text) <= columns {
        return text.into_owned();
    }
    match columns.checked_sub(1) {
        Some(available) => format!("{}…", text.unicode_truncate(available).0),
        None => String::new(),
    }
}

/// Like [`truncate`], but cuts in the middle, so both ends of an email or identity stay readable.
pub fn truncate_middle(text: &str, columns: usize) -> String {
    let text = sanitize(text);
    if width(&text) <= columns || columns < 5 {
        return truncate(&text, columns);
    }
    let (tail, tail_columns) = text.unicode_truncate_start((columns - 1) / 2);
    truncate(&text, columns - tail_columns) + tail
}

/// Formats a count with thousands separators: `1,200`.
pub fn format_count(n: usize) -> String {
    match n {
        0..1_000 => n.to_string(),
        _ => format!("{},{:03}", format_count(n / 1_000), n % 1_000),
    }
}

/// Formats "1,200 new", "3 expired": each count with its label, without zero counts.
pub fn format_counts(counts: &[(usize, &str)]) -> Vec<String> {
    let nonzero = counts.iter().filter(|(n, _)| *n > 0);
    nonzero.map(|(n, label)| format!("{} {label}", format_count(*n))).collect()
}

/// Formats "1 invite", "2 invites".
pub fn format_plural(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", format_count(n), if n == 1 { "" } else { "s" })
}

/// Replaces line ends and tabs with spaces.
/// Removes other control characters, and a line end at the end of the text.
pub fn to_single_line(text: &str) -> String {
    let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ");
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sanitize_removes_control_characters() {
        let raw = "a\u{1b}[31m\u{7}\u{9b}2J\u{202e}b\u{200b}\u{e0041}\r\n\t\u{feff}";
        let sanitized = sanitize(raw);
        assert!(!sanitized.chars().any(is_unsafe), "{sanitized:?}");
        assert!(sanitized.starts_with("a␛[31m␇‹U+009B›2J‹U+202E›b‹U+200B›"), "{sanitized}");
    }

    #[test]
    fn sanitize_keeps_ordinary_text() {
        for text in ["jané@example.com", "招待状", "👍🏽 e\u{301}"] {
            assert_eq!(sanitize(text), text);
        }
    }

    #[test]
    fn truncate_counts_columns_and_keeps_graphemes_whole() {
        assert_eq!(truncate("招待状です", 5), "招待…");
        assert_eq!(truncate("招待状です", 4), "招…");
        assert_eq!(truncate("abc", 3), "abc");
        assert_eq!(truncate("abc", 0), "");
        assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(truncate_middle("invites/f4e4b1b5-8186", 11), "invit…-8186");
        for columns in 0..30 {
            assert!(width(&truncate("招待 a\u{1b}状です", columns)) <= columns);
            assert!(width(&truncate_middle("招待 a\u{1b}状です and more of it", columns)) <= columns);
        }
    }

    #[test]
    fn lines_split_at_every_kind_of_line_break() {
        assert_eq!(sanitize_lines("a\r\nb\rc\nd\u{2028}e\tf"), ["a", "b", "c", "d", "e    f"]);
    }

    #[test]
    fn format_count_groups_thousands() {
        assert_eq!(format_count(0), "0");
        assert_eq!(format_count(412), "412");
        assert_eq!(format_count(1_234_567), "1,234,567");
        assert_eq!(format_plural(1, "invite"), "1 invite");
        assert_eq!(format_plural(1200, "invite"), "1,200 invites");
    }
}
