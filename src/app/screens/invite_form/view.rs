//! Draws the invite form: two fields with counters, and the warnings under the email.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::RenderContext;
use crate::app::nav::FormField;
use crate::app::screens::invite_form::InviteForm;
use crate::domain::lint::placeholder;
use crate::domain::text::{sanitize, width};
use crate::domain::{Draft, limits};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::{CharCounter, draw_field, draw_label};
use crate::ui::{TextField, Theme, dialog, wrap};

/// Maximum lines of the message field.
const MESSAGE_LINES: u16 = 5;

/// Consequence of an edit.
const REPLACE_HELP: &str = "Sends a new invite, then deletes the old one.";

/// Explains why Enter does not add a line to the message.
const PARAGRAPH_HELP: &str = "The message is one paragraph.";

/// Draws the invite form.
pub fn draw(it: &InviteForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(70, frame);
    let draft = it.draft();
    let title = if it.replaces.is_some() { "Edit invite" } else { "New invite" };
    let inside = dialog::open(title, columns, 9 + MESSAGE_LINES, theme, frame);
    // A low window cuts the message field, not the warnings.
    let message_lines = inside.height.saturating_sub(8).clamp(1, MESSAGE_LINES);
    let blank_lines = inside.height.saturating_sub(8 + message_lines).min(1);
    let rows = [1, 1, 2, 1, message_lines, blank_lines, 2].map(Length).into_iter().chain([Min(1)]);
    let [email_label, email, warning, message_label, message, _, refused, buttons] =
        Layout::vertical(rows).areas(inside);
    let counter = |text: &str, limit: usize| {
        let used = text.chars().count();
        CharCounter { used, limit, style: if used > limit { theme.error } else { theme.muted } }
    };
    let (on_email, on_message) = (it.focus == FormField::Email, it.focus == FormField::Message);
    draw_label("Email", on_email, counter(&draft.email, limits::MAX_EMAIL_CHARS), theme, email_label, frame);
    draw_label(
        "Message",
        on_message,
        counter(&draft.message, limits::MAX_MESSAGE_CHARS),
        theme,
        message_label,
        frame,
    );
    draw_field(&it.email, on_email, email, frame);
    draw_field(&it.message, on_message, message, frame);
    let ghost = it.suggestion(cx);
    let seen = ghost.as_ref().is_some_and(|ghost| draw_suggestion(&it.email, ghost, theme, email, frame));
    let warnings = wrapped_lines(&warnings(it, &draft, cx, seen), warning, theme.warning);
    frame.render_widget(Paragraph::new(warnings), warning);
    let (below, style) = match &it.error {
        Some(reason) => (sanitize(reason).into_owned(), theme.error),
        None if it.replaces.is_some() => (REPLACE_HELP.to_owned(), theme.muted),
        None if on_message => (PARAGRAPH_HELP.to_owned(), theme.muted),
        None => (String::new(), theme.muted),
    };
    frame.render_widget(Paragraph::new(wrapped_lines(&below, refused, style)), refused);
    let focus = if it.focus == FormField::Send { 0 } else { usize::MAX };
    let (button, words) =
        if it.replaces.is_some() { ("Continue", "asks to confirm") } else { ("Send", "sends one email") };
    let mut line = dialog::buttons(&[button], focus, theme);
    line.push_span(Span::styled(words, theme.muted));
    frame.render_widget(Paragraph::new(line), buttons);
}

/// Draws the suggestion behind the text of the field, if it fits. Returns whether it was drawn.
fn draw_suggestion(field: &TextField, ghost: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> bool {
    // Reserves one column for the cursor.
    let at = width(&sanitize(field.text())) + 1;
    let words = format!("→ {}", sanitize(ghost));
    if at + width(&words) > area.width as usize || area.height == 0 {
        return false;
    }
    let place = Rect { x: area.x + at as u16, width: area.width - at as u16, ..area };
    frame.render_widget(Paragraph::new(Span::styled(words, theme.muted)), Rect { height: 1, ..place });
    true
}

/// Returns the warning about the email and how to use the suggestion.
///
/// `seen`: the field shows the suggestion.
fn address_warning_text(it: &InviteForm, cx: &RenderContext<'_>, seen: bool) -> Option<String> {
    let doubt = it.address_warning(cx)?;
    let Some(better) = doubt.suggestion else { return Some(doubt.reason) };
    let better = sanitize(&better);
    if it.focus != FormField::Email {
        return Some(format!("{} ({better}?)", doubt.reason));
    }
    let what = if seen { "it" } else { &*better };
    Some(format!("{}: press {} to use {what}", doubt.reason, cx.key(KeyContext::Form, Action::Next)))
}

/// Returns all warnings about the draft, joined. Warnings never block.
fn warnings(it: &InviteForm, draft: &Draft, cx: &RenderContext<'_>, seen: bool) -> String {
    let mut doubts: Vec<String> = address_warning_text(it, cx, seen).into_iter().collect();
    let is_member = cx.members.as_ref().is_some_and(|members| members.contains(&draft.email));
    if !draft.email.is_empty() && is_member {
        doubts.push("already a member".to_owned());
    }
    doubts.extend(placeholder::placeholder_reason(&draft.message));
    if cx.quota.is_some_and(|caps| caps.remaining == 0) {
        doubts.push("invite quota reached".to_owned());
    }
    let own = it.replaces.as_ref().map(|invite| &invite.identity);
    let pending = cx.invites.shown.by_email(&draft.email);
    let pending: Vec<_> = pending.filter(|row| own.is_none_or(|own| row.identity() != *own)).collect();
    if let Some(first) = pending.first() {
        let left = match first.expiry.remaining_text(cx.server_now(cx.now)) {
            words if first.expiry.0.is_none() => format!("expiry {words}"),
            words if first.expiry.expired_for(cx.server_now(cx.now)).is_some() => words,
            words => format!("{words} left"),
        };
        let many = if pending.len() > 1 { format!("{} times, ", pending.len()) } else { String::new() };
        let key = cx.key(KeyContext::List, Action::Resend);
        let again = own.map_or(format!("; press {key} in the list to resend"), |_| String::new());
        doubts.push(format!("already pending ({many}{left}){again}"));
    } else if !draft.email.is_empty() && !cx.invites.is_complete() {
        doubts.push("list incomplete: may already be pending".to_owned());
    }
    if let Some(warning) = draft.warning().filter(|_| draft.email.contains('@') || draft.email.len() > 3) {
        doubts.push(warning.to_owned());
    }
    if doubts.is_empty() { String::new() } else { format!("! {}", doubts.join("; ")) }
}

fn wrapped_lines(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    wrap::wrap(text, area.width as usize).into_iter().map(|line| Line::styled(line, style)).collect()
}
