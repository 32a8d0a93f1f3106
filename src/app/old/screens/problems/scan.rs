//! Asking for a look for problems, and taking in what it found. The problems are of certain rows, of certain members and
//! of a certain moment; when one of these is another, there is another look, and only the newest counts.

use crate::domain::lint::scan::{Found, Job};
use crate::domain::query::ARRANGED_AT_ONCE;

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::problems::arrange;
use crate::app::shell::app::App;

/// Another look, where the problems are of another list by now. One at a time: while a long list streams in, rows
/// come quicker than they can be looked at.
pub(crate) fn keep_up(state: &mut App) -> Vec<Effect> {
    if state.problems.looking.is_some() || !is_outdated(state) {
        return Vec::new();
    }
    let (number, now) = (state.model.next_number(), state.model.server_now(state.model.now));
    let rows = state.model.invites.shown.rows().clone();
    state.problems.looking = Some((number, rows.clone()));
    state.problems.outdated = false;
    vec![Effect::FindProblems(Box::new(Job { number, rows, members: state.model.members.clone(), now }))]
}

fn is_outdated(state: &App) -> bool {
    let (view, rows) = (&state.problems, state.model.invites.shown.rows());
    let Some(of) = &view.of else { return !rows.is_empty() || state.model.invites.is_complete() };
    let now = state.model.server_now(state.model.now);
    let is_late = state.view == View::Problems && view.holds_until.is_some_and(|until| until <= now);
    if view.outdated || is_late {
        return true;
    }
    let few_came = rows.len() > ARRANGED_AT_ONCE && rows.len() < of.len() + of.len() / 4;
    if state.model.invites.streams() && few_came {
        return false;
    }
    !of.is_same(rows)
}

/// The members are others: what was found is void with them.
pub(crate) fn outdate(state: &mut App) {
    state.problems.outdated = true;
}

/// A look has found something.
pub(crate) fn found(state: &mut App, found: Found) -> Vec<Effect> {
    let Some((_, rows)) = state.problems.looking.take_if(|(number, _)| *number == found.number) else {
        state.model.stale_replies += 1;
        return vec![Effect::LetGo(found.problems)];
    };
    let view = &mut state.problems;
    let before = std::mem::replace(&mut view.found, found.problems);
    state.model.domains = found.domains;
    let view = &mut state.problems;
    (view.of, view.holds_until) = (Some(rows), found.holds_until);
    arrange(state);
    vec![Effect::LetGo(before)]
}
