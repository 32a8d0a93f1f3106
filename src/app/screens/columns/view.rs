//! Draws the Columns dialog above the footer, so that the table heads stay visible.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::columns::ColumnsDialog;
use crate::domain::table_prefs::{Column, ColumnState};
use crate::domain::text::width;
use crate::ui::column_widths::ColumnWidths;
use crate::ui::list::{pad, selection_sign};
use crate::ui::{Theme, dialog};

/// Lines for the description of the selected column.
const DESCRIPTION_LINES: usize = 4;

/// Draws the Columns dialog.
pub fn draw(it: &ColumnsDialog, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let (theme, columns) = (cx.theme, dialog::text_width(72, frame));
    let all = cx.table.columns.all();
    let room = cx.metrics.table_area.map(|rows| ColumnWidths::fit(&cx.table.columns, rows.width as usize));
    let mut lines: Vec<Line<'static>> = all
        .iter()
        .enumerate()
        .map(|(at, placed)| column_line(placed, at == it.selected, room.as_ref(), theme))
        .collect();
    let selected = all.get(it.selected).map_or("", |placed| placed.column.description());
    lines.push(Line::default());
    lines.extend(dialog::wrap_styled(selected, columns as usize, theme.muted));
    lines.resize(all.len() + 1 + DESCRIPTION_LINES, Line::default());
    // Leaves space for the table heads above and the footer below.
    let most = frame.area().height.saturating_sub(7).max(1);
    let inside = dialog::open_above_footer("Columns", columns, (lines.len() as u16).min(most), theme, frame);
    dialog::draw_scrolled(lines, (it.selected + 1).saturating_sub(inside.height as usize), inside, frame);
}

fn column_line(
    placed: &ColumnState,
    focused: bool,
    room: Option<&ColumnWidths>,
    theme: &Theme,
) -> Line<'static> {
    let heads = Column::ALL.into_iter().map(|column| width(column.heading())).max().unwrap_or(0);
    let check = if placed.is_visible { "[x]" } else { "[ ]" };
    let text = format!("{}{check} {}", selection_sign(focused), pad(placed.column.heading(), heads));
    let wider = match placed.width_delta {
        0 => String::new(),
        wider => format!("  {wider:+}"),
    };
    let cut = placed.is_visible && room.is_some_and(|room| !room.has(placed.column));
    let note = if cut { "  does not fit" } else { "" };
    let style = if focused { theme.selected } else { Style::new() };
    Line::from(vec![Span::styled(text, style), Span::raw(wider), Span::styled(note, theme.warning)])
}
