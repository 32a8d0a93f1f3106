//! Lists: selection and scroll offset, drawing of rows, and the position in the bottom border.

use ratatui::style::{Modifier, Style, Stylize as _};
use ratatui::text::{Line, Span};

use crate::domain::query::{Filter, TextColumn};
use crate::domain::text::{format_count, truncate, width};
use crate::keys::Action;
use crate::ui::{Lines, Theme};

/// Returns the position in a list: "─ steps 1–20 of 80 ".
pub fn position_label(label: &str, state: &ListState, lines: usize, height: usize) -> String {
    if lines == 0 || height == 0 {
        return String::new();
    }
    let top = state.offset_for(lines, height);
    let [first, last, all] = [top + 1, (top + height).min(lines), lines].map(format_count);
    format!("─ {label} {first}–{last} of {all} ")
}

/// Highlights the whole selected row, up to the right border.
///
/// The row loses its own colors, because they may be unreadable on the color of the selection.
pub fn highlight_row(row: &mut Line<'static>, columns: u16, theme: &Theme) {
    let padding = (columns as usize).saturating_sub(row.width());
    row.push_span(Span::raw(" ".repeat(padding)).remove_modifier(Modifier::CROSSED_OUT));
    for span in &mut row.spans {
        span.style =
            Style { fg: None, bg: None, ..span.style }.remove_modifier(Modifier::DIM).patch(theme.selected);
    }
    row.style = Style { fg: None, bg: None, ..row.style };
}

/// Ends the line through each cell with its text: the blanks after the text are not struck through.
pub fn strike_only_texts(row: &mut Line<'static>) {
    let cells = std::mem::take(&mut row.spans).into_iter();
    row.spans = cells
        .flat_map(|cell| {
            let (text, blanks) = cell.content.split_at(cell.content.trim_end().len());
            let (text, blanks) = (text.to_owned(), blanks.to_owned());
            let blanks = Span::styled(blanks, cell.style.remove_modifier(Modifier::CROSSED_OUT));
            [Span::styled(text, cell.style), blanks]
        })
        .collect();
}

/// Returns the sign before a row: a bar if it is selected.
pub fn selection_sign(is_selected: bool) -> &'static str {
    if is_selected { "▌" } else { " " }
}

/// Returns a row: the sign of the selected row, then the cells. The selected row is highlighted.
pub fn row(
    is_selected: bool,
    cells: impl IntoIterator<Item = Span<'static>>,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let sign = Span::raw(selection_sign(is_selected));
    let mut row: Line<'static> = std::iter::once(sign).chain(cells).collect();
    if is_selected {
        highlight_row(&mut row, columns as u16, theme);
    }
    row
}

/// Cuts or pads a text to this width.
pub fn pad(text: &str, columns: usize) -> String {
    let text = truncate(text, columns);
    let padding = columns.saturating_sub(width(&text));
    text + &" ".repeat(padding)
}

/// Cuts or pads a text to this width, and highlights the parts that the filter matched.
pub fn highlight(
    filter: &Filter,
    field: TextColumn,
    raw: &str,
    columns: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let (mut text, ranges) = filter.truncate_highlighted(field, raw, columns);
    text.push_str(&" ".repeat(columns.saturating_sub(width(&text))));
    let (mut spans, mut end) = (Vec::new(), 0);
    for range in ranges {
        spans.push(Span::raw(text[end..range.start].to_owned()));
        spans.push(Span::styled(text[range.clone()].to_owned(), theme.matched));
        end = range.end;
    }
    spans.push(Span::raw(text[end..].to_owned()));
    spans
}

/// Returns by how many lines an action moves, or `None` if it does not move.
///
/// A page leaves one line of the previous page visible.
pub(crate) fn scroll_delta(action: Action, height: usize) -> Option<isize> {
    let page = height.saturating_sub(1).max(1) as isize;
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => return None,
    })
}

/// Selection and scroll offset of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListState {
    /// Index of the selected line.
    pub selected: usize,
    /// Index of the first visible line.
    pub offset: usize,
}

impl ListState {
    /// Selects a line, or the last line if there are fewer, and scrolls as little as possible.
    pub fn go_to(&mut self, line: usize, lines: usize, height: usize) {
        self.selected = line.min(lines.saturating_sub(1));
        self.offset = self.offset_for(lines, height);
    }

    /// Moves the selection by a number of lines, within the list.
    pub fn move_by(&mut self, delta: isize, lines: usize, height: usize) {
        self.go_to(self.selected.saturating_add_signed(delta), lines, height);
    }

    /// Returns the items in a window of this height, each with whether it is selected.
    pub fn window<T>(
        self,
        items: impl ExactSizeIterator<Item = T>,
        height: usize,
    ) -> impl Iterator<Item = (T, bool)> {
        let top = self.offset_for(items.len(), height);
        items.enumerate().skip(top).take(height).map(move |(index, item)| (item, index == self.selected))
    }

    /// Returns the first visible line of a window of this height that shows the selected line.
    pub fn offset_for(&self, lines: usize, height: usize) -> usize {
        let height = height.max(1);
        let max_offset = lines.saturating_sub(height);
        self.offset.min(max_offset).min(self.selected).max((self.selected + 1).saturating_sub(height))
    }
}

/// Returns the selected index after an action, wrapping around.
pub(crate) fn cycle_selection(selected: usize, action: Action, items: usize) -> usize {
    match action {
        Action::Next => (selected + 1) % items.max(1),
        Action::Previous => selected.checked_sub(1).unwrap_or(items.saturating_sub(1)),
        _ => selected,
    }
}

/// Returns the item after or before this one, wrapping around.
pub(crate) fn cycle<T: Copy + PartialEq>(items: &[T], item: T, back: bool) -> T {
    let index = items.iter().position(|other| *other == item).unwrap_or(0);
    let action = if back { Action::Previous } else { Action::Next };
    items[cycle_selection(index, action, items.len())]
}

/// Returns the lines of a menu. `text` receives the index of an item and the columns left for its text.
pub fn menu_lines(
    labels: &[impl AsRef<str>],
    text: impl Fn(usize, usize) -> String,
    selected: usize,
    columns: u16,
    theme: &Theme,
) -> Lines {
    let widest = labels.iter().map(|label| width(label.as_ref())).max().unwrap_or(0);
    let available = (columns as usize).saturating_sub(widest + 3);
    let line = |(i, label): (usize, &_)| {
        let text = truncate(&text(i, available), available);
        let cells =
            [Span::raw(pad(AsRef::as_ref(label), widest)), Span::raw("  "), Span::styled(text, theme.muted)];
        row(i == selected, cells, columns as usize, theme)
    };
    labels.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn line_through_a_selected_row_ends_with_each_text() {
        let theme = Theme::none();
        for is_selected in [false, true] {
            let mut line = Line::from(vec![Span::raw("ann "), Span::raw("bob  ")]).crossed_out();
            strike_only_texts(&mut line);
            if is_selected {
                highlight_row(&mut line, 12, &theme);
            }
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
            buffer.set_line(0, 0, &line, 12);
            let is_struck = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::CROSSED_OUT);
            let struck: String = buffer.content.iter().filter(is_struck).map(|cell| cell.symbol()).collect();
            assert_eq!(struck, "annbob");
        }
    }

    #[test]
    fn selected_line_is_always_visible() {
        let mut state = ListState::default();
        for (line, cursor, top) in [(3, 3, 0), (5, 5, 1), (1, 1, 1), (99, 9, 5), (0, 0, 0)] {
            state.go_to(line, 10, 5);
            assert_eq!((state.selected, state.offset), (cursor, top), "to {line}");
        }
        state.go_to(4, 0, 0);
        assert_eq!(state, ListState::default(), "of no lines");
    }
}

#[cfg(test)]
mod menu_tests {
    use super::*;

    #[test]
    fn selection_wraps_at_both_ends() {
        for (selected, action, after) in
            [(0, Action::Next, 1), (2, Action::Next, 0), (0, Action::Previous, 2), (1, Action::Help, 1)]
        {
            assert_eq!(cycle_selection(selected, action, 3), after, "{action:?} from {selected}");
        }
        assert_eq!(
            (cycle_selection(0, Action::Next, 0), cycle_selection(0, Action::Previous, 0)),
            (0, 0),
            "of no items"
        );
    }
}
