//! The frame of something in full beside a list, and its labelled lines.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding};

use super::theme::Theme;
use super::wrap::wrap;

/// Columns of the labels on the left.
const LABEL: usize = 9;

/// Draws the frame of something in full, which shares its border with what stands beside it; where its inside is. It
/// has a title where it was opened.
pub fn pane(title: Option<&'static str>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.quiet)
        .title(title.map_or_else(Span::default, |title| Span::styled(title, theme.title)))
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// A text with its label on the left of its first line.
pub fn labelled(label: &str, text: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(LABEL);
    let lines = text.split('\n').flat_map(|line| wrap(line, room)).enumerate();
    lines
        .map(|(i, line)| {
            let label = if i == 0 { label } else { "" };
            Line::from(vec![Span::styled(format!("{label:<LABEL$}"), theme.quiet), Span::raw(line)])
        })
        .collect()
}
