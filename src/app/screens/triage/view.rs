//! Draws the triage: one invite in full, its decision, and the progress.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::render::{invite_detail, status_lines};
use crate::app::screens::triage::TriageScreen;
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::text::{format_count, sanitize};
use crate::domain::triage::Decision;
use crate::keys::KeyContext;
use crate::ui::{Theme, dialog, wrap};

/// Draws the triage and stores the scroll limit in `metrics`.
pub fn draw(it: &TriageScreen, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(84, frame);
    let walk = &it.session;
    let title = format!(
        "Triage · {} of {}",
        format_count((walk.position + 1).min(walk.rows.len())),
        format_count(walk.rows.len())
    );
    // The dialog is centered and leaves the notifications and the filter visible.
    let filter = usize::from(!cx.table.query.filter.text().is_empty());
    let said = status_lines::lines(cx, KeyContext::Triage, frame.area().width).len() + filter;
    let lines = frame.area().height.saturating_sub(2 * said.max(1) as u16 + 4).min(18);
    let inside = dialog::open(&title, columns, lines, cx.theme, frame);
    let foot = footer_lines(it, cx.theme, columns as usize);
    let room = (inside.height as usize).saturating_sub(foot.len());
    let mut lines = match it.current_invite(cx) {
        Some(invite) => invite_detail::lines(&invite, cx, columns as usize),
        None => gone_lines(it, cx, columns as usize),
    };
    metrics.text_height = room;
    metrics.max_scroll = lines.len().saturating_sub(room);
    lines.drain(..it.scroll.min(metrics.max_scroll));
    lines.truncate(room);
    lines.resize(room, Line::default());
    lines.extend(foot);
    frame.render_widget(Paragraph::new(lines), inside);
}

/// Returns the text about an invite that no longer exists or is not loaded.
fn gone_lines(it: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let name =
        it.session.current().map(|identity| sanitize(identity.as_str()).into_owned()).unwrap_or_default();
    let words = match cx.invites.is_complete() {
        true => "This invite no longer exists (accepted, expired or deleted elsewhere).",
        false => "This invite is not loaded.",
    };
    let mut lines = vec![Line::styled(name, theme.muted), Line::default()];
    lines.extend(wrap(words, columns).into_iter().map(|line| Line::styled(line, theme.warning)));
    lines
}

/// Returns the decision about the current invite, and the progress.
fn footer_lines(it: &TriageScreen, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let walk = &it.session;
    let decision = walk.decisions.get(walk.position).and_then(Option::as_ref);
    let words = match decision {
        None => "not decided".to_owned(),
        Some(Decision::Keep) => "keep: no change".to_owned(),
        Some(Decision::Delete) => "delete: the link will stop working".to_owned(),
        Some(Decision::Resend) => "resend: a new invite and a new email".to_owned(),
        Some(Decision::Edit(draft)) => format!("edit: to {}", sanitize(&draft.email)),
    };
    let style = if decision.is_some() { theme.title } else { theme.muted };
    let mut lines = vec![Line::default(), Line::from(Span::styled(words, style))];
    let decided = walk.decision_counts();
    let done = match decided.total() {
        0 => "nothing decided yet".to_owned(),
        all => format!("{} decided: {decided}", format_count(all)),
    };
    lines.extend(wrap(&done, columns).into_iter().map(|line| Line::styled(line, theme.muted)));
    if !it.number_field.text().is_empty() {
        lines.push(Line::from(format!("go to {}▏", it.number_field.text())));
    }
    lines
}
