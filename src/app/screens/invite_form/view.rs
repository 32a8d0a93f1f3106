//! Draws the invite form: two fields with counters, and the warnings under the email.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Rect};
use ratatui::text::Line;

use crate::app::RenderContext;
use crate::app::nav::FormField;
use crate::app::screens::invite_form::InviteForm;
use crate::domain::limits;
use crate::domain::lint::placeholder;
use crate::domain::text::{sanitize, width};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::{counted_label, draw_field};
use crate::ui::{TextField, Theme, dialog};

/// Maximum lines of the message field.
const MESSAGE_LINES: u16 = 5;

/// Minimum columns for the hint about the editor.
const MIN_EDITOR_HINT_WIDTH: u16 = 60;

/// Consequence of an edit.
const REPLACE_HELP: &str = "Sends a new invite, then deletes the old one.";

/// Draws the invite form.
pub fn draw(form: &InviteForm, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(70, frame);
    let draft = form.draft();
    let title = if form.edited_invite.is_some() { "Edit invite" } else { "New invite" };
    let inner = dialog::open(title, columns, 9 + MESSAGE_LINES, theme, frame);
    // A low window cuts the message field, not the warnings.
    let message_lines = inner.height.saturating_sub(8).clamp(1, MESSAGE_LINES);
    let blank_lines = inner.height.saturating_sub(8 + message_lines).min(1);
    let rows = [1, 1, 2, 1, message_lines, blank_lines, 2].map(Length).into_iter().chain([Min(1)]);
    let [email_label, email, warning, message_label, message, _, status, buttons] =
        Layout::vertical(rows).areas(inner);
    let (on_email, on_message) = (form.focus == FormField::Email, form.focus == FormField::Message);
    let label = counted_label("Email", &draft.email, limits::MAX_EMAIL_CHARS, on_email, columns, theme);
    frame.render_widget(label, email_label);
    let editor = cx.key(KeyContext::Form, Action::Editor);
    let name = match on_message {
        true if columns < MIN_EDITOR_HINT_WIDTH => "Message: one paragraph".to_owned(),
        true => format!("Message: one paragraph; {editor} opens your editor"),
        false => "Message".to_owned(),
    };
    let label = counted_label(&name, &draft.message, limits::MAX_MESSAGE_CHARS, on_message, columns, theme);
    frame.render_widget(label, message_label);
    draw_field(&form.email, on_email, email, frame);
    draw_field(&form.message, on_message, message, frame);
    let suggestion = form.suggestion(cx);
    let is_suggestion_drawn = suggestion
        .as_ref()
        .is_some_and(|suggestion| draw_suggestion(&form.email, suggestion, theme, email, frame));
    let warnings = warnings_text(form, cx, is_suggestion_drawn);
    dialog::draw_wrapped(&warnings, theme.warning, warning, frame);
    let (text, style) = match &form.error {
        Some(reason) => (reason.as_str(), theme.error),
        None if form.edited_invite.is_some() => (REPLACE_HELP, theme.muted),
        None => ("", theme.muted),
    };
    dialog::draw_wrapped(text, style, status, frame);
    let (button, description) = if form.edited_invite.is_some() {
        ("Continue", "asks to confirm")
    } else {
        ("Send", "sends one email")
    };
    cx.add_button_clicks(&[button], None, buttons);
    let button = dialog::button(button, description, form.focus == FormField::Send, theme);
    frame.render_widget(button, buttons);
}

/// Draws the suggestion after the text of the field, if it fits. Returns whether it was drawn.
fn draw_suggestion(
    field: &TextField,
    suggestion: &str,
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) -> bool {
    // Reserves one column for the cursor.
    let column = width(&sanitize(field.text())) + 1;
    let text = format!("→ {}", sanitize(suggestion));
    if column + width(&text) > area.width as usize || area.height == 0 {
        return false;
    }
    let rest = Rect { x: area.x + column as u16, width: area.width - column as u16, ..area };
    frame.render_widget(Line::styled(text, theme.muted), Rect { height: 1, ..rest });
    true
}

/// Returns the warning about the email and how to use the suggestion.
///
/// `is_suggestion_drawn`: whether the field shows the suggestion.
fn email_warning(form: &InviteForm, cx: &RenderContext<'_>, is_suggestion_drawn: bool) -> Option<String> {
    let warning = form.address_warning(cx)?;
    let Some(suggestion) = warning.suggestion else { return Some(warning.reason) };
    let suggestion = sanitize(&suggestion);
    if form.focus != FormField::Email {
        return Some(format!("{} ({suggestion}?)", warning.reason));
    }
    let target = if is_suggestion_drawn { "it" } else { &*suggestion };
    Some(format!("{}: press {} to use {target}", warning.reason, cx.key(KeyContext::Form, Action::Next)))
}

/// Returns all warnings about the draft, joined. Warnings never block.
fn warnings_text(form: &InviteForm, cx: &RenderContext<'_>, is_suggestion_drawn: bool) -> String {
    let draft = form.draft();
    let mut warnings: Vec<String> = email_warning(form, cx, is_suggestion_drawn).into_iter().collect();
    let is_member = cx.members.as_ref().is_some_and(|members| members.contains(&draft.email));
    if !draft.email.is_empty() && is_member {
        warnings.push("already a member".to_owned());
    }
    warnings.extend(placeholder::placeholder_reason(&draft.message));
    if cx.quota.is_some_and(|quota| quota.remaining == 0) {
        warnings.push("invite quota reached".to_owned());
    }
    let own = form.edited_invite.as_ref().map(|invite| &invite.identity);
    let pending = cx.invites.shown.find_by_email(&draft.email);
    let pending: Vec<_> = pending.filter(|row| own.is_none_or(|own| row.identity() != *own)).collect();
    if let Some(first) = pending.first() {
        let expiry = match first.expiry.remaining_text(cx.server_now(cx.now)) {
            text if first.expiry.0.is_none() => format!("expiry {text}"),
            text if first.expiry.expired_text(cx.server_now(cx.now)).is_some() => text,
            text => format!("{text} left"),
        };
        let count = if pending.len() > 1 { format!("{} times, ", pending.len()) } else { String::new() };
        let key = cx.key(KeyContext::List, Action::Resend);
        let hint = own.map_or(format!("; press {key} in the list to resend"), |_| String::new());
        warnings.push(format!("already pending ({count}{expiry}){hint}"));
    } else if !draft.email.is_empty() && !cx.invites.is_complete() {
        warnings.push("list incomplete: may already be pending".to_owned());
    }
    if let Some(warning) = draft.warning().filter(|_| draft.email.contains('@') || draft.email.len() > 3) {
        warnings.push(warning.to_owned());
    }
    if warnings.is_empty() { String::new() } else { format!("! {}", warnings.join("; ")) }
}
