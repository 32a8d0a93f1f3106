//! The question that lifts the guard of a profile, with the field for its name.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::Unlock;
use crate::app::RenderContext;
use crate::domain::text::{fit, visible};
use crate::keys::{Action, KeyContext};
use crate::ui::{dialog, text_field, wrap};

/// Draws the question.
pub fn draw(it: &Unlock, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::room(60, frame);
    let profile = visible(&cx.options.guards.profile);
    let words = format!("The profile {profile} is guarded. Changes and emails reach real people.");
    let text: Vec<Line<'_>> = wrap(&words, columns as usize).into_iter().map(Line::from).collect();
    let height = text.len() as u16;
    let inside = dialog::open("Allow changes?", columns, height + 3, cx.theme, frame);
    let [about, label, field, below] = Layout::vertical([
        Constraint::Length(height),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
    ])
    .areas(inside);
    frame.render_widget(Paragraph::new(text), about);
    let name = fit(&format!("Type {profile} to allow them:"), columns as usize);
    frame.render_widget(Paragraph::new(name), label);
    text_field::field(&it.field, true, field, frame);
    let (words, style) = match &it.refused {
        Some(refused) => (refused.clone(), cx.theme.bad),
        None => (format!("{} allows changes.", cx.key(KeyContext::Form, Action::Accept)), cx.theme.quiet),
    };
    frame.render_widget(Paragraph::new(Line::styled(fit(&words, columns as usize), style)), below);
}
