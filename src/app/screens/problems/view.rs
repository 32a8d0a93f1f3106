//! Draws the Problems view: one row per problem, and the selected problem in full with its fix.
//!
//! The full text is beside the list in a wide window and below the list in a high window.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{ProblemRow, ProblemsView};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::lint::{Fix, Problem, ProblemKind};
use crate::domain::text::{format_count, format_plural, sanitize, truncate};
use crate::keys::{Action, KeyContext};
use crate::ui::list::{pad, position_label, row};
use crate::ui::{Lines, Theme, dialog};

/// Width of the kind, in columns; the longest kind is "expires soon".
const KIND_WIDTH: usize = 12;

/// What is checked, shown if there are no problems.
const CHECKS: &str = "Checked: typos, invalid emails, duplicates, members, expired links.";

/// Draws the Problems view.
pub fn draw(view: &ProblemsView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let (list, detail) = if view.rows.is_empty() { (area, None) } else { split(area) };
    let height = list.height.saturating_sub(2) as usize;
    let position = position_label("lines", &view.list_state, view.rows.len(), height);
    let inner = dialog::draw_frame(&title(view, cx), &position, cx.theme, list, frame);
    let cx = &cx.with_columns(inner.width as usize);
    let window = view.list_state.window(view.rows.iter(), height);
    let mut lines: Lines = window.map(|(item, selected)| row_line(view, cx, *item, selected)).collect();
    if view.rows.is_empty() {
        let text = empty_text(view, cx);
        lines = dialog::wrap_indented(&text, 1, cx.columns.saturating_sub(1), cx.theme.muted);
    }
    dialog::draw_lines(&lines, inner, frame);
    let first = view.list_state.offset_for(view.rows.len(), height);
    cx.add_row_clicks(inner, first, view.rows.len() - first);
    if let Some(detail) = detail {
        draw_detail(view, cx, detail, frame);
    }
    RenderMetrics { text_height: height, ..RenderMetrics::default() }
}

fn split(area: Rect) -> (Rect, Option<Rect>) {
    if area.width >= 100 {
        let side = Constraint::Length((area.width * 35 / 100).clamp(36, 64));
        let [list, detail] = Layout::horizontal([Constraint::Min(30), side]).spacing(-1).areas(area);
        return (list, Some(detail));
    }
    let (min_height, detail_height) = match area.height {
        14.. => (6, 8),
        8.. => (4, 5),
        _ => return (area, None),
    };
    let parts = [Constraint::Min(min_height), Constraint::Length(detail_height)];
    let [list, detail] = Layout::vertical(parts).spacing(-1).areas(area);
    (list, Some(detail))
}

/// Returns the title with the number of scanned invites.
fn title(view: &ProblemsView, cx: &RenderContext<'_>) -> String {
    let Some(invites) = view.scanned_invites() else {
        let status = if cx.invites.fetch.is_some() { " · loading…" } else { "" };
        return format!("Problems{status}");
    };
    let scope = match (cx.invites.is_complete(), &cx.invites.fetch) {
        (true, _) => format_plural(invites, "invite"),
        (false, None) => format!("the {} loaded", format_plural(invites, "invite")),
        (false, Some(_)) => format!("the {} loaded so far", format_count(invites)),
    };
    let shown = if view.shows_dismissed { ", shown" } else { "" };
    let dismissed = match view.dismissed_count {
        0 => String::new(),
        n => format!(" · {} dismissed{shown}", format_count(n)),
    };
    format!("Problems · in {scope}{dismissed}")
}

fn empty_text(view: &ProblemsView, cx: &RenderContext<'_>) -> String {
    if view.scanned_invites().is_none() {
        return match cx.invites.load_error() {
            Some(failure) => sanitize(&failure.to_string()).into_owned(),
            None => "Not checked yet: the invites are still loading.".to_owned(),
        };
    }
    if view.dismissed_count > 0 {
        let key = cx.key(KeyContext::Problems, Action::ShowDismissed);
        return format!("No problems. Press {key} to show dismissed ones.");
    }
    match cx.invites.is_complete() {
        true => format!("No problems. {CHECKS}"),
        false => "No problems in the invites loaded so far.".to_owned(),
    }
}

fn row_line(view: &ProblemsView, cx: &RenderContext<'_>, item: ProblemRow, selected: bool) -> Line<'static> {
    let theme = cx.theme;
    let (sign, kind, text, reason, is_muted) = match item {
        ProblemRow::Group { kind, problems, opened } => {
            let is_expired = kind == ProblemKind::Expired;
            let text = if is_expired { "the links no longer work" } else { "less than a day left" };
            let sign = if opened { "▾" } else { "▸" };
            (sign, kind, format_plural(problems, "invite"), text.to_owned(), true)
        }
        ProblemRow::Problem(index) => {
            let Some(problem) = view.problems.get(index) else { return Line::default() };
            let dismissed = cx.annotations.is_dismissed(problem);
            let sign = if dismissed { "✓" } else { kind_sign(problem.kind) };
            let previous = index.checked_sub(1).and_then(|index| view.problems.get(index));
            let is_duplicate = problem.duplicate_group.is_some()
                && previous.is_some_and(|previous| previous.duplicate_group == problem.duplicate_group);
            let email = sanitize(&problem.email);
            let email = if is_duplicate { format!("└ {email}") } else { email.into_owned() };
            (sign, problem.kind, email, problem.reason.clone(), dismissed)
        }
    };
    let style = if is_muted { theme.muted } else { kind_style(kind, theme) };
    let text_width = cx.columns.saturating_sub(3 + KIND_WIDTH + 1 + 1);
    // The email gets more columns; the reason is also shown in full.
    let email_width = if text_width >= 50 { text_width * 55 / 100 } else { text_width };
    let mut cells = vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(pad(kind.label(), KIND_WIDTH), style),
        Span::raw(" "),
        Span::raw(pad(&text, email_width)),
    ];
    if text_width > email_width + 1 {
        cells
            .push(Span::styled(format!(" {}", truncate(&reason, text_width - email_width - 1)), theme.muted));
    }
    row(selected, cells, cx.columns, theme)
}

fn kind_sign(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::InvalidAddress
        | ProblemKind::AddressTooLong
        | ProblemKind::Confusable
        | ProblemKind::Expired => "✗",
        ProblemKind::RoleAddress | ProblemKind::ExpiresSoon => "·",
        _ => "!",
    }
}

fn kind_style(kind: ProblemKind, theme: &Theme) -> Style {
    match kind {
        ProblemKind::InvalidAddress | ProblemKind::AddressTooLong | ProblemKind::Confusable => theme.error,
        ProblemKind::RoleAddress | ProblemKind::ExpiresSoon | ProblemKind::Expired => theme.muted,
        _ => theme.warning,
    }
}

fn draw_detail(view: &ProblemsView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let key = |action| cx.key(KeyContext::Problems, action);
    let inner = dialog::draw_pane(None, theme, area, frame);
    let mut lines: Lines = Vec::new();
    let mut add = |text: &str, style| lines.extend(dialog::wrap_styled(text, inner.width as usize, style));
    match (view.selected_row(), view.selected_problem()) {
        (Some(ProblemRow::Group { kind, problems, .. }), _) => {
            let filter = if kind == ProblemKind::Expired { "expired" } else { "exp<24h" };
            let (unfold, search) = (key(Action::Open), cx.key(KeyContext::List, Action::Filter));
            add(&format!("{}: {}", kind.label(), format_plural(problems, "invite")), theme.title);
            let text = format!(
                "Press {unfold} to unfold the group, or {search} in the list and filter by {filter}."
            );
            add(&text, theme.muted);
        }
        (_, Some(problem)) => {
            add(&sanitize(&problem.email), theme.title);
            let reason = match problem.kind {
                ProblemKind::Expired | ProblemKind::ExpiresSoon | ProblemKind::AlreadyMember => {
                    problem.reason.clone()
                }
                // The label of a typo ends with a question mark and needs no colon.
                ProblemKind::Typo => format!("{} {}", problem.kind.label(), problem.reason),
                kind => format!("{}: {}", kind.label(), problem.reason),
            };
            add(&reason, kind_style(problem.kind, theme));
            add(&fix_text(view, cx, problem), Style::new());
            if cx.annotations.is_dismissed(problem) {
                let key = key(Action::ToggleDismiss);
                add(&format!("Dismissed. Press {key} to undo."), theme.muted);
            }
            for other in view.others_in_group(problem).take(5) {
                add(&format!("also {}", sanitize(&other.email)), theme.muted);
            }
        }
        _ => {}
    }
    dialog::draw_lines(&lines, inner, frame);
}

/// Returns how to fix a problem, with the key.
fn fix_text(view: &ProblemsView, cx: &RenderContext<'_>, problem: &Problem) -> String {
    let key = |action| cx.key(KeyContext::Problems, action);
    match &problem.fix {
        Some(Fix::ReplaceEmail(email)) => {
            format!("Press {} to edit the email. Suggested: {}.", key(Action::Edit), sanitize(email))
        }
        Some(Fix::EditEmail) => format!("Press {} to edit the email.", key(Action::Edit)),
        Some(Fix::EditMessage) => format!("Press {} to edit the message.", key(Action::Edit)),
        Some(Fix::Resend) => format!("Press {} to resend it and delete the old one.", key(Action::Resend)),
        Some(Fix::Delete) => format!("Press {} to delete this invite.", key(Action::Delete)),
        // The invites of the group may be for different people.
        None if problem.kind == ProblemKind::Duplicate
            && view.others_in_group(problem).all(|other| other.fix.is_none()) =>
        {
            format!("If it is the same person, press {} to delete this invite.", key(Action::Delete))
        }
        None if problem.kind == ProblemKind::Duplicate => {
            format!("This invite expires last: keep it and delete the others ({}).", key(Action::Delete))
        }
        None => format!("Press {} to edit the email, if the invite is for one person.", key(Action::Edit)),
    }
}
