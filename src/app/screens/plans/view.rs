//! Draws the Plans view: running, unfinished and staged plans.
//!
//! Only the visible lines are built, so the cost does not depend on the number of steps. The heading of the selected
//! plan is always visible. A step has one line; the selected step also shows its full note.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding};

use crate::app::model::labels::step_label;
use crate::app::model::plans::{PlanRun, seconds_left};
use crate::app::screens::plans::heading_view::{plan_lines, staged_lines};
use crate::app::screens::plans::{PlansItem, PlansView, is_staged};
use crate::app::{RenderContext, RenderMetrics, View};
use crate::domain::plan::Progress;
use crate::domain::plan_progress::RunPhase;
use crate::domain::text::{format_count, sanitize, truncate};
use crate::domain::{Outcome, PlanId, Step};
use crate::ui::list::pad;
use crate::ui::{Theme, dialog, list, wrap};

/// Columns of the signs before a step.
const SIGNS_WIDTH: usize = 3;
/// Columns of the step label.
const LABEL_WIDTH: usize = 12;
/// Columns of the outcome or expiry.
const STATUS_WIDTH: usize = 13;
/// Maximum lines of a reason.
const MAX_REASON_LINES: usize = 6;

/// Draws the plans. Returns which rows were visible.
pub fn draw(it: &PlansView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let items = it.items(cx);
    let at = it.selected_index(&items, cx);
    let plans = &cx.plans;
    let title = match plans.stopped_plans().next() {
        _ if it.opened_plan(cx).is_some() => " All steps ",
        _ if !plans.running.is_empty() => " Plans ",
        Some(_) => " Unfinished ",
        None if !plans.unfinished.is_empty() && plans.staged_steps() == 0 => " Results ",
        None => " Plans ",
    };
    let quiet = cx.theme.muted;
    let mut block = Block::bordered().border_style(quiet).title(title).padding(Padding::horizontal(1));
    if let Some(at) = at.filter(|_| items.len() > 1) {
        let place = format!("─ line {} of {} ", format_count(at + 1), format_count(items.len()));
        block = block.title_bottom(Line::styled(place, quiet));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let columns = inside.width as usize;
    let Some(at) = at else {
        let journal = cx.view_name(View::Journal);
        let text = format!("No running, paused or staged plans. Past plans are in {journal}.");
        dialog::draw_lines(&dialog::wrap_styled(&text, columns, Style::new()), inside, frame);
        return RenderMetrics::default();
    };
    let (lines, first, drawn) = visible_lines(cx, columns, &items, at, inside.height as usize);
    dialog::draw_lines(&lines, inside, frame);
    RenderMetrics { first_item: first, visible_items: drawn, ..RenderMetrics::default() }
}

/// Returns the visible lines, the index of the first visible row, and the number of visible rows.
fn visible_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    items: &[PlansItem],
    at: usize,
    room: usize,
) -> (Vec<Line<'static>>, usize, usize) {
    let head = (0..=at).rev().find(|i| !matches!(items[*i], PlansItem::Step(..))).unwrap_or(0);
    let mut first = first_visible(cx, columns, items, at, room);
    let mut lines = Vec::new();
    if first > head {
        // A heading above the window replaces its first lines.
        lines = item_lines(cx, columns, items[head], false, true);
        lines.truncate(room.saturating_sub(2));
        first = first_visible(cx, columns, items, at, room - lines.len().min(room)).max(head + 1);
    }
    let mut drawn = 0;
    for (i, item) in items.iter().enumerate().skip(first) {
        if lines.len() >= room {
            break;
        }
        lines.extend(item_lines(cx, columns, *item, i == at, lines.is_empty()));
        drawn += 1;
    }
    (lines, first, drawn)
}

/// Returns the first visible row, so that the cursor is near the middle.
fn first_visible(
    cx: &RenderContext<'_>,
    columns: usize,
    items: &[PlansItem],
    at: usize,
    room: usize,
) -> usize {
    let height = |i: usize| item_lines(cx, columns, items[i], i == at, i == 0).len();
    let (mut first, mut used) = (at, height(at));
    while first > 0 && used + height(first - 1) <= room / 2 {
        first -= 1;
        used += height(first);
    }
    for below in at + 1..items.len() {
        if used >= room {
            break;
        }
        used += height(below);
    }
    // Lines left below the end are used for rows above.
    while first > 0 && used + height(first - 1) <= room {
        first -= 1;
        used += height(first);
    }
    first
}

/// Returns the lines of a row. Every heading except the first has a blank line above it.
fn item_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    item: PlansItem,
    selected: bool,
    first: bool,
) -> Vec<Line<'static>> {
    let lines = match item {
        PlansItem::Plan(id) => plan_lines(cx, columns, id, selected),
        PlansItem::Staged => staged_lines(cx, columns, selected),
        PlansItem::Step(id, step) => return step_lines(cx, columns, id, step, selected),
    };
    let blank = (!first).then(Line::default);
    blank.into_iter().chain(lines).collect()
}

/// Sign and text for the state of a step.
type StepStatus = (&'static str, String, Style);

/// Returns the line of a step; if it is selected, also its note.
fn step_lines(
    cx: &RenderContext<'_>,
    columns: usize,
    id: PlanId,
    at: usize,
    selected: bool,
) -> Vec<Line<'static>> {
    let Some((plan, progress)) = cx.plans.find(id) else { return Vec::new() };
    let (Some(step), Some(progress)) = (plan.steps.get(at), progress.get(at)) else { return Vec::new() };
    let status = match cx.plans.get(id) {
        _ if is_staged(cx, PlansItem::Step(id, at)) => staged_status(cx, id, step),
        Some(run) => running_status(cx, run, at, step, progress),
        None => ended_status(cx.theme, step, progress),
    };
    let note = progress.note.as_deref();
    let mut lines = vec![step_line(cx.theme, columns, step, status, selected, note)];
    if let Some(note) = note.filter(|_| selected) {
        let reason = wrap(&sanitize(note), columns.saturating_sub(5)).into_iter().take(MAX_REASON_LINES);
        lines.extend(reason.map(|line| Line::styled(format!("     {line}"), cx.theme.warning)));
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

fn running_status(
    cx: &RenderContext<'_>,
    run: &PlanRun,
    at: usize,
    step: &Step,
    progress: &Progress,
) -> StepStatus {
    let theme = cx.theme;
    if progress.outcome.is_some() {
        return ended_status(theme, step, progress);
    }
    let in_hand = run.progress.current_step == Some(at);
    match &run.progress.phase {
        RunPhase::UndoWindow { until } => {
            let left = seconds_left(until.saturating_sub(cx.now.mono));
            ("-", format!("in {left} s"), theme.pending_delete)
        }
        RunPhase::Reconciling if in_hand => ("→", "checking".to_owned(), theme.warning),
        _ if in_hand => ("→", "running".to_owned(), theme.warning),
        _ if step.is_half_done(progress) => ended_status(theme, step, progress),
        _ => ("·", "waiting".to_owned(), theme.muted),
    }
}

fn ended_status(theme: &Theme, step: &Step, progress: &Progress) -> StepStatus {
    if step.is_half_done(progress) {
        return ("!", "not reinvited".to_owned(), theme.error);
    }
    let outcome = progress.outcome.unwrap_or(Outcome::Skipped);
    let is_old_alive = outcome == Outcome::OldStillActive;
    let word = if is_old_alive { "old one works" } else { outcome.label() }.to_owned();
    match outcome {
        Outcome::Done | Outcome::AlreadyGone => ("✓", word, theme.success),
        Outcome::Refused | Outcome::Failed | Outcome::OldStillActive => ("✗", word, theme.error),
        Outcome::Unknown => ("?", word, theme.warning),
        Outcome::AlreadyInvited | Outcome::Skipped => ("·", word, theme.muted),
    }
}

fn step_line(
    theme: &Theme,
    columns: usize,
    step: &Step,
    (sign, text, style): StepStatus,
    selected: bool,
    note: Option<&str>,
) -> Line<'static> {
    let labels = if columns >= 60 { LABEL_WIDTH + 2 } else { 0 };
    let rest = columns.saturating_sub(SIGNS_WIDTH + labels + STATUS_WIDTH + 2);
    // A wide window shows the note beside the step; otherwise only the selected step shows it.
    let email = if note.is_some() && rest > 50 { rest / 2 } else { rest.min(60) };
    let email_style = if selected { theme.selected } else { Style::new() };
    let struck = style.add_modifier & theme.pending_delete.add_modifier;
    let mut spans = vec![
        Span::styled(format!("{}{sign} ", list::selection_sign(selected)), style.remove_modifier(struck)),
        Span::styled(pad(step.email(), email), email_style.add_modifier(struck)),
    ];
    if labels > 0 {
        spans.push(Span::styled(format!("  {}", pad(step_label(step), LABEL_WIDTH)), theme.muted));
    }
    spans.push(Span::styled(format!("  {}", pad(&text, STATUS_WIDTH)), style.remove_modifier(struck)));
    if let Some(note) = note.filter(|_| rest > 50 && !selected) {
        let note = truncate(note, rest.saturating_sub(email + 2));
        spans.push(Span::styled(format!("  {note}"), theme.muted));
    }
    Line::from(spans)
}
