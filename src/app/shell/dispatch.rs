//! What the keys do that mean the same in every view: moving between them, and what is about all of them.

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::pager::Pager;
use crate::app::screens::palette::Palette;
use crate::app::screens::{changes, journal, pending, plans, problems, requests, switch_profile, unlock};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::ViewPending => return go(state, View::Pending),
        Action::ViewPlan => return go(state, View::Plan),
        Action::ViewChanges => return go(state, View::Changes),
        Action::ViewProblems => return go(state, View::Problems),
        Action::ViewJournal => return go(state, View::Journal),
        Action::ViewRequests => return go(state, View::Requests),
        Action::NextView => return go(state, state.view.beside(false)),
        Action::PreviousView => return go(state, state.view.beside(true)),
        Action::Undo => return journal::undo(state, now),
        Action::Commands => state.screens.push(Overlay::Palette(Palette::default())),
        Action::Details => state.screens.push(Overlay::Pager(Pager::messages())),
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(state.view.place()))),
        Action::Tenancies => switch_profile::open(state, now),
        Action::ReadOnly => read_only(state, now),
        _ => {
            return match state.view {
                View::Pending => pending::act(state, action, now),
                View::Plan => plans::act(state, action, now),
                View::Changes => changes::act(state, action, now),
                View::Problems => problems::act(state, action, now),
                View::Journal => journal::act(state, action, now),
                View::Requests => requests::act(state, action, now),
            };
        }
    }
    Vec::new()
}

/// Goes to a view; what lay in front of the one before is left.
pub(crate) fn go(state: &mut App, view: View) -> Vec<Effect> {
    state.screens.retain(|screen| !screen.is_beside_table() && !matches!(screen, Overlay::RequestDetail(_)));
    let mut effects = if view == View::Changes { Vec::new() } else { changes::leave(state) };
    if state.view == View::Plan && view != View::Plan {
        plans::leave(state);
    }
    state.view = view;
    match view {
        View::Journal => effects.extend(journal::read(state)),
        View::Plan => crate::app::ops::staging::count_news(state),
        View::Pending | View::Changes | View::Problems | View::Requests => {}
    }
    effects
}

fn read_only(state: &mut App, now: Now) {
    if let Some(words) = state.model.wrong_tenancy_text() {
        return state.model.notifications.note(words, now);
    }
    if state.model.read_only.is_some() && state.model.options.guards.guarded {
        return unlock::open(state);
    }
    state.model.read_only = match state.model.read_only {
        None => Some("you asked for it".to_owned()),
        Some(_) => None,
    };
    let words = if state.model.read_only.is_some() {
        "Read-only: changes are refused."
    } else {
        "Changes are allowed again."
    };
    state.model.notifications.note(words, now);
}
