//! Asking what changed, whenever the list was read to its end, and hearing of it; and moving the baseline on, when what
//! there is was seen. The baseline never moves at the start, and never by a list that is not all there is.

use crate::domain::change::{Change, Compared, Listed};
use crate::domain::members::Members;
use crate::domain::{Identity, Now, Request, RequestId};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::changes::items::{Item, items};
use crate::app::screens::changes::{Changes, reinvite};
use crate::app::screens::problems;
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// The list was just read to its end: what changed up to it? Asked before its rows take the place of the shown ones.
pub(crate) fn listed(state: &mut App, now: Now) -> Vec<Effect> {
    let roster = state.model.invites.incoming.as_ref().unwrap_or(&state.model.invites.shown);
    let rows = roster.rows().clone();
    let tenancy =
        state.model.session.as_ref().map_or(&state.model.options.tenancy, |session| &session.key).clone();
    state.changes.listed = Some(Listed { tenancy, at: state.model.exact_server_now(now), rows });
    compare(state)
}

/// Asks again: the members are known now, or something was done from here.
pub(crate) fn compare(state: &mut App) -> Vec<Effect> {
    let Some(listed) = state.changes.listed.clone() else { return Vec::new() };
    let members = state.model.members.clone();
    let (id, effect) = state.ask(Request::Compare { listed, members });
    state.changes.asked = Some(id);
    vec![effect]
}

/// Who is a member now. What was known stays, when the server does not tell this time.
pub(crate) fn members_told(state: &mut App, members: Option<Members>) -> Vec<Effect> {
    if members.is_none() || members == state.model.members {
        return Vec::new();
    }
    state.model.members = members;
    problems::outdate(state);
    compare(state)
}

/// Whether the answer to this question is still wanted.
pub(crate) fn awaits(state: &App, id: RequestId) -> bool {
    state.changes.asked == Some(id)
}

/// What changed. The same change stays selected where it is still there.
pub(crate) fn heard(state: &mut App, compared: Compared) {
    let view = &mut state.changes;
    let name = |change: &Change| change.invite.identity.clone();
    let selected: Option<Identity> = view.selected().and_then(|item| view.change(item)).map(name);
    view.items = compared.changes.as_ref().map(items).unwrap_or_default();
    view.compared = Some(compared);
    view.count();
    let is_selected = |item: &Item| view.change(*item).map(name) == selected;
    let found = selected.as_ref().and_then(|_| view.items.iter().position(is_selected));
    if found.is_none() {
        view.opened = None;
    }
    let line = found.unwrap_or(view.lines.cursor);
    view.lines.go_to(line, view.items.len(), state.model.metrics.text_height);
    reinvite::prune(state);
}

/// The tenancy is another one: nothing of the one before is shown.
pub(crate) fn forget(state: &mut App) {
    state.changes = Changes::default();
}

/// The view is left: what it showed was seen. Keys that pass through it before it was drawn have seen nothing.
pub(crate) fn leave(state: &mut App) -> Vec<Effect> {
    if state.view != View::Changes || state.model.metrics.view != Some(View::Changes) {
        return Vec::new();
    }
    see(state).unwrap_or_default()
}

/// Marks all of it as seen, and says so; or says why not.
pub(crate) fn mark_seen(state: &mut App, now: Now) -> Vec<Effect> {
    match see(state) {
        Ok(effects) => {
            let words = "All of it is marked as seen; it stays here until you quit.";
            state.model.notifications.note(words, now);
            effects
        }
        Err(why) => {
            state.model.notifications.note(format!("It is not marked as seen: {why}."), now);
            Vec::new()
        }
    }
}

/// Notes what is certain as seen. The baseline moves only when nothing is in doubt: otherwise what is doubtful now
/// would never be told. Fails with half a sentence.
fn see(state: &mut App) -> Result<Vec<Effect>, String> {
    if !state.model.invites.is_complete() || state.model.invites.stale.is_some() {
        let key = state.model.key(KeyContext::Changes, Action::Refresh);
        return Err(format!("the list that is shown is not the whole list of now; {key} reads it"));
    }
    let view = &mut state.changes;
    let (Some(compared), Some(listed)) = (&view.compared, &view.listed) else {
        return Err("nothing was compared yet".to_owned());
    };
    if compared.at != listed.at {
        return Err("a newer list is being compared".to_owned());
    }
    let changes = compared.changes.iter().flat_map(|changes| &changes.list);
    let (sure, unsure): (Vec<_>, Vec<_>) = changes.partition(|change| change.sure);
    let seen = sure.into_iter().map(Change::key).collect::<Vec<_>>();
    let doubtful = unsure.len();
    let listed = listed.clone();
    view.seen.extend(seen);
    view.count();
    if doubtful > 0 {
        return Err(format!("whether {doubtful} are gone is not known yet"));
    }
    Ok(vec![state.ask(Request::Seen(listed)).1])
}
