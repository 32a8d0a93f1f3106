//! Inviting again who is gone: the marked ones, or what the selected line stands for. One plan, asked about like any
//! other.

use std::collections::HashSet;

use crate::domain::Now;
use crate::domain::change::{Change, Kind};

use crate::app::ops::reinvite::Again;
use crate::app::screens::journal;
use crate::app::shell::app::App;

/// Asks about a plan that invites them again.
pub(crate) fn again(state: &mut App, now: Now) {
    if journal::refused(state, now) {
        return;
    }
    let view = &state.changes;
    let chosen: Vec<Change> = match view.marked.is_empty() {
        true => view.under_cursor().into_iter().cloned().collect(),
        false => {
            let changes = view.items.iter().filter_map(|item| view.change(*item));
            changes.filter(|change| view.marked.contains(&change.invite.identity)).cloned().collect()
        }
    };
    if chosen.is_empty() {
        return state.model.notifications.note("There is no change here.", now);
    }
    let mut again = Again::new(state);
    for change in &chosen {
        match cannot(change) {
            None => again.take(state, &change.invite, change.kind == Kind::Expired { listed: true }),
            Some(why) => again.leave_out(why),
        }
    }
    again.ask(state, "this can be sent again", "", "", now);
}

/// Why there is nothing to send again, in words that follow a number.
fn cannot(change: &Change) -> Option<&'static str> {
    match change.kind {
        _ if change.can_be_sent_again() => None,
        _ if !change.sure => Some("perhaps gone, but not for certain"),
        Kind::MemberNow => Some("member already"),
        Kind::New | Kind::Renewed { .. } | Kind::Differs { .. } => Some("pending"),
        _ => Some("sent from here"),
    }
}

/// Whether its address has another invite by now.
pub fn is_pending_again(state: &App, change: &Change) -> bool {
    let invite = &change.invite;
    state.model.invites.shown.to_address(&invite.email).any(|row| row.identity() != invite.identity)
}

/// Marks of invites that are in no change any more, or whose address is pending again, are of no use.
pub(crate) fn prune(state: &mut App) {
    let view = &state.changes;
    if view.marked.is_empty() {
        return;
    }
    let changes = view.items.iter().filter_map(|item| view.change(*item));
    let there: HashSet<_> = changes
        .filter(|change| change.can_be_sent_again() && !is_pending_again(state, change))
        .map(|change| change.invite.identity.clone())
        .collect();
    state.changes.marked.retain(|name| there.contains(name));
}
