//! All suggestions at once: what stands in the list, and what would take its place.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::import::Import;
use crate::app::screens::import::suggestions;
use crate::app::shell::app::App;
use crate::domain::text::{fit, fit_middle, visible};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::ui::theme::Theme;

/// Draws them, and notes how many lines there is room for.
pub fn draw(
    many: &Import,
    state: &App,
    theme: &Theme,
    area: Rect,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let [rows, keys] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(area);
    drawn.text_height = rows.height as usize;
    let found = suggestions::all(many);
    let top = many.suggested.top_for(found.len(), rows.height as usize);
    let numbers = many.sheet.entries.last().map_or(1, |entry| entry.line.to_string().len());
    let room = (rows.width as usize).saturating_sub(numbers + 6) / 2;
    let shown = found.iter().enumerate().skip(top).take(rows.height as usize).map(|(place, (at, email))| {
        let entry = many.sheet.entries.get(*at);
        let (line, written) = entry.map_or((0, ""), |entry| (entry.line, entry.email.as_str()));
        let mark = if place == many.suggested.cursor { "▌" } else { " " };
        Line::from(vec![
            Span::raw(mark),
            Span::styled(format!("{line:>numbers$} "), theme.quiet),
            Span::raw(fit_middle(&visible(written), room)),
            Span::styled(" → ", theme.quiet),
            Span::styled(fit_middle(&visible(email), room), theme.good),
        ])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    let key = |action| state.model.key(KeyContext::Many, action);
    let words = format!("{} takes all {}, {} none.", key(Action::Accept), found.len(), key(Action::Back));
    frame.render_widget(Paragraph::new(Span::styled(fit(&words, keys.width as usize), theme.soon)), keys);
}
