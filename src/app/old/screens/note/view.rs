//! The field of a note: on whom, how long it may be, and what is kept at this moment where that is something else.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::screens::note::Note;
use crate::app::shell::app::App;
use crate::domain::remark::LONGEST_NOTE;
use crate::domain::text::{fit, visible};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::app::screens::invite_form::view::{field, label};
use crate::ui::dialog;
use crate::ui::theme::Theme;

/// Lines of the note that are seen at once.
const LINES: u16 = 3;

/// Draws it.
pub fn draw(note: &Note, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(70, frame);
    let inside = dialog::open("Note", columns, LINES + 3, theme, frame);
    let lines = inside.height.saturating_sub(3).clamp(1, LINES);
    let [head, text, below, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(lines),
        Constraint::Length(1),
        Constraint::Min(1),
    ])
    .areas(inside);
    let letters = note.letters();
    let style = if letters > LONGEST_NOTE { theme.bad } else { theme.quiet };
    // The counter stands behind it.
    let name = fit(&note.address, (columns as usize).saturating_sub(10));
    label(&name, true, letters, LONGEST_NOTE, style, theme, head, frame);
    field(&note.field, true, text, frame);
    let (words, style) = match &note.refused {
        Some(refused) => (refused.clone(), theme.bad),
        None if note.kept.is_empty() => ("It stays with the address, on this machine.".into(), theme.quiet),
        None if note.differs() => (format!("kept now: {}", visible(&note.kept)), theme.quiet),
        None => ("This is what is kept.".into(), theme.quiet),
    };
    frame.render_widget(Paragraph::new(Line::styled(fit(&words, columns as usize), style)), below);
    let key = state.model.key(KeyContext::Form, Action::Accept);
    let words = match (note.letters(), note.kept.is_empty()) {
        (0, false) => format!("{key} takes the note away."),
        (0, true) => String::new(),
        _ => format!("{key} keeps it."),
    };
    frame.render_widget(Paragraph::new(Line::styled(fit(&words, columns as usize), theme.quiet)), keys);
}
