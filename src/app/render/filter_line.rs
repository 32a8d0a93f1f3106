//! The line of a filter, above the footer: its text, what it found, and the lines below it that explain while it is typed.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::text::{fit, width};
use crate::ui::{TextField, Theme};

/// A filter as it is drawn.
#[derive(Debug)]
pub struct FilterLine<'a> {
    /// The sign before it.
    pub sign: &'static str,
    /// The filter in force.
    pub filter: &'a str,
    /// The field, while it is typed.
    pub field: Option<&'a TextField>,
    /// How many it found of how many.
    pub found: String,
    /// What explains it, while it is typed.
    pub below: Vec<Line<'static>>,
}

impl FilterLine<'_> {
    /// The lines there are to show: none where there is no filter.
    pub fn lines(self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        let room = self.room(columns);
        // While typing the end of a long filter matters, where the cursor is; afterwards its beginning.
        let (text, style) = match self.field {
            Some(field) => (field.end(room).0, Style::new()),
            None if self.filter.is_empty() => return Vec::new(),
            None => (fit(self.filter, room), theme.quiet),
        };
        let mut lines = vec![Line::from(vec![
            Span::styled(self.sign, theme.key),
            Span::styled(text, style),
            Span::styled(format!("   {}", self.found), theme.quiet),
        ])];
        lines.extend(self.below);
        lines
    }

    /// Puts the terminal's cursor where the user types, so that input methods know it.
    pub fn place_cursor(&self, frame: &mut Frame<'_>) {
        let Some(field) = self.field else { return };
        let area = frame.area();
        let (_, column) = field.end(self.room(columns_in(frame)));
        let column = (2 + column).min(area.width.saturating_sub(1) as usize);
        // Above the lines that explain, and the footer.
        let up = self.below.len() as u16 + 2;
        frame.set_cursor_position(Position::new(area.x + column as u16, area.bottom().saturating_sub(up)));
    }

    /// Columns for the text.
    fn room(&self, columns: usize) -> usize {
        columns.saturating_sub(width(&self.found) + 4)
    }
}

/// The columns that the lines above the footer have.
pub fn columns_in(frame: &Frame<'_>) -> usize {
    (frame.area().width as usize).saturating_sub(2)
}
