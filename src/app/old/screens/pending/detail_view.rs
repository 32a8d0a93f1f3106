//! One invite in full: its address, when it expires in both ways of saying it, its whole message, its name.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Paragraph};

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::shell::app::App;
use crate::domain::expiry::Urgency;
use crate::domain::plan_progress::Phase;
use crate::domain::text::{visible, visible_lines};
use crate::domain::{Expiry, Invite, Now, Step, email, limits};

use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// Columns of the labels on the left.
const LABEL: usize = 9;

/// Draws it. `opened` is how far it is scrolled where it has the focus.
pub fn draw(
    state: &App,
    theme: &Theme,
    now: Now,
    opened: Option<usize>,
    area: Rect,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let inner = pane(opened.map(|_| " Invite "), theme, area, frame);
    let Some(invite) = state.model.selected_invite() else {
        return frame
            .render_widget(Paragraph::new(Line::styled("No invite is selected.", theme.quiet)), inner);
    };
    let lines = lines(&invite, state, theme, now, inner.width as usize);
    drawn.text_height = inner.height as usize;
    drawn.scroll_limit = lines.len().saturating_sub(inner.height as usize);
    let scroll = opened.unwrap_or(0).min(drawn.scroll_limit);
    // Cut here: ratatui's own scrolling counts in 16 bits, and a message can have more lines.
    let shown: Vec<_> = lines.into_iter().skip(scroll).take(drawn.text_height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

/// Draws the frame of something in full, which shares its border with what stands beside it; where its inside is. It
/// has a title where it was opened.
pub fn pane(title: Option<&'static str>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> Rect {
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.quiet)
        .title(title.map_or_else(Span::default, |title| Span::styled(title, theme.title)))
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// What names an invite: its address, and below it its identity.
pub fn named(invite: &Invite, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = wrap(&visible(&invite.email), columns)
        .into_iter()
        .map(|line| Line::styled(line, theme.title))
        .collect();
    // In the second line, where it stays in its place whatever the message is like; whole, because a part of it
    // names nothing.
    let name = invite.identity.to_string();
    let name = if name.len() <= columns { visible(&name) } else { visible(invite.identity.as_str()) };
    lines.extend(wrap(&name, columns).into_iter().map(|line| Line::styled(line, theme.quiet)));
    lines.push(Line::default());
    lines
}

/// The invite as lines of text.
pub fn lines(invite: &Invite, state: &App, theme: &Theme, now: Now, columns: usize) -> Vec<Line<'static>> {
    let mut lines = named(invite, theme, columns);
    lines.extend(labelled("expires", &expiry_words(invite.expiry, state, now), columns, theme));
    if let Some(words) = put_off(invite, state, now) {
        lines.extend(labelled("put off", &words, columns, theme));
    }
    if let Some(note) = state.model.annotations.note(&invite.email) {
        lines.extend(labelled("note", &visible(note), columns, theme));
    }
    if let Some(words) = what_happens(invite, state) {
        lines.extend(labelled("now", &words, columns, theme));
    }
    lines.extend(labelled("message", &message_words(invite), columns, theme));
    let over = invite.message.chars().count().saturating_sub(limits::MESSAGE);
    if over > 0 {
        let words = format!("{over} characters over the limit: it could not be sent again as it is");
        lines.extend(labelled("", &words, columns, theme));
    }
    if let Some((looked_up, at)) = &state.model.looked_up
        && looked_up == invite
    {
        lines.extend(labelled(
            "checked",
            &format!("on the server at {}", time_of_day(state, *at)),
            columns,
            theme,
        ));
    }
    lines
}

/// What a plan is doing to it, or would do.
fn what_happens(invite: &Invite, state: &App) -> Option<String> {
    let done = |step: &Step| match step {
        Step::Create { .. } => "sent",
        Step::Delete { .. } => "revoked",
        Step::Resend { .. } => "sent again",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "corrected",
    };
    if let Some((step, phase)) = state.model.plans.step_on_row(&invite.identity) {
        let done = done(step);
        return Some(match phase {
            Some(Phase::Held { .. }) => format!("is about to be {done}; nothing was sent yet"),
            Some(Phase::Queued { .. }) => format!("waits to be {done}, behind another plan"),
            Some(_) => format!("is being {done}"),
            None => format!("waits to be {done}"),
        });
    }
    let step = state.model.plans.staged_on_row(&invite.identity)?;
    Some(format!("staged to be {}; nothing is sent before you run it", done(step)))
}

/// Until when it stays out of the list, while it does.
fn put_off(invite: &Invite, state: &App, now: Now) -> Option<String> {
    let server_now = state.model.server_now(now);
    if !state.model.annotations.is_asleep(&invite.email, invite.expiry, server_now) {
        return None;
    }
    let snooze = state.model.annotations.snoozes.get(&email::folded(&invite.email))?;
    Some(format!("until {}", moment(snooze.wakes_at(invite.expiry)?, state)))
}

/// "Fri 17 Jun 2022 11:30 UTC", in the zone of this machine.
pub fn moment(at: Timestamp, state: &App) -> String {
    at.to_zoned(zone(state)).strftime("%a %-d %b %Y %H:%M %Z").to_string()
}

/// "17 Jun", where there is no room for more.
pub fn day(at: Timestamp, state: &App) -> String {
    at.to_zoned(zone(state)).strftime("%-d %b").to_string()
}

fn message_words(invite: &Invite) -> String {
    if invite.message.is_empty() { "(none)".into() } else { visible_lines(&invite.message).join("\n") }
}

/// A text with its label on the left of its first line.
pub fn labelled(label: &str, words: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(LABEL);
    let wrapped = words.split('\n').flat_map(|line| wrap(line, room));
    wrapped
        .enumerate()
        .map(|(i, line)| {
            let label = if i == 0 { label } else { "" };
            Line::from(vec![Span::styled(format!("{label:<LABEL$}"), theme.quiet), Span::raw(line)])
        })
        .collect()
}

/// "Fri 17 Jun 2022 11:30 UTC (in 5 h)".
pub fn expiry_words(expiry: Expiry, state: &App, now: Now) -> String {
    let server_now = state.model.server_now(now);
    let Some(at) = expiry.0 else { return "unknown: the server did not say".into() };
    let words = expiry.words(server_now);
    let relative = match expiry.urgency(server_now) {
        Urgency::Expired => format!("{words} ago"),
        _ => format!("in {words}"),
    };
    format!("{} ({relative})", moment(at, state))
}

/// "10:31:07", in the zone of this machine.
pub fn time_of_day(state: &App, at: Timestamp) -> String {
    at.to_zoned(zone(state)).strftime("%H:%M:%S").to_string()
}

/// Without knowledge of its zone a machine's times are UTC, and said to be.
fn zone(state: &App) -> TimeZone {
    if state.model.options.zone.is_unknown() { TimeZone::UTC } else { state.model.options.zone.clone() }
}
