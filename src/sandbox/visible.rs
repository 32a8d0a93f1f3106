//! Text from outside on its way into a letter, which people print on terminals: what would steer one
//! becomes a mark that can be seen. The sandbox keeps its own, as it shares nothing with the console.

/// The text with control, bidirectional and invisible characters made visible; line ends stay when asked for.
pub(super) fn visible(text: &str, keep_lines: bool) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_lines => seen.push('\n'),
            // The control pictures of Unicode lie in the order of the control characters.
            '\0'..='\x1f' => seen.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\x7f' => seen.push('\u{2421}'),
            c if c.is_control() || is_hidden(c) => seen.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => seen.push(c),
        }
    }
    seen
}

/// Characters that show nothing and change what others show.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0E | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}
