//! The question that lifts the guard of a profile, with the field for its name.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::screens::unlock::Unlock;
use crate::app::shell::app::App;
use crate::domain::text::{fit, visible};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::app::screens::invite_form::view;
use crate::ui::dialog;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// Draws it.
pub fn draw(lift: &Unlock, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(60, frame);
    let profile = visible(&state.model.options.guards.profile).into_owned();
    let words = format!("The profile {profile} is guarded. Changes and emails reach real people.");
    let text: Vec<Line<'_>> = wrap(&words, columns as usize).into_iter().map(Line::from).collect();
    let height = text.len() as u16;
    let inside = dialog::open("Allow changes?", columns, height + 3, theme, frame);
    let [about, label, field, below] = Layout::vertical([
        Constraint::Length(height),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
    ])
    .areas(inside);
    frame.render_widget(Paragraph::new(text), about);
    frame.render_widget(
        Paragraph::new(fit(&format!("Type {profile} to allow them:"), columns as usize)),
        label,
    );
    view::field(&lift.field, true, field, frame);
    let (words, style) = match &lift.refused {
        Some(refused) => (refused.clone(), theme.bad),
        None => {
            (format!("{} allows changes.", state.model.key(KeyContext::Form, Action::Accept)), theme.quiet)
        }
    };
    frame.render_widget(Paragraph::new(Line::styled(fit(&words, columns as usize), style)), below);
}
