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
pub fn draw(it: &UnlockPrompt, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(60, frame);
    let profile = sanitize(&cx.options.guards.profile);
    let words = format!("The profile {profile} is guarded. Changes and emails reach real people.");
    let text = dialog::wrap_styled(&words, columns as usize, Style::new());
    let height = text.len() as u16;
    let inside = dialog::open("Allow changes?", columns, height + 3, cx.theme, frame);
    let [about, label, field, below] = Layout::vertical([height, 1, 1, 1]).areas(inside);
    frame.render_widget(Paragraph::new(text), about);
    let name = truncate(&format!("Type {profile} to allow them:"), columns as usize);
    frame.render_widget(name, label);
    text_field::draw_field(&it.field, true, field, frame);
    let (words, style) = match &it.error {
        Some(refused) => (refused.clone(), cx.theme.error),
        None => {
            (format!("Press {} to allow changes.", cx.key(KeyContext::Form, Action::Confirm)), cx.theme.muted)
        }
    };
    frame.render_widget(Line::styled(truncate(&words, columns as usize), style), below);
}
