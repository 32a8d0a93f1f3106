//! Draws the copy menu: the name and the beginning of each text.

use ratatui::Frame;

use super::CopyMenu;
use crate::app::RenderContext;
use crate::ui::{dialog, list};

/// Draws the copy menu.
pub fn draw(menu: &CopyMenu, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(76, frame);
    let labels: Vec<&str> = menu.options.iter().map(|option| option.name).collect();
    // Cuts the text before it is drawn, because a response can be long. Its lines are drawn as one.
    let start = |i: usize, _| {
        let words = menu.options[i].text.split_whitespace().take(columns as usize);
        words.collect::<Vec<_>>().join(" ").chars().take(columns as usize).collect()
    };
    let lines = list::menu_lines(&labels, start, menu.selected, columns, cx.theme);
    let (area, hidden) = dialog::draw_lines_dialog(&menu.title, lines, columns, cx.theme, frame);
    cx.add_row_clicks(area, hidden, labels.len().saturating_sub(hidden));
}
