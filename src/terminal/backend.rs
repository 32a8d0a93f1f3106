//! Backend for ratatui on top of crossterm: one write per frame, none for an unchanged frame.
//! It gets the size from the system and never queries the terminal: a terminal that does not respond must not
//! delay the first frame.
//!
//! Terminals disagree on the width of emoji and combined characters. A row with such a cell is always cleared
//! and drawn whole, with a cursor position for each cell behind it. So its appearance does not depend on the
//! previous frame.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::{queue, terminal};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::rows::{RowChange, Rows};
use super::size;

/// Collects a frame and writes it at once when it is flushed.
#[derive(Debug)]
struct FrameBuffer<W> {
    frame: Vec<u8>,
    writer: W,
}

impl<W: Write> Write for FrameBuffer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let result = self.writer.write_all(&self.frame);
        self.frame.clear();
        result
    }
}

/// State of the terminal's cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Hidden,
    /// Visible, but moved by drawing.
    Unknown,
    At(Position),
}

/// Writes frames to `W`.
#[derive(Debug)]
pub struct SingleWriteBackend<W: Write> {
    inner: CrosstermBackend<FrameBuffer<W>>,
    cursor: Cursor,
    rows: Rows,
}

impl<W: Write> SingleWriteBackend<W> {
    /// Creates a backend for a screen with a hidden cursor.
    pub fn new(writer: W) -> SingleWriteBackend<W> {
        let inner = CrosstermBackend::new(FrameBuffer { frame: Vec::with_capacity(16 * 1024), writer });
        SingleWriteBackend { inner, cursor: Cursor::Hidden, rows: Rows::default() }
    }

    /// Resets the cursor state: the screen was entered again, with a hidden cursor.
    pub fn reset_cursor(&mut self) {
        self.cursor = Cursor::Hidden;
    }
}

impl<W: Write> Backend for SingleWriteBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let changed = self.rows.update(content);
        if changed.is_empty() {
            return Ok(());
        }
        if self.cursor != Cursor::Hidden {
            self.cursor = Cursor::Unknown;
        }
        for row in changed {
            match row {
                RowChange::Cells(cells) => {
                    self.inner.draw(cells.into_iter().map(|(x, y)| (x, y, self.rows.cell(x, y))))?;
                }
                RowChange::WholeRow(y) => {
                    queue!(self.inner, MoveTo(0, y), terminal::Clear(terminal::ClearType::CurrentLine))?;
                    for cells in self.rows.runs(y) {
                        self.inner.draw(cells.into_iter().map(|x| (x, y, self.rows.cell(x, y))))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        queue!(self.inner, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Unknown;
        queue!(self.inner, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Err(io::Error::other("the cursor position is never queried"))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Cursor::At(position) {
            return Ok(());
        }
        if self.cursor != Cursor::Hidden {
            self.cursor = Cursor::At(position);
        }
        queue!(self.inner, MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        if matches!(region, ClearType::All) {
            self.rows = Rows::default();
        }
        // Only queued: clearing before the frame is ready would flicker.
        let region = match region {
            ClearType::All => terminal::ClearType::All,
            ClearType::AfterCursor => terminal::ClearType::FromCursorDown,
            ClearType::BeforeCursor => terminal::ClearType::FromCursorUp,
            ClearType::CurrentLine => terminal::ClearType::CurrentLine,
            ClearType::UntilNewLine => terminal::ClearType::UntilNewLine,
        };
        queue!(self.inner, terminal::Clear(region))
    }

    fn size(&self) -> io::Result<Size> {
        Ok(size::window_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::{Terminal, TerminalOptions, Viewport, layout::Rect, text::Text};

    use super::*;

    #[derive(Default, Clone)]
    struct Writes(Rc<RefCell<Vec<String>>>);

    impl Writes {
        fn take(&self) -> Vec<String> {
            self.0.take()
        }
    }

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn screen() -> (Terminal<SingleWriteBackend<Writes>>, Writes) {
        let writes = Writes::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 3));
        let terminal =
            Terminal::with_options(SingleWriteBackend::new(writes.clone()), TerminalOptions { viewport });
        (terminal.expect("a terminal"), writes)
    }

    fn show(terminal: &mut Terminal<SingleWriteBackend<Writes>>, text: &str, cursor: Option<(u16, u16)>) {
        let shown = terminal.draw(|frame| {
            frame.render_widget(Text::raw(text), frame.area());
            if let Some(position) = cursor {
                frame.set_cursor_position(position);
            }
        });
        shown.expect("drawn");
    }

    #[test]
    fn frame_with_cursor_is_one_write() {
        let (mut terminal, writes) = screen();
        show(&mut terminal, "to: jane", Some((8, 0)));
        let written = writes.take();
        assert_eq!(written.len(), 1, "{written:?}");
        assert!(written[0].contains("jane") && written[0].ends_with("\u{1b}[?25h\u{1b}[1;9H"));
    }

    #[test]
    fn unchanged_frame_writes_nothing() {
        let (mut terminal, writes) = screen();
        for cursor in [Some((8, 0)), None] {
            show(&mut terminal, "to: jane", cursor);
            assert_eq!(writes.take().len(), 1);
            show(&mut terminal, "to: jane", cursor);
            assert_eq!(writes.take(), Vec::<String>::new());
        }
    }

    #[test]
    fn plain_rows_of_a_frame_share_one_reset_of_colors() {
        let (mut terminal, writes) = screen();
        show(&mut terminal, "one\ntwo\nthree", None);
        assert_eq!(writes.take()[0].matches("\u{1b}[0m").count(), 1);
        show(&mut terminal, "1ne\n招wo\n3hree", None);
        assert!(writes.take()[0].matches("\u{1b}[0m").count() > 1, "a row of ambiguous width is drawn alone");
    }

    #[test]
    fn cursor_returns_after_other_cells_were_drawn() {
        let (mut terminal, writes) = screen();
        show(&mut terminal, "to: jane\nsoon", Some((8, 0)));
        show(&mut terminal, "to: jane\nnow!", Some((8, 0)));
        assert!(writes.take()[1].ends_with("\u{1b}[1;9H"));
    }

    #[test]
    fn full_redraw_clears_and_draws_in_one_write() {
        let (mut terminal, writes) = screen();
        show(&mut terminal, "hello", None);
        writes.take();
        terminal.resize(Rect::new(0, 0, 18, 3)).expect("resized");
        show(&mut terminal, "hello", None);
        let written = writes.take();
        assert_eq!(written.len(), 1, "{written:?}");
        assert!(written[0].starts_with("\u{1b}[2J") && written[0].contains("hello"), "{written:?}");
    }
}
