//! Lines of one invite in full: email, identity, expiry, message, note and plan status.

use ratatui::text::Line;

use crate::app::RenderContext;
use crate::app::model::labels::past_participle;
use crate::domain::expiry::Urgency;
use crate::domain::plan_progress::RunPhase;
use crate::domain::text::{sanitize, sanitize_lines};
use crate::domain::{Expiry, Invite, email, limits};
use crate::ui::dialog::{labeled_lines, wrap_styled};
use crate::ui::{Lines, Theme};

/// Returns the email and, below it, the identity.
pub fn name_lines(invite: &Invite, theme: &Theme, columns: usize) -> Lines {
    let mut lines = wrap_styled(&sanitize(&invite.email), columns, theme.title);
    // Always in the second line and in full: a shortened identity could be ambiguous.
    let identity = invite.identity.to_string();
    let identity =
        if identity.len() <= columns { sanitize(&identity) } else { sanitize(invite.identity.as_str()) };
    lines.extend(wrap_styled(&identity, columns, theme.muted));
    lines.push(Line::default());
    lines
}

/// Returns the lines of an invite.
pub fn lines(invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let theme = cx.theme;
    let mut lines = name_lines(invite, theme, columns);
    let mut add = |label: &str, text: &str| lines.extend(labeled_lines(label, text, columns, theme));
    add("expires", &expiry_text(invite.expiry, cx));
    if let Some(text) = snoozed_text(invite, cx) {
        add("snoozed", &text);
    }
    if let Some(note) = cx.annotations.note(&invite.email) {
        add("note", &sanitize(note));
    }
    if let Some(text) = plan_text(invite, cx) {
        add("now", &text);
    }
    add("message", &message_text(&invite.message));
    let excess = invite.message.chars().count().saturating_sub(limits::MAX_MESSAGE_CHARS);
    if excess > 0 {
        add("", &format!("{excess} characters too long to resend"));
    }
    if let Some((known, at)) = &cx.last_lookup
        && known == invite
    {
        add("checked", &format!("on the server at {}", cx.time(*at, "%H:%M:%S")));
    }
    lines
}

/// Formats an expiry: "Fri 17 Jun 2022 11:30 UTC (in 5 h)".
pub fn expiry_text(expiry: Expiry, cx: &RenderContext<'_>) -> String {
    let server_now = cx.server_now(cx.now);
    let Some(at) = expiry.0 else { return "unknown (not reported by the server)".into() };
    let remaining = expiry.remaining_text(server_now);
    let relative = match expiry.urgency(server_now) {
        Urgency::Expired => format!("{remaining} ago"),
        _ => format!("in {remaining}"),
    };
    format!("{} ({relative})", cx.full_time(at))
}

/// Returns what a running or staged plan does with an invite; `None` if no plan contains it.
fn plan_text(invite: &Invite, cx: &RenderContext<'_>) -> Option<String> {
    if let Some((step, phase)) = cx.plans.running_step_for(&invite.identity) {
        let participle = past_participle(step);
        return Some(match phase {
            Some(RunPhase::UndoWindow { .. }) => format!("will be {participle} in a moment (undo possible)"),
            Some(RunPhase::Queued { .. }) => format!("will be {participle} after another plan has finished"),
            Some(_) => format!("is being {participle}"),
            None => format!("will be {participle}"),
        });
    }
    let step = cx.plans.staged_step_for(&invite.identity)?;
    Some(format!("staged to be {}; nothing happens until you apply it", past_participle(step)))
}

/// Returns until when an invite is snoozed, if it is.
fn snoozed_text(invite: &Invite, cx: &RenderContext<'_>) -> Option<String> {
    let server_now = cx.server_now(cx.now);
    if !cx.annotations.is_snoozed(&invite.email, invite.expiry, server_now) {
        return None;
    }
    let snooze = cx.annotations.snoozes.get(&email::normalize(&invite.email))?;
    Some(format!("until {}", cx.full_time(snooze.due_at(invite.expiry)?)))
}

/// Returns a message, escaped for the terminal.
pub fn message_text(message: &str) -> String {
    if message.is_empty() { "(none)".into() } else { sanitize_lines(message).join("\n") }
}
