//! The table of pending invites, and the detail pane with it: moving, sorting, and opening everything else.

pub mod copy;
pub mod detail_view;
pub mod forecast;
pub mod forecast_view;
pub mod view;

use crate::domain::query::Sort;
use crate::domain::{Failure, FailureKind, Now, Request};

use crate::app::effect::Effect;
use crate::app::model::invites::Ending;
use crate::app::model::render_metrics::Pane;
use crate::app::model::view::View;
use crate::app::ops::annotations;
use crate::app::ops::auto_refresh;
use crate::app::ops::row_actions;
use crate::app::ops::table_prefs;
use crate::app::ops::{mark_matching, marking};
use crate::app::screens::columns::Columns;
use crate::app::screens::filter::Filter;
use crate::app::screens::invite_form::InviteForm;
use crate::app::screens::{export, import, note, snooze, triage};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Does what an action means in the table, or in the detail of its selected row.
pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if moves(state, action) {
        return marking::moved(state);
    }
    match action {
        Action::Open => return open(state),
        Action::Back => return back(state),
        Action::Forecast => forecast::toggle(state),
        Action::Triage => return triage::begin(state, now),
        Action::Mark | Action::MarkRange | Action::MarkAll | Action::MarkInvert | Action::MarkNone => {
            return marking::act(state, action, now);
        }
        Action::MarkMatching => return mark_matching::open(state, now),
        Action::Columns => state.screens.push(Overlay::Columns(Columns::default())),
        Action::New => state
            .screens
            .push(Overlay::InviteForm(InviteForm::new(state.model.drafts.pop().unwrap_or_default()))),
        Action::Many => return import::open(state, now),
        Action::Delete => row_actions::delete(state, now),
        Action::Resend => row_actions::resend(state, now),
        Action::Edit => row_actions::edit(state, now),
        Action::Note => note::open(state, now),
        Action::Snooze => snooze::open(state, now),
        Action::ShowSnoozed => return annotations::show_snoozed(state, now),
        Action::Watch => auto_refresh::toggle(state, now),
        Action::Copy => return copy::address(state, now),
        Action::CopyChoose => copy::choose(state, now),
        Action::Export => export::open(state, now),
        Action::RequestsOfRow => return copy::requests_of_row(state, now),
        Action::Filter => state
            .screens
            .push(Overlay::Filter(Filter::over(View::Pending, state.model.table.query.filter.text()))),
        Action::SortEmail => return sort(state, Sort::Email),
        Action::SortMessage => return sort(state, Sort::Message),
        Action::SortExpiry => return sort(state, Sort::Expiry),
        Action::Reverse => {
            state.model.table.query.reversed = !state.model.table.query.reversed;
            return arrange_and_keep(state);
        }
        Action::Pane => state.pane = next_pane(state.pane),
        Action::Refresh => return state.read(now),
        Action::Stop => return stop(state, now),
        _ => {}
    }
    Vec::new()
}

/// Moves the cursor or the window, where an action does that.
fn moves(state: &mut App, action: Action) -> bool {
    match action {
        Action::Down => step(state, 1),
        Action::Up => step(state, -1),
        Action::First => {
            state.model.table.go_to(0, &state.model.invites.shown, state.model.metrics.table_height)
        }
        Action::Last => {
            state.model.table.go_to(usize::MAX, &state.model.invites.shown, state.model.metrics.table_height)
        }
        Action::HalfPageDown => page(state, 1, 2),
        Action::HalfPageUp => page(state, -1, 2),
        Action::PageDown => page(state, 1, 1),
        Action::PageUp => page(state, -1, 1),
        _ => return false,
    }
    true
}

fn step(state: &mut App, lines: isize) {
    state.model.table.move_by(lines, &state.model.invites.shown, state.model.metrics.table_height);
    if let Some(Overlay::Detail(scroll)) = state.screens.last_mut() {
        *scroll = 0;
    }
}

/// Pages of the table; in the detail, pages of its text.
fn page(state: &mut App, direction: isize, part: usize) {
    let drawn = state.model.metrics;
    if let Some(Overlay::Detail(scroll)) = state.screens.last_mut() {
        let lines = (drawn.text_height / part).max(1) as isize * direction;
        *scroll = scroll.saturating_add_signed(lines).min(drawn.scroll_limit);
        return;
    }
    let lines = (drawn.table_height / part).max(1) as isize * direction;
    state.model.table.page_by(lines, &state.model.invites.shown, drawn.table_height);
}

/// Opens the detail and looks the invite up, because the list may be older than the truth.
fn open(state: &mut App) -> Vec<Effect> {
    let Some(identity) = state.model.table.selected.clone() else { return Vec::new() };
    if !matches!(state.screens.last(), Some(Overlay::Detail(_))) {
        state.screens.push(Overlay::Detail(0));
    }
    state.model.table.moved = true;
    let (id, effect) = state.ask(Request::Get(identity.clone()));
    state.looking_up.push((id, identity));
    vec![effect]
}

/// One step back: out of the detail, then out of marking a range, then away with a message, then with the filter.
/// Marks stay: that many are not made again in a moment.
fn back(state: &mut App) -> Vec<Effect> {
    let went = state.screens.pop().is_some()
        || state.model.marks.end_range()
        || state.model.notifications.dismiss_newest();
    if went || state.model.table.query.filter.is_empty() {
        return Vec::new();
    }
    state.model.table.query.filter = Default::default();
    state.arrange()
}

fn sort(state: &mut App, sort: Sort) -> Vec<Effect> {
    let query = &mut state.model.table.query;
    query.reversed = query.sort == sort && !query.reversed;
    query.sort = sort;
    arrange_and_keep(state)
}

/// The order is kept for the next time.
fn arrange_and_keep(state: &mut App) -> Vec<Effect> {
    let mut effects = state.arrange();
    effects.extend(table_prefs::changed(state));
    effects
}

/// Stops the change that is under way after the step in hand, or else the reading.
fn stop(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(change) = state.model.plans.under_way.first() {
        let id = change.plan.id;
        return vec![state.ask(Request::Stop(id)).1];
    }
    let Some(reading) = state.model.invites.reading.clone() else {
        state.model.notifications.note("There is nothing to stop: nothing is being read or changed.", now);
        return Vec::new();
    };
    let failure = Failure::new(
        FailureKind::Cancelled,
        "The list is incomplete",
        "you stopped the reading",
        format!("{} reads it again.", state.model.key(KeyContext::List, Action::Refresh)),
    );
    state.model.notifications.note(failure.to_string(), now);
    let mut effects = vec![state.ask(Request::Cancel(reading.id)).1];
    effects.extend(state.end_reading(Ending::Part(failure)));
    effects
}

fn next_pane(pane: Pane) -> Pane {
    match pane {
        Pane::AsItFits => Pane::Side,
        Pane::Side => Pane::Below,
        Pane::Below => Pane::Off,
        Pane::Off => Pane::AsItFits,
    }
}
