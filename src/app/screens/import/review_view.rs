//! Draws the review step of the import: the tabs, the table of entries, and the selected entry in full.

use ratatui::Frame;
use ratatui::layout::Constraint::{Length, Min};
use ratatui::layout::{Layout, Rect};
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::import::row_view::{heading_line, result_text, row_line, status_sign, widest_cells};
use crate::app::screens::import::row_widths::{COLUMN_GAP, RowWidths};
use crate::app::screens::import::table::ReviewTable;
use crate::app::screens::import::title_view::{notice_lines, title_with_total};
use crate::app::screens::import::{ImportDialog, ImportStep};
use crate::domain::import::ImportError;
use crate::domain::text::{format_count, format_plural, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{draw_frame, draw_lines, wrap_styled};
use crate::ui::list::position_label;
use crate::ui::tabs::tabs_line;
use crate::ui::text_field::draw_field;
use crate::ui::{Lines, dialog};

/// Height from which the selected entry has a frame below the table.
const MIN_HEIGHT_WITH_DETAIL: u16 = 16;
/// Height of that frame.
const DETAIL_HEIGHT: u16 = 6;

/// Draws the review step and returns the number of visible rows.
pub(super) fn draw(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> usize {
    if let Some(error) = &import.list.error {
        let inner = dialog::draw_pane(Some("Import · 2/3 Review"), cx.theme, area, frame);
        draw_lines(&error_lines(import, cx, error, inner.width as usize), inner, frame);
        return inner.height as usize;
    }
    if import.table.entry_count() == 0 {
        let text = if import.is_checking() { "checking…" } else { "The list contains no email." };
        let inner = dialog::draw_pane(Some("Import · 2/3 Review"), cx.theme, area, frame);
        let mut lines = vec![Line::styled(text, cx.theme.muted)];
        lines.extend(notice_lines(import, cx.theme, inner.width as usize));
        draw_lines(&lines, inner, frame);
        return inner.height as usize;
    }
    let (table, detail) = if area.height >= MIN_HEIGHT_WITH_DETAIL {
        let parts = Layout::vertical([Min(8), Length(DETAIL_HEIGHT)]).spacing(-1);
        let [table, detail] = parts.areas(area);
        (table, Some(detail))
    } else {
        (area, None)
    };
    let detail_lines = match (&detail, &import.address_field) {
        (Some(_), _) => 0,
        (None, None) => 1,
        // The field and its suggestion.
        (None, Some(_)) => 2,
    };
    let height = draw_table(import, cx, table, detail_lines, frame);
    if let Some(detail) = detail {
        let inner = dialog::draw_pane(None, cx.theme, detail, frame);
        draw_detail(import, cx, inner, frame);
    }
    height
}

/// Draws the table and returns the number of visible rows. Without a detail pane, its last lines are the detail.
fn draw_table(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    area: Rect,
    detail_lines: u16,
    frame: &mut Frame<'_>,
) -> usize {
    let (theme, table) = (cx.theme, &import.table);
    let columns = (area.width as usize).saturating_sub(2);
    // The last column stays blank.
    let widths = RowWidths::fit(widest_cells(import), columns.saturating_sub(1));
    let tab_labels = tab_labels(table);
    let mut lines = head_lines(import, cx, &tab_labels, &widths, columns);
    let heads = lines.len();
    let height = (area.height as usize).saturating_sub(2 + lines.len() + detail_lines as usize);
    let step = if import.step == ImportStep::EditAddress { "Edit email" } else { "Review" };
    let title = title_with_total(import, &format!("Import · 2/3 {step}"), area.width);
    let position = position_label("rows", &import.list_state, table.rows.len(), height);
    let inner = draw_frame(&title, &position, theme, area, frame);
    let window = import.list_state.window(table.rows.iter(), height);
    lines.extend(
        window.filter_map(|(index, selected)| row_line(import, cx, *index, selected, &widths, columns)),
    );
    draw_lines(&lines, inner, frame);
    let below_tabs = inner.y + heads as u16 - 1;
    let tabs_area = Rect { y: below_tabs - 1, height: 1, ..inner }.intersection(inner);
    cx.add_tab_clicks(&lines[heads - 2], &tab_labels, tabs_area);
    let first = import.list_state.offset_for(table.rows.len(), height);
    let rows_area = Rect { y: below_tabs + 1, height: height as u16, ..inner }.intersection(inner);
    cx.add_row_clicks(rows_area, first, table.rows.len() - first);
    if detail_lines > 0 {
        let y = inner.bottom().saturating_sub(detail_lines);
        let detail = Rect { y, height: detail_lines, ..inner }.inner(dialog::PADDING);
        draw_detail(import, cx, detail, frame);
    }
    height
}

/// Returns the lines above the rows: the email column, the tabs and the headings.
fn head_lines(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    tab_labels: &[String],
    widths: &RowWidths,
    columns: usize,
) -> Lines {
    let theme = cx.theme;
    let mut lines = Lines::new();
    if let Some(text) = column_text(import, cx, columns) {
        lines.push(Line::styled(format!(" {}", truncate(&text, columns.saturating_sub(1))), theme.muted));
    }
    lines.push(tabs(&import.table, tab_labels, cx, columns));
    lines.push(heading_line(widths, theme));
    lines
}

/// Returns the sentence about the email column if the list has several columns, with the key if it fits.
fn column_text(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize) -> Option<String> {
    let text = import.list.column_text().filter(|_| import.list.has_columns())?;
    let key = cx.key(KeyContext::Import, Action::EmailColumn);
    let long = format!("{text} Press {key} for another.");
    let can_change = import.list.columns.len() > 1 && width(&long) < columns;
    Some(if can_change { long } else { text })
}

/// Returns the tabs with their counts.
fn tab_labels(table: &ReviewTable) -> Vec<String> {
    let mut labels = vec![format!("All {}", format_count(table.entry_count()))];
    let counts = table.counts.iter();
    labels.extend(counts.map(|(kind, count)| format!("{} {}", kind.label(), format_count(*count))));
    labels
}

/// Returns the line of the tabs, and the keys that switch them.
fn tabs(table: &ReviewTable, labels: &[String], cx: &RenderContext<'_>, columns: usize) -> Line<'static> {
    let selected = table.tabs().iter().position(|tab| *tab == table.tab).unwrap_or_default();
    let keys = [Action::PreviousTab, Action::NextTab].map(|action| cx.key(KeyContext::Import, action));
    let keys = format!("{} ", keys.join(" "));
    let available = columns.saturating_sub(1 + COLUMN_GAP + width(&keys));
    let mut line = tabs_line(labels, Some(selected), available, cx.theme);
    line.spans.insert(0, Span::raw(" "));
    let gap = columns.saturating_sub(line.width() + width(&keys));
    line.push_span(Span::raw(" ".repeat(gap)));
    line.push_span(Span::styled(keys, cx.theme.key));
    line
}

/// Draws the edited email; else the selected entry in full, and the feedback on the last key.
fn draw_detail(import: &ImportDialog, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let (theme, columns) = (cx.theme, area.width as usize);
    if let Some(field) = &import.address_field {
        draw_field(field, true, Rect { height: area.height.min(1), ..area }, frame);
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let mut lines = suggestion_lines(import, cx);
        lines.extend(edit_reason_lines(import, cx, columns));
        return draw_lines(&lines, below, frame);
    }
    let notice = notice_lines(import, theme, columns);
    let mut lines = match area.height {
        0..=2 if !notice.is_empty() => Lines::new(),
        height => entry_lines(import, cx, columns, height > 2),
    };
    lines.extend(if notice.is_empty() { bulk_help_lines(import, cx, columns) } else { notice });
    dialog::truncate_lines(&mut lines, area.height as usize, columns);
    draw_lines(&lines, area, frame);
}

fn suggestion_lines(import: &ImportDialog, cx: &RenderContext<'_>) -> Lines {
    let Some(suggestion) = import.edit_suggestion() else { return Lines::new() };
    let key = Span::styled(cx.key(KeyContext::ImportForm, Action::Next), cx.theme.key);
    vec![Line::from(vec![key, Span::styled(format!(": use {}", sanitize(suggestion)), cx.theme.muted)])]
}

/// Returns what happens to the edited entry without the edit.
fn edit_reason_lines(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let index = import.edited_entry;
    let edited = import.list.entries.get(index).zip(import.entry_states.get(index));
    let Some((entry, state)) = edited else { return Lines::new() };
    let text = result_text(entry, state, cx.server_now(cx.now));
    wrap_styled(&format!("Line {}: {text}", format_count(entry.line)), columns, cx.theme.muted)
}

/// Returns the selected entry: its line, email and name, and what happens to it. One line has only the result.
fn entry_lines(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize, has_lines: bool) -> Lines {
    let index = import.selected_entry();
    let selected = import.list.entries.get(index).zip(import.entry_states.get(index));
    let Some((entry, state)) = selected else { return Lines::new() };
    let now = cx.server_now(cx.now);
    let result = result_text(entry, state, now);
    let (_, style) = status_sign(state, now, cx.theme);
    if !has_lines {
        return vec![Line::styled(truncate(&result, columns), style)];
    }
    let name = import.list.resolve(entry, "name").map(|name| format!(", {name}")).unwrap_or_default();
    let text = format!("Line {}: {}{name}", format_count(entry.line), entry.email);
    let mut lines = vec![Line::styled(truncate(&text, columns), cx.theme.title)];
    let mut result = wrap_styled(&result, columns, style);
    dialog::truncate_lines(&mut result, 2, columns);
    lines.extend(result);
    lines
}

/// Returns hints for actions on several entries, and what is not known yet.
fn bulk_help_lines(import: &ImportDialog, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let key = |action| cx.key(KeyContext::Import, action);
    let mut texts = Vec::new();
    if !cx.invites.is_complete() {
        texts.push("Not all invites are loaded: more entries may be pending.".to_owned());
    }
    if !import.table.suggested.is_empty() {
        let suggested = format_plural(import.table.suggested.len(), "suggestion");
        texts.push(format!("Press {} to review {suggested}.", key(Action::TakeSuggestions)));
    }
    if import.expired_count > 0 {
        let have = if import.expired_count == 1 { "has" } else { "have" };
        let expired = format!("{} that {have} expired", format_count(import.expired_count));
        texts.push(format!("Press {} to include the {expired}.", key(Action::IncludeExpired)));
    }
    if texts.is_empty() { Lines::new() } else { wrap_styled(&texts.join(" "), columns, cx.theme.warning) }
}

/// Returns why the list was not parsed, and what the user can do.
fn error_lines(import: &ImportDialog, cx: &RenderContext<'_>, error: &ImportError, columns: usize) -> Lines {
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
