//! Text field, based on tui-input.
//!
//! The text is a single line: line ends become blanks, and control characters are dropped.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use tui_input::{Input, InputRequest};
use unicode_truncate::UnicodeTruncateStr;

use super::theme::Theme;
use super::wrap;
use crate::domain::text::{sanitize, to_single_line, truncate, width};
use crate::keys::{Action, Key, KeyCode};

/// Maximum characters of a field, so that a huge paste does not slow down drawing.
const MAX_FIELD_CHARS: usize = 10_000;

/// Text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct TextField(Input);

impl TextField {
    /// Creates a field with a text and the cursor at its end.
    pub fn new(text: &str) -> TextField {
        TextField(Input::new(to_single_line(text)))
    }

    /// Returns the text of the field.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Returns the number of characters before the cursor.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    fn text_before_cursor(&self) -> String {
        self.text().chars().take(self.cursor()).collect()
    }

    /// Returns the last part of the text that fits, escaped, and the cursor's column in that part.
    pub fn visible_tail(&self, columns: usize) -> (String, usize) {
        let text = sanitize(self.text());
        let (end, end_columns) = text.unicode_truncate_start(columns);
        let hidden = width(&text) - end_columns;
        (end.to_owned(), width(&sanitize(&self.text_before_cursor())).saturating_sub(hidden))
    }

    /// Inserts a text at the cursor. Its line ends become blanks and do not submit the field.
    pub fn paste(&mut self, text: &str) {
        let available = MAX_FIELD_CHARS.saturating_sub(self.text().chars().count());
        let text: String = to_single_line(text).chars().take(available).collect();
        let before = self.text_before_cursor();
        let after: String = self.text().chars().skip(self.cursor()).collect();
        let cursor = before.chars().count() + text.chars().count();
        self.0 = Input::new(before + &text + &after).with_cursor(cursor);
    }

    /// Inserts the character of a key. Returns true if the text changed.
    pub fn type_key(&mut self, key: Key) -> bool {
        typed_char(key).map(|c| self.0.handle(InputRequest::InsertChar(c))).is_some()
    }

    /// Handles an editing action. Returns false for any other action.
    pub fn apply(&mut self, action: Action) -> bool {
        let request = match action {
            Action::CursorLeft => InputRequest::GoToPrevChar,
            Action::CursorRight => InputRequest::GoToNextChar,
            Action::CursorStart => InputRequest::GoToStart,
            Action::CursorEnd => InputRequest::GoToEnd,
            Action::WordLeft => InputRequest::GoToPrevWord,
            Action::WordRight => InputRequest::GoToNextWord,
            Action::Backspace => InputRequest::DeletePrevChar,
            Action::DeleteChar => InputRequest::DeleteNextChar,
            Action::DeleteWord => InputRequest::DeletePrevWord,
            Action::DeleteToEnd => InputRequest::DeleteTillEnd,
            Action::ClearField => InputRequest::DeleteLine,
            _ => return false,
        };
        self.0.handle(request);
        true
    }
}

/// Returns the character that a key types, if any.
pub fn typed_char(key: Key) -> Option<char> {
    match key {
        // Ctrl and Alt together are AltGr, which types a character.
        Key { code: KeyCode::Char(c), ctrl, alt } if ctrl == alt && !c.is_control() => Some(c),
        _ => None,
    }
}

/// Returns the label of a field.
pub fn label(name: &str, focused: bool, theme: &Theme) -> Span<'static> {
    Span::styled(name.to_owned(), if focused { theme.title } else { theme.muted })
}

/// Returns the label of a field, with the character count and limit at the end of the line.
pub fn counted_label(
    name: &str,
    text: &str,
    limit: usize,
    focused: bool,
    columns: u16,
    theme: &Theme,
) -> Line<'static> {
    let used = text.chars().count();
    let count = format!("{used}/{limit}");
    // Reserves columns for the count.
    let name = truncate(name, (columns as usize).saturating_sub(10));
    let gap = (columns as usize).saturating_sub(width(&name) + count.len());
    let style = if used > limit { theme.error } else { theme.muted };
    let gap = Span::raw(" ".repeat(gap));
    Line::from(vec![label(&name, focused, theme), gap, Span::styled(count, style)])
}

/// Draws a field on one or more lines, scrolled to the cursor.
pub fn draw_field(field: &TextField, focused: bool, area: Rect, frame: &mut Frame<'_>) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let text = sanitize(field.text());
    let cursor = sanitize(&field.text_before_cursor()).len().min(text.len());
    // Reserves one column for the cursor behind the last character.
    let ranges = wrap::line_ranges(&text, area.width as usize - 1);
    let (line, column) = wrap::position_of(&text, &ranges, cursor);
    let top = (line + 1).saturating_sub(area.height as usize);
    let underline = Style::new().underlined();
    let shown: Vec<Line<'_>> = (0..area.height as usize)
        .map(|i| {
            let part = ranges.get(top + i).map_or("", |range| text[range.clone()].trim_end_matches(' '));
            let padding = (area.width as usize).saturating_sub(width(part));
            Line::styled(format!("{part}{}", " ".repeat(padding)), underline)
        })
        .collect();
    frame.render_widget(Paragraph::new(shown), area);
    if focused {
        let column = (column as u16).min(area.width - 1);
        frame.set_cursor_position(Position::new(area.x + column, area.y + (line - top) as u16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paste_inserts_one_line_at_the_cursor() {
        let mut field = TextField::new("ab");
        field.apply(Action::CursorLeft);
        field.paste("1\r\n2\t3\u{1b}[31m\n");
        assert_eq!(field.text(), "a1 2 3[31mb");
        field.type_key(KeyCode::Char('!').into());
        assert_eq!(field.text(), "a1 2 3[31m!b");
    }

    #[test]
    fn oversized_paste_is_truncated() {
        let mut field = TextField::new("ab");
        field.paste(&"x".repeat(1_000_000));
        assert_eq!(field.text().chars().count(), MAX_FIELD_CHARS);
    }

    #[test]
    fn altgr_character_is_typed() {
        let mut field = TextField::new("bob");
        assert!(field.type_key("ctrl-alt-@".parse().expect("a key")));
        assert_eq!(field.text(), "bob@");
    }

    #[test]
    fn ctrl_key_does_not_type() {
        let mut field = TextField::default();
        assert!(!field.type_key("ctrl-x".parse().expect("a key")));
        assert!(!field.type_key("alt-x".parse().expect("a key")));
        assert!(!field.type_key(KeyCode::Enter.into()));
        assert_eq!(field.text(), "");
    }
}
