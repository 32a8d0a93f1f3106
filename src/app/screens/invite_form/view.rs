//! The create form: two fields with their counters, and a line under the address that says what is doubtful.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::invite_form::Focus;
use crate::app::screens::invite_form::InviteForm;
use crate::app::screens::invite_form::address_hint;
use crate::app::shell::app::App;
use crate::domain::lint::placeholder;
use crate::domain::text::{visible, width};
use crate::domain::{Draft, Now, limits};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

use crate::ui::dialog;
use crate::ui::theme::Theme;
use crate::ui::wrap;

/// Lines of the message that are seen at once.
const MESSAGE_LINES: u16 = 5;

/// What correcting an invite means.
const CORRECTS: &str = "A new invite is mailed; then the old link stops working.";

/// Why a line end does nothing in the message.
const PARAGRAPH: &str = "The message is one paragraph.";

/// Draws it.
pub fn draw(create: &InviteForm, state: &App, theme: &Theme, now: Now, frame: &mut Frame<'_>) {
    let columns = dialog::room(70, frame);
    let draft = create.draft();
    let title = if create.corrects.is_some() { "Correct this invite" } else { "New invite" };
    let inside = dialog::open(title, columns, 9 + MESSAGE_LINES, theme, frame);
    // In a low window the message gives way, and what is said about it all stays.
    let message_lines = inside.height.saturating_sub(8).clamp(1, MESSAGE_LINES);
    let [email_label, email, warning, message_label, message, _, refused, buttons] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Length(message_lines),
        Constraint::Length(inside.height.saturating_sub(8 + message_lines).min(1)),
        Constraint::Length(2),
        Constraint::Min(1),
    ])
    .areas(inside);
    let over = |n: usize, limit: usize| if n > limit { theme.bad } else { theme.quiet };
    let letters = (draft.email.chars().count(), draft.message.chars().count());
    label(
        "E-mail",
        create.focus == Focus::Email,
        letters.0,
        limits::EMAIL,
        over(letters.0, limits::EMAIL),
        theme,
        email_label,
        frame,
    );
    label(
        "Message",
        create.focus == Focus::Message,
        letters.1,
        limits::MESSAGE,
        over(letters.1, limits::MESSAGE),
        theme,
        message_label,
        frame,
    );
    field(&create.email, create.focus == Focus::Email, email, frame);
    field(&create.message, create.focus == Focus::Message, message, frame);
    let ghost = address_hint::offered(state, create);
    let seen = ghost.as_ref().is_some_and(|ghost| draw_ghost(&create.email, ghost, theme, email, frame));
    let warnings = lines(&doubts(create, &draft, state, now, seen), warning, theme.soon);
    frame.render_widget(Paragraph::new(warnings), warning);
    let (below, style) = match &create.refused {
        Some(reason) => (visible(reason).into_owned(), theme.bad),
        None if create.corrects.is_some() => (CORRECTS.to_owned(), theme.quiet),
        None if create.focus == Focus::Message => (PARAGRAPH.to_owned(), theme.quiet),
        None => (String::new(), theme.quiet),
    };
    frame.render_widget(Paragraph::new(lines(&below, refused, style)), refused);
    let focus = if create.focus == Focus::Send { 0 } else { usize::MAX };
    let (button, words) = match create.corrects {
        Some(_) => ("Go on", "asks once more"),
        None => ("Send", "one e-mail goes out"),
    };
    let mut line = dialog::buttons(&[button], focus, theme);
    line.push_span(Span::styled(words, theme.quiet));
    frame.render_widget(Paragraph::new(line), buttons);
}

#[allow(clippy::too_many_arguments, reason = "all that a label shows")]
pub(crate) fn label(
    name: &str,
    focused: bool,
    n: usize,
    limit: usize,
    style: Style,
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let counter = format!("{n}/{limit}");
    let gap = (area.width as usize).saturating_sub(width(name) + counter.len());
    let name_style = if focused { theme.title } else { theme.quiet };
    let spans = vec![
        Span::styled(name.to_owned(), name_style),
        Span::raw(" ".repeat(gap)),
        Span::styled(counter, style),
    ];
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// A field over the lines it has, scrolled so that the cursor can be seen.
pub(crate) fn field(field: &TextField, focused: bool, area: Rect, frame: &mut Frame<'_>) {
    if area.width < 2 || area.height == 0 {
        return;
    }
    let before: String = field.text().chars().take(field.cursor()).collect();
    let text = visible(field.text()).into_owned();
    let cursor = visible(&before).len().min(text.len());
    // One column is kept free for the cursor behind the last character.
    let ranges = wrap::ranges(&text, area.width as usize - 1);
    let (line, column) = wrap::place(&text, &ranges, cursor);
    let top = (line + 1).saturating_sub(area.height as usize);
    let underline = Style::new().underlined();
    let shown: Vec<Line<'_>> = (0..area.height as usize)
        .map(|i| {
            let part = ranges.get(top + i).map_or("", |range| text[range.clone()].trim_end_matches(' '));
            let missing = (area.width as usize).saturating_sub(width(part));
            Line::styled(format!("{part}{}", " ".repeat(missing)), underline)
        })
        .collect();
    frame.render_widget(Paragraph::new(shown), area);
    if focused {
        let column = (column as u16).min(area.width - 1);
        frame.set_cursor_position(Position::new(area.x + column, area.y + (line - top) as u16));
    }
}

/// Draws what is offered behind the text of a field, where there is room for all of it. True where it was drawn.
fn draw_ghost(field: &TextField, ghost: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> bool {
    // One column is the cursor's.
    let at = width(&visible(field.text())) + 1;
    let words = format!("→ {}", visible(ghost));
    if at + width(&words) > area.width as usize || area.height == 0 {
        return false;
    }
    let place = Rect { x: area.x + at as u16, width: area.width - at as u16, ..area };
    frame.render_widget(Paragraph::new(Span::styled(words, theme.quiet)), Rect { height: 1, ..place });
    true
}

/// What speaks against the address as it is written, and what takes the better one. `seen`: that one can be read in
/// the field.
fn doubt_words(create: &InviteForm, state: &App, seen: bool) -> Option<String> {
    let doubt = address_hint::doubt(state, create)?;
    let Some(better) = doubt.ghost else { return Some(doubt.reason) };
    let better = visible(&better);
    if create.focus != Focus::Email {
        return Some(format!("{} ({better}?)", doubt.reason));
    }
    let what = if seen { "it" } else { &*better };
    Some(format!("{}: {} takes {what}", doubt.reason, state.model.key(KeyContext::Form, Action::Next)))
}

/// What is doubtful about what would be sent; nothing of it blocks.
fn doubts(create: &InviteForm, draft: &Draft, state: &App, now: Now, seen: bool) -> String {
    let mut doubts: Vec<String> = doubt_words(create, state, seen).into_iter().collect();
    if !draft.email.is_empty()
        && state.model.members.as_ref().is_some_and(|members| members.has(&draft.email))
    {
        doubts.push("already a member".to_owned());
    }
    doubts.extend(placeholder::reason(&draft.message));
    if state.model.caps.is_some_and(|caps| caps.left == 0) {
        doubts.push("the server takes no more invites".to_owned());
    }
    let own = create.corrects.as_ref().map(|invite| &invite.identity);
    let pending: Vec<_> = state
        .model
        .invites
        .shown
        .to_address(&draft.email)
        .filter(|row| own.is_none_or(|own| row.identity() != *own))
        .collect();
    if let Some(first) = pending.first() {
        let left = match first.expiry.words(state.model.server_now(now)) {
            words if first.expiry.0.is_none() => format!("expiry {words}"),
            words if words.starts_with("expired") => words,
            words => format!("{words} left"),
        };
        let many = if pending.len() > 1 { format!("{} times, ", pending.len()) } else { String::new() };
        let again = match own {
            None => {
                format!(": {} in the list sends it again", state.model.key(KeyContext::List, Action::Resend))
            }
            Some(_) => String::new(),
        };
        doubts.push(format!("already pending ({many}{left}){again}"));
    } else if !draft.email.is_empty() && !state.model.invites.is_complete() {
        doubts.push("the list is not complete: it may be pending already".to_owned());
    }
    if let Some(warning) = draft.warning().filter(|_| draft.email.contains('@') || draft.email.len() > 3) {
        doubts.push(warning.to_owned());
    }
    if doubts.is_empty() { String::new() } else { format!("! {}", doubts.join("; ")) }
}

fn lines(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    wrap::wrap(text, area.width as usize).into_iter().map(|line| Line::styled(line, style)).collect()
}
