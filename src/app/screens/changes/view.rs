//! Draws the Changes view: grouped rows, or the reason why there are none.
//!
//! In a wide window the selected change is drawn beside the rows.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Offset, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{ChangesItem, ChangesView, is_pending_again, time_text};
use crate::app::model::invites::Completeness;
use crate::app::render::invite_detail::{message_text, name_lines};
use crate::app::{Model, RenderContext, RenderMetrics};
use crate::domain::diff::{Change, ChangeGroup, ChangeKind, Diff, DiffReport};
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::domain::{Expiry, Identity};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{draw_pane, labeled_lines};
use crate::ui::list::{pad, position_label, row};
use crate::ui::{Lines, Theme, dialog};

/// Minimum columns for drawing the selected change beside the rows.
const MIN_SPLIT_WIDTH: u16 = 110;
/// Minimum columns for a time in each row.
const MIN_TIME_WIDTH: usize = 60;

/// Columns of the word that says what happened, with the blanks after it.
const WORD_WIDTH: usize = 9;

/// Minimum lines for a summary line above the rows.
const MIN_SUMMARY_HEIGHT: u16 = 12;

const TIME_FORMAT: &str = "%a %-d %b %Y %H:%M";

/// Draws the Changes view.
pub fn draw(view: &ChangesView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    if view.detail_scroll.is_some() {
        return draw_text(view, cx, area, frame);
    }
    if area.width < MIN_SPLIT_WIDTH || view.items.is_empty() {
        return draw_rows(view, cx, area, frame);
    }
    let side = Constraint::Length(area.width * 40 / 100);
    let [left, right] = Layout::horizontal([Constraint::Min(30), side]).spacing(-1).areas(area);
    let metrics = draw_rows(view, cx, left, frame);
    draw_text(view, cx, right, frame);
    metrics
}

fn draw_rows(view: &ChangesView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let inner = area.inner(Margin::new(1, 1));
    let cx = &cx.with_columns(inner.width as usize);
    // A low window has no summary, because the headings show the same counts.
    let with_summary = inner.height >= MIN_SUMMARY_HEIGHT;
    let mut lines: Lines = intro_lines(view, cx, with_summary)
        .into_iter()
        .flat_map(|text| dialog::wrap_indented(&text, 1, cx.columns.saturating_sub(1), cx.theme.muted))
        .collect();
    let height = (inner.height as usize).saturating_sub(lines.len());
    let first = view.list_state.offset_for(view.items.len(), height);
    let rows_area = inner.offset(Offset { x: 0, y: lines.len() as i32 }).intersection(inner);
    cx.add_row_clicks(rows_area, first, view.items.len() - first);
    let window = view.list_state.window(view.items.iter(), height);
    lines.extend(window.map(|(item, selected)| item_line(view, cx, *item, selected)));
    dialog::draw_frame(&title(view, cx), &changes_position(view, height), cx.theme, area, frame);
    dialog::draw_lines(&lines, inner, frame);
    RenderMetrics { text_height: height, ..RenderMetrics::default() }
}

/// Returns the title: "Changes since Fri 17:02 · 13 not seen yet".
fn title(view: &ChangesView, cx: &RenderContext<'_>) -> String {
    let Some(diff) = view.diff() else { return "Changes".to_owned() };
    let since = cx.short_time(diff.from);
    match view.unseen_count() {
        0 if diff.unseen_count() > 0 => format!("Changes since {since} · all seen"),
        0 => format!("Changes since {since}"),
        unseen => format!("Changes since {since} · {} not seen yet", format_count(unseen)),
    }
}

/// Returns the sentences above the rows, or the reason why there are no rows.
fn intro_lines(view: &ChangesView, cx: &RenderContext<'_>, with_summary: bool) -> Vec<String> {
    let Some(report) = &view.report else { return vec![no_diff_text(cx)] };
    let mut lines = diff_intro_lines(cx, report, with_summary);
    if !cx.invites.is_complete() || cx.invites.refresh_error.is_some() {
        let at = cx.short_time(report.taken_at);
        lines.push(format!("As of {at}: the list has not been refreshed since."));
    }
    lines
}

fn no_diff_text(model: &Model) -> String {
    let refresh = model.key(KeyContext::Changes, Action::Refresh);
    match (&model.invites.completeness, &model.invites.fetch) {
        (Completeness::Complete { .. }, _) => "Comparing with your last visit…".to_owned(),
        (Completeness::Cached { .. }, None) => {
            format!(
                "Cannot reach the server. Changes appear when the list is refreshed. Press {refresh} to retry."
            )
        }
        (Completeness::Partial(failure), None) if model.invites.shown.is_empty() => {
            format!("{} Changes appear when the list is loaded.", sanitize(&failure.to_string()))
        }
        (Completeness::Partial(_), None) => {
            format!(
                "The list is incomplete. Changes appear when it is fully loaded. Press {refresh} to load it again."
            )
        }
        _ => "The list is still loading. Changes appear when it is fully loaded.".to_owned(),
    }
}

fn diff_intro_lines(cx: &RenderContext<'_>, report: &DiffReport, with_summary: bool) -> Vec<String> {
    let Some(diff) = &report.diff else {
        let at = cx.short_time(report.taken_at);
        return vec![match report.has_cached_baseline {
            true => format!("First visit. Changes since {at} will appear here next time."),
            false => no_baseline_text(&at),
        }];
    };
    let mut lines = Vec::new();
    if diff.changes.is_empty() {
        let (from, to) = (cx.short_time(diff.from), cx.short_time(diff.to));
        let refresh = cx.key(KeyContext::Changes, Action::Refresh);
        let interval = match from == to {
            true => format!("Nothing changed since {from}."),
            false => format!("Nothing changed between {from} and {to}."),
        };
        lines.push(format!("{interval} Press {refresh} to compare again."));
    } else if with_summary {
        lines.push(diff.summary());
        if diff.unseen_count() > 0 {
            lines.push("The API does not say who made a change.".to_owned());
        }
    }
    let unconfirmed = diff.unconfirmed_identities().count();
    if unconfirmed > 0 {
        let status = match report.is_rechecking {
            true => "checking again…".to_owned(),
            false => {
                let key = cx.key(KeyContext::Changes, Action::Refresh);
                format!("the check failed. Press {key} to retry.")
            }
        };
        lines.push(format!("{} possibly gone: {status}", format_count(unconfirmed)));
    }
    if !report.local_changes_known {
        let text = "The journal is unreadable, so your own changes are not marked as yours.";
        lines.push(text.to_owned());
    }
    if !report.has_cached_baseline && cx.columns >= MIN_TIME_WIDTH {
        lines.push(no_baseline_text(&cx.short_time(diff.from)));
    }
    lines
}

fn no_baseline_text(at: &str) -> String {
    format!("No snapshots are stored on this machine. Changes after {at} appear while guestlist is open.")
}

/// Returns the position in the rows: "─ 3 marked · lines 1–20 of 31 ".
fn changes_position(view: &ChangesView, height: usize) -> String {
    let label = match view.marked.len() {
        0 => "lines",
        marked => &format!("{} marked · lines", format_count(marked)),
    };
    position_label(label, &view.list_state, view.items.len(), height)
}

fn item_line(view: &ChangesView, cx: &RenderContext<'_>, item: ChangesItem, selected: bool) -> Line<'static> {
    let theme = cx.theme;
    if let ChangesItem::Heading(group, count) = item {
        let text = truncate(&heading_text(view, group, count), cx.columns.saturating_sub(2));
        let cells = [Span::raw(" "), Span::styled(text, theme.title)];
        return row(selected, cells, cx.columns, theme);
    }
    let Some(change) = view.change_at(item) else { return Line::default() };
    let word_columns = if cx.columns >= MIN_TIME_WIDTH { WORD_WIDTH } else { 0 };
    let columns = cx.columns.saturating_sub(6 + word_columns);
    let (mut email, mut time) = (sanitize(&change.invite.email).into_owned(), String::new());
    // The time yields to a long email; the detail shows it.
    let email_columns = columns.saturating_sub(time_width(view, cx));
    if word_columns > 0 && width(&email) <= email_columns {
        (email, time) = (pad(&email, email_columns), format!("  {}", time_text(cx, change)));
    }
    let is_muted = change.kind.is_local() || !view.is_unseen(change);
    let email_style = if is_muted { theme.muted } else { Style::new() };
    let kind_style = if is_muted { theme.muted } else { kind_style(change, theme) };
    let mark = if view.marked.contains(&change.invite.identity) { "●" } else { " " };
    let cells = [
        Span::styled(format!("{mark} "), theme.mark),
        Span::styled(format!("{} ", sign(change)), kind_style),
        Span::styled(pad(change.word(), word_columns), kind_style),
        Span::styled(truncate(&email, columns), email_style),
        Span::styled(time, theme.muted),
    ];
    row(selected, cells, cx.columns, theme)
}

/// Returns the color of a sign and its word; the word has the same meaning without the color.
fn kind_style(change: &Change, theme: &Theme) -> Style {
    match &change.kind {
        ChangeKind::New | ChangeKind::BecameMember | ChangeKind::Created => theme.success,
        ChangeKind::Gone if change.is_certain => theme.error,
        ChangeKind::Expired { .. } => theme.expired,
        ChangeKind::Resent { .. } => theme.key,
        _ => theme.warning,
    }
}

/// Returns the sign of a row.
fn sign(change: &Change) -> &'static str {
    match &change.kind {
        _ if !change.is_certain => "?",
        ChangeKind::New | ChangeKind::Created => "+",
        ChangeKind::BecameMember => "M",
        ChangeKind::Gone | ChangeKind::Deleted => "-",
        ChangeKind::Resent { .. } | ChangeKind::Replaced { .. } => "↻",
        ChangeKind::Expired { .. } => "×",
        ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => "~",
    }
}

/// Returns the width of the longest time in columns, so that all rows are aligned.
fn time_width(view: &ChangesView, cx: &RenderContext<'_>) -> usize {
    view.diff().map_or(0, |diff| {
        let (from, to) = (cx.short_time(diff.from), cx.short_time(diff.to));
        width(&format!("  between {from} and {to}"))
    })
}

/// Returns the heading of a group: "Gone before expiry · 6, 2 are members now".
fn heading_text(view: &ChangesView, group: ChangeGroup, count: usize) -> String {
    let members = view.diff().map_or(0, Diff::new_member_count);
    let suffix = match (group, members) {
        (ChangeGroup::Gone, 0) => ": accepted, or deleted elsewhere".to_owned(),
        (ChangeGroup::Gone, 1) => ", 1 is a member now".to_owned(),
        (ChangeGroup::Gone, members) => format!(", {} are members now", format_count(members)),
        _ => String::new(),
    };
    format!("{} · {}{suffix}", group.title(), format_count(count))
}

/// Draws the selected change in full, or the explanation of the selected heading.
fn draw_text(view: &ChangesView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let inner = draw_pane(view.detail_scroll.map(|_| "Change"), cx.theme, area, frame);
    let (cx, height) = (&cx.with_columns(inner.width as usize), inner.height as usize);
    let lines = match view.selected_item() {
        Some(ChangesItem::Heading(group, _)) => {
            dialog::wrap_styled(group_help(group), cx.columns, Style::new())
        }
        Some(item) => view.change_at(item).map_or_else(Vec::new, |change| detail_lines(view, cx, change)),
        None => Vec::new(),
    };
    let max_scroll = dialog::draw_scrolled(lines, view.detail_scroll.unwrap_or(0), inner, frame);
    RenderMetrics { text_height: height, max_scroll, ..RenderMetrics::default() }
}

fn detail_lines(view: &ChangesView, cx: &RenderContext<'_>, change: &Change) -> Lines {
    let invite = &change.invite;
    let members_known = view.diff().is_some_and(|diff| diff.members_known);
    let labeled = |label: &str, text: &str| labeled_lines(label, text, cx.columns, cx.theme);
    let mut lines = name_lines(invite, cx.theme, cx.columns);
    lines.extend(labeled("what", change.description(members_known)));
    lines.extend(labeled("when", &time_text(cx, change)));
    let is_pending_again = is_pending_again(cx, change);
    if change.can_reinvite() && is_pending_again {
        lines.extend(labeled("now", "this email has a pending invite again"));
    }
    match &change.kind {
        ChangeKind::Renewed { old_expiry: old } => {
            lines.extend(labeled("expired", &expiry_text(cx, *old)));
            lines.extend(labeled("expires", &expiry_text(cx, invite.expiry)));
        }
        _ => lines.extend(labeled("expiry", &expiry_text(cx, invite.expiry))),
    }
    match &change.kind {
        ChangeKind::Replaced { replacement: identity } => {
            lines.extend(labeled("by", &sanitize(&identity.to_string())));
        }
        ChangeKind::Resent { replaced } => {
            // Without a label, an identity fits into the pane of a window of 120 columns.
            let identity = |sign, identity: &Identity, word, style| {
                let text = format!("{sign} {} {word}", sanitize(identity.as_str()));
                dialog::wrap_styled(&text, cx.columns, style)
            };
            lines.extend(identity("-", replaced, "gone", cx.theme.error));
            lines.extend(identity("+", &invite.identity, "new", cx.theme.success));
        }
        _ => {}
    }
    if let ChangeKind::Modified { old_message: old } = &change.kind {
        lines.extend(labeled("was", &message_text(old)));
    }
    lines.extend(labeled("message", &message_text(&invite.message)));
    if change.can_reinvite() && !is_pending_again {
        let key = cx.key(KeyContext::Changes, Action::Reinvite);
        lines.push(Line::default());
        lines.extend(labeled("again", &format!("press {key} to re-invite with this message")));
    }
    lines
}

fn group_help(group: ChangeGroup) -> &'static str {
    match group {
        ChangeGroup::New => "New invites that were not created on this machine.",
        ChangeGroup::Gone => {
            "Invites that disappeared before they expired: accepted, or deleted elsewhere. New members have \
             no permissions until an access policy grants them."
        }
        ChangeGroup::Resent => {
            "Resent elsewhere: the old invite is gone, and the same email has a new one. The old link no longer \
             works."
        }
        ChangeGroup::Unconfirmed => {
            "Invites missing from the last refresh. guestlist checks again before it reports them as gone."
        }
        ChangeGroup::Expired => "Expired invites. Their links no longer work.",
        ChangeGroup::Modified => "Pending invites whose expiry, message or email changed.",
        ChangeGroup::Local => {
            "Invites that this machine created, deleted or resent, according to its journal."
        }
    }
}

fn expiry_text(model: &Model, expiry: Expiry) -> String {
    expiry.0.map_or_else(|| "unknown".into(), |at| model.time(at, TIME_FORMAT))
}
