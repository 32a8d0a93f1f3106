//! Draws the Pending view: the table, the detail pane and the forecast.
//!
//! Only the visible rows are built, so the cost does not depend on the length of the list.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Offset, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::click_area::ClickTarget;
use crate::app::model::plans::seconds_left;
use crate::app::model::view::{PanePosition, TableArea};
use crate::app::render::invite_detail;
use crate::app::screens::pending::{PendingView, empty_view, forecast_view, tabs_view};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::expiry::Urgency;
use crate::domain::invite_store::RowRef;
use crate::domain::plan_progress::RunPhase;
use crate::domain::query::{Sort, TextColumn};
use crate::domain::table_prefs::Column;
use crate::domain::text::{format_count, width};
use crate::domain::{Draft, Identity, Now, Step};
use crate::keys::Action;
use crate::ui::column_widths::{ColumnWidths, SIGNS_WIDTH};
use crate::ui::dialog;
use crate::ui::list::{self, highlight, pad};
use crate::ui::{Lines, Theme};

/// Minimum height of the view for a line of filter tabs.
const MIN_HEIGHT_WITH_TABS: u16 = 14;
/// Minimum width of the detail pane at the side of the table.
const MIN_PANE_WIDTH: u16 = 36;
/// Maximum lines above the rows for invites that are being created.
const MAX_CREATES_SHOWN: usize = 3;

/// Draws the table, the detail pane (right, bottom or full size), and the forecast below the table.
pub fn draw(view: &PendingView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let tabs_height = u16::from(area.height >= MIN_HEIGHT_WITH_TABS);
    let [tabs, area] = Layout::vertical([Constraint::Length(tabs_height), Constraint::Min(0)]).areas(area);
    frame.render_widget(tabs_view::tabs_line(cx, tabs), tabs);
    let side = Constraint::Length((area.width * 35 / 100).clamp(MIN_PANE_WIDTH, 64));
    // The borders are two columns, and the table shares one of them with the pane.
    let table_width = ColumnWidths::width_of_whole_emails(cx.invites.shown.rows().email_width()) as u16 + 2;
    // Without invites there is nothing to show in a pane.
    let pane = if cx.invites.shown.is_empty() { PanePosition::Hidden } else { view.pane_position };
    let layout = match effective_pane_position(pane, area, table_width + MIN_PANE_WIDTH - 1) {
        Some(PanePosition::Side) => Some(Layout::horizontal([Constraint::Min(table_width), side])),
        Some(_) => Some(Layout::vertical([Constraint::Min(6), Constraint::Length(10)])),
        None => None,
    };
    let [table, detail] = match layout {
        Some(layout) => layout.spacing(-1).areas(area).map(Some),
        None if view.detail_scroll.is_some() => [None, Some(area)],
        None => [Some(area), None],
    };
    let [table, strip] = match table {
        Some(area) if view.forecast.is_some() => forecast_view::split(area).map(Some),
        table => [table, None],
    };
    // A table hidden by the detail keeps its height, so that paging does not change.
    let table_height = visible_row_count(cx, table.unwrap_or(area));
    let mut metrics = RenderMetrics { table_height, ..RenderMetrics::default() };
    if let Some(table) = table {
        let y = table.y + 2 + visible_create_count(cx) as u16;
        metrics.table_area = Some(TableArea { x: table.x + 1, y, width: table.width.saturating_sub(2) });
        draw_table(view.detail_scroll.is_none(), cx, table_height, table, frame);
    }
    if let (Some(forecast), Some(strip)) = (&view.forecast, strip) {
        forecast_view::draw(forecast, cx, strip, frame);
    }
    if let Some(detail) = detail {
        draw_detail(view.detail_scroll, cx, detail, &mut metrics, frame);
    }
    metrics
}

/// Returns the position of the pane. With less than `side_width` columns, a pane at the side would cut emails.
fn effective_pane_position(pane: PanePosition, area: Rect, side_width: u16) -> Option<PanePosition> {
    match pane {
        PanePosition::Hidden => None,
        PanePosition::Side if area.width >= 80 => Some(PanePosition::Side),
        PanePosition::Below if area.height >= 18 => Some(PanePosition::Below),
        PanePosition::Auto if area.width >= side_width.max(100) => Some(PanePosition::Side),
        PanePosition::Auto if area.height >= 30 => Some(PanePosition::Below),
        _ => None,
    }
}

/// Draws the selected invite in full.
///
/// `scroll` is the scroll offset; `None` if the detail does not have the focus.
fn draw_detail(
    scroll: Option<usize>,
    cx: &RenderContext<'_>,
    area: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let inner = dialog::draw_pane(scroll.map(|_| "Invite"), cx.theme, area, frame);
    let Some(invite) = cx.selected_invite() else {
        let text = Line::styled("No invite selected.", cx.theme.muted);
        return frame.render_widget(text, inner);
    };
    let lines = invite_detail::lines(&invite, cx, inner.width as usize);
    metrics.text_height = inner.height as usize;
    metrics.max_scroll = dialog::draw_scrolled(lines, scroll.unwrap_or(0), inner, frame);
}

/// Returns the number of rows that fit into an area.
fn visible_row_count(cx: &RenderContext<'_>, area: Rect) -> usize {
    (area.height as usize).saturating_sub(3 + visible_create_count(cx))
}

/// Returns the number of lines above the rows for invites that are being created.
fn visible_create_count(cx: &RenderContext<'_>) -> usize {
    cx.plans.creates_in_flight().count().min(MAX_CREATES_SHOWN)
}

fn draw_table(
    is_focused: bool,
    cx: &RenderContext<'_>,
    rows_shown: usize,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let theme = cx.theme;
    let position = position_label(cx, rows_shown, area.width as usize);
    let inner = dialog::draw_frame("", &position, theme, area, frame);
    let columns =
        ColumnWidths::fit(&cx.table.columns, cx.invites.shown.rows().email_width(), inner.width as usize);
    // An error takes the place of the heading, too: in a low window its advice needs the line.
    let heading = cx.invites.load_error().is_none().then(|| header_line(cx, &columns, inner));
    let mut lines: Lines = heading.into_iter().collect();
    for (draft, phase) in cx.plans.creates_in_flight().take(MAX_CREATES_SHOWN) {
        lines.push(create_line(draft, phase, cx, &columns));
    }
    let first = cx.table.offset_for(rows_shown);
    let rows_area = inner.offset(Offset { x: 0, y: lines.len() as i32 }).intersection(inner);
    cx.add_row_clicks(rows_area, first, cx.table.order.len().saturating_sub(first));
    let window = cx.table.order.iter().enumerate().skip(first).take(rows_shown);
    let mut selected_line = None;
    for (line, row) in window {
        let Some(row) = cx.invites.shown.rows().get(*row) else { continue };
        let selected = line == cx.table.selected_line;
        selected_line = selected_line.or(selected.then_some(lines.len()));
        lines.push(row_line(&row, cx, &columns, selected));
    }
    if cx.table.order.is_empty() {
        lines.extend((!lines.is_empty()).then(Line::default));
        lines.extend(empty_view::lines(&cx.with_columns(inner.width as usize)));
    }
    // While the detail pane beside the table has the focus, only the sign shows the selected row.
    if let Some(line) = selected_line.filter(|_| is_focused) {
        list::highlight_row(&mut lines[line], inner.width, theme);
    }
    dialog::draw_lines(&lines, inner, frame);
}

/// Returns the column headings. A click on one sorts by its column.
fn header_line(cx: &RenderContext<'_>, columns: &ColumnWidths, area: Rect) -> Line<'static> {
    let query = &cx.table.query;
    let mut x = area.x + SIGNS_WIDTH as u16;
    for (column, width) in columns.iter() {
        let heading = Rect { x, width: width as u16, height: 1, ..area };
        if let Some(action) = sort_action(column) {
            cx.add_click(heading.intersection(area), ClickTarget::Action(action));
        }
        x += width as u16 + 2;
    }
    let heading = |(column, width): (Column, usize)| {
        let (sort, text) = match column {
            // Shows the sort order even if its column does not fit.
            Column::Email if query.sort == Sort::Message && !columns.has(Column::Message) => {
                (Some(Sort::Message), "Email by message")
            }
            Column::Email => (Some(Sort::Email), column.heading()),
            Column::Expiry => (Some(Sort::Expiry), column.heading()),
            Column::Message => (Some(Sort::Message), column.heading()),
            Column::Sent | Column::Identity | Column::Note => (None, column.heading()),
        };
        let arrow = match (sort == Some(query.sort), query.reversed) {
            (false, _) => "",
            (true, true) => " ▼",
            (true, false) => " ▲",
        };
        pad(&format!("{text}{arrow}"), width)
    };
    let headings: Vec<String> = columns.iter().map(heading).collect();
    Line::styled(format!("{}{}", " ".repeat(SIGNS_WIDTH), headings.join("  ")), cx.theme.title)
}

/// Returns the action that sorts by a column.
fn sort_action(column: Column) -> Option<Action> {
    match column {
        Column::Email => Some(Action::SortEmail),
        Column::Expiry => Some(Action::SortExpiry),
        Column::Message => Some(Action::SortMessage),
        Column::Sent | Column::Identity | Column::Note => None,
    }
}

fn row_line(
    row: &RowRef<'_>,
    cx: &RenderContext<'_>,
    columns: &ColumnWidths,
    selected: bool,
) -> Line<'static> {
    let (theme, server_now) = (cx.theme, cx.server_now(cx.now));
    let filter = &cx.table.query.filter;
    let (sign, urgency) = urgency_sign(row.expiry.urgency(server_now), theme);
    let identity = row.identity();
    let running = cx.plans.running_step_for(&identity);
    let (sign, expires, style) = match running {
        None => (sign, row.expiry.remaining_text(server_now), Style::new()),
        Some((step, phase)) => ("-", phase_text(phase, step_labels(step), cx.now), theme.pending_delete),
    };
    let urgency = if running.is_some() { theme.warning } else { urgency };
    let note = cx.annotations.note(row.email);
    // The signs and the expiry text stay readable in a struck-through row.
    let row_modifiers = style.add_modifier & theme.pending_delete.add_modifier;
    let expiry_style = urgency.remove_modifier(row_modifiers);
    let mut spans = vec![
        Span::styled(list::selection_sign(selected), Style::new().remove_modifier(row_modifiers)),
        Span::styled(
            mark_sign(cx, &identity, row, server_now),
            theme.mark.remove_modifier(row_modifiers - theme.mark.add_modifier),
        ),
        Span::styled(format!("{sign} "), expiry_style),
    ];
    let muted = |text: &str, width| Span::styled(pad(text, width), theme.muted);
    let mut previous = None;
    for (column, width) in columns.iter() {
        if previous.is_some() {
            // Like the expiry text, the gap before it is not struck through.
            let style = if column == Column::Expiry { expiry_style } else { Style::new() };
            let has_note = note.is_some() && previous == Some(Column::Email);
            spans.push(Span::styled(if has_note { "¶ " } else { "  " }, style));
        }
        previous = Some(column);
        match column {
            Column::Email => spans.extend(highlight(filter, TextColumn::Email, row.email, width, theme)),
            Column::Expiry => spans.push(Span::styled(pad(&expires, width), expiry_style)),
            Column::Message => {
                let message = row.message.replace(['\n', '\r'], " ");
                let message = highlight(filter, TextColumn::Message, &message, width, theme);
                spans.extend(message.into_iter().map(|span| span.patch_style(theme.muted)));
            }
            Column::Sent => spans.push(muted(&row.expiry.sent_text(server_now), width)),
            Column::Note => spans.push(muted(note.unwrap_or_default(), width)),
            Column::Identity => spans.push(muted(identity.as_str(), width)),
        }
    }
    if note.is_some() && previous == Some(Column::Email) {
        spans.push(Span::raw("¶"));
    }
    let mut line = Line::from(spans).style(style);
    if running.is_some() {
        list::strike_only_texts(&mut line);
    }
    line
}

/// Returns the sign and the style of an urgency.
fn urgency_sign(urgency: Urgency, theme: &Theme) -> (&'static str, Style) {
    match urgency {
        Urgency::WithinDay => ("●", theme.urgent),
        Urgency::Soon => ("○", theme.warning),
        Urgency::Expired => ("×", theme.expired),
        Urgency::Later => (" ", Style::new()),
        Urgency::Unknown => ("?", theme.muted),
    }
}

/// Returns the sign of a row that is marked, else staged, else snoozed.
fn mark_sign(
    cx: &RenderContext<'_>,
    identity: &Identity,
    row: &RowRef<'_>,
    server_now: Timestamp,
) -> &'static str {
    if cx.marks.contains(identity) {
        "+"
    } else if cx.plans.staged_step_for(identity).is_some() {
        "»"
    } else if cx.annotations.is_snoozed(row.email, row.expiry, server_now) {
        "z"
    } else {
        " "
    }
}

/// Returns two labels of a step: one while the step runs, one before.
fn step_labels(step: &Step) -> (&'static str, &'static str) {
    match step {
        Step::Delete { .. } => ("deleting", "deleting"),
        Step::Resend { .. } => ("resending", "resend"),
        Step::Create { .. } | Step::Replace { .. } | Step::DeleteFirst { .. } => ("replacing", "replace"),
    }
}

/// Returns the state of a step on an invite, at most as wide as the expiry column.
fn phase_text(phase: Option<&RunPhase>, (running, waiting): (&str, &str), now: Now) -> String {
    match phase {
        Some(RunPhase::UndoWindow { until }) => {
            format!("{waiting} {} s", seconds_left(until.saturating_sub(now.mono)))
        }
        Some(RunPhase::Queued { .. }) | None => "waiting".into(),
        Some(RunPhase::Reconciling) => "checking".into(),
        Some(RunPhase::Requested | RunPhase::Running) => running.into(),
    }
}

fn create_line(
    draft: &Draft,
    phase: Option<&RunPhase>,
    cx: &RenderContext<'_>,
    columns: &ColumnWidths,
) -> Line<'static> {
    let state = phase_text(phase, ("sending", "sends in"), cx.now);
    let cell = |(column, width): (Column, usize)| match column {
        Column::Email => pad(&draft.email, width),
        Column::Expiry => pad(&state, width),
        Column::Message => pad(&draft.message, width),
        Column::Sent | Column::Identity | Column::Note => " ".repeat(width),
    };
    let cells: Vec<String> = columns.iter().map(cell).collect();
    Line::styled(format!("  → {}", cells.join("  ")), cx.theme.warning)
}

/// Returns the position: "rows 1–40 of 412 · page 1/11 · 3 snoozed".
///
/// Omits the page if the label would be too wide.
fn position_label(cx: &RenderContext<'_>, rows_shown: usize, columns: usize) -> String {
    let rows = cx.table.order.len();
    if rows_shown == 0 {
        return String::new();
    }
    let (top, cursor) = (cx.table.offset_for(rows_shown), cx.table.selected_line);
    let (page, pages) = (cursor / rows_shown + 1, rows.div_ceil(rows_shown));
    let last = (top + rows_shown).min(rows);
    let [top, last, all, page, pages] = [top + 1, last, rows, page, pages].map(format_count);
    let range = (rows > 0).then(|| format!("rows {top}–{last} of {all}"));
    let page = (rows > 0).then(|| format!("page {page}/{pages}"));
    let join = |parts: [Option<String>; 3]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("─ {} ", parts.join(" · ")) }
    };
    let label = join([range.clone(), page, snoozed_text(cx)]);
    if width(&label) + 2 <= columns { label } else { join([range, None, snoozed_text(cx)]) }
}

/// Returns the number of snoozed rows, and whether they are shown.
fn snoozed_text(cx: &RenderContext<'_>) -> Option<String> {
    let rows = cx.table.snoozed.snoozed_rows;
    let hidden = cx.table.query.hides_snoozed();
    (rows > 0).then(|| format!("{} snoozed{}", format_count(rows), if hidden { "" } else { ", shown" }))
}
