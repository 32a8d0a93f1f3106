//! Draws the triage over the whole view: the progress, the queue, and the current invite.
//!
//! The invite is beside the queue in a wide window and below the queue in a narrow one. A small window has no
//! frames.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::{TriageScreen, card_view, queue_view};
use crate::app::render::status_lines::{FilterLine, text_columns};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::query::FILTER_HINT;
use crate::domain::text::{format_count, format_plural, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, dialog};

/// Minimum width of a window in which the invite is beside the queue.
const MIN_SIDE_BY_SIDE_WIDTH: u16 = 80;
/// Minimum height of the queue and the invite below each other, with frames.
const MIN_FRAMED_HEIGHT: u16 = 12;
/// Width of the progress bar.
const BAR_WIDTH: std::ops::RangeInclusive<usize> = 8..=36;

/// Draws the triage and stores the scroll limit of the invite in `metrics`.
pub fn draw(
    triage: &TriageScreen,
    cx: &RenderContext<'_>,
    area: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    frame.render_widget(Clear, area);
    let mut top = vec![progress_line(triage, cx, area.width as usize)];
    top.extend(finished_lines(triage, cx, area.width as usize));
    let parts = [Constraint::Length(top.len() as u16), Constraint::Fill(1)];
    let [top_area, panes] = Layout::vertical(parts).areas(area);
    dialog::draw_lines(&top, top_area, frame);
    if area.width >= MIN_SIDE_BY_SIDE_WIDTH {
        let queue = Constraint::Length((panes.width * 2 / 5).clamp(38, 64));
        let [queue, card] = Layout::horizontal([queue, Constraint::Fill(1)]).spacing(-1).areas(panes);
        draw_framed(triage, cx, [queue, card], metrics, frame);
    } else if panes.height >= MIN_FRAMED_HEIGHT {
        let queue = Constraint::Length(panes.height * 2 / 5);
        let [queue, card] = Layout::vertical([queue, Constraint::Fill(1)]).spacing(-1).areas(panes);
        draw_framed(triage, cx, [queue, card], metrics, frame);
    } else {
        let queue = Constraint::Length(panes.height / 2);
        let [queue, card] = Layout::vertical([queue, Constraint::Fill(1)]).areas(panes);
        queue_view::draw(triage, cx, queue, frame);
        card_view::draw(triage, cx, card.inner(dialog::PADDING), metrics, frame);
    }
}

fn draw_framed(
    triage: &TriageScreen,
    cx: &RenderContext<'_>,
    [queue, card]: [Rect; 2],
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let title = if triage.session.is_by_urgency { "queue by urgency" } else { "queue" };
    let inner = dialog::draw_frame(title, "", cx.theme, queue, frame);
    queue_view::draw(triage, cx, inner, frame);
    let shown = &triage.queue.shown;
    let place = triage.queue.place(triage.session.position).map(|place| format_count(place + 1));
    let title = place.map(|place| format!("{place} of {}", format_count(shown.len()))).unwrap_or_default();
    let inner = dialog::draw_frame(&title, "", cx.theme, card, frame).inner(dialog::PADDING);
    card_view::draw(triage, cx, inner, metrics, frame);
}

/// Returns the line with the position, the decisions, and how much of the queue is decided.
fn progress_line(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Line<'static> {
    let (session, theme) = (&triage.session, cx.theme);
    let all = session.rows.len().max(1);
    let at = triage.queue.place_in_order(session.position) + 1;
    let title = format!(" Triage · {} of {}", format_count(at), format_count(session.rows.len()));
    let percent = (session.rows.len() - triage.queue.open) * 100 / all;
    let percent = format!(" {percent:>3} % ");
    let mut counts = format!("    {}", triage.queue.counts);
    let free = columns.saturating_sub(width(&title) + width(&percent) + 2);
    if width(&counts) + BAR_WIDTH.start() > free {
        counts.clear();
    }
    let bar = free.saturating_sub(width(&counts)).min(*BAR_WIDTH.end());
    let filled = bar * (session.rows.len() - triage.queue.open) / all;
    let gap = columns.saturating_sub(width(&title) + width(&counts) + bar + width(&percent));
    Line::from(vec![
        Span::styled(title, theme.title),
        Span::raw(counts),
        Span::raw(" ".repeat(gap)),
        Span::styled("█".repeat(filled), theme.success),
        Span::styled("░".repeat(bar - filled), theme.muted),
        Span::raw(percent),
    ])
}

/// Returns what to do when nothing is left to decide; empty before that.
fn finished_lines(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let (queue, session) = (&triage.queue, &triage.session);
    let key = |action| cx.key(KeyContext::Triage, action);
    let text = if queue.open == 0 {
        let (decided, all) = (queue.counts.total(), session.rows.len());
        let decided_text = match all - decided.min(all) {
            0 if all == 1 => "Decided.".to_owned(),
            0 => format!("All {} decided.", format_count(all)),
            1 => format!("{} decided, 1 no longer exists.", format_count(decided)),
            gone => format!("{} decided, {} no longer exist.", format_count(decided), format_count(gone)),
        };
        let next = match queue.steps {
            0 => "finish: there is nothing to apply".to_owned(),
            steps => format!("see the plan of {}", format_plural(steps, "step")),
        };
        format!("{decided_text} Press {} to {next}.", key(Action::Confirm))
    } else if queue.open_shown == 0 && queue.field.is_none() && !queue.shown.is_empty() {
        let open = format_count(queue.open);
        format!("All shown invites are decided. Press {} for the other {open}.", key(Action::Back))
    } else {
        return Lines::new();
    };
    dialog::wrap_indented(&text, 1, columns.saturating_sub(1), cx.theme.success)
}

/// Returns the line of the filter that narrows the queue; while the user types, also a hint or the error.
pub fn filter_lines(triage: &TriageScreen, cx: &RenderContext<'_>, columns: usize) -> Lines {
    filter_line(triage, cx, columns).lines(cx.theme, columns)
}

/// Places the terminal cursor in the field of the filter.
pub fn place_cursor(triage: &TriageScreen, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    filter_line(triage, cx, text_columns(area)).place_cursor(area, frame);
}

fn filter_line<'a>(triage: &'a TriageScreen, cx: &RenderContext<'_>, columns: usize) -> FilterLine<'a> {
    let queue = &triage.queue;
    let [shown, all] = [queue.shown.len(), queue.order.len()].map(format_count);
    let help_lines = match (&queue.field, &queue.error) {
        (None, _) => Lines::new(),
        (_, Some(error)) => {
            let text = sanitize(&error.message).into_owned();
            dialog::sign_lines(" ✗ ", &text, 2, columns, cx.theme.error)
        }
        (Some(_), None) => {
            let hint = truncate(FILTER_HINT, columns.saturating_sub(2));
            vec![Line::styled(format!("  {hint}"), cx.theme.muted)]
        }
    };
    FilterLine {
        sign: " /",
        filter: queue.filter.text(),
        field: queue.field.as_ref(),
        match_count: format!("{shown} of {all} in the queue"),
        help_lines,
    }
}
