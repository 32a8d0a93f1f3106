//! Replaces all symbols of a drawn frame by ASCII, for terminals and locales without UTF-8.
//!
//! Every symbol keeps its width, so nothing moves.

use ratatui::buffer::Buffer;

use crate::domain::text::width;

/// Replaces every symbol that is not ASCII. A symbol without an ASCII form becomes a question mark.
pub fn convert(buffer: &mut Buffer) {
    for index in 0..buffer.content.len() {
        let cell = &mut buffer.content[index];
        if cell.symbol().is_ascii() {
            continue;
        }
        let (columns, style) = (width(cell.symbol()), cell.style());
        let mut chars = cell.symbol().chars();
        let ascii = chars.next().filter(|_| chars.next().is_none()).and_then(ascii_char).unwrap_or('?');
        cell.set_char(ascii);
        // The wide symbol covered these cells, so they have neither a text nor its style.
        for cell in buffer.content.iter_mut().skip(index + 1).take(columns.saturating_sub(1)) {
            cell.set_char(' ').set_style(style);
        }
    }
}

/// Returns the ASCII form of a sign, line, bar or punctuation mark; `None` for any other character.
pub fn ascii_char(c: char) -> Option<char> {
    Some(match c {
        // Lines of boxes and trees.
        '─' => '-',
        '│' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => '+',
        // The selected row.
        '▌' => '>',
        // Bars, from empty to full.
        '░' => '.',
        '▁' => '.',
        '▂' => ':',
        '▃' => '-',
        '▄' => '=',
        '▅' => '+',
        '▆' => '*',
        '▇' => '%',
        '█' => '#',
        // The cursor in a text.
        '▏' => '_',
        // Frames of the spinner.
        '⠋' | '⠼' | '⠇' => '|',
        '⠙' | '⠴' | '⠏' => '/',
        '⠹' | '⠦' => '-',
        '⠸' | '⠧' => '\\',
        // Urgency, outcomes and other signs.
        '●' => '*',
        '○' => 'o',
        '×' => 'x',
        '✓' => 'v',
        '✗' => 'X',
        '»' => '=',
        '¶' => '#',
        '↻' => '@',
        '✎' => 'e',
        // Arrows: a direction, the sort order, a folded or an opened group.
        '→' | '▸' => '>',
        '←' | '◂' => '<',
        '↑' | '▲' => '^',
        '↓' | '▼' | '▾' => 'v',
        // Punctuation.
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '‹' => '<',
        '›' => '>',
        '–' | '—' => '-',
        '·' => '.',
        // A cut text must not look like a whole one.
        '…' => '~',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};
    use ratatui::text::Line;

    use super::*;

    fn converted(text: &'static str, columns: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
        buffer.set_line(0, 0, &Line::styled(text, Style::new().bg(Color::Blue)), columns);
        convert(&mut buffer);
        buffer
    }

    fn text(buffer: &Buffer) -> String {
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn signs_have_an_ascii_form() {
        assert_eq!(text(&converted("▌+● “a”, 1–2 · b…", 17)), ">+* \"a\", 1-2 . b~");
    }

    #[test]
    fn wide_and_combined_symbols_keep_their_width() {
        let buffer = converted("a招e\u{301}👍🏽é.", 8);
        assert_eq!(text(&buffer), "a? ?? ?.");
        assert!(buffer.content.iter().all(|cell| cell.bg == Color::Blue), "{buffer:?}");
    }
}
