//! Draws the copy menu: each text with its beginning.

use ratatui::Frame;

use super::CopyMenu;
use crate::app::RenderContext;
use crate::ui::{dialog, list};

/// Draws the copy menu.
pub fn draw(it: &CopyMenu, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(76, frame);
    let labels: Vec<&str> = it.options.iter().map(|choice| choice.name).collect();
    // Cuts first, because a response can be long.
    let start = |i: usize, _| it.options[i].text.chars().take(columns as usize).collect();
    let lines = list::menu_lines(&labels, start, it.selected, columns, cx.theme);
    dialog::draw_lines_dialog(&it.title, lines, columns, cx.theme, frame);
}
