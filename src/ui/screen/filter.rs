//! The cursor in the filter's line; the line itself is drawn with the messages.

use ratatui::Frame;
use ratatui::layout::Position;

use crate::app::screen::Filter;
use crate::domain::text::{visible, width};

/// Puts the terminal's cursor behind what is typed, so that input methods know where one writes.
pub fn place_cursor(filter: &Filter, frame: &mut Frame<'_>) {
    let area = frame.area();
    let before: String = filter.field.text().chars().take(filter.field.cursor()).collect();
    let column = (2 + width(&visible(&before))).min(area.width.saturating_sub(1) as usize);
    // The filter's line is the one right above the footer.
    frame.set_cursor_position(Position::new(area.x + column as u16, area.bottom().saturating_sub(2)));
}
