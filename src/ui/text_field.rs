//! A line of text being typed: tui-input's field, with pasted text made fit for it.
//! One paragraph only: line ends become blanks, control characters do not get in.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use tui_input::{Input, InputRequest};

use super::theme::Theme;
use super::wrap;
use crate::domain::text::{sanitize, to_single_line, width};
use crate::keys::{Action, Key, KeyCode};

/// More characters than this are not taken: far beyond what any field can use, and never a frozen screen.
const MAX_FIELD_CHARS: usize = 10_000;

/// A field in which text is typed.
#[derive(Debug, Clone, Default)]
pub struct TextField(Input);

impl TextField {
    /// A field with some text, the cursor behind it.
    pub fn new(text: &str) -> TextField {
        TextField(Input::new(to_single_line(text)))
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// How many characters stand before the cursor.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    fn before_cursor(&self) -> String {
        self.text().chars().take(self.cursor()).collect()
    }

    /// The end of the text that fits, made visible, and the cursor's column in it.
    pub fn visible_tail(&self, columns: usize) -> (String, usize) {
        let text = sanitize(self.text());
        let end = wrap::fit_end(&text, columns);
        let cut = width(&text) - width(&end);
        (end, width(&sanitize(&self.before_cursor())).saturating_sub(cut))
    }

    /// Puts a text in at the cursor, as if it were typed; it never submits.
    pub fn paste(&mut self, text: &str) {
        let room = MAX_FIELD_CHARS.saturating_sub(self.text().chars().count());
        let text: String = to_single_line(text).chars().take(room).collect();
        let before = self.before_cursor();
        let after: String = self.text().chars().skip(self.cursor()).collect();
        let cursor = before.chars().count() + text.chars().count();
        self.0 = Input::new(before + &text + &after).with_cursor(cursor);
    }

    /// Types a key, if it is one that types. True when the text changed.
    pub fn type_key(&mut self, key: Key) -> bool {
        match key {
            // With both it is AltGr, or a key that is bound to nothing: the character is what was meant.
            Key { code: KeyCode::Char(c), ctrl, alt } if ctrl == alt && !c.is_control() => {
                self.0.handle(InputRequest::InsertChar(c));
                true
            }
            _ => false,
        }
    }

    /// Does what an action means for a field. False when it means nothing here.
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

/// How many characters are in a field, of how many that may be; and how that is shown.
#[derive(Debug, Clone, Copy)]
pub struct CharCounter {
    /// How many there are.
    pub used: usize,
    /// How many there may be.
    pub limit: usize,
    /// The style, which warns where it is exceeded.
    pub style: Style,
}

/// Draws the name of a field, with its counter at the end of the line.
pub fn draw_label(
    name: &str,
    focused: bool,
    counter: CharCounter,
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let count = format!("{}/{}", counter.used, counter.limit);
    let gap = (area.width as usize).saturating_sub(width(name) + count.len());
    let spans = vec![
        Span::styled(name.to_owned(), if focused { theme.title } else { theme.muted }),
        Span::raw(" ".repeat(gap)),
        Span::styled(count, counter.style),
    ];
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// Draws a field over the lines it has, scrolled so that the cursor can be seen.
pub fn draw_field(field: &TextField, focused: bool, area: Rect, frame: &mut Frame<'_>) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let text = sanitize(field.text());
    let cursor = sanitize(&field.before_cursor()).len().min(text.len());
    // One column is kept free for the cursor behind the last character.
    let ranges = wrap::ranges(&text, area.width as usize - 1);
    let (line, column) = wrap::position_of(&text, &ranges, cursor);
    let top = (line + 1).saturating_sub(area.height as usize);
    let underline = Style::new().underlined();
    let shown: Vec<Line<'_>> = (0..area.height as usize)
        .map(|i| {
            let part = ranges.get(top + i).map_or("", |range| text[range.clone()].trim_end_matches(' '));
            let missing = (area.width as usize).saturating_sub(width(part));
            Line::styled(format!("{part}{}", " ".repeat(missing)), underline)
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
