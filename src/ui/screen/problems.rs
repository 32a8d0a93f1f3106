//! What looks wrong, each with its reason and its fix, a line each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::Block;

use crate::app::state::{Drawn, State};

use super::super::theme::Theme;

/// Draws the list.
pub fn draw(_state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Drawn {
    let block = Block::bordered().border_style(theme.quiet).title(Span::styled(" Problems ", theme.title));
    let rows = block.inner(area).height as usize;
    frame.render_widget(block, area);
    Drawn { text_height: rows, ..Drawn::default() }
}
