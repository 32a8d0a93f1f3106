//! Draws the dialog that allows changes in a guarded profile.

use ratatui::Frame;
use ratatui::layout::Layout;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::UnlockPrompt;
use crate::app::RenderContext;
use crate::domain::text::{sanitize, truncate};
use crate::keys::{Action, KeyContext};
use crate::ui::{dialog, text_field};

/// Draws the dialog.
pub fn draw(prompt: &UnlockPrompt, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(60, frame);
    let profile = sanitize(&cx.options.guards.profile);
    let text = format!("The profile {profile} is guarded. Changes and emails reach real people.");
    let lines = dialog::wrap_styled(&text, columns as usize, Style::new());
    let height = lines.len() as u16;
    let inner = dialog::open("Allow changes?", columns, height + 3, cx.theme, frame);
    let [intro, label, field, status] = Layout::vertical([height, 1, 1, 1]).areas(inner);
    frame.render_widget(Paragraph::new(lines), intro);
    let name = truncate(&format!("Type {profile} to allow them:"), columns as usize);
    frame.render_widget(name, label);
    text_field::draw_field(&prompt.field, true, field, frame);
    let (text, style) = match &prompt.error {
        Some(error) => (error.clone(), cx.theme.error),
        None => {
            (format!("Press {} to allow changes.", cx.key(KeyContext::Form, Action::Confirm)), cx.theme.muted)
        }
    };
    frame.render_widget(Line::styled(truncate(&text, columns as usize), style), status);
}
