//! What changed since the last visit: the frame, the lines in their groups, and why there are none. The selected change
//! in full is drawn by `full`, beside the lines where there is room.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use crate::app::model::invites::Known;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::changes::items::{Item, moment, time_words};
use crate::app::shell::app::App;
use crate::domain::change::{Change, Compared, Group, Kind};
use crate::domain::text::{count, fit, visible, width};
use crate::keys::context::KeyContext;

use crate::ui::cell::padded;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// From so many columns on the selected change stands beside the lines.
const ROOM_FOR_BOTH: u16 = 110;
/// From so many columns on a line has its time.
const ROOM_FOR_TIME: usize = 60;

/// From so many lines on there is one that counts all changes.
const ROOM_FOR_TALLY: u16 = 12;

/// Draws it.
pub fn draw(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    if let Some(scroll) = state.changes.opened {
        return crate::app::screens::changes::full_view::draw(state, theme, Some(scroll), area, frame);
    }
    if area.width < ROOM_FOR_BOTH || state.changes.items.is_empty() {
        return draw_lines(state, theme, area, frame);
    }
    let side = Constraint::Length(area.width * 40 / 100);
    let [left, right] = Layout::horizontal([Constraint::Min(30), side]).spacing(-1).areas(area);
    let drawn = draw_lines(state, theme, left, frame);
    crate::app::screens::changes::full_view::draw(state, theme, None, right, frame);
    drawn
}

fn draw_lines(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let view = &state.changes;
    let room = area.width.saturating_sub(4) as usize;
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.quiet)
        .title(Span::styled(fit(&format!(" {} ", title(state)), room), theme.title));
    let inside = block.inner(area);
    let columns = inside.width as usize;
    // In a low window the headings tell the same.
    let tally = inside.height >= ROOM_FOR_TALLY;
    let above: Vec<Line<'static>> = above(state, columns, tally)
        .into_iter()
        .flat_map(|words| wrap(&words, columns.saturating_sub(2)))
        .map(|line| Line::styled(format!(" {line}"), theme.quiet))
        .collect();
    let height = (inside.height as usize).saturating_sub(above.len());
    let top = view.lines.top_for(view.items.len(), height);
    let window = view.items.iter().enumerate().skip(top).take(height);
    let lines = window.map(|(at, item)| line(state, *item, at == view.lines.cursor, columns, theme));
    let all: Vec<Line<'static>> = above.into_iter().chain(lines).collect();
    let below = place(state, top, height);
    frame.render_widget(block.title_bottom(Line::styled(fit(&below, room), theme.quiet)), area);
    frame.render_widget(Paragraph::new(all), inside);
    RenderMetrics { text_height: height, ..RenderMetrics::default() }
}

/// "Changes since Fri 17:02 · 13 not seen yet".
fn title(state: &App) -> String {
    let view = &state.changes;
    let Some(changes) = view.compared.as_ref().and_then(|compared| compared.changes.as_ref()) else {
        return "Changes".to_owned();
    };
    let since = moment(state, changes.from);
    match view.unseen() {
        0 if changes.news() > 0 => format!("Changes since {since} · all seen"),
        0 => format!("Changes since {since}"),
        news => format!("Changes since {since} · {} not seen yet", count(news)),
    }
}

/// What is to be known above the lines, or in place of them.
fn above(state: &App, columns: usize, tally: bool) -> Vec<String> {
    let mut above = Vec::new();
    match &state.changes.compared {
        None => above.push(not_compared(state).to_owned()),
        Some(compared) => {
            above.extend(of_compared(state, compared, columns, tally));
            if !state.model.invites.is_complete() || state.model.invites.stale.is_some() {
                let at = moment(state, compared.at);
                above.push(format!("As of {at}: the list could not be read since."));
            }
        }
    }
    above
}

fn not_compared(state: &App) -> &'static str {
    match (&state.model.invites.known, &state.model.invites.reading) {
        (Known::All { .. }, _) => "The list is being compared with the one that you have seen…",
        (Known::Kept { .. }, None) => {
            "The server cannot be read. What changed is told when the list of now is there."
        }
        (Known::Part(_), None) => {
            "The list could not be read to its end. What changed is told when all of it is there: \
             what was not read would look gone."
        }
        _ => "The list is not complete yet. What changed is told when it is.",
    }
}

fn of_compared(state: &App, compared: &Compared, columns: usize, tally: bool) -> Vec<String> {
    let Some(changes) = &compared.changes else {
        let at = moment(state, compared.at);
        return vec![match compared.kept {
            true => format!(
                "Nothing was seen before: from the next visit on, what changed since {at} is told here."
            ),
            false => no_snapshots(&at),
        }];
    };
    let mut above = vec![match changes.list.is_empty() {
        true => {
            let (from, to) = (moment(state, changes.from), moment(state, changes.to));
            format!("Nothing changed between {from} and {to}.")
        }
        false => changes.tally().words(),
    }];
    if !tally && !changes.list.is_empty() {
        above.clear();
    }
    let perhaps = changes.to_prove().count();
    if perhaps > 0 && compared.looking {
        above.push(format!("{} perhaps gone: they are being looked at again…", count(perhaps)));
    } else if perhaps > 0 {
        let key = state.model.key(KeyContext::Changes, crate::keys::action::Action::Refresh);
        above.push(format!(
            "{} perhaps gone: they could not be looked at; {key} tries again.",
            count(perhaps)
        ));
    }
    if !compared.ours_known {
        above
            .push("The journal cannot be read: what was done from here is told like what others did.".into());
    }
    if !compared.kept && columns >= ROOM_FOR_TIME {
        above.push(no_snapshots(&moment(state, changes.from)));
    }
    above
}

fn no_snapshots(at: &str) -> String {
    format!(
        "No lists are kept on this machine: only what changes after {at}, while guestlist is open, is told."
    )
}

/// Where one is: "─ 3 marked · lines 1–20 of 31 ".
fn place(state: &App, top: usize, height: usize) -> String {
    let (view, lines) = (&state.changes, state.changes.items.len());
    if lines == 0 || height == 0 {
        return String::new();
    }
    let marked = match view.marked.len() {
        0 => String::new(),
        marked => format!("{} marked · ", count(marked)),
    };
    format!("─ {marked}lines {}–{} of {} ", count(top + 1), count((top + height).min(lines)), count(lines))
}

fn line(state: &App, item: Item, selected: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let cursor = if selected { "▌" } else { " " };
    let style = |style| if selected { theme.selected } else { style };
    match item {
        Item::Head(group, n) => {
            let words = fit(&head(state, group, n), columns.saturating_sub(2));
            Line::from(vec![Span::raw(format!("{cursor} ")), Span::styled(words, style(theme.title))])
        }
        Item::Change(_) => match state.changes.change(item) {
            Some(change) => {
                let mut spans = vec![Span::raw(cursor), signs(state, change, theme)];
                let rest = columns.saturating_sub(6);
                let time = if columns >= ROOM_FOR_TIME { time_words(state, change) } else { String::new() };
                let time_room = if time.is_empty() { 0 } else { width(&time).max(time_width(state)) + 2 };
                let quiet = change.kind.is_ours() || !state.changes.is_unseen(change);
                let email = padded(&visible(&change.invite.email), rest.saturating_sub(time_room));
                let plain = if quiet { theme.quiet } else { ratatui::style::Style::new() };
                spans.push(Span::styled(email, style(plain)));
                if !time.is_empty() {
                    spans.push(Span::styled(format!("  {time}"), theme.quiet));
                }
                Line::from(spans)
            }
            None => Line::default(),
        },
    }
}

/// The mark, and what is to be told of the row beside its heading.
fn signs(state: &App, change: &Change, theme: &Theme) -> Span<'static> {
    let mark = if state.changes.marked.contains(&change.invite.identity) { "●" } else { " " };
    let sign = match &change.kind {
        _ if !change.sure => "?",
        Kind::New | Kind::Created => "+",
        Kind::MemberNow => "M",
        Kind::Gone | Kind::Deleted | Kind::Replaced { .. } => "-",
        Kind::Expired { .. } => "×",
        Kind::Renewed { .. } | Kind::Differs { .. } => "~",
    };
    let style = if state.changes.is_unseen(change) { theme.soon } else { theme.quiet };
    Span::styled(format!("{mark} {sign} "), style)
}

/// The times stand below each other: as wide as those of the whole range.
fn time_width(state: &App) -> usize {
    let changes = state.changes.compared.as_ref().and_then(|compared| compared.changes.as_ref());
    changes.map_or(0, |changes| {
        let (from, to) = (moment(state, changes.from), moment(state, changes.to));
        width(&format!("between {from} and {to}"))
    })
}

/// "Gone before expiry · 6, 2 are members now".
fn head(state: &App, group: Group, n: usize) -> String {
    let changes = state.changes.compared.as_ref().and_then(|compared| compared.changes.as_ref());
    let members = changes.map_or(0, |changes| changes.tally().members);
    let more = match (group, members) {
        (Group::Gone, 0) => ": accepted, or revoked elsewhere".to_owned(),
        (Group::Gone, 1) => ", 1 is a member now".to_owned(),
        (Group::Gone, members) => format!(", {} are members now", count(members)),
        _ => String::new(),
    };
    format!("{} · {}{more}", group.title(), count(n))
}
