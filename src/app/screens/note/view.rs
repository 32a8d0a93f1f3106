//! Draws the note dialog: the email, the field with its counter, and the saved note if it differs.

use ratatui::Frame;
use ratatui::layout::Layout;
use ratatui::text::Line;

use super::NoteForm;
use crate::app::RenderContext;
use crate::domain::annotation::MAX_NOTE_CHARS;
use crate::domain::text::{sanitize, truncate};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::CharCounter;
use crate::ui::{dialog, text_field};

/// Maximum lines of the field.
const NOTE_HEIGHT: u16 = 3;

/// Draws the note dialog.
pub fn draw(it: &NoteForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(70, frame);
    let inside = dialog::open("Note", columns, NOTE_HEIGHT + 3, theme, frame);
    let lines = inside.height.saturating_sub(3).clamp(1, NOTE_HEIGHT);
    let [head, text, below, keys] = Layout::vertical([1, lines, 1, 1]).areas(inside);
    let letters = it.char_count();
    let style = if letters > MAX_NOTE_CHARS { theme.error } else { theme.muted };
    // Reserves columns for the counter.
    let name = truncate(&it.email, (columns as usize).saturating_sub(10));
    text_field::draw_label(
        &name,
        true,
        CharCounter { used: letters, limit: MAX_NOTE_CHARS, style },
        theme,
        head,
        frame,
    );
    text_field::draw_field(&it.field, true, text, frame);
    let (words, style) = match &it.error {
        Some(refused) => (refused.clone(), theme.error),
        None if it.saved.is_empty() => ("Stored on this machine, per email.".into(), theme.muted),
        None if it.is_modified() => (format!("saved: {}", sanitize(&it.saved)), theme.muted),
        None => ("Saved.".into(), theme.muted),
    };
    frame.render_widget(Line::styled(truncate(&words, columns as usize), style), below);
    let key = cx.key(KeyContext::Form, Action::Confirm);
    let words = match (letters, it.saved.is_empty()) {
        (0, false) => format!("Press {key} to remove the note."),
        (0, true) => String::new(),
        _ => format!("Press {key} to save."),
    };
    frame.render_widget(Line::styled(truncate(&words, columns as usize), theme.muted), keys);
}
