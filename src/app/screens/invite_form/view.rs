//! The create form: two fields with their counters, and a line under the address that says what is doubtful.

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

/// Lines of the message that are seen at once.
const MESSAGE_LINES: u16 = 5;

/// What correcting an invite means.
const REPLACE_HELP: &str = "A new invite is mailed; then the old link stops working.";

/// Why a line end does nothing in the message.
const PARAGRAPH_HELP: &str = "The message is one paragraph.";

/// Draws the form.
pub fn draw(it: &InviteForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(70, frame);
    let draft = it.draft();
    let title = if it.replaces.is_some() { "Correct this invite" } else { "New invite" };
    let inside = dialog::open(title, columns, 9 + MESSAGE_LINES, theme, frame);
    // In a low window the message gives way, and what is said about it all stays.
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
    draw_label("E-mail", on_email, counter(&draft.email, limits::MAX_EMAIL_CHARS), theme, email_label, frame);
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
        if it.replaces.is_some() { ("Go on", "asks once more") } else { ("Send", "one e-mail goes out") };
    let mut line = dialog::buttons(&[button], focus, theme);
    line.push_span(Span::styled(words, theme.muted));
    frame.render_widget(Paragraph::new(line), buttons);
}

/// Draws what is offered behind the text of a field, where there is room for all of it. True where it was drawn.
fn draw_suggestion(field: &TextField, ghost: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> bool {
    // One column is the cursor's.
    let at = width(&sanitize(field.text())) + 1;
    let words = format!("→ {}", sanitize(ghost));
    if at + width(&words) > area.width as usize || area.height == 0 {
        return false;
    }
    let place = Rect { x: area.x + at as u16, width: area.width - at as u16, ..area };
    frame.render_widget(Paragraph::new(Span::styled(words, theme.muted)), Rect { height: 1, ..place });
    true
}

/// What speaks against the address as it is written, and what takes the better one. `seen`: that one can be read in
/// the field.
fn address_warning_text(it: &InviteForm, cx: &RenderContext<'_>, seen: bool) -> Option<String> {
    let doubt = it.address_warning(cx)?;
    let Some(better) = doubt.suggestion else { return Some(doubt.reason) };
    let better = sanitize(&better);
    if it.focus != FormField::Email {
        return Some(format!("{} ({better}?)", doubt.reason));
    }
    let what = if seen { "it" } else { &*better };
    Some(format!("{}: {} takes {what}", doubt.reason, cx.key(KeyContext::Form, Action::Next)))
}

/// What is doubtful about what would be sent; nothing of it blocks.
fn warnings(it: &InviteForm, draft: &Draft, cx: &RenderContext<'_>, seen: bool) -> String {
    let mut doubts: Vec<String> = address_warning_text(it, cx, seen).into_iter().collect();
    let is_member = cx.members.as_ref().is_some_and(|members| members.contains(&draft.email));
    if !draft.email.is_empty() && is_member {
        doubts.push("already a member".to_owned());
    }
    doubts.extend(placeholder::placeholder_reason(&draft.message));
    if cx.quota.is_some_and(|caps| caps.remaining == 0) {
        doubts.push("the server takes no more invites".to_owned());
    }
    let own = it.replaces.as_ref().map(|invite| &invite.identity);
    let pending = cx.invites.shown.by_email(&draft.email);
    let pending: Vec<_> = pending.filter(|row| own.is_none_or(|own| row.identity() != *own)).collect();
    if let Some(first) = pending.first() {
        let left = match first.expiry.remaining_text(cx.server_now(cx.now)) {
            words if first.expiry.0.is_none() => format!("expiry {words}"),
            words if words.starts_with("expired") => words,
            words => format!("{words} left"),
        };
        let many = if pending.len() > 1 { format!("{} times, ", pending.len()) } else { String::new() };
        let key = cx.key(KeyContext::List, Action::Resend);
        let again = own.map_or(format!(": {key} in the list sends it again"), |_| String::new());
        doubts.push(format!("already pending ({many}{left}){again}"));
    } else if !draft.email.is_empty() && !cx.invites.is_complete() {
        doubts.push("the list is not complete: it may be pending already".to_owned());
    }
    if let Some(warning) = draft.warning().filter(|_| draft.email.contains('@') || draft.email.len() > 3) {
        doubts.push(warning.to_owned());
    }
    if doubts.is_empty() { String::new() } else { format!("! {}", doubts.join("; ")) }
}

fn wrapped_lines(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    wrap::wrap(text, area.width as usize).into_iter().map(|line| Line::styled(line, style)).collect()
}
