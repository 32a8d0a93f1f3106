//! From a problem to what mends it: the form with what is suggested, or a plan that asks to be confirmed. Nothing is
//! sent from here, and nothing is mended by itself.

use crate::domain::lint::{Fix, Kind, Problem};
use crate::domain::{Identity, Invite, Now};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::ops::row_actions;
use crate::app::screens::invite_form::Focus;
use crate::app::shell::app::App;
use crate::app::shell::dispatch;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Opens the form where something is to be written anew, and asks where something is to be sent again or revoked.
pub(crate) fn mend(state: &mut App, problem: &Problem, invite: Invite, now: Now) {
    match &problem.fix {
        Some(Fix::Resend) => row_actions::resend_one(state, invite, now),
        Some(Fix::Revoke) => row_actions::delete_one(state, invite, now),
        Some(Fix::EditMessage) => row_actions::edit_one(state, invite, Focus::Message, now),
        None if problem.kind == Kind::Duplicate => {
            let key = state.model.key(KeyContext::Problems, Action::Delete);
            let words = format!("There is nothing to correct: {key} revokes the one that is too many.");
            state.model.notifications.note(words, now);
        }
        Some(Fix::Address(_) | Fix::EditAddress) | None => {
            row_actions::edit_one(state, invite, Focus::Email, now);
        }
    }
}

/// Goes to the invite in the list; a filter that hides it is taken away, and what was put off is shown
/// where it is among that.
pub(crate) fn to_list(state: &mut App, identity: &Identity) -> Vec<Effect> {
    let mut effects = dispatch::go(state, View::Pending);
    state.model.table.go_to_identity(identity, &state.model.invites.shown, state.model.metrics.table_height);
    if state.model.table.selected.as_ref() != Some(identity) {
        // Arranging finds it again by its name, also when that is done off the loop.
        (state.model.table.selected, state.model.table.moved) = (Some(identity.clone()), true);
        state.model.table.query.filter = Default::default();
        let now = state.model.server_now(state.model.now);
        let invite = state.model.invites.shown.invite(identity);
        state.model.table.query.with_snoozed |=
            invite.is_some_and(|invite| state.model.annotations.is_asleep(&invite.email, invite.expiry, now));
        effects.extend(state.arrange());
    }
    effects
}
