//! Draws the Columns dialog above the footer, so that the table heads stay visible.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::columns::ColumnsDialog;
use crate::domain::table_prefs::{Column, ColumnState};
use crate::domain::text::width;
use crate::ui::column_widths::ColumnWidths;
use crate::ui::list::{pad, row};
use crate::ui::{Lines, Theme, dialog};

/// Lines for the description of the selected column.
const DESCRIPTION_LINES: usize = 4;

/// Draws the Columns dialog.
pub fn draw(state: &ColumnsDialog, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let (theme, columns) = (cx.theme, dialog::text_width(72, frame));
    let all = cx.table.columns.all();
    let widths = cx.metrics.table_area.map(|rows| {
        ColumnWidths::fit(&cx.table.columns, cx.invites.shown.rows().email_width(), rows.width as usize)
    });
    let mut lines: Lines = all
        .iter()
        .enumerate()
        .map(|(index, entry)| {
            let fits = widths.as_ref().is_none_or(|widths| widths.has(entry.column));
            column_line(entry, index == state.selected, fits, columns as usize, theme)
        })
        .collect();
    let selected = all.get(state.selected).map_or("", |entry| entry.column.description());
    lines.push(Line::default());
    lines.extend(dialog::wrap_styled(selected, columns as usize, theme.muted));
    lines.resize(all.len() + 1 + DESCRIPTION_LINES, Line::default());
    // Leaves space for the table heads above and the footer below.
    let max_height = frame.area().height.saturating_sub(7).max(1);
    let inner =
        dialog::open_above_footer("Columns", columns, (lines.len() as u16).min(max_height), theme, frame);
    let lines_above = (lines.len()).saturating_sub(inner.height as usize);
    let first = (state.selected + 1).saturating_sub(inner.height as usize).min(lines_above);
    cx.add_row_clicks(inner, first, all.len().saturating_sub(first));
    dialog::draw_scrolled(lines, first, inner, frame);
}

fn column_line(
    entry: &ColumnState,
    is_selected: bool,
    fits: bool,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let heading_width = Column::ALL.iter().map(|column| width(column.heading())).max().unwrap_or(0);
    let check = if entry.is_visible { "[x]" } else { "[ ]" };
    let text = format!("{check} {}", pad(entry.column.heading(), heading_width));
    let delta = match entry.width_delta {
        0 => String::new(),
        delta => format!("  {delta:+}"),
    };
    let note = if entry.is_visible && !fits { "  does not fit" } else { "" };
    let cells = [Span::raw(text), Span::raw(delta), Span::styled(note, theme.warning)];
    row(is_selected, cells, columns, theme)
}
