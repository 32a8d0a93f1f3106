//! Draws the current invite of the triage in full, and below it what helps to decide.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::TriageScreen;
use super::rules::{self, SNOOZE};
use crate::app::render::invite_detail;
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::expiry::Urgency;
use crate::domain::text::{format_count, sanitize, width};
use crate::domain::triage::Decision;
use crate::domain::{Expiry, Invite, email};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{labeled_lines, wrap_styled};
use crate::ui::{Lines, dialog};

/// Draws the invite. If not everything fits, what helps most to decide comes first.
pub(super) fn draw(
    triage: &TriageScreen,
    cx: &RenderContext<'_>,
    area: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let (columns, height) = (area.width as usize, area.height as usize);
    let lines = match triage.current_invite(cx) {
        None => missing_lines(triage, cx, columns),
        Some(invite) => {
            let lines = full_lines(triage, &invite, cx, columns);
            if lines.len() <= height { lines } else { compact_lines(triage, &invite, cx, columns) }
        }
    };
    metrics.text_height = height;
    metrics.max_scroll = dialog::draw_scrolled(lines, triage.scroll, area, frame);
}

fn full_lines(triage: &TriageScreen, invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let mut lines = invite_detail::main_lines(invite, cx, columns);
    lines.extend(decision_lines(triage, cx, columns));
    lines.extend(invite_detail::problem_lines(invite, cx, KeyContext::Triage, columns));
    lines.extend(domain_lines(triage, invite, cx, columns));
    lines.extend(snooze_lines(triage, invite, cx, columns));
    lines.extend(invite_detail::history_lines(invite, cx, columns));
    lines
}

/// Returns the lines with the most useful first. The identity is last, and an expiry needs one line.
fn compact_lines(triage: &TriageScreen, invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let labeled = |label, text: &str| labeled_lines(label, text, columns, cx.theme);
    let mut lines = wrap_styled(&invite.email, columns, cx.theme.title);
    lines.extend(labeled("expires", &short_expiry_text(invite.expiry, cx)));
    lines.extend(invite_detail::problem_lines(invite, cx, KeyContext::Triage, columns));
    lines.extend(domain_lines(triage, invite, cx, columns));
    lines.extend(decision_lines(triage, cx, columns));
    if let Some(note) = cx.annotations.note(&invite.email) {
        lines.extend(labeled("note", &sanitize(note)));
    }
    lines.extend(labeled("message", &invite_detail::message_text(&invite.message)));
    lines.extend(snooze_lines(triage, invite, cx, columns));
    lines.extend(labeled("identity", &sanitize(invite.identity.as_str())));
    lines
}

/// Formats an expiry without its date: "in 5 h".
fn short_expiry_text(expiry: Expiry, cx: &RenderContext<'_>) -> String {
    let text = expiry.remaining_text(cx.server_now(cx.now));
    match expiry.urgency(cx.server_now(cx.now)) {
        Urgency::Expired | Urgency::Unknown => text,
        _ => format!("in {text}"),
    }
}

/// Returns the text about an invite that no longer exists or is not loaded; empty if the filter hides all.
fn missing_lines(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let Some(identity) = triage.session.current().filter(|_| !triage.queue.shown.is_empty()) else {
        return Lines::new();
    };
    let text = match cx.invites.is_complete() {
        true => "This invite no longer exists (accepted, expired or deleted elsewhere).",
        false => "This invite is not loaded.",
    };
    let mut lines = wrap_styled(identity.as_str(), columns, cx.theme.muted);
    lines.push(Line::default());
    lines.extend(wrap_styled(text, columns, cx.theme.warning));
    lines
}

/// Returns what the decision about the current invite does.
fn decision_lines(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let text = match triage.session.decision(triage.session.position) {
        None => return Lines::new(),
        Some(Decision::Keep) => "keep: no change".to_owned(),
        Some(Decision::Delete) => "delete: the link will stop working".to_owned(),
        Some(Decision::Resend) => "resend: a new invite and a new email".to_owned(),
        Some(Decision::Edit(draft)) => format!("edit: to {}", sanitize(&draft.email)),
        Some(Decision::Snooze) => "snooze: hidden in the list, no change".to_owned(),
    };
    labeled_lines("decision", &text, columns, cx.theme)
}

/// Returns how many invites of the same domain can still be decided, with the keys that do it.
fn domain_lines(triage: &TriageScreen, invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let row = triage.session.position;
    let same_domain = triage.queue.same_domain_count(row);
    let others = same_domain - usize::from(same_domain > 0 && triage.queue.is_open(&triage.session, row));
    let Some(domain) = email::domain(&invite.email).filter(|_| others > 0) else { return Lines::new() };
    let text = format!("{} more of {} in this queue", format_count(others), sanitize(&domain));
    let count = format_count(same_domain);
    let hints = [
        (Action::DeleteDomain, format!("delete all {count}")),
        (Action::KeepDomain, "keep".to_owned()),
        (Action::ResendDomain, "resend".to_owned()),
        (Action::SnoozeDomain, "snooze".to_owned()),
    ];
    lines_with_keys("domain", &text, &hints, cx, columns)
}

/// Returns until when a snooze would hide the invite; empty if it cannot be snoozed.
fn snooze_lines(triage: &TriageScreen, invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let is_snoozed = triage.session.decision(triage.session.position) == Some(&Decision::Snooze);
    if is_snoozed || rules::snooze_blocked_reason(invite, &triage.queue.snoozed_emails, cx).is_some() {
        return Lines::new();
    }
    let Some(due) = SNOOZE.due_at(invite.expiry) else { return Lines::new() };
    let text = format!("until {}", cx.full_time(due));
    lines_with_keys("snooze", &text, &[(Action::Snooze, "snooze".to_owned())], cx, columns)
}

/// Returns a labeled text, with keys behind it or, if they do not fit, in the next line.
fn lines_with_keys(
    label: &str,
    text: &str,
    hints: &[(Action, String)],
    cx: &RenderContext<'_>,
    columns: usize,
) -> Lines {
    let mut lines = labeled_lines(label, text, columns, cx.theme);
    let indent = labeled_lines("", "", columns, cx.theme).first().map_or(0, Line::width);
    for (n, (action, text)) in hints.iter().enumerate() {
        let key = cx.key(KeyContext::Triage, *action);
        let gap = if n == 0 { 3 } else { 2 };
        let (used, needed) = (lines.last().map_or(0, Line::width), width(&key) + 1 + width(text));
        if indent + needed > columns {
            // Wrapped, because an email without its end would be another email.
            lines.extend(labeled_lines("", &format!("{key} {text}"), columns, cx.theme));
            continue;
        }
        if used + gap + needed > columns {
            lines.push(Line::raw(" ".repeat(indent)));
        } else {
            push(&mut lines, Span::raw(" ".repeat(gap)));
        }
        push(&mut lines, Span::styled(key, cx.theme.key));
        push(&mut lines, Span::raw(format!(" {text}")));
    }
    lines
}

fn push(lines: &mut Lines, span: Span<'static>) {
    if let Some(last) = lines.last_mut() {
        last.push_span(span);
    }
}
