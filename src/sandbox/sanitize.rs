//! Escapes text in emails, which people print on terminals.
//! A separate copy: the sandbox shares no code with the console.

/// Makes control, bidirectional and invisible characters visible; optionally keeps line breaks.
pub(super) fn sanitize(text: &str, keep_lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_lines => out.push('\n'),
            // Unicode has the control pictures in the order of the control characters.
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\x7f' => out.push('\u{2421}'),
            c if c.is_control() || is_hidden(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Returns true for characters that are invisible or change how other characters look.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0E | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}
