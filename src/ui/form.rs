//! What forms are made of: the name of a field with the count of its characters, and the field itself.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text_field::TextField;
use super::theme::Theme;
use super::wrap;
use crate::domain::text::{visible, width};

/// How many characters are in a field, of how many that may be; and how that is shown.
#[derive(Debug, Clone, Copy)]
pub struct Counter {
    /// How many there are.
    pub used: usize,
    /// How many there may be.
    pub limit: usize,
    /// The style, which warns where it is exceeded.
    pub style: Style,
}

/// Draws the name of a field, with its counter at the end of the line.
pub fn label(name: &str, focused: bool, counter: Counter, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let count = format!("{}/{}", counter.used, counter.limit);
    let gap = (area.width as usize).saturating_sub(width(name) + count.len());
    let spans = vec![
        Span::styled(name.to_owned(), if focused { theme.title } else { theme.quiet }),
        Span::raw(" ".repeat(gap)),
        Span::styled(count, counter.style),
    ];
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// Draws a field over the lines it has, scrolled so that the cursor can be seen.
pub fn field(field: &TextField, focused: bool, area: Rect, frame: &mut Frame<'_>) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let before: String = field.text().chars().take(field.cursor()).collect();
    let text = visible(field.text()).into_owned();
    let cursor = visible(&before).len().min(text.len());
    // One column is kept free for the cursor behind the last character.
    let ranges = wrap::ranges(&text, area.width as usize - 1);
    let (line, column) = wrap::place(&text, &ranges, cursor);
    let top = (line + 1).saturating_sub(area.height as usize);
    let underline = Style::new().underlined();
    let shown: Vec<Line<'_>> = (0..area.height as usize)
        .map(|i| {
            let part = ranges.get(top + i).map_or("", |range| text[range.clone()].trim_end_matches(' '));
            let missing = (area.width as usize).saturating_sub(width(part));
            Line::styled(format!("{part}{}", " ".repeat(missing)), underline)
        })
        .collect();
    frame.render_widget(Paragraph::new(shown), area);
    if focused {
        let column = (column as u16).min(area.width - 1);
        frame.set_cursor_position(Position::new(area.x + column, area.y + (line - top) as u16));
    }
}
