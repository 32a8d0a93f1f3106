//! Lines of one invite in full: email, expiry, plan status, message, problems, history, domain and note.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::RenderContext;
use crate::app::model::labels::past_participle;
use crate::domain::expiry::Urgency;
use crate::domain::lint::{Fix, Problem, ProblemKind};
use crate::domain::plan_progress::RunPhase;
use crate::domain::text::{format_count, sanitize, sanitize_lines, width};
use crate::domain::{Expiry, Invite, email, limits, lint};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{labeled_lines, wrap_styled};
use crate::ui::wrap::wrap;
use crate::ui::{Lines, Theme};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// A time less than this many hours away is shown without its year.
const HOURS_WITHOUT_YEAR: i64 = 300 * 24;
/// Maximum columns of the bar of an invite's lifetime.
const MAX_BAR_WIDTH: usize = 30;

/// Returns the email and, below it, the identity.
pub fn name_lines(invite: &Invite, theme: &Theme, columns: usize) -> Lines {
    let mut lines = wrap_styled(&sanitize(&invite.email), columns, theme.title);
    lines.extend(identity_lines(invite, theme, columns));
    lines.push(Line::default());
    lines
}

/// Returns the identity in full, because a shortened one could be ambiguous.
fn identity_lines(invite: &Invite, theme: &Theme, columns: usize) -> Lines {
    let identity = invite.identity.to_string();
    let identity =
        if identity.len() <= columns { sanitize(&identity) } else { sanitize(invite.identity.as_str()) };
    wrap_styled(&identity, columns, theme.muted)
}

/// Returns the lines of an invite: what needs attention first, the identity last.
pub fn lines(invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let mut lines = main_lines(invite, cx, columns);
    lines.extend(problem_lines(invite, cx, KeyContext::List, columns));
    if let Some(text) = domain_text(invite, cx) {
        lines.extend(labeled_lines("domain", &text, columns, cx.theme));
    }
    lines.extend(history_lines(invite, cx, columns));
    lines
}

/// Returns the email, the expiry, what a plan does with the invite, and the message.
pub fn main_lines(invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let theme = cx.theme;
    let mut lines = wrap_styled(&sanitize(&invite.email), columns, theme.title);
    lines.extend(expiry_lines(invite.expiry, cx, columns));
    if let Some(text) = plan_text(invite, cx) {
        lines.extend(wrap_styled(&text, columns, theme.warning));
    }
    lines.push(Line::default());
    lines.extend(message_lines(&invite.message, columns, theme));
    lines.push(Line::default());
    lines
}

/// Returns the history, the snooze, the note and the identity.
pub fn history_lines(invite: &Invite, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let mut lines = Lines::new();
    let mut add = |label: &str, text: &str| lines.extend(labeled_lines(label, text, columns, cx.theme));
    add("history", &history_text(invite, cx));
    if let Some(text) = snoozed_text(invite, cx) {
        add("snoozed", &text);
    }
    if let Some(note) = cx.annotations.note(&invite.email) {
        add("note", &sanitize(note));
    }
    if let Some((known, at)) = &cx.last_lookup
        && known == invite
    {
        add("checked", &format!("on the server at {}", cx.time(*at, "%H:%M:%S")));
    }
    lines.extend(identity_lines(invite, cx.theme, columns));
    lines
}

/// Returns when the invite expires, and a bar of its lifetime.
fn expiry_lines(expiry: Expiry, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let (theme, server_now) = (cx.theme, cx.server_now(cx.now));
    let urgency = expiry.urgency(server_now);
    let style = match urgency {
        Urgency::WithinDay => theme.urgent,
        Urgency::Soon => theme.warning,
        Urgency::Expired => theme.expired,
        Urgency::Later => Style::new(),
        Urgency::Unknown => theme.muted,
    };
    let Some(at) = expiry.0 else {
        return wrap_styled("expiry unknown (not reported by the server)", columns, style);
    };
    let text = match urgency {
        Urgency::Expired => format!("{} ago", expiry.remaining_text(server_now)),
        _ => format!("expires in {}", expiry.remaining_text(server_now)),
    };
    let left = at.duration_since(server_now);
    let at = if left.abs().as_hours() < HOURS_WITHOUT_YEAR {
        cx.time(at, "%a %-d %b %H:%M %Z")
    } else {
        cx.full_time(at)
    };
    let mut text = format!("{text} · {at}");
    if width(&text) > columns {
        // A line with the zone alone would say little.
        text.truncate(text.rfind(' ').unwrap_or(text.len()));
    }
    let mut lines = wrap_styled(&text, columns, style);
    lines.extend(lifetime_bar(left.as_secs(), columns, style));
    lines
}

/// Returns a bar of the lifetime that has passed: "████░░ day 7 of 10". `None` if the server gave the invite
/// another lifetime than the default.
fn lifetime_bar(seconds_left: i64, columns: usize, style: Style) -> Option<Line<'static>> {
    let lifetime = limits::INVITE_LIFETIME.as_secs() as i64;
    let passed = lifetime - seconds_left.max(0);
    let days = lifetime / SECONDS_PER_DAY;
    if passed < 0 {
        return None;
    }
    let label = match seconds_left {
        ..=0 => String::new(),
        _ => format!(" day {} of {days}", passed / SECONDS_PER_DAY + 1),
    };
    let cells = columns.saturating_sub(width(&label)).min(MAX_BAR_WIDTH);
    // A link that still works never shows a full bar.
    let full =
        (cells as i64 * passed / lifetime).min(cells as i64 - i64::from(seconds_left > 0)).max(0) as usize;
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(cells.saturating_sub(full)));
    Some(Line::styled(bar + &label, style))
}

fn message_lines(message: &str, columns: usize, theme: &Theme) -> Lines {
    if message.is_empty() {
        return vec![Line::styled("No message", theme.muted)];
    }
    let mut lines: Lines =
        sanitize_lines(message).iter().flat_map(|line| wrap(line, columns)).map(Line::from).collect();
    let excess = message.chars().count().saturating_sub(limits::MAX_MESSAGE_CHARS);
    if excess > 0 {
        lines.extend(wrap_styled(&format!("{excess} characters too long to resend"), columns, theme.warning));
    }
    lines
}

/// Returns the problems of an invite, other than its expiry, with the keys of their fixes in this context.
pub fn problem_lines(invite: &Invite, cx: &RenderContext<'_>, context: KeyContext, columns: usize) -> Lines {
    let row = cx.invites.shown.find(&invite.identity).and_then(|row| cx.invites.shown.rows().get(row));
    let (now, members) = (cx.server_now(cx.now), cx.members.as_ref());
    let mut problems =
        row.map(|row| lint::job::row_problems(row, now, &cx.domain_stats, members)).unwrap_or_default();
    problems.retain(|problem| !matches!(problem.kind, ProblemKind::Expired | ProblemKind::ExpiresSoon));
    problems.retain(|problem| !cx.annotations.is_dismissed(problem));
    problems.sort_by_key(|problem| problem.kind);
    let lines =
        |problem: &Problem| labeled_lines("problem", &problem_text(problem, cx, context), columns, cx.theme);
    problems.iter().flat_map(lines).collect()
}

/// Formats a problem and, in a second line, the key of its fix: "e fix: ann@acme.com".
fn problem_text(problem: &Problem, cx: &RenderContext<'_>, context: KeyContext) -> String {
    // The label of a typo ends with a question mark and needs no colon.
    let colon = if problem.kind == ProblemKind::Typo { "" } else { ":" };
    let text = format!("{}{colon} {}", problem.kind.label(), problem.reason);
    let key = |action| cx.key(context, action);
    let fix = match &problem.fix {
        Some(Fix::ReplaceEmail(email)) => {
            let action = if context == KeyContext::Triage { Action::Fix } else { Action::Edit };
            format!("{} fix: {}", key(action), sanitize(email))
        }
        Some(Fix::EditEmail) => format!("{} edit the email", key(Action::Edit)),
        Some(Fix::EditMessage) => format!("{} edit the message", key(Action::Edit)),
        Some(Fix::Delete) => format!("{} delete", key(Action::Delete)),
        Some(Fix::Resend) | None => return text,
    };
    format!("{text}\n{fix}")
}

/// Returns when the invite was sent, and the last change from this machine.
fn history_text(invite: &Invite, cx: &RenderContext<'_>) -> String {
    let server_now = cx.server_now(cx.now);
    let sent = match invite.expiry.sent_text(server_now).strip_prefix('~') {
        Some(ago) => match ago.strip_prefix('<') {
            Some(limit) => format!("sent less than {limit} (estimated)"),
            None => format!("sent about {ago} (estimated)"),
        },
        None => "sent at an unknown time".to_owned(),
    };
    match cx.past_changes.last(&invite.email) {
        Some(change) => format!("{sent}\n{} {} from here", change.label, cx.short_time(change.at)),
        None => sent,
    }
}

/// Returns how many invites the domain has, and whether the person has others.
fn domain_text(invite: &Invite, cx: &RenderContext<'_>) -> Option<String> {
    let (_, domain) = invite.email.rsplit_once('@')?;
    let pending = cx.domain_stats.count(&domain.to_lowercase()).max(1);
    let text = format!("{} pending at {}", format_count(pending), sanitize(domain));
    match cx.invites.shown.find_by_email(&invite.email).count() {
        0 | 1 => Some(text),
        own => Some(format!("{text}\n{} of them to this email", format_count(own))),
    }
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
