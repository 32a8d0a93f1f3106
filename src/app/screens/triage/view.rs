//! Draws the triage: one invite in full, its decision, and the progress.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::{Line, Span};

use crate::app::render::{invite_detail, status_lines};
use crate::app::screens::triage::TriageScreen;
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::text::{format_count, sanitize};
use crate::domain::triage::Decision;
use crate::keys::KeyContext;
use crate::ui::dialog::wrap_styled;
use crate::ui::{Lines, Theme, dialog};

/// Draws the triage and stores the scroll limit in `metrics`.
pub fn draw(
    triage: &TriageScreen,
    cx: &RenderContext<'_>,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let columns = dialog::text_width(84, frame);
    let session = &triage.session;
    let rows = session.rows.len();
    let [position, rows] = [(session.position + 1).min(rows), rows].map(format_count);
    let title = format!("Triage · {position} of {rows}");
    // The dialog is centered and leaves the notifications and the filter visible.
    let filter = usize::from(!cx.table.query.filter.text().is_empty());
    let notice_height = status_lines::lines(cx, KeyContext::Triage, frame.area().width).len() + filter;
    let lines = frame.area().height.saturating_sub(2 * notice_height.max(1) as u16 + 4).min(18);
    let inner = dialog::open(&title, columns, lines, cx.theme, frame);
    let footer = footer_lines(triage, cx.theme, columns as usize);
    let parts = [Constraint::Fill(1), Constraint::Length(footer.len() as u16)];
    let [text_area, footer_area] = Layout::vertical(parts).areas(inner);
    let lines = match triage.current_invite(cx) {
        Some(invite) => invite_detail::lines(&invite, cx, columns as usize),
        None => gone_lines(triage, cx, columns as usize),
    };
    metrics.text_height = text_area.height as usize;
    metrics.max_scroll = dialog::draw_scrolled(lines, triage.scroll, text_area, frame);
    dialog::draw_lines(&footer, footer_area, frame);
}

/// Returns the text about an invite that no longer exists or is not loaded.
fn gone_lines(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let theme = cx.theme;
    let name =
        triage.session.current().map(|identity| sanitize(identity.as_str()).into_owned()).unwrap_or_default();
    let text = match cx.invites.is_complete() {
        true => "This invite no longer exists (accepted, expired or deleted elsewhere).",
        false => "This invite is not loaded.",
    };
    let mut lines = vec![Line::styled(name, theme.muted), Line::default()];
    lines.extend(wrap_styled(text, columns, theme.warning));
    lines
}

/// Returns the decision about the current invite, and the progress.
fn footer_lines(triage: &TriageScreen, theme: &Theme, columns: usize) -> Lines {
    let session = &triage.session;
    let decision = session.decisions.get(session.position).and_then(Option::as_ref);
    let text = match decision {
        None => "not decided".to_owned(),
        Some(Decision::Keep) => "keep: no change".to_owned(),
        Some(Decision::Delete) => "delete: the link will stop working".to_owned(),
        Some(Decision::Resend) => "resend: a new invite and a new email".to_owned(),
        Some(Decision::Edit(draft)) => format!("edit: to {}", sanitize(&draft.email)),
    };
    let style = if decision.is_some() { theme.title } else { theme.muted };
    let mut lines = vec![Line::default(), Line::from(Span::styled(text, style))];
    let decided = session.decision_counts();
    let progress = match decided.total() {
        0 => "nothing decided yet".to_owned(),
        all => format!("{} decided: {decided}", format_count(all)),
    };
    lines.extend(wrap_styled(&progress, columns, theme.muted));
    if !triage.number_field.text().is_empty() {
        lines.push(Line::from(format!("go to {}▏", triage.number_field.text())));
    }
    lines
}
