//! Draws the three steps of the import in a dialog nearly as large as the window.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::{ImportDialog, ImportStep, MessageFocus, SourceFocus, SourceStep};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::import::check_job::EntryState;
use crate::domain::import::{ImportEntry, ImportError};
use crate::domain::limits;
use crate::domain::text::{format_count, format_plural, sanitize, truncate, truncate_middle, width};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::{CharCounter, draw_field, draw_label};
use crate::ui::{Theme, dialog, list, wrap};

const SOURCE_HELP: &str = "Paste one email per line, Name <email>, or CSV. Or enter a file name. You review every entry before \
                    anything is sent.";

/// Draws the import and stores the number of visible lines in `metrics`.
pub fn draw(it: &ImportDialog, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let title = match it.step {
        ImportStep::Source => "Import · 1/3 List",
        ImportStep::Review | ImportStep::EditAddress => "Import · 2/3 Review",
        ImportStep::Suggestions => "Import · Use all suggestions?",
        ImportStep::Message => "Import · 3/3 Message",
    };
    let columns = dialog::text_width(110, frame);
    // Leaves the footer visible.
    let lines = frame.area().height.saturating_sub(4);
    let inside = dialog::open(title, columns, lines, cx.theme, frame);
    match it.step {
        ImportStep::Source => draw_source(it, cx.theme, inside, frame),
        ImportStep::Review | ImportStep::EditAddress => {
            metrics.text_height = draw_review(it, cx, inside, frame)
        }
        ImportStep::Suggestions => metrics.text_height = draw_suggestions(it, cx, inside, frame),
        ImportStep::Message => draw_message(it, cx.theme, inside, frame),
    }
}

/// Returns the feedback on the last key, else the error of the journal.
fn notice_lines(it: &ImportDialog, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    match (&it.notice, &it.history_error) {
        (Some(said), _) => wrap_lines(said, area, theme.warning),
        (None, Some(unknown)) => wrap_lines(unknown, area, theme.error),
        (None, None) => Vec::new(),
    }
}

fn wrap_lines(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(&sanitize(text), area.width as usize);
    lines.into_iter().take(area.height as usize).map(|line| Line::styled(line, style)).collect()
}

/// Returns the style of a field label.
fn label_style(has_focus: bool, theme: &Theme) -> Style {
    if has_focus { theme.title } else { theme.muted }
}

/// Draws the source step: the end of the list, and the file field.
fn draw_source(it: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let source = &it.source;
    // A low window has no hint.
    let hint_lines = if area.height >= 12 { 3 } else { 0 };
    let [hint, label, list, file, below, buttons] =
        Layout::vertical([Length(hint_lines), Length(1), Min(1), Length(1), Length(2), Length(1)])
            .areas(area);
    frame.render_widget(Paragraph::new(wrap_lines(SOURCE_HELP, hint, theme.muted)), hint);
    let counted = if source.text.is_empty() { String::new() } else { format_plural(source.lines, "line") };
    let name = label_style(source.focus == SourceFocus::List, theme);
    let head = Line::from(vec![Span::styled("list  ", name), Span::styled(counted, theme.muted)]);
    frame.render_widget(Paragraph::new(head), label);
    draw_list(source, theme, list, frame);
    let name = label_style(source.focus == SourceFocus::File, theme);
    frame.render_widget(Paragraph::new(Span::styled("file", name)), file);
    let after = Rect { x: file.x + 6, width: file.width.saturating_sub(6), ..file };
    draw_field(&source.file, source.focus == SourceFocus::File, after, frame);
    let reading = vec![Line::styled("loading…", theme.muted)];
    let words = if it.is_checking() { reading } else { notice_lines(it, theme, below) };
    frame.render_widget(Paragraph::new(words), below);
    let line = continue_button(source.focus == SourceFocus::Continue, "checks every entry", theme);
    frame.render_widget(Paragraph::new(line), buttons);
}

/// Returns the continue button with its description.
fn continue_button(has_focus: bool, words: &str, theme: &Theme) -> Line<'static> {
    let mut line = dialog::buttons(&["Continue"], if has_focus { 0 } else { usize::MAX }, theme);
    line.push_span(Span::styled(words.to_owned(), theme.muted));
    line
}

/// Draws the end of the list, because typed and pasted text is added there.
fn draw_list(source: &SourceStep, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = area.height as usize;
    let open = source.text.is_empty() || source.text.ends_with('\n');
    let lines = source.lines + usize::from(open);
    let numbers = lines.to_string().len();
    let first = lines.saturating_sub(room);
    let columns = (area.width as usize).saturating_sub(numbers + 2);
    let from_the_end = open.then_some("").into_iter().chain(source.text.lines().rev());
    let mut last: Vec<&str> = from_the_end.take(room).collect();
    last.reverse();
    let shown = last.iter().enumerate().map(|(nth, text)| {
        let number = format!("{:>numbers$} ", first + nth + 1);
        Line::from(vec![Span::styled(number, theme.muted), Span::raw(truncate(&sanitize(text), columns))])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
    if source.focus == SourceFocus::List && room > 0 {
        let line = last.len().saturating_sub(1) as u16;
        let column = last.last().map_or(0, |text| width(&sanitize(text)).min(columns)) + numbers + 1;
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line));
    }
}

/// Draws the review step and returns the number of visible entries.
fn draw_review(it: &ImportDialog, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> usize {
    let theme = cx.theme;
    if let Some(hold) = &it.list.error {
        frame.render_widget(Paragraph::new(hold_lines(it, cx, hold, area)), area);
        return area.height as usize;
    }
    let [tally, rows, detail, below] = Layout::vertical([
        Length(if area.height > 12 || it.list.column.is_some() { 3 } else { 2 }),
        Min(1),
        Length(2),
        Length(if area.height > 12 { 2 } else { 1 }),
    ])
    .areas(area);
    let height = rows.height as usize;
    let column =
        column_text(it, cx).map(|text| Line::styled(truncate(&text, tally.width as usize), theme.title));
    let mut lines = Vec::from_iter(column);
    lines.extend(wrap_lines(&counts_text(it), tally, theme.title));
    frame.render_widget(Paragraph::new(lines), tally);
    let top = it.list_state.offset_for(it.entry_states.len(), height);
    let window = (top..it.entry_states.len()).take(height);
    let shown = window.filter_map(|place| entry_line(it, place, rows.width as usize, cx));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    match &it.address_field {
        Some(correcting) => {
            let [address, offered] = Layout::vertical([Length(1), Length(1)]).areas(detail);
            draw_field(correcting, true, address, frame);
            frame.render_widget(Paragraph::new(suggestion_line(it, cx)), offered);
        }
        None => frame.render_widget(Paragraph::new(detail_lines(it, cx, detail)), detail),
    }
    frame.render_widget(Paragraph::new(bulk_help_lines(it, cx, below)), below);
    height
}

/// Returns why the list was not parsed, and what the user can do.
fn hold_lines(
    it: &ImportDialog,
    cx: &RenderContext<'_>,
    hold: &ImportError,
    area: Rect,
) -> Vec<Line<'static>> {
    let key = |action| cx.key(KeyContext::Import, action);
    let next = match hold {
        ImportError::ChooseColumn(_) => {
            format!("Press {} to choose the email column.", key(Action::EmailColumn))
        }
        ImportError::Unreadable(_) => format!("Press {} to go back to the list.", key(Action::Previous)),
    };
    let mut lines = wrap_lines(hold.text(), area, cx.theme.error);
    lines.extend(wrap_lines(&next, area, cx.theme.warning));
    lines.extend(notice_lines(it, cx.theme, area));
    lines
}

/// Returns the sentence about the email column.
fn column_text(it: &ImportDialog, cx: &RenderContext<'_>) -> Option<String> {
    let key = cx.key(KeyContext::Import, Action::EmailColumn);
    let another =
        if it.list.columns.len() > 1 { format!(" Press {key} for another.") } else { String::new() };
    Some(it.list.column_text()? + &another)
}

/// Returns the counts per status.
fn counts_text(it: &ImportDialog) -> String {
    if it.entry_states.is_empty() {
        return if it.is_checking() { "checking…".into() } else { "The list contains no email.".into() };
    }
    let looking = if it.is_checking() { " · checking…" } else { "" };
    format!("{} in the list: {}{looking}", format_count(it.entry_states.len()), it.summary)
}

/// Returns the sign of a status, so that no color is needed.
fn status_sign(judged: &EntryState, now: jiff::Timestamp, theme: &Theme) -> (&'static str, Style) {
    match judged {
        judged if judged.is_included() => ("✓", theme.success),
        judged if judged.can_include_anyway(now) => ("?", theme.warning),
        judged if judged.needs_attention(now) => ("✗", theme.error),
        EntryState::Checking => ("…", theme.muted),
        _ => ("-", theme.muted),
    }
}

fn entry_line(
    it: &ImportDialog,
    place: usize,
    columns: usize,
    cx: &RenderContext<'_>,
) -> Option<Line<'static>> {
    let (entry, judged) = (it.list.entries.get(place)?, it.entry_states.get(place)?);
    let (is_selected, now) = (place == it.list_state.selected, cx.server_now(cx.now));
    let (sign, style) = status_sign(judged, now, cx.theme);
    let [cursor, number] = entry_prefix(it, entry, is_selected, cx.theme);
    let room = columns.saturating_sub(number.width() + 5);
    let address = (room * 2 / 5).max(16).min(room);
    let email = truncate_middle(&sanitize(&entry.email), address);
    let gap = " ".repeat(address.saturating_sub(width(&email)));
    let words = truncate(&judged.description(now), room.saturating_sub(address));
    let email_style = if is_selected { cx.theme.selected } else { Style::new() };
    Some(Line::from(vec![
        cursor,
        number,
        Span::styled(sign, style),
        Span::raw(" "),
        Span::styled(email, email_style),
        Span::raw(format!("{gap}  ")),
        Span::styled(words, style),
    ]))
}

/// Returns the start of a row: the cursor and the line number.
fn entry_prefix(
    it: &ImportDialog,
    entry: &ImportEntry,
    is_selected: bool,
    theme: &Theme,
) -> [Span<'static>; 2] {
    let numbers = it.list.entries.last().map_or(1, |entry| entry.line.to_string().len());
    let number = Span::styled(format!("{:>numbers$} ", entry.line), theme.muted);
    [Span::raw(list::selection_sign(is_selected)), number]
}

/// Returns the full status of the selected entry.
fn detail_lines(it: &ImportDialog, cx: &RenderContext<'_>, area: Rect) -> Vec<Line<'static>> {
    let at = it.list_state.selected;
    let known = it.list.entries.get(at).zip(it.entry_states.get(at));
    let Some((entry, judged)) = known else { return Vec::new() };
    let insisted = if entry.include_anyway && judged.is_included() { " (included by you)" } else { "" };
    let words = judged.description(cx.server_now(cx.now));
    let text = format!("line {}, {}: {words}{insisted}", format_count(entry.line), entry.email);
    wrap_lines(&text, area, cx.theme.muted)
}

fn suggestion_line(it: &ImportDialog, cx: &RenderContext<'_>) -> Line<'static> {
    let Some(suggestion) = it.entry_states.get(it.list_state.selected).and_then(EntryState::suggestion)
    else {
        return Line::default();
    };
    let key = Span::styled(cx.key(KeyContext::Form, Action::Next), cx.theme.key);
    Line::from(vec![key, Span::styled(format!(": use {}", sanitize(suggestion)), cx.theme.muted)])
}

/// Returns the last feedback, else hints for actions on several entries.
fn bulk_help_lines(it: &ImportDialog, cx: &RenderContext<'_>, area: Rect) -> Vec<Line<'static>> {
    let mut lines = notice_lines(it, cx.theme, area);
    if !lines.is_empty() {
        return lines;
    }
    let key = |action| cx.key(KeyContext::Import, action);
    if it.expired_count > 0 {
        let have = if it.expired_count == 1 { "has" } else { "have" };
        let which = format!("{} that {have} expired", format_count(it.expired_count));
        let text = format!("Press {} to include the {which}.", key(Action::IncludeExpired));
        lines.extend(wrap_lines(&text, area, cx.theme.warning));
    }
    let suggested = it.suggestions().len();
    if suggested > 0 {
        let suggested = format_plural(suggested, "suggestion");
        let text = format!("Press {} to review {suggested}.", key(Action::TakeSuggestions));
        lines.extend(wrap_lines(&text, area, cx.theme.warning));
    }
    lines
}

/// Draws all suggestions: the old email and the new one. Returns the number of visible lines.
fn draw_suggestions(it: &ImportDialog, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> usize {
    let theme = cx.theme;
    let [rows, keys] = Layout::vertical([Min(1), Length(1)]).areas(area);
    let (found, height) = (it.suggestions(), rows.height as usize);
    let top = it.suggestions_state.offset_for(found.len(), height);
    let shown = found.iter().enumerate().skip(top).take(height).filter_map(|(place, (at, email))| {
        let entry = it.list.entries.get(*at)?;
        let [cursor, number] = entry_prefix(it, entry, place == it.suggestions_state.selected, theme);
        let room = (rows.width as usize).saturating_sub(number.width() + 5) / 2;
        Some(Line::from(vec![
            cursor,
            number,
            Span::raw(truncate_middle(&sanitize(&entry.email), room)),
            Span::styled(" → ", theme.muted),
            Span::styled(truncate_middle(&sanitize(email), room), theme.success),
        ]))
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    let key = |action| cx.key(KeyContext::Import, action);
    let words = format!(
        "Press {} to use all {}, {} to cancel.",
        key(Action::Confirm),
        found.len(),
        key(Action::Back)
    );
    frame.render_widget(
        Paragraph::new(Span::styled(truncate(&words, keys.width as usize), theme.warning)),
        keys,
    );
    height
}

/// Draws the message step: the template, and its preview for one entry.
fn draw_message(it: &ImportDialog, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let low = area.height < 14;
    let text_lines = if low { 2 } else { 4 };
    let [names, text, fills, head, shown, below, buttons] = Layout::vertical([
        Length(1),
        Length(text_lines),
        Length(1),
        Length(1),
        Min(1),
        Length(if low { 1 } else { 2 }),
        Length(1),
    ])
    .areas(area);
    let focus = it.message.focus;
    let name = label_style(focus == MessageFocus::Text, theme);
    frame.render_widget(Paragraph::new(Span::styled("Message for all", name)), names);
    draw_field(&it.message.text, focus == MessageFocus::Text, text, frame);
    let fillable: Vec<String> =
        it.list.placeholders().iter().map(|name| format!("{{{}}}", sanitize(name))).collect();
    let words = format!("placeholders: {}", fillable.join(" "));
    frame.render_widget(
        Paragraph::new(Span::styled(truncate(&words, fills.width as usize), theme.muted)),
        fills,
    );
    draw_preview(it, theme, head, shown, frame);
    frame.render_widget(Paragraph::new(notice_lines(it, theme, below)), below);
    let good = it.entry_states.iter().filter(|judged| judged.is_included()).count();
    let words = format!("shows a plan of {} to confirm", format_count(good));
    frame.render_widget(
        Paragraph::new(continue_button(focus == MessageFocus::Continue, &words, theme)),
        buttons,
    );
}

/// Draws the message for the selected entry, with the reason if it cannot be sent.
fn draw_preview(it: &ImportDialog, theme: &Theme, head: Rect, area: Rect, frame: &mut Frame<'_>) {
    let entry = it.list.entries.get(it.list_state.selected);
    let (Some(entry), Some((text, unfit))) = (entry, it.preview()) else { return };
    let (used, limit) = (text.chars().count(), limits::MAX_MESSAGE_CHARS);
    let style = if used > limit { theme.error } else { theme.muted };
    let left_out = !it.entry_states.get(it.list_state.selected).is_some_and(EntryState::is_included);
    let not = if left_out { ", not in the plan" } else { "" };
    let room = (head.width as usize).saturating_sub(10);
    let name =
        truncate(&format!("For line {}, {}{not}", format_count(entry.line), sanitize(&entry.email)), room);
    let has_focus = it.message.focus == MessageFocus::Entry;
    draw_label(&name, has_focus, CharCounter { used, limit, style }, theme, head, frame);
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some(unfit) = unfit {
        lines.extend(wrap_lines(&format!("! {unfit}"), area, theme.error));
    }
    let empty = "(no message)";
    let (text, style) = if text.is_empty() { (empty, theme.muted) } else { (&*text, Style::new()) };
    lines.extend(wrap_lines(text, area, style));
    frame.render_widget(Paragraph::new(lines), area);
}
