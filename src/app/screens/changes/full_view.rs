//! One change in full: what is known of it and what is not, its time as a range, and the invite with its message.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Changes, Item, is_pending_again, time_text};
use crate::app::model::Model;
use crate::app::model::view::RenderMetrics;
use crate::app::render::RenderContext;
use crate::app::render::invite::name_lines;
use crate::domain::Expiry;
use crate::domain::change::{Change, Group, Kind};
use crate::domain::text::{visible, visible_lines};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::dialog::{labelled, pane};
use crate::ui::wrap::wrap;

const TIME: &str = "%a %-d %b %Y %H:%M";

/// Draws the selected one; on a heading it is explained.
pub(crate) fn draw(
    it: &Changes,
    cx: &RenderContext<'_>,
    scroll: Option<usize>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> RenderMetrics {
    let inner = pane(scroll.map(|_| " Change "), cx.theme, area, frame);
    let (columns, height) = (inner.width as usize, inner.height as usize);
    let lines = match it.selected() {
        Some(Item::Head(group, _)) => explained(group, columns),
        Some(item) => it.change(item).map_or_else(Vec::new, |change| lines(it, cx, change, columns)),
        None => Vec::new(),
    };
    let limit = lines.len().saturating_sub(height);
    let shown: Vec<_> = lines.into_iter().skip(scroll.unwrap_or(0).min(limit)).take(height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    RenderMetrics { text_height: height, scroll_limit: limit, ..RenderMetrics::default() }
}

fn lines(it: &Changes, cx: &RenderContext<'_>, change: &Change, columns: usize) -> Vec<Line<'static>> {
    let invite = &change.invite;
    let changes = it.compared.as_ref().and_then(|compared| compared.changes.as_ref());
    let members_known = changes.is_some_and(|changes| changes.members_known);
    let put = |label: &str, words: &str| labelled(label, words, columns, cx.theme);
    let mut lines = name_lines(invite, cx.theme, columns);
    lines.extend(put("what", change.words(members_known)));
    lines.extend(put("when", &time_text(cx, change)));
    if change.can_be_sent_again() && is_pending_again(cx, change) {
        lines.extend(put("now", "this address is pending again"));
    }
    match &change.kind {
        Kind::Renewed { was } => {
            lines.extend(put("expired", &expiry_text(cx, *was)));
            lines.extend(put("expires", &expiry_text(cx, invite.expiry)));
        }
        _ => lines.extend(put("expiry", &expiry_text(cx, invite.expiry))),
    }
    if let Kind::Replaced { by } = &change.kind {
        lines.extend(put("by", &visible(&by.to_string())));
    }
    if let Kind::Differs { was } = &change.kind {
        lines.extend(put("was", &message(was)));
    }
    lines.extend(put("message", &message(&invite.message)));
    if change.can_be_sent_again() && !is_pending_again(cx, change) {
        let key = cx.key(KeyContext::Changes, Action::Restore);
        lines.push(Line::default());
        lines.extend(put("again", &format!("{key} invites again, with this message")));
    }
    lines
}

fn explained(group: Group, columns: usize) -> Vec<Line<'static>> {
    let words = match group {
        Group::New => "Invites that were not there before and were not sent from this machine.",
        Group::Gone => {
            "Invites that are gone although they had not expired. The server does not tell whether they were \
             accepted or revoked elsewhere. Who is a member now has no permissions until a policy gives some."
        }
        Group::Perhaps => {
            "Invites that one reading did not bring. They are called gone only when the server was asked for \
             them, or a second reading of the whole list does not bring them either."
        }
        Group::Expired => "Invites whose time is over. Their links do not work any more.",
        Group::Other => "Invites that are still there, with another expiry, message or address.",
        Group::Ours => "What was sent, revoked or sent again from this machine, by its journal.",
    };
    wrap(words, columns).into_iter().map(Line::from).collect()
}

fn expiry_text(model: &Model, expiry: Expiry) -> String {
    expiry.0.map_or_else(|| "unknown: the server did not say".into(), |at| model.time(at, TIME))
}

fn message(text: &str) -> String {
    if text.is_empty() { "(none)".into() } else { visible_lines(text).join("\n") }
}
