//! Draws the note dialog: the email, the field with its counter, and the saved note if it differs.

use ratatui::Frame;
use ratatui::layout::Layout;
use ratatui::text::Line;

use super::NoteForm;
use crate::app::RenderContext;
use crate::domain::annotation::MAX_NOTE_CHARS;
use crate::domain::text::{sanitize, truncate};
use crate::keys::{Action, KeyContext};
use crate::ui::{dialog, text_field};

/// Maximum lines of the field.
const NOTE_HEIGHT: u16 = 3;

/// Draws the note dialog.
pub fn draw(form: &NoteForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(70, frame);
    let inner = dialog::open("Note", columns, NOTE_HEIGHT + 3, theme, frame);
    let lines = inner.height.saturating_sub(3).clamp(1, NOTE_HEIGHT);
    let [heading, field, status, help] = Layout::vertical([1, lines, 1, 1]).areas(inner);
    let label = text_field::counted_label(&form.email, form.text(), MAX_NOTE_CHARS, true, columns, theme);
    frame.render_widget(label, heading);
    text_field::draw_field(&form.field, true, field, frame);
    let (text, style) = match &form.error {
        Some(error) => (error.clone(), theme.error),
        None if form.saved.is_empty() => ("Stored on this machine, per email.".into(), theme.muted),
        None if form.is_modified() => (format!("saved: {}", sanitize(&form.saved)), theme.muted),
        None => ("Saved.".into(), theme.muted),
    };
    frame.render_widget(Line::styled(truncate(&text, columns as usize), style), status);
    let key = cx.key(KeyContext::Form, Action::Confirm);
    let text = match (form.text().is_empty(), form.saved.is_empty()) {
        (true, false) => format!("Press {key} to remove the note."),
        (true, true) => String::new(),
        _ => format!("Press {key} to save."),
    };
    frame.render_widget(Line::styled(truncate(&text, columns as usize), theme.muted), help);
}
