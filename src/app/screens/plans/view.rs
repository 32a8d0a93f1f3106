//! Draws the Plans view: running, unfinished and staged plans.
//!
//! Only the visible lines are built, so the cost does not depend on the number of steps. The heading of the selected
//! plan is always visible. A step has one line; the selected step also shows its full note.

use ratatui::Frame;
use ratatui::layout::{Offset, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::click_area::ClickTarget;
use crate::app::model::labels::{OutcomeSeverity, outcome_label};
use crate::app::model::plans::{PlanRun, seconds_left};
use crate::app::render::severity_style;
use crate::app::screens::plans::heading_view::{plan_lines, staged_lines};
use crate::app::screens::plans::{PlansItem, PlansView, is_staged};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::plan::Progress;
use crate::domain::plan_progress::RunPhase;
use crate::domain::text::{format_count, sanitize, truncate};
use crate::domain::{Outcome, PlanId, Step};
use crate::ui::list::pad;
use crate::ui::{Lines, Theme, dialog, list};

/// Width of the signs before a step, in columns.
const SIGNS_WIDTH: usize = 3;
/// Width of the step label, in columns.
const LABEL_WIDTH: usize = 12;
/// Width of the outcome or expiry, in columns.
const STATUS_WIDTH: usize = 14;
/// Maximum lines of the note of the selected step.
const MAX_NOTE_LINES: usize = 6;

/// Draws the plans. Returns which rows were visible.
pub fn draw(view: &PlansView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let items = view.items(cx);
    let selected = view.selected_index(&items, cx);
    let plans = &cx.plans;
    let title = match plans.stopped_plans().next() {
        _ if view.opened_plan(cx).is_some() => "Plans · all steps",
        _ if !plans.running.is_empty() => "Plans",
        Some(_) => "Plans · unfinished",
        None if !plans.unfinished.is_empty() && plans.staged_step_count() == 0 => "Plans · results",
        None => "Plans",
    };
    let position = match selected.filter(|_| items.len() > 1) {
        Some(selected) => format!("─ line {} of {} ", format_count(selected + 1), format_count(items.len())),
        None => String::new(),
    };
    let inner = dialog::draw_frame(title, &position, cx.theme, area, frame).inner(dialog::PADDING);
    let cx = &cx.with_columns(inner.width as usize);
    let Some(selected) = selected else {
        dialog::draw_lines(&dialog::wrap_styled(&empty_text(cx), cx.columns, cx.theme.muted), inner, frame);
        return RenderMetrics::default();
    };
    let (lines, first_item, visible_items) = visible_lines(cx, &items, selected, inner);
    dialog::draw_lines(&lines, inner, frame);
    RenderMetrics { first_item, visible_items, ..RenderMetrics::default() }
}

/// Returns why there are no plans, and what to do.
fn empty_text(cx: &RenderContext<'_>) -> String {
    if cx.plans.unfinished_counts.is_some() {
        return "Unfinished plans appear here when the invites are loaded.".to_owned();
    }
    let (pending, journal) = (cx.view_name(View::Pending), cx.view_name(View::Journal));
    format!(
        "No running, paused or staged plans. Delete, resend, edit or import invites in {pending} to make one. Past \
         plans are in {journal}."
    )
}

/// Returns the visible lines, the index of the first visible row, and the number of visible rows.
fn visible_lines(
    cx: &RenderContext<'_>,
    items: &[PlansItem],
    selected: usize,
    area: Rect,
) -> (Lines, usize, usize) {
    let height = area.height as usize;
    let heading = (0..=selected).rev().find(|i| !matches!(items[*i], PlansItem::Step(..))).unwrap_or(0);
    let mut first = first_visible(cx, items, selected, height);
    let mut lines = Vec::new();
    if first > heading {
        // A heading that is scrolled out replaces the first visible lines.
        lines = item_lines(cx, items[heading], false, true);
        lines.truncate(height.saturating_sub(2));
        first = first_visible(cx, items, selected, height - lines.len().min(height)).max(heading + 1);
    }
    let mut visible_count = 0;
    for (i, item) in items.iter().enumerate().skip(first) {
        if lines.len() >= height {
            break;
        }
        let row_area = area.offset(Offset { x: 0, y: lines.len() as i32 });
        let row_lines = item_lines(cx, *item, i == selected, lines.is_empty());
        let row_area = Rect { height: row_lines.len() as u16, ..row_area }.intersection(area);
        cx.add_click(row_area, ClickTarget::Row(i));
        lines.extend(row_lines);
        visible_count += 1;
    }
    (lines, first, visible_count)
}

/// Returns the index of the first visible row, so that the selected row is near the middle.
fn first_visible(cx: &RenderContext<'_>, items: &[PlansItem], selected: usize, height: usize) -> usize {
    let row_height = |i: usize| item_lines(cx, items[i], i == selected, i == 0).len();
    let (mut first, mut used) = (selected, row_height(selected));
    while first > 0 && used + row_height(first - 1) <= height / 2 {
        first -= 1;
        used += row_height(first);
    }
    for row in selected + 1..items.len() {
        if used >= height {
            break;
        }
        used += row_height(row);
    }
    // Empty lines below the last row are used for more rows above.
    while first > 0 && used + row_height(first - 1) <= height {
        first -= 1;
        used += row_height(first);
    }
    first
}

/// Returns the lines of a row. Every heading except the first has a blank line above it.
fn item_lines(cx: &RenderContext<'_>, item: PlansItem, selected: bool, first: bool) -> Lines {
    let lines = match item {
        PlansItem::Plan(id) => plan_lines(cx, id, selected),
        PlansItem::Staged => staged_lines(cx, selected),
        PlansItem::Step(id, step) => return step_lines(cx, id, step, selected),
    };
    let blank = (!first).then(Line::default);
    blank.into_iter().chain(lines).collect()
}

/// Sign, text and style for the state of a step.
type StepStatus = (&'static str, String, Style);

/// Returns the line of a step. A selected step also shows its note.
fn step_lines(cx: &RenderContext<'_>, id: PlanId, index: usize, selected: bool) -> Lines {
    let Some((plan, progress)) = cx.plans.find(id) else { return Vec::new() };
    let (Some(step), Some(progress)) = (plan.steps.get(index), progress.get(index)) else {
        return Vec::new();
    };
    let running = || running_status(cx, cx.plans.get(id)?, index);
    let status = match is_staged(cx, PlansItem::Step(id, index)) {
        true => staged_status(cx, id, step),
        false => running().unwrap_or_else(|| ended_status(cx.theme, step, progress)),
    };
    let note = progress.note.as_deref();
    let mut lines = vec![step_line(cx, step, status, selected, note)];
    if let Some(note) = note.filter(|_| selected) {
        let note_lines = dialog::wrap_indented(&sanitize(note), 5, cx.columns, cx.theme.warning);
        lines.extend(note_lines.into_iter().take(MAX_NOTE_LINES));
    }
    lines
}

fn staged_status(cx: &RenderContext<'_>, id: PlanId, step: &Step) -> StepStatus {
    if cx.plans.is_replaced(id) {
        return ("·", "saving".to_owned(), cx.theme.muted);
    }
    let server_now = cx.server_now(cx.now);
    let expiry = step.target().map(|invite| invite.expiry.remaining_text(server_now));
    ("+", expiry.unwrap_or_default(), Style::new())
}

/// Returns the status of an open step in a running plan; `None` for an ended step.
fn running_status(cx: &RenderContext<'_>, run: &PlanRun, index: usize) -> Option<StepStatus> {
    let (theme, is_current) = (cx.theme, run.progress.current_step == Some(index));
    let (step, progress) = run.plan.steps.get(index).zip(run.progress.steps.get(index))?;
    Some(match &run.progress.phase {
        _ if progress.outcome.is_some() => return None,
        RunPhase::UndoWindow { until } => {
            let seconds = seconds_left(until.saturating_sub(cx.now.mono));
            ("-", format!("in {seconds} s"), theme.pending_delete)
        }
        RunPhase::Reconciling if is_current => ("→", "checking".to_owned(), theme.warning),
        _ if is_current => ("→", "running".to_owned(), theme.warning),
        _ if step.is_half_done(progress) => return None,
        _ => ("·", "waiting".to_owned(), theme.muted),
    })
}

fn ended_status(theme: &Theme, step: &Step, progress: &Progress) -> StepStatus {
    let severity = OutcomeSeverity::for_step(step, progress);
    let label = match outcome_label(step, progress) {
        // The full label does not fit.
        _ if progress.outcome == Some(Outcome::OldStillActive) => "old one works",
        label => label.unwrap_or(Outcome::Skipped.label()),
    };
    match severity {
        OutcomeSeverity::Ok => ("✓", label.to_owned(), theme.success),
        _ => (severity.sign(), label.to_owned(), severity_style(severity, theme)),
    }
}

fn step_line(
    cx: &RenderContext<'_>,
    step: &Step,
    (sign, text, style): StepStatus,
    selected: bool,
    note: Option<&str>,
) -> Line<'static> {
    let (theme, columns) = (cx.theme, cx.columns);
    let label_width = if columns >= 60 { LABEL_WIDTH + 2 } else { 0 };
    let text_width = columns.saturating_sub(SIGNS_WIDTH + label_width + STATUS_WIDTH + 2);
    // A wide window shows the note beside the step; otherwise only the selected step shows it.
    let email_width = if note.is_some() && text_width > 50 { text_width / 2 } else { text_width.min(60) };
    let crossed_out = style.add_modifier & theme.pending_delete.add_modifier;
    let mut cells = vec![
        Span::styled(format!("{sign} "), style.remove_modifier(crossed_out)),
        Span::styled(pad(step.email(), email_width), Style::new().add_modifier(crossed_out)),
    ];
    if label_width > 0 {
        cells.push(Span::styled(format!("  {}", pad(step.verb(), LABEL_WIDTH)), theme.muted));
    }
    cells.push(Span::styled(format!("  {}", pad(&text, STATUS_WIDTH)), style.remove_modifier(crossed_out)));
    if let Some(note) = note.filter(|_| text_width > 50 && !selected) {
        let note = truncate(note, text_width.saturating_sub(email_width + 2));
        cells.push(Span::styled(format!("  {note}"), theme.muted));
    }
    let mut line = list::row(selected, cells, columns, theme);
    if !crossed_out.is_empty() {
        list::strike_only_texts(&mut line);
    }
    line
}
