//! Draws the message step of the import: the message for all on one side, what one person gets on the other.

use ratatui::Frame;
use ratatui::layout::Constraint::{Fill, Length, Min};
use ratatui::layout::{Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::screens::import::title_view::{notice_lines, title_with_total};
use crate::app::screens::import::{ImportDialog, MessageFocus};
use crate::domain::import::EntryState;
use crate::domain::limits;
use crate::domain::text::{format_count, format_plural, sanitize, width};
use crate::ui::dialog::{draw_frame, draw_lines, wrap_styled};
use crate::ui::text_field::draw_field;
use crate::ui::{Theme, dialog};

/// Width from which the preview is beside the message.
const MIN_WIDTH_BESIDE: u16 = 76;
/// Maximum lines of the message field, enough for the longest message in a window of 80 columns.
const MAX_FIELD_HEIGHT: u16 = 8;

/// Draws the message with its preview: beside it, or below it in a narrow window.
pub(super) fn draw(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let [message, preview] = match area.width >= MIN_WIDTH_BESIDE {
        true => Layout::horizontal([Fill(1), Fill(1)]).spacing(-1).areas(area),
        // A low window has more lines for the message, which is being written.
        false => Layout::vertical([Fill(3), Fill(2)]).spacing(-1).areas(area),
    };
    draw_message(import, theme, message, frame);
    draw_preview(import, theme, preview, frame);
}

/// Draws the message field, the placeholders, and the button.
fn draw_message(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let title = title_with_total(import, "Import · 3/3 Message: one paragraph", area.width);
    let inner = draw_frame(&title, "", theme, area, frame).inner(dialog::PADDING);
    let columns = inner.width as usize;
    let mut help = notice_lines(import, theme, columns);
    if help.is_empty() {
        help = wrap_styled(&placeholders_text(import), columns, theme.muted);
    }
    // A low window shows only feedback, so that more of the message is visible.
    let min_help = u16::from(import.notice.is_some());
    let help_height = (help.len() as u16).min(inner.height.saturating_sub(4)).max(min_help);
    dialog::truncate_lines(&mut help, help_height as usize, columns);
    let field_height = inner.height.saturating_sub(help_height + 1).clamp(1, MAX_FIELD_HEIGHT);
    let [field, help_area, _, button] =
        Layout::vertical([Length(field_height), Length(help_height), Min(0), Length(1)]).areas(inner);
    draw_field(&import.message, import.message_focus == MessageFocus::Text, field, frame);
    draw_lines(&help, help_area, frame);
    let description = format!("review a plan of {}", format_count(import.table.included));
    let is_focused = import.message_focus == MessageFocus::Continue;
    frame.render_widget(dialog::button("Continue", &description, is_focused, theme), button);
}

fn placeholders_text(import: &ImportDialog) -> String {
    let names = import.placeholders.iter();
    let names: Vec<String> = names.map(|name| format!("{{{}}}", sanitize(name))).collect();
    format!("Placeholders: {}", names.join(" "))
}

/// Draws the message of one entry, with the reason if it cannot be sent.
fn draw_preview(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let Some((entry, text, error)) = import.preview() else { return };
    let state = import.entry_states.get(import.preview_entry);
    let title = match state.is_some_and(EntryState::is_included) {
        true => {
            let [position, all] = [import.preview_position(), import.table.included].map(format_count);
            let short = format!("{position} of {all}: {}", sanitize(&entry.email));
            let long = format!("Preview {short}");
            if width(&long) + 4 <= area.width as usize { long } else { short }
        }
        false => format!("Not in the plan: {}", entry.email),
    };
    let length = text.chars().count();
    let used =
        format!("─ {} of {} ", format_count(length), format_plural(limits::MAX_MESSAGE_CHARS, "character"));
    let inner = draw_frame(&title, &used, theme, area, frame).inner(dialog::PADDING);
    let columns = inner.width as usize;
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some(error) = error {
        lines.extend(wrap_styled(&format!("! {error}"), columns, theme.error));
    }
    match text.is_empty() {
        true => lines.push(Line::styled("(no message)", theme.muted)),
        false => lines.extend(wrap_styled(&text, columns, Style::new())),
    }
    draw_lines(&lines, inner, frame);
}
