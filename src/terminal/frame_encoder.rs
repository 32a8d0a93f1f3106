//! Encodes frames for the terminal: one write per frame, none for an unchanged frame.
//! Never queries the terminal, because a terminal that does not respond would delay the first frame.
//!
//! Terminals disagree on the width of emoji and combined characters. A changed row with such a cell is cleared
//! and drawn completely, and the cursor position is set after the cell. So the appearance of the row does not
//! depend on the previous frame.

use std::io::{self, Write as _};
use std::mem;

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use unicode_width::UnicodeWidthStr;

type BufferBackend = CrosstermBackend<Vec<u8>>;

/// Encodes the changes between frames.
#[derive(Debug)]
pub struct FrameEncoder {
    terminal: Terminal<BufferBackend>,
    /// Cells of the last frame.
    cells: Buffer,
    /// Bytes of the last frame that was not empty.
    bytes: Vec<u8>,
}

impl FrameEncoder {
    /// Creates an encoder for an empty screen.
    pub fn new(size: Size) -> io::Result<FrameEncoder> {
        let area = Rect::from(size);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        let terminal = Terminal::with_options(BufferBackend::new(Vec::new()), options)?;
        Ok(FrameEncoder { terminal, cells: Buffer::empty(area), bytes: Vec::new() })
    }

    /// Makes the next frame clear the screen and draw every cell.
    pub fn redraw_all(&mut self, size: Size) -> io::Result<()> {
        *self = FrameEncoder::new(size)?;
        queue!(self.terminal.backend_mut(), Clear(ClearType::All))
    }

    /// Draws a frame and returns the bytes to write; empty if nothing changed.
    pub fn draw(&mut self, size: Size, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<&[u8]> {
        if size != self.cells.area.as_size() {
            self.redraw_all(size)?;
        }
        let mut output = BufferBackend::new(mem::take(self.terminal.backend_mut().writer_mut()));
        let mut is_changed = true;
        self.terminal.try_draw(|frame| {
            render(frame);
            let previous = mem::replace(&mut self.cells, frame.buffer_mut().clone());
            is_changed = previous != self.cells;
            draw_ambiguous_rows(&previous, &self.cells, frame.buffer_mut(), &mut output)
        })?;
        let rest = mem::take(self.terminal.backend_mut().writer_mut());
        // ratatui writes the cursor after the cells, so these bytes are only the cursor if no cell changed.
        let is_cursor_unchanged = !is_changed && self.bytes.ends_with(&rest);
        if is_cursor_unchanged {
            return Ok(&[]);
        }
        output.write_all(&rest)?;
        self.bytes = mem::take(output.writer_mut());
        Ok(&self.bytes)
    }
}

/// Draws changed rows that have cells of ambiguous width.
/// Leaves only the changed cells of the other rows to ratatui. ratatui also compares the diff option, so it
/// would draw a cell again that it skipped in the last frame.
fn draw_ambiguous_rows(
    previous: &Buffer,
    cells: &Buffer,
    drawn: &mut Buffer,
    output: &mut BufferBackend,
) -> io::Result<()> {
    let columns = usize::from(cells.area.width.max(1));
    let rows = previous.content.chunks(columns).zip(cells.content.chunks(columns));
    for (y, ((old, new), drawn)) in (0..).zip(rows.zip(drawn.content.chunks_mut(columns))) {
        let is_ambiguous = old.iter().chain(new).any(|cell| is_ambiguous_width(cell.symbol()));
        if is_ambiguous && old != new {
            draw_row(y, new, output)?;
        }
        for ((old, new), drawn) in old.iter().zip(new).zip(drawn) {
            if is_ambiguous || old == new {
                drawn.set_diff_option(CellDiffOption::Skip);
            }
        }
    }
    Ok(())
}

/// Clears a row and draws it; sets the cursor after each cell of ambiguous width.
fn draw_row(y: u16, cells: &[Cell], output: &mut BufferBackend) -> io::Result<()> {
    queue!(output, MoveTo(0, y), Clear(ClearType::CurrentLine))?;
    let end = cells.iter().rposition(|cell| *cell != Cell::EMPTY).map_or(0, |last| last + 1);
    let mut run = Vec::new();
    let mut x = 0;
    while x < end {
        let cell = &cells[x];
        run.push((x as u16, y, cell));
        if is_ambiguous_width(cell.symbol()) {
            output.draw(run.drain(..))?;
        }
        x += cell.symbol().width().max(1);
    }
    if run.is_empty() { Ok(()) } else { output.draw(run.into_iter()) }
}

/// Returns true if terminals may disagree on the width of a symbol.
/// Only a single character of one column that is no emoji is unambiguous.
fn is_ambiguous_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => !c.is_ascii() && (c > '\u{ffff}' || symbol.width() != 1),
        (None, _) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::text::Text;

    use super::*;

    const SIZE: Size = Size { width: 20, height: 3 };

    fn encoder() -> FrameEncoder {
        FrameEncoder::new(SIZE).expect("an encoder")
    }

    fn draw_sized(encoder: &mut FrameEncoder, size: Size, text: &str, cursor: Option<(u16, u16)>) -> String {
        let bytes = encoder.draw(size, |frame| {
            frame.render_widget(Text::raw(text), frame.area());
            if let Some(position) = cursor {
                frame.set_cursor_position(position);
            }
        });
        String::from_utf8(bytes.expect("drawn").to_vec()).expect("text")
    }

    fn draw(encoder: &mut FrameEncoder, text: &str, cursor: Option<(u16, u16)>) -> String {
        draw_sized(encoder, SIZE, text, cursor)
    }

    #[test]
    fn cursor_is_shown_after_the_cells() {
        let written = draw(&mut encoder(), "to: jane", Some((8, 0)));
        assert!(written.contains("jane") && written.ends_with("\u{1b}[?25h\u{1b}[1;9H"), "{written:?}");
    }

    #[test]
    fn unchanged_frame_writes_nothing() {
        let mut encoder = encoder();
        for cursor in [Some((8, 0)), None] {
            assert_ne!(draw(&mut encoder, "to: jane", cursor), "");
            assert_eq!(draw(&mut encoder, "to: jane", cursor), "");
            assert_eq!(draw(&mut encoder, "to: jane", cursor), "");
        }
    }

    #[test]
    fn plain_rows_of_a_frame_share_one_reset_of_colors() {
        let mut encoder = encoder();
        assert_eq!(draw(&mut encoder, "one\ntwo\nthree", None).matches("\u{1b}[0m").count(), 1);
        let written = draw(&mut encoder, "1ne\n招wo\n3hree", None);
        assert!(written.matches("\u{1b}[0m").count() > 1, "a row of ambiguous width is drawn alone");
    }

    #[test]
    fn cursor_returns_after_other_cells_were_drawn() {
        let mut encoder = encoder();
        draw(&mut encoder, "to: jane\nsoon", Some((8, 0)));
        assert!(draw(&mut encoder, "to: jane\nnow!", Some((8, 0))).ends_with("\u{1b}[1;9H"));
    }

    #[test]
    fn full_redraw_clears_the_screen_and_draws_every_cell() {
        let mut encoder = encoder();
        let size = Size { width: 18, ..SIZE };
        for text in ["hello", "招 hello"] {
            draw(&mut encoder, text, None);
            let written = draw_sized(&mut encoder, size, text, None);
            assert!(written.starts_with("\u{1b}[2J") && written.contains("hello"), "{written:?}");
            encoder.redraw_all(size).expect("redrawn");
            assert_eq!(draw_sized(&mut encoder, size, text, None), written);
        }
    }

    #[test]
    fn plain_row_writes_only_changed_cells() {
        let mut encoder = encoder();
        draw(&mut encoder, "│é…", None);
        let written = draw(&mut encoder, "│e…", None);
        assert!(written.starts_with("\x1b[1;2He\x1b["), "{written:?}");
    }

    #[test]
    fn row_with_uncertain_width_is_redrawn_whole() {
        for symbol in ["👍🏽", "❤\u{fe0f}", "e\u{301}", "招", "🇩🇪", "\u{1f1e9}"] {
            let mut encoder = encoder();
            draw(&mut encoder, &format!("a{symbol}bc"), None);
            let written = draw(&mut encoder, &format!("a{symbol}bd"), None);
            let after = format!("{}Hbd\x1b[", symbol.width() + 2);
            assert!(written.starts_with(&format!("\x1b[1;1H\x1b[2K\x1b[1;1Ha{symbol}")), "{written:?}");
            assert!(written.contains(&format!("\x1b[1;{after}")), "{written:?}");
            assert!(draw(&mut encoder, "axybd", None).contains("\x1b[2K\x1b[1;1Haxybd"), "{symbol}");
            assert_eq!(draw(&mut encoder, "axybd", None), "", "{symbol}");
            assert!(draw(&mut encoder, "azybd", None).starts_with("\x1b[1;2Hz\x1b["), "{symbol}");
        }
    }
}
