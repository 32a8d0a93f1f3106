//! Boxes: a dialog in front of everything with its buttons, the frame of a part of the window, and the text inside.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::wrap::wrap;
use crate::domain::text::truncate;
use crate::ui::Theme;

/// The blank columns between a border and a text.
const PADDING: Margin = Margin::new(1, 0);

/// Clears a place in the middle of the window, draws a frame with a title around it, and says what is inside.
/// At most as large as the window; one blank column is left on both sides inside.
pub fn open(title: &str, columns: u16, lines: u16, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    let area = centered_rect(columns, lines, frame);
    open_in(area, title, theme, frame)
}

/// The same, but right above the footer.
pub fn open_above_footer(
    title: &str,
    columns: u16,
    lines: u16,
    theme: &Theme,
    frame: &mut Frame<'_>,
) -> Rect {
    let area = centered_rect(columns, lines, frame);
    let y = frame.area().bottom().saturating_sub(area.height + 1).max(frame.area().y);
    open_in(Rect { y, ..area }, title, theme, frame)
}

fn centered_rect(columns: u16, lines: u16, frame: &Frame<'_>) -> Rect {
    let window = frame.area();
    let width = (columns + 4).min(window.width);
    let height = (lines + 2).min(window.height);
    Rect {
        x: window.x + (window.width - width) / 2,
        y: window.y + (window.height - height) / 2,
        width,
        height,
    }
}

fn open_in(area: Rect, title: &str, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    frame.render_widget(Clear, area);
    let block = Block::bordered().title(Span::styled(format!(" {title} "), theme.title));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner.inner(PADDING)
}

/// How many columns are left for text inside a dialog of at most `most` columns.
pub fn text_width(most: u16, frame: &Frame<'_>) -> u16 {
    most.min(frame.area().width.saturating_sub(4))
}

/// Buttons in a line; the one with the focus is reversed.
pub fn buttons(labels: &[&str], focus: usize, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let style = if i == focus { theme.selected } else { theme.muted };
        let (open, close) = if i == focus { ("[", "]") } else { (" ", " ") };
        spans.push(Span::styled(format!("{open} {label} {close}"), style));
        spans.push(Span::raw("  "));
    }
    Line::from(spans)
}

/// A dialog that is nothing but lines, the last one being its buttons.
pub fn draw_lines_dialog(
    title: &str,
    lines: Vec<Line<'static>>,
    columns: u16,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let inside = open(title, columns, lines.len() as u16, theme, frame);
    // In a low window the buttons have to be seen, whatever else does not fit.
    draw_scrolled(lines, usize::MAX, inside, frame);
}

/// Draws the lines of a text from the line `scroll` on, but at least its last lines. Returns how far it can be scrolled.
pub fn draw_scrolled(lines: Vec<Line<'_>>, scroll: usize, area: Rect, frame: &mut Frame<'_>) -> usize {
    let height = area.height as usize;
    let limit = lines.len().saturating_sub(height);
    // Cut here: ratatui's own scrolling counts in 16 bits, and a message can have more lines.
    let shown: Vec<_> = lines.into_iter().skip(scroll.min(limit)).take(height).collect();
    frame.render_widget(Paragraph::new(shown), area);
    limit
}

/// Draws lines that are as wide as the area. A [`Paragraph`] would go through each of them twice to find out where to wrap.
pub fn draw_lines(lines: &[Line<'_>], area: Rect, frame: &mut Frame<'_>) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}

/// The lines of a text in one style, broken between words.
pub fn wrap_styled(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    wrap(text, columns).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// Cuts a text to so many lines, and shows that it was cut.
pub fn truncate_lines(text: &mut Vec<Line<'static>>, room: usize, columns: usize) {
    if text.len() <= room {
        return;
    }
    text.truncate(room);
    if let Some(last) = text.last_mut() {
        let words: String = last.spans.iter().map(|span| span.content.as_ref()).collect();
        let style = last.style;
        *last = Line::styled(truncate(&format!("{words} …"), columns), style);
    }
}

/// Columns of the labels on the left.
const LABEL_WIDTH: usize = 9;

/// Draws a frame that shares its borders with its neighbors. It has a title in its upper border, and in its lower border
/// the position in what it shows. Returns its inside.
pub fn draw_frame(title: &str, position: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.muted)
        .title(Span::styled(title, theme.title))
        .title_bottom(Span::styled(position, theme.muted));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Draws the frame of something in full, which has a title only if it was opened. Returns the area of its text.
pub fn draw_pane(title: Option<&str>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    self::draw_frame(title.unwrap_or_default(), "", theme, area, frame).inner(PADDING)
}

/// A text with its label on the left of its first line.
pub fn labeled_lines(label: &str, text: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(LABEL_WIDTH);
    let lines = text.split('\n').flat_map(|line| wrap(line, room)).enumerate();
    lines
        .map(|(i, line)| {
            let label = if i == 0 { label } else { "" };
            Line::from(vec![Span::styled(format!("{label:<LABEL_WIDTH$}"), theme.muted), Span::raw(line)])
        })
        .collect()
}
