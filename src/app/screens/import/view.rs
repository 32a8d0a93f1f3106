//! Draws the three steps of the import in a dialog nearly as large as the window.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::{ImportDialog, ImportStep, MessageFocus, SourceFocus, SourceStep};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::import::{EntryState, ImportEntry, ImportError};
use crate::domain::limits;
use crate::domain::text::{format_count, format_plural, sanitize, truncate, truncate_middle, width};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{draw_wrapped, wrap_styled};
use crate::ui::text_field::{counted_label, draw_field, label};
use crate::ui::{Theme, dialog, list};

const SOURCE_HELP: &str = "Paste one email per line, Name <email>, or CSV. Or enter a file name. You review every entry before \
                    anything is sent.";

/// Draws the import and stores the number of visible lines in `metrics`.
pub fn draw(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let title = match import.step {
        ImportStep::Source => "Import · 1/3 List",
        ImportStep::Review | ImportStep::EditAddress => "Import · 2/3 Review",
        ImportStep::Suggestions => "Import · Use all suggestions?",
        ImportStep::Message => "Import · 3/3 Message",
    };
    let columns = dialog::text_width(110, frame);
    // Leaves the footer visible.
    let lines = frame.area().height.saturating_sub(4);
    let inner = dialog::open(title, columns, lines, cx.theme, frame);
    match import.step {
        ImportStep::Source => draw_source(import, cx.theme, inner, frame),
        ImportStep::Review | ImportStep::EditAddress => {
            metrics.text_height = draw_review(import, cx, inner, frame)
        }
        ImportStep::Suggestions => metrics.text_height = draw_suggestions(import, cx, inner, frame),
        ImportStep::Message => draw_message(import, cx.theme, inner, frame),
    }
}

/// Returns the feedback on the last key, else the error of the journal.
fn notice_lines(import: &ImportDialog, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let notice = import.notice.as_ref().map(|notice| (notice, theme.warning));
    let notice = notice.or(import.history_error.as_ref().map(|error| (error, theme.error)));
    notice.map_or(Vec::new(), |(text, style)| wrap_styled(text, columns, style))
}

/// Draws the source step: the end of the list, and the file field.
fn draw_source(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (source, columns) = (&import.source, area.width as usize);
    // A low window has no hint.
    let hint_lines = if area.height >= 12 { 3 } else { 0 };
    let [hint, heading, list, file, status, buttons] =
        Layout::vertical([Length(hint_lines), Length(1), Min(1), Length(1), Length(2), Length(1)])
            .areas(area);
    draw_wrapped(SOURCE_HELP, theme.muted, hint, frame);
    let count = if source.text.is_empty() { String::new() } else { format_plural(source.line_count, "line") };
    let name = label("list  ", source.focus == SourceFocus::List, theme);
    frame.render_widget(Line::from(vec![name, Span::styled(count, theme.muted)]), heading);
    draw_list(source, theme, list, frame);
    let is_focused = source.focus == SourceFocus::File;
    frame.render_widget(label("file", is_focused, theme), file);
    let field = Rect { x: file.x + 6, width: file.width.saturating_sub(6), ..file };
    draw_field(&source.file, is_focused, field, frame);
    let loading = vec![Line::styled("loading…", theme.muted)];
    let lines = if import.is_checking() { loading } else { notice_lines(import, theme, columns) };
    frame.render_widget(Paragraph::new(lines), status);
    let is_focused = source.focus == SourceFocus::Continue;
    frame.render_widget(dialog::button("Continue", "checks every entry", is_focused, theme), buttons);
}

/// Draws the end of the list, because typed and pasted text is added there.
fn draw_list(source: &SourceStep, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let height = area.height as usize;
    let has_open_line = source.text.is_empty() || source.text.ends_with('\n');
    let lines = source.line_count + usize::from(has_open_line);
    let number_width = lines.to_string().len();
    let first = lines.saturating_sub(height);
    let columns = (area.width as usize).saturating_sub(number_width + 2);
    let from_end = has_open_line.then_some("").into_iter().chain(source.text.lines().rev());
    let mut last: Vec<&str> = from_end.take(height).collect();
    last.reverse();
    let shown = last.iter().enumerate().map(|(index, text)| {
        let number = format!("{:>number_width$} ", first + index + 1);
        Line::from(vec![Span::styled(number, theme.muted), Span::raw(truncate(&sanitize(text), columns))])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
    if source.focus == SourceFocus::List && height > 0 {
        let line = last.len().saturating_sub(1) as u16;
        let column = last.last().map_or(0, |text| width(&sanitize(text)).min(columns)) + number_width + 1;
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line));
    }
}

/// Draws the review step and returns the number of visible entries.
fn draw_review(import: &ImportDialog, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> usize {
    let (theme, columns) = (cx.theme, area.width as usize);
    if let Some(error) = &import.list.error {
        frame.render_widget(Paragraph::new(error_lines(import, cx, error, columns)), area);
        return area.height as usize;
    }
    let [summary, rows, detail, help] = Layout::vertical([
        Length(if area.height > 12 || import.list.column.is_some() { 3 } else { 2 }),
        Min(1),
        Length(2),
        Length(if area.height > 12 { 2 } else { 1 }),
    ])
    .areas(area);
    let height = rows.height as usize;
    let column = column_text(import, cx)
        .map(|text| Line::styled(truncate(&text, summary.width as usize), theme.title));
    let mut lines = Vec::from_iter(column);
    lines.extend(wrap_styled(&counts_text(import), columns, theme.title));
    frame.render_widget(Paragraph::new(lines), summary);
    let top = import.list_state.offset_for(import.entry_states.len(), height);
    let window = (top..import.entry_states.len()).take(height);
    let shown = window.filter_map(|index| entry_line(import, index, rows.width as usize, cx));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    match &import.address_field {
        Some(field) => {
            let [input, suggestion] = Layout::vertical([Length(1), Length(1)]).areas(detail);
            draw_field(field, true, input, frame);
            frame.render_widget(Paragraph::new(suggestion_line(import, cx)), suggestion);
        }
        None => frame.render_widget(Paragraph::new(detail_lines(import, cx, columns)), detail),
    }
    frame.render_widget(Paragraph::new(bulk_help_lines(import, cx, columns)), help);
    height
}

/// Returns why the list was not parsed, and what the user can do.
fn error_lines(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    error: &ImportError,
    columns: usize,
) -> Vec<Line<'static>> {
    let key = |action| cx.key(KeyContext::Import, action);
    let hint = match error {
        ImportError::ChooseColumn(_) => {
            format!("Press {} to choose the email column.", key(Action::EmailColumn))
        }
        ImportError::Unreadable(_) => format!("Press {} to go back to the list.", key(Action::Previous)),
    };
    let mut lines = wrap_styled(error.text(), columns, cx.theme.error);
    lines.extend(wrap_styled(&hint, columns, cx.theme.warning));
    lines.extend(notice_lines(import, cx.theme, columns));
    lines
}

/// Returns the sentence about the email column.
fn column_text(import: &ImportDialog, cx: &RenderContext<'_>) -> Option<String> {
    let key = cx.key(KeyContext::Import, Action::EmailColumn);
    let hint =
        if import.list.columns.len() > 1 { format!(" Press {key} for another.") } else { String::new() };
    Some(import.list.column_text()? + &hint)
}

/// Returns the counts per status.
fn counts_text(import: &ImportDialog) -> String {
    if import.entry_states.is_empty() {
        return if import.is_checking() {
            "checking…".into()
        } else {
            "The list contains no email.".into()
        };
    }
    let checking = if import.is_checking() { " · checking…" } else { "" };
    format!("{} in the list: {}{checking}", format_count(import.entry_states.len()), import.summary)
}

/// Returns the sign of a status, so that no color is needed.
fn status_sign(state: &EntryState, now: jiff::Timestamp, theme: &Theme) -> (&'static str, Style) {
    match state {
        state if state.is_included() => ("✓", theme.success),
        state if state.can_include_anyway(now) => ("?", theme.warning),
        state if state.needs_attention(now) => ("✗", theme.error),
        EntryState::Checking => ("…", theme.muted),
        _ => ("-", theme.muted),
    }
}

fn entry_line(
    import: &ImportDialog,
    index: usize,
    columns: usize,
    cx: &RenderContext<'_>,
) -> Option<Line<'static>> {
    let (entry, state) = (import.list.entries.get(index)?, import.entry_states.get(index)?);
    let (is_selected, now) = (index == import.list_state.selected, cx.server_now(cx.now));
    let (sign, style) = status_sign(state, now, cx.theme);
    let number = number_cell(import, entry, cx.theme);
    let text_width = columns.saturating_sub(number.width() + 5);
    let email_width = (text_width * 2 / 5).max(16).min(text_width);
    let email = truncate_middle(&sanitize(&entry.email), email_width);
    let gap = " ".repeat(email_width.saturating_sub(width(&email)));
    let text = truncate(&state.description(now), text_width.saturating_sub(email_width));
    let cells = [
        number,
        Span::styled(sign, style),
        Span::raw(" "),
        Span::raw(email),
        Span::raw(format!("{gap}  ")),
        Span::styled(text, style),
    ];
    Some(list::row(is_selected, cells, columns, cx.theme))
}

/// Returns the cell with the line number of an entry.
fn number_cell(import: &ImportDialog, entry: &ImportEntry, theme: &Theme) -> Span<'static> {
    let number_width = import.list.entries.last().map_or(1, |entry| entry.line.to_string().len());
    Span::styled(format!("{:>number_width$} ", entry.line), theme.muted)
}

/// Returns the full status of the selected entry.
fn detail_lines(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let selected = import.list.entries.get(import.list_state.selected).zip(import.selected_state());
    let Some((entry, state)) = selected else { return Vec::new() };
    let suffix = if entry.include_anyway && state.is_included() { " (included by you)" } else { "" };
    let status = state.description(cx.server_now(cx.now));
    let text = format!("line {}, {}: {status}{suffix}", format_count(entry.line), entry.email);
    wrap_styled(&text, columns, cx.theme.muted)
}

fn suggestion_line(import: &ImportDialog, cx: &RenderContext<'_>) -> Line<'static> {
    let suggestion = import.selected_state().and_then(EntryState::suggestion);
    let Some(suggestion) = suggestion else { return Line::default() };
    let key = Span::styled(cx.key(KeyContext::Form, Action::Next), cx.theme.key);
    Line::from(vec![key, Span::styled(format!(": use {}", sanitize(suggestion)), cx.theme.muted)])
}

/// Returns the last feedback, else hints for actions on several entries.
fn bulk_help_lines(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = notice_lines(import, cx.theme, columns);
    if !lines.is_empty() {
        return lines;
    }
    let key = |action| cx.key(KeyContext::Import, action);
    if import.expired_count > 0 {
        let have = if import.expired_count == 1 { "has" } else { "have" };
        let expired = format!("{} that {have} expired", format_count(import.expired_count));
        let text = format!("Press {} to include the {expired}.", key(Action::IncludeExpired));
        lines.extend(wrap_styled(&text, columns, cx.theme.warning));
    }
    let suggested = import.suggestions().len();
    if suggested > 0 {
        let suggested = format_plural(suggested, "suggestion");
        let text = format!("Press {} to review {suggested}.", key(Action::TakeSuggestions));
        lines.extend(wrap_styled(&text, columns, cx.theme.warning));
    }
    lines
}

/// Draws all suggestions: the old and the new email. Returns the number of visible lines.
fn draw_suggestions(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> usize {
    let theme = cx.theme;
    let [rows, keys] = Layout::vertical([Min(1), Length(1)]).areas(area);
    let (suggestions, height) = (import.suggestions(), rows.height as usize);
    let top = import.suggestions_state.offset_for(suggestions.len(), height);
    let shown =
        suggestions.iter().enumerate().skip(top).take(height).filter_map(|(index, (entry_index, email))| {
            let entry = import.list.entries.get(*entry_index)?;
            let (number, columns) = (number_cell(import, entry, theme), rows.width as usize);
            let email_width = columns.saturating_sub(number.width() + 5) / 2;
            let cells = [
                number,
                Span::raw(truncate_middle(&sanitize(&entry.email), email_width)),
                Span::styled(" → ", theme.muted),
                Span::styled(truncate_middle(&sanitize(email), email_width), theme.success),
            ];
            Some(list::row(index == import.suggestions_state.selected, cells, columns, theme))
        });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    let key = |action| cx.key(KeyContext::Import, action);
    let text = format!(
        "Press {} to use all {}, {} to cancel.",
        key(Action::Confirm),
        suggestions.len(),
        key(Action::Back)
    );
    frame.render_widget(Line::styled(truncate(&text, keys.width as usize), theme.warning), keys);
    height
}

/// Draws the message step: the template, and its preview for one entry.
fn draw_message(import: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let is_low = area.height < 14;
    let text_lines = if is_low { 2 } else { 4 };
    let [title, text, placeholders, heading, preview, status, buttons] = Layout::vertical([
        Length(1),
        Length(text_lines),
        Length(1),
        Length(1),
        Min(1),
        Length(if is_low { 1 } else { 2 }),
        Length(1),
    ])
    .areas(area);
    let is_focused = import.message_focus == MessageFocus::Text;
    frame.render_widget(label("Message for all", is_focused, theme), title);
    draw_field(&import.message, is_focused, text, frame);
    let names: Vec<String> =
        import.list.placeholders().iter().map(|name| format!("{{{}}}", sanitize(name))).collect();
    let description = format!("placeholders: {}", names.join(" "));
    let description = truncate(&description, placeholders.width as usize);
    frame.render_widget(Line::styled(description, theme.muted), placeholders);
    draw_preview(import, theme, heading, preview, frame);
    frame.render_widget(Paragraph::new(notice_lines(import, theme, area.width as usize)), status);
    let included = import.entry_states.iter().filter(|state| state.is_included()).count();
    let description = format!("shows a plan of {} to confirm", format_count(included));
    let is_focused = import.message_focus == MessageFocus::Continue;
    frame.render_widget(dialog::button("Continue", &description, is_focused, theme), buttons);
}

/// Draws the message for the selected entry, with the reason if the message cannot be sent.
fn draw_preview(import: &ImportDialog, theme: &Theme, heading: Rect, area: Rect, frame: &mut Frame<'_>) {
    let entry = import.list.entries.get(import.list_state.selected);
    let (Some(entry), Some((text, error))) = (entry, import.preview()) else { return };
    let is_excluded = !import.selected_state().is_some_and(EntryState::is_included);
    let suffix = if is_excluded { ", not in the plan" } else { "" };
    let name = format!("For line {}, {}{suffix}", format_count(entry.line), entry.email);
    let is_focused = import.message_focus == MessageFocus::Entry;
    let name = counted_label(&name, &text, limits::MAX_MESSAGE_CHARS, is_focused, heading.width, theme);
    frame.render_widget(name, heading);
    let columns = area.width as usize;
    let error = error.map(|error| wrap_styled(&format!("! {error}"), columns, theme.error));
    let mut lines = error.unwrap_or_default();
    let empty = "(no message)";
    let (text, style) = if text.is_empty() { (empty, theme.muted) } else { (&*text, Style::new()) };
    lines.extend(wrap_styled(text, columns, style));
    frame.render_widget(Paragraph::new(lines), area);
}
