//! Rows of the review table: the headings, an entry, and what happens to it.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::import::ImportDialog;
use crate::app::screens::import::row_widths::{COLUMN_GAP, RowWidths};
use crate::app::screens::import::table::StatusKind;
use crate::domain::import::{EntryState, ImportEntry};
use crate::domain::text::{truncate_middle, width};
use crate::ui::Theme;
use crate::ui::list::{highlight_row, pad, selection_sign};

/// Columns of the sign of a status and the blank behind it.
const STATUS_SIGN_WIDTH: usize = 2;

/// Returns the widths of the widest cells. The results are as wide as the rest of the row.
pub(super) fn widest_cells(import: &ImportDialog) -> RowWidths {
    let table = &import.table;
    let last_line = import.list.entries.last().map_or(1, |entry| entry.line);
    let words = table.counts.iter().map(|(kind, _)| width(kind.label())).max();
    RowWidths {
        line: last_line.to_string().len().max(width("Line")),
        status: STATUS_SIGN_WIDTH + words.unwrap_or_default().max(width("Status")),
        email: table.email_width.max(width("Email")),
        name: table.name_width.max(if table.name_width > 0 { width("Name") } else { 0 }),
        result: 0,
    }
}

/// Returns the headings of the columns.
pub(super) fn heading_line(widths: &RowWidths, theme: &Theme) -> Line<'static> {
    let status = if widths.status > STATUS_SIGN_WIDTH { "  Status" } else { "" };
    let line = format!("{:>1$}", "Line", widths.line);
    let cells = [
        (line.as_str(), widths.line),
        (status, widths.status),
        ("Email", widths.email),
        ("Name", widths.name),
        ("Result", widths.result),
    ];
    let shown: Vec<String> =
        cells.into_iter().filter(|(_, width)| *width > 0).map(|(text, width)| pad(text, width)).collect();
    Line::styled(format!(" {}", shown.join(&" ".repeat(COLUMN_GAP))), theme.title)
}

/// Returns the row of an entry. The selected one is highlighted up to this number of columns.
pub(super) fn row_line(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    index: usize,
    selected: bool,
    widths: &RowWidths,
    columns: usize,
) -> Option<Line<'static>> {
    let (entry, state) = (import.list.entries.get(index)?, import.entry_states.get(index)?);
    let (theme, now) = (cx.theme, cx.server_now(cx.now));
    let (sign, style) = status_sign(state, now, theme);
    let status = match widths.status > STATUS_SIGN_WIDTH {
        true => format!("{sign} {}", StatusKind::from_state(state, now).label()),
        false => sign.to_owned(),
    };
    let name = if widths.name > 0 { import.list.resolve(entry, "name") } else { None };
    let email = truncate_middle(&entry.email, widths.email);
    let cells = [
        (format!("{:>1$}", entry.line, widths.line), widths.line, theme.muted),
        (status, widths.status, style),
        (email, widths.email, Style::new()),
        (name.unwrap_or_default(), widths.name, Style::new()),
        (result_text(entry, state, now), widths.result, style),
    ];
    let mut spans = vec![Span::raw(selection_sign(selected))];
    for (text, width, style) in cells.into_iter().filter(|(_, width, _)| *width > 0) {
        if spans.len() > 1 {
            spans.push(Span::raw(" ".repeat(COLUMN_GAP)));
        }
        spans.push(Span::styled(pad(&text, width), style));
    }
    let mut line = Line::from(spans);
    if selected {
        highlight_row(&mut line, columns as u16, theme);
    }
    Some(line)
}

/// Returns the sign of a status, so that no color is needed.
pub(super) fn status_sign(state: &EntryState, now: Timestamp, theme: &Theme) -> (&'static str, Style) {
    match state {
        state if state.is_included() => ("✓", theme.success),
        state if state.can_include_anyway(now) => ("?", theme.warning),
        state if state.needs_attention(now) => ("✗", theme.error),
        EntryState::Checking => ("…", theme.muted),
        _ => ("-", theme.muted),
    }
}

/// Returns what happens to an entry, and why.
pub(super) fn result_text(entry: &ImportEntry, state: &EntryState, now: Timestamp) -> String {
    let suffix = if entry.include_anyway { ", included by you" } else { "" };
    let description = state.description(now);
    match state {
        EntryState::New => format!("will be invited{suffix}"),
        EntryState::ReplaceExpired => "will be invited again, replaces the expired invite".to_owned(),
        EntryState::Checking | EntryState::Typo(_) => description,
        EntryState::Excluded => "skipped: excluded by you".to_owned(),
        EntryState::AlreadyMember => "skipped: already a member".to_owned(),
        EntryState::AlreadyPending(_) => {
            format!("skipped: {}", description.trim_start_matches("already "))
        }
        EntryState::Invalid(_) => {
            format!("skipped: {}", description.trim_start_matches("invalid: "))
        }
        _ => format!("skipped: {description}"),
    }
}
