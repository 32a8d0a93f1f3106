//! The order and the columns of the table, remembered for each tenancy: asked for as soon as it is known which tenancy
//! it is, kept after each change. What a person has changed meanwhile is never put back.

use crate::domain::session::Claims;
use crate::domain::{Request, TableView, TenancyKey};

use super::effect::Effect;
use super::state::State;

/// What is known of what is remembered.
#[derive(Debug, Clone, Default)]
pub(super) struct Keeping {
    asked_for: Option<TenancyKey>,
    touched: bool,
}

/// Something about the connection became known. A token that tells nothing of itself is told from one that was not
/// read yet when a reading has ended.
pub(super) fn session(state: &mut State, reading_ended: bool) -> Vec<Effect> {
    let Some(session) = &state.session else { return Vec::new() };
    let known = reading_ended || session.claims != Claims::default();
    if !known || state.keeping.asked_for.as_ref() == Some(&session.key) {
        return Vec::new();
    }
    state.keeping.asked_for = Some(session.key.clone());
    let request = if state.keeping.touched { Request::SaveView(view(state)) } else { Request::View };
    vec![state.ask(request).1]
}

/// The token is for another tenancy now: what was changed for the one before is not its.
pub(super) fn forget(state: &mut State) {
    state.keeping = Keeping::default();
}

/// How the table was looked at last.
pub(super) fn found(state: &mut State, view: TableView) -> Vec<Effect> {
    if state.keeping.touched {
        return Vec::new();
    }
    let query = &mut state.table.query;
    let same_order = (query.sort, query.reversed) == (view.sort, view.reversed);
    (query.sort, query.reversed) = (view.sort, view.reversed);
    state.table.columns = view.columns;
    if same_order { Vec::new() } else { state.arrange() }
}

/// A person has changed it. Kept at once, or when it is known for which tenancy.
pub(super) fn changed(state: &mut State) -> Vec<Effect> {
    state.keeping.touched = true;
    if state.keeping.asked_for.is_none() {
        return Vec::new();
    }
    let view = view(state);
    vec![state.ask(Request::SaveView(view)).1]
}

fn view(state: &State) -> TableView {
    let query = &state.table.query;
    TableView { sort: query.sort, reversed: query.reversed, columns: state.table.columns.clone() }
}
