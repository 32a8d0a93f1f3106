//! From a problem to what mends it: the form with what is suggested, or a plan that asks to be confirmed. Nothing is
//! sent from here, and nothing is mended by itself.

use crate::domain::lint::{Fix, Kind, Problem};
use crate::domain::{Identity, Invite, Now};

use super::super::super::action::Action;
use super::super::super::effect::Effect;
use super::super::super::keymap::Context;
use super::super::super::state::State;
use super::super::super::verbs;
use super::super::super::view::View;
use super::super::create::Focus;
use super::super::views;

/// Opens the form where something is to be written anew, and asks where something is to be sent again or revoked.
pub(super) fn mend(state: &mut State, problem: &Problem, invite: Invite, now: Now) {
    match &problem.fix {
        Some(Fix::Resend) => verbs::resend_one(state, invite, now),
        Some(Fix::Revoke) => verbs::delete_one(state, invite, now),
        Some(Fix::EditMessage) => verbs::edit_one(state, invite, Focus::Message, now),
        None if problem.kind == Kind::Duplicate => {
            let key = state.key(Context::Problems, Action::Delete);
            let words = format!("There is nothing to correct: {key} revokes the one that is too many.");
            state.messages.note(words, now);
        }
        Some(Fix::Address(_) | Fix::EditAddress) | None => {
            verbs::edit_one(state, invite, Focus::Email, now);
        }
    }
}

/// Goes to the invite in the list; a filter that hides it is taken away.
pub(super) fn to_list(state: &mut State, identity: &Identity) -> Vec<Effect> {
    let mut effects = views::go(state, View::Pending);
    state.table.go_to_identity(identity, &state.list.shown, state.drawn.table_height);
    if state.table.selected.as_ref() != Some(identity) {
        // Arranging finds it again by its name, also when that is done off the loop.
        (state.table.selected, state.table.moved) = (Some(identity.clone()), true);
        state.table.query.filter = Default::default();
        effects.extend(state.arrange());
    }
    effects
}
