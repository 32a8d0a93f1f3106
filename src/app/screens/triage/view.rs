//! The triage walk: one invite in full, what was decided about it, and how far one has come.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::triage::{Triage, current};
use crate::app::shell::app::App;
use crate::domain::Now;
use crate::domain::text::{count, visible};
use crate::domain::triage::Decision;

use crate::app::render::notifications;
use crate::app::screens::pending::detail_view;
use crate::ui::dialog;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// Draws it.
pub fn draw(
    triage: &Triage,
    state: &App,
    theme: &Theme,
    now: Now,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let columns = dialog::room(84, frame);
    let walk = &triage.walk;
    let title =
        format!("Triage · {} of {}", count((walk.at + 1).min(walk.rows.len())), count(walk.rows.len()));
    // It stands in the middle and leaves what is said below in sight.
    let said = notifications::lines(state, theme, now, frame.area().width).len().max(1) as u16;
    let lines = frame.area().height.saturating_sub(2 * said + 4).min(18);
    let inside = dialog::open(&title, columns, lines, theme, frame);
    let foot = foot(triage, theme, columns as usize);
    let room = (inside.height as usize).saturating_sub(foot.len());
    let mut lines = match current(state, triage) {
        Some(invite) => detail_view::lines(&invite, state, theme, now, columns as usize),
        None => gone(triage, state, theme, columns as usize),
    };
    drawn.text_height = room;
    drawn.scroll_limit = lines.len().saturating_sub(room);
    lines.drain(..triage.scroll.min(drawn.scroll_limit));
    lines.truncate(room);
    lines.resize(room, Line::default());
    lines.extend(foot);
    frame.render_widget(Paragraph::new(lines), inside);
}

/// What is said of an invite that is not there.
fn gone(triage: &Triage, state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let name =
        triage.walk.current().map(|identity| visible(identity.as_str()).into_owned()).unwrap_or_default();
    let words = match state.model.invites.is_complete() {
        true => "It is gone since the walk was begun: accepted, or expired, or revoked elsewhere.",
        false => "It is not among the rows that are loaded.",
    };
    let mut lines = vec![Line::styled(name, theme.quiet), Line::default()];
    lines.extend(wrap(words, columns).into_iter().map(|line| Line::styled(line, theme.soon)));
    lines
}

/// What was decided about the invite in hand, and how far one has come.
fn foot(triage: &Triage, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let walk = &triage.walk;
    let words = match walk.decisions.get(walk.at).and_then(Option::as_ref) {
        None => Span::styled("not decided", theme.quiet),
        Some(Decision::Keep) => Span::styled("keep: it stays as it is", theme.title),
        Some(Decision::Delete) => Span::styled("revoke: its link will stop working", theme.title),
        Some(Decision::Resend) => Span::styled("resend: a new invite and a new e-mail", theme.title),
        Some(Decision::Edit(draft)) => {
            Span::styled(format!("correct: to {}", visible(&draft.email)), theme.title)
        }
    };
    let mut lines = vec![Line::default(), Line::from(words)];
    let decided = walk.decided();
    let done = match decided.all() {
        0 => "nothing decided yet".to_owned(),
        all => format!("{} decided: {decided}", count(all)),
    };
    lines.extend(wrap(&done, columns).into_iter().map(|line| Line::styled(line, theme.quiet)));
    if !triage.number.text().is_empty() {
        lines.push(Line::from(format!("go to {}▏", triage.number.text())));
    }
    lines
}
