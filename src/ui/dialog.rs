//! Dialogs with buttons, frames around parts of the window, and the text inside them.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::wrap::wrap;
use crate::domain::text::{sanitize, truncate, width};
use crate::ui::{Lines, Theme};

/// Blank columns between a border and a text.
pub const PADDING: Margin = Margin::new(1, 0);

/// Draws the frame of a dialog in the middle of the window and returns the area inside.
///
/// The dialog is at most as large as the window. The area excludes one blank column on both sides.
pub fn open(title: &str, columns: u16, lines: u16, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    let area = centered_rect(columns, lines, frame);
    open_in(area, title, theme, frame)
}

/// Draws the frame of a dialog directly above the footer and returns the area inside, as [`open`] does.
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
    let block = Block::bordered().title(title_line(title, theme));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner.inner(PADDING)
}

/// Returns the columns for text inside a dialog of at most `max` columns.
pub fn text_width(max: u16, frame: &Frame<'_>) -> u16 {
    max.min(frame.area().width.saturating_sub(4))
}

/// Returns a line of buttons. The focused one is highlighted, and the destructive one stands apart.
pub fn buttons(labels: &[&str], destructive: Option<usize>, focus: usize, theme: &Theme) -> Line<'static> {
    let mut line = Line::default();
    for (i, label) in labels.iter().enumerate() {
        line.push_span(" ".repeat(button_gap(i, destructive)));
        line.push_span(match () {
            () if i == focus => Span::styled(format!("[ {label} ]"), theme.selected),
            () if destructive == Some(i) => Span::styled(format!("  {label}  "), theme.danger),
            () => Span::styled(format!("  {label}  "), theme.button),
        });
    }
    line
}

/// Returns the columns before a button.
fn button_gap(index: usize, destructive: Option<usize>) -> usize {
    match index {
        0 => 0,
        _ if destructive.is_some_and(|other| other == index || other + 1 == index) => 4,
        _ => 2,
    }
}

/// Returns the areas of the buttons of [`buttons`] in the first line of an area.
pub fn button_areas(labels: &[&str], destructive: Option<usize>, area: Rect) -> Vec<Rect> {
    let mut x = area.x;
    let button = |(i, label): (usize, &&str)| {
        x += button_gap(i, destructive) as u16;
        let button = Rect { x, width: width(label) as u16 + 4, height: 1, ..area };
        x = button.right();
        button.intersection(area)
    };
    labels.iter().enumerate().map(button).collect()
}

/// Returns a line with one button and its description.
pub fn button(label: &str, description: &str, focused: bool, theme: &Theme) -> Line<'static> {
    let mut line = buttons(&[label], None, if focused { 0 } else { usize::MAX }, theme);
    line.push_span(Span::styled(format!("  {description}"), theme.muted));
    line
}

/// Draws a dialog that consists of lines; the last line contains the buttons.
///
/// Returns the area of the lines, and the number of lines hidden above it.
pub fn draw_lines_dialog(
    title: &str,
    lines: Lines,
    columns: u16,
    theme: &Theme,
    frame: &mut Frame<'_>,
) -> (Rect, usize) {
    let area = open(title, columns, lines.len() as u16, theme, frame);
    // In a low window the buttons stay visible.
    let hidden = draw_scrolled(lines, usize::MAX, area, frame);
    (area, hidden)
}

/// Draws lines starting at `scroll`, limited so that the area stays full. Returns the scroll limit.
pub fn draw_scrolled(lines: Vec<Line<'_>>, scroll: usize, area: Rect, frame: &mut Frame<'_>) -> usize {
    let height = area.height as usize;
    let max_scroll = lines.len().saturating_sub(height);
    // ratatui's scroll offset has only 16 bits, and a text can have more lines.
    let shown: Vec<_> = lines.into_iter().skip(scroll.min(max_scroll)).take(height).collect();
    frame.render_widget(Paragraph::new(shown), area);
    max_scroll
}

/// Draws lines without wrapping. Faster than a [`Paragraph`], which scans each line twice.
pub fn draw_lines(lines: &[Line<'_>], area: Rect, frame: &mut Frame<'_>) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}

/// Returns the wrapped lines of a text in one style, escaped.
pub fn wrap_styled(text: &str, columns: usize, style: Style) -> Lines {
    wrap(&sanitize(text), columns).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// Draws a text in one style, wrapped, escaped, and cut to the area.
pub fn draw_wrapped(text: &str, style: Style, area: Rect, frame: &mut Frame<'_>) {
    let columns = area.width as usize;
    let mut lines = wrap_styled(text, columns, style);
    truncate_lines(&mut lines, area.height as usize, columns);
    draw_lines(&lines, area, frame);
}

/// Returns the wrapped lines of a text, indented by this number of columns.
pub fn wrap_indented(text: &str, indent: usize, columns: usize, style: Style) -> Lines {
    sign_lines(&" ".repeat(indent), text, usize::MAX, columns, style)
}

/// Returns the wrapped lines of a text after a sign. The last of at most `max_lines` is cut.
pub fn sign_lines(sign: &str, text: &str, max_lines: usize, columns: usize, style: Style) -> Lines {
    let available = columns.saturating_sub(width(sign));
    let mut lines = wrap(text, available);
    if lines.len() > max_lines {
        let rest = lines.split_off(max_lines.saturating_sub(1)).join(" ");
        lines.push(truncate(&rest, available));
    }
    let indent = " ".repeat(width(sign));
    let line = |(i, line)| Line::styled(format!("{}{line}", if i == 0 { sign } else { &indent }), style);
    lines.into_iter().enumerate().map(line).collect()
}

/// Cuts a text to this number of lines and marks the cut with an ellipsis.
pub fn truncate_lines(text: &mut Lines, max_lines: usize, columns: usize) {
    if text.len() <= max_lines {
        return;
    }
    text.truncate(max_lines);
    if let Some(last) = text.last_mut() {
        let content: String = last.spans.iter().map(|span| span.content.as_ref()).collect();
        let style = last.style;
        *last = Line::styled(truncate(&format!("{content} …"), columns), style);
    }
}

/// Width of the label column.
const LABEL_WIDTH: usize = 9;

/// Returns a title: the subject stands out from the details after it, such as in "Journal · loaded 10:31:06".
fn title_line(title: &str, theme: &Theme) -> Line<'static> {
    if title.is_empty() {
        return Line::default();
    }
    let (subject, details) = title.split_at(title.find(" · ").unwrap_or(title.len()));
    let subject = Span::styled(format!(" {subject}"), theme.title);
    Line::from(vec![subject, Span::styled(format!("{details} "), theme.muted)])
}

/// Draws a frame that shares its borders with its neighbors, and returns the area inside.
///
/// The title is in the upper border, the position in the lower one. Both are cut to the frame.
pub fn draw_frame(title: &str, position: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let columns = (area.width as usize).saturating_sub(4);
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.muted)
        .title(title_line(&truncate(title, columns), theme))
        .title_bottom(Span::styled(truncate(position, columns), theme.muted));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Draws the frame of a detail pane and returns the area of its text. `title` is for an opened pane.
pub fn draw_pane(title: Option<&str>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    self::draw_frame(title.unwrap_or_default(), "", theme, area, frame).inner(PADDING)
}

/// Returns the wrapped lines of a text, with a label before the first line.
pub fn labeled_lines(label: &str, text: &str, columns: usize, theme: &Theme) -> Lines {
    let available = columns.saturating_sub(LABEL_WIDTH);
    let lines = text.split('\n').flat_map(|line| wrap(line, available)).enumerate();
    lines
        .map(|(i, line)| {
            let label = if i == 0 { label } else { "" };
            Line::from(vec![Span::styled(format!("{label:<LABEL_WIDTH$}"), theme.muted), Span::raw(line)])
        })
        .collect()
}
