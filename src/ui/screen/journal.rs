//! The journal: plans, their steps, and each call in detail.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Block;

use crate::app::state::State;

use super::super::theme::Theme;

/// Draws it.
pub fn draw(_state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(Block::bordered().border_style(theme.quiet), area);
}
