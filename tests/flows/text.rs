//! Converts a buffer into text.

use ratatui::buffer::Buffer;

pub fn buffer_text(buffer: &Buffer) -> String {
    (0..buffer.area.height).map(|y| row_text(buffer, y).trim_end().to_owned() + "\n").collect()
}

/// A row of a buffer. The cell after a wide character belongs to that character.
fn row_text(buffer: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        text.push_str(symbol);
        x += unicode_width::UnicodeWidthStr::width(symbol).max(1) as u16;
    }
    text
}
