//! Draws the Changes view: grouped rows, or the reason why there are none.
//!
//! In a wide window the selected change is drawn beside the rows.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{ChangesItem, ChangesView, is_pending_again, time_text};
use crate::app::model::invites::Completeness;
use crate::app::render::invite_detail::name_lines;
use crate::app::{Model, RenderContext, RenderMetrics};
use crate::domain::Expiry;
use crate::domain::diff::{Change, ChangeGroup, ChangeKind, DiffReport};
use crate::domain::text::{format_count, sanitize, sanitize_lines, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::{draw_pane, labeled_lines};
use crate::ui::list::{pad, position_label, selection_sign};
use crate::ui::{Theme, dialog, wrap};

/// Minimum columns for drawing the selected change beside the rows.
const MIN_SPLIT_WIDTH: u16 = 110;
/// Minimum columns for a time in each row.
const MIN_TIME_WIDTH: usize = 60;

/// Minimum lines for a summary line above the rows.
const MIN_SUMMARY_HEIGHT: u16 = 12;

const TIME_FORMAT: &str = "%a %-d %b %Y %H:%M";

/// Draws the Changes view.
pub fn draw(it: &ChangesView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    if let Some(scroll) = it.detail_scroll {
        return draw_detail(it, cx, Some(scroll), area, frame);
    }
    if area.width < MIN_SPLIT_WIDTH || it.items.is_empty() {
        return draw_lines(it, cx, area, frame);
    }
    let side = Constraint::Length(area.width * 40 / 100);
    let [left, right] = Layout::horizontal([Constraint::Min(30), side]).spacing(-1).areas(area);
    let drawn = draw_lines(it, cx, left, frame);
    draw_detail(it, cx, None, right, frame);
    drawn
}

fn draw_lines(it: &ChangesView, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let room = area.width.saturating_sub(4) as usize;
    let inside = area.inner(Margin::new(1, 1));
    let columns = inside.width as usize;
    // In a low window the headings have to do: they show the same counts.
    let tally = inside.height >= MIN_SUMMARY_HEIGHT;
    let mut lines: Vec<Line<'static>> = intro_lines(it, cx, columns, tally)
        .into_iter()
        .flat_map(|words| wrap(&words, columns.saturating_sub(2)))
        .map(|line| Line::styled(format!(" {line}"), cx.theme.muted))
        .collect();
    let height = (inside.height as usize).saturating_sub(lines.len());
    let top = it.list_state.offset_for(it.items.len(), height);
    let window = it.items.iter().enumerate().skip(top).take(height);
    lines.extend(window.map(|(at, item)| item_line(it, cx, *item, at == it.list_state.selected, columns)));
    let title = truncate(&format!(" {} ", title(it, cx)), room);
    dialog::draw_frame(&title, &truncate(&changes_position(it, height), room), cx.theme, area, frame);
    dialog::draw_lines(&lines, inside, frame);
    RenderMetrics { text_height: height, ..RenderMetrics::default() }
}

/// Returns the title: "Changes since Fri 17:02 · 13 not seen yet".
fn title(it: &ChangesView, cx: &RenderContext<'_>) -> String {
    let Some(changes) = it.diff() else { return "Changes".to_owned() };
    let since = cx.short_time(changes.from);
    match it.unseen_count() {
        0 if changes.unseen_count() > 0 => format!("Changes since {since} · all seen"),
        0 => format!("Changes since {since}"),
        news => format!("Changes since {since} · {} not seen yet", format_count(news)),
    }
}

/// Returns the sentences above the rows, or in place of them.
fn intro_lines(it: &ChangesView, cx: &RenderContext<'_>, columns: usize, tally: bool) -> Vec<String> {
    let Some(compared) = &it.report else { return vec![no_diff_text(cx).to_owned()] };
    let mut above = diff_intro_lines(cx, compared, columns, tally);
    if !cx.invites.is_complete() || cx.invites.refresh_error.is_some() {
        let at = cx.short_time(compared.taken_at);
        above.push(format!("As of {at}: the list has not been refreshed since."));
    }
    above
}

fn no_diff_text(model: &Model) -> &'static str {
    match (&model.invites.completeness, &model.invites.fetch) {
        (Completeness::Complete { .. }, _) => "Comparing with your last visit…",
        (Completeness::Cached { .. }, None) => {
            "Cannot reach the server. Changes appear when the list is refreshed."
        }
        (Completeness::Partial(_), None) => "The list is incomplete. Changes appear when it is fully loaded.",
        _ => "The list is still loading. Changes appear when it is fully loaded.",
    }
}

fn diff_intro_lines(
    cx: &RenderContext<'_>,
    compared: &DiffReport,
    columns: usize,
    tally: bool,
) -> Vec<String> {
    let Some(changes) = &compared.diff else {
        let at = cx.short_time(compared.taken_at);
        return vec![match compared.has_cached_baseline {
            true => format!("First visit. Changes since {at} will appear here next time."),
            false => no_baseline_text(&at),
        }];
    };
    let mut above = Vec::new();
    if changes.changes.is_empty() {
        let (from, to) = (cx.short_time(changes.from), cx.short_time(changes.to));
        above.push(format!("Nothing changed between {from} and {to}."));
    } else if tally {
        above.push(changes.counts().summary());
    }
    let perhaps = changes.unconfirmed().count();
    if perhaps > 0 {
        let what = match compared.is_rechecking {
            true => "checking again…".to_owned(),
            false => {
                let key = cx.key(KeyContext::Changes, Action::Refresh);
                format!("the check failed. Press {key} to retry.")
            }
        };
        above.push(format!("{} possibly gone: {what}", format_count(perhaps)));
    }
    if !compared.local_known {
        let text = "The journal is unreadable, so your own changes are not marked as yours.";
        above.push(text.to_owned());
    }
    if !compared.has_cached_baseline && columns >= MIN_TIME_WIDTH {
        above.push(no_baseline_text(&cx.short_time(changes.from)));
    }
    above
}

fn no_baseline_text(at: &str) -> String {
    format!("No snapshots are stored on this machine. Changes after {at} appear while guestlist is open.")
}

/// Returns the position in the rows: "─ 3 marked · lines 1–20 of 31 ".
fn changes_position(it: &ChangesView, height: usize) -> String {
    let what = match it.marked.len() {
        0 => "lines",
        marked => &format!("{} marked · lines", format_count(marked)),
    };
    position_label(what, &it.list_state, it.items.len(), height)
}

fn item_line(
    it: &ChangesView,
    cx: &RenderContext<'_>,
    item: ChangesItem,
    selected: bool,
    columns: usize,
) -> Line<'static> {
    let (theme, cursor) = (cx.theme, selection_sign(selected));
    let style = |style| if selected { theme.selected } else { style };
    if let ChangesItem::Heading(group, n) = item {
        let words = truncate(&heading_text(it, group, n), columns.saturating_sub(2));
        return Line::from(vec![Span::raw(format!("{cursor} ")), Span::styled(words, style(theme.title))]);
    }
    let Some(change) = it.change_at(item) else { return Line::default() };
    let (mut time, mut time_room) = (String::new(), 0);
    if columns >= MIN_TIME_WIDTH {
        time = format!("  {}", time_text(cx, change));
        time_room = width(&time).max(time_width(it, cx));
    }
    let quiet = change.kind.is_local() || !it.is_unseen(change);
    let plain = if quiet { theme.muted } else { Style::new() };
    let email = pad(&sanitize(&change.invite.email), columns.saturating_sub(6 + time_room));
    Line::from(vec![
        Span::raw(cursor),
        signs(it, change, theme),
        Span::styled(email, style(plain)),
        Span::styled(time, theme.muted),
    ])
}

/// Returns the mark and the sign of a row.
fn signs(it: &ChangesView, change: &Change, theme: &Theme) -> Span<'static> {
    let mark = if it.marked.contains(&change.invite.identity) { "●" } else { " " };
    let sign = match &change.kind {
        _ if !change.is_certain => "?",
        ChangeKind::New | ChangeKind::Created => "+",
        ChangeKind::BecameMember => "M",
        ChangeKind::Gone | ChangeKind::Deleted | ChangeKind::Replaced { .. } => "-",
        ChangeKind::Expired { .. } => "×",
        ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => "~",
    };
    let style = if it.is_unseen(change) { theme.warning } else { theme.muted };
    Span::styled(format!("{mark} {sign} "), style)
}

/// Returns the columns of a time, so that all times are aligned.
fn time_width(it: &ChangesView, cx: &RenderContext<'_>) -> usize {
    it.diff().map_or(0, |changes| {
        let (from, to) = (cx.short_time(changes.from), cx.short_time(changes.to));
        width(&format!("  between {from} and {to}"))
    })
}

/// Returns the heading of a group: "Gone before expiry · 6, 2 are members now".
fn heading_text(it: &ChangesView, group: ChangeGroup, n: usize) -> String {
    let members = it.diff().map_or(0, |changes| changes.counts().members);
    let more = match (group, members) {
        (ChangeGroup::Gone, 0) => ": accepted, or deleted elsewhere".to_owned(),
        (ChangeGroup::Gone, 1) => ", 1 is a member now".to_owned(),
        (ChangeGroup::Gone, members) => format!(", {} are members now", format_count(members)),
        _ => String::new(),
    };
    format!("{} · {}{more}", group.title(), format_count(n))
}

/// Draws the selected change in full; on a heading, its explanation.
fn draw_detail(
    it: &ChangesView,
    cx: &RenderContext<'_>,
    scroll: Option<usize>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> RenderMetrics {
    let inner = draw_pane(scroll.map(|_| " Change "), cx.theme, area, frame);
    let (columns, height) = (inner.width as usize, inner.height as usize);
    let lines = match it.selected_item() {
        Some(ChangesItem::Heading(group, _)) => dialog::wrap_styled(group_help(group), columns, Style::new()),
        Some(item) => {
            it.change_at(item).map_or_else(Vec::new, |change| detail_lines(it, cx, change, columns))
        }
        None => Vec::new(),
    };
    let limit = dialog::draw_scrolled(lines, scroll.unwrap_or(0), inner, frame);
    RenderMetrics { text_height: height, max_scroll: limit, ..RenderMetrics::default() }
}

fn detail_lines(
    it: &ChangesView,
    cx: &RenderContext<'_>,
    change: &Change,
    columns: usize,
) -> Vec<Line<'static>> {
    let invite = &change.invite;
    let members_known = it.diff().is_some_and(|changes| changes.members_known);
    let put = |label: &str, words: &str| labeled_lines(label, words, columns, cx.theme);
    let mut lines = name_lines(invite, cx.theme, columns);
    lines.extend(put("what", change.description(members_known)));
    lines.extend(put("when", &time_text(cx, change)));
    let is_pending_again = is_pending_again(cx, change);
    if change.can_reinvite() && is_pending_again {
        lines.extend(put("now", "this email has a pending invite again"));
    }
    match &change.kind {
        ChangeKind::Renewed { old_expiry: was } => {
            lines.extend(put("expired", &expiry_text(cx, *was)));
            lines.extend(put("expires", &expiry_text(cx, invite.expiry)));
        }
        _ => lines.extend(put("expiry", &expiry_text(cx, invite.expiry))),
    }
    if let ChangeKind::Replaced { replacement: by } = &change.kind {
        lines.extend(put("by", &sanitize(&by.to_string())));
    }
    if let ChangeKind::Modified { old_message: was } = &change.kind {
        lines.extend(put("was", &message_text(was)));
    }
    lines.extend(put("message", &message_text(&invite.message)));
    if change.can_reinvite() && !is_pending_again {
        let key = cx.key(KeyContext::Changes, Action::Reinvite);
        lines.push(Line::default());
        lines.extend(put("again", &format!("press {key} to re-invite with this message")));
    }
    lines
}

fn group_help(group: ChangeGroup) -> &'static str {
    match group {
        ChangeGroup::New => "New invites that were not created on this machine.",
        ChangeGroup::Gone => {
            "Invites that disappeared before they expired: accepted, or deleted elsewhere (the API does not \
             say). New members have no permissions until an access policy grants them."
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

fn message_text(text: &str) -> String {
    if text.is_empty() { "(none)".into() } else { sanitize_lines(text).join("\n") }
}
