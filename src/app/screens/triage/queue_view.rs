//! Draws the queue of the triage: the decision about each invite, its email, and in a wide queue its expiry.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::TriageScreen;
use crate::app::RenderContext;
use crate::domain::text::sanitize;
use crate::domain::triage::Decision;
use crate::ui::list::{highlight_row, pad, selection_sign};
use crate::ui::{Lines, Theme, dialog};

/// Width of the decision's word.
const WORD_WIDTH: usize = 6;
/// Minimum width of a queue with a column for the expiry.
const MIN_WIDTH_WITH_EXPIRY: usize = 58;
/// Width of the expiry.
const EXPIRY_WIDTH: usize = 12;

/// Draws the rows around the current one, which is in the middle, so that earlier decisions stay visible.
pub(super) fn draw(triage: &TriageScreen, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let (shown, height) = (&triage.queue.shown, area.height as usize);
    let at = triage.queue.place(triage.session.position).unwrap_or(0);
    let top = at.saturating_sub(height / 2).min(shown.len().saturating_sub(height));
    let rows = shown.iter().skip(top).take(height);
    let mut lines: Lines = rows.map(|row| row_line(triage, *row, cx, area.width as usize)).collect();
    if shown.is_empty() {
        let text = format!("Nothing matches “{}”.", sanitize(triage.queue.filter.text()));
        lines = dialog::wrap_indented(&text, 1, (area.width as usize).saturating_sub(1), cx.theme.muted);
    }
    dialog::draw_lines(&lines, area, frame);
    cx.add_row_clicks(area, top, shown.len() - top);
}

fn row_line(triage: &TriageScreen, row: usize, cx: &RenderContext<'_>, columns: usize) -> Line<'static> {
    let (session, theme) = (&triage.session, cx.theme);
    let Some(identity) = session.rows.get(row) else { return Line::default() };
    let decision = session.decision(row);
    let is_current = row == session.position;
    let invite = cx.invites.shown.find(identity).and_then(|id| cx.invites.shown.rows().get(id));
    let (sign, word, style) = match (&invite, decision) {
        (None, _) if cx.invites.is_complete() => ("×", "gone", theme.muted),
        (_, decision) => decision_label(decision, theme),
    };
    let has_expiry = columns >= MIN_WIDTH_WITH_EXPIRY;
    let email_width = columns.saturating_sub(WORD_WIDTH + 6 + if has_expiry { EXPIRY_WIDTH + 1 } else { 0 });
    let email = match &invite {
        None => identity.as_str(),
        Some(invite) if invite.email.is_empty() => "(no email)",
        Some(invite) => invite.email,
    };
    let is_done = decision.is_some() || invite.is_none();
    let email_style = if is_done { theme.muted } else { Style::new() };
    let mut spans = vec![
        Span::raw(selection_sign(is_current)),
        Span::styled(format!("{sign} {} ", pad(word, WORD_WIDTH)), style),
        Span::styled(format!(" {} ", pad(&sanitize(email), email_width)), email_style),
    ];
    if has_expiry {
        let text = invite.map(|invite| invite.expiry.remaining_text(cx.server_now(cx.now)));
        let text = pad(&text.unwrap_or_default(), EXPIRY_WIDTH);
        spans.push(Span::styled(format!("{text} "), theme.muted));
    }
    let mut line = Line::from(spans);
    if is_current {
        highlight_row(&mut line, columns as u16, theme);
    }
    line
}

/// Returns the sign, the word and the style of a decision; blank if there is none.
fn decision_label(decision: Option<&Decision>, theme: &Theme) -> (&'static str, &'static str, Style) {
    match decision {
        None => (" ", "", Style::new()),
        Some(Decision::Keep) => (" ", "keep", theme.success),
        Some(Decision::Delete) => ("✗", "delete", theme.error),
        Some(Decision::Resend) => ("↻", "resend", theme.warning),
        Some(Decision::Edit(_)) => ("✎", "edit", theme.warning),
        Some(Decision::Snooze) => ("z", "snooze", theme.muted),
    }
}
