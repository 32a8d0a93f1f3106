//! Reading the list again by itself, from time to time, where a person wants that. It waits while a person is in the
//! middle of something, while a plan runs and while anything is read; it moves nothing, and says what is new.
//! Between two readings nothing happens.

use std::time::Duration;

use crate::domain::query::ARRANGED_AT_ONCE;
use crate::domain::roster::Roster;
use crate::domain::text::count;
use crate::domain::{Now, RequestId};

use crate::app::effect::Effect;
use crate::app::model::auto_refresh::AutoRefresh;
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Turns it on or off.
pub(crate) fn toggle(state: &mut App, now: Now) {
    let watch = &mut state.model.auto_refresh;
    *watch = AutoRefresh { on: !watch.on, every: watch.every, ..AutoRefresh::default() };
    let key = state.model.key(KeyContext::List, Action::Watch);
    let words = match state.model.auto_refresh.words() {
        Some(every) => format!("The list is read again {every}; {key} stops that."),
        None => "The list is read again only when you ask for it.".to_owned(),
    };
    state.model.notifications.note(words, now);
}

/// When it wants to read, if nothing holds it up: then it is looked at again when that is over.
pub(crate) fn deadline(state: &App) -> Option<Duration> {
    if may_read(state) { state.model.auto_refresh.due } else { None }
}

/// Reads, where it is time for that. Asked after whatever has happened.
pub(crate) fn keep_up(state: &mut App, now: Now) -> Vec<Effect> {
    if !state.model.auto_refresh.on {
        return Vec::new();
    }
    // Whoever reads the list: the next time is reckoned from there on.
    if state.model.invites.reading.is_some() {
        state.model.auto_refresh.due = None;
        return Vec::new();
    }
    let pause = state.model.auto_refresh.pause();
    let due = *state.model.auto_refresh.due.get_or_insert(now.mono + pause);
    if due > now.mono || !may_read(state) {
        return Vec::new();
    }
    // The row that is looked at stays selected, although perhaps nobody has moved yet.
    state.model.table.moved = true;
    state.model.auto_refresh.due = None;
    let effects = state.read(now);
    state.model.auto_refresh.reading = state.model.invites.reading.as_ref().map(|reading| reading.id);
    effects
}

/// Whether nobody is in the middle of anything.
fn may_read(state: &App) -> bool {
    state.model.auto_refresh.on
        && state.screens.iter().all(|screen| screen.is_beside_table())
        && state.typed.is_empty()
        && state.model.marks.in_range().is_none()
        && state.model.plans.under_way.is_empty()
        && state.model.invites.reading.is_none()
        && state.model.waiting.is_none()
        && !state.model.is_arranging()
}

/// A reading came to its end; its rows are not shown yet. Says what is new by one that began by itself.
pub(crate) fn read_to_the_end(state: &mut App, id: RequestId, now: Now) {
    if state.model.auto_refresh.reading.take_if(|reading| *reading == id).is_none() {
        state.model.auto_refresh.failures = 0;
        return;
    }
    state.model.auto_refresh.failures = 0;
    let Some(incoming) = state.model.invites.incoming.as_ref().filter(|_| state.model.invites.is_complete())
    else {
        return;
    };
    if let Some(words) = compared(&state.model.invites.shown, incoming) {
        state.model.notifications.note(words, now);
    }
}

/// A reading has failed. Whether that was said already: of those that began by themselves only the first is.
pub(crate) fn failed(state: &mut App, id: RequestId) -> bool {
    if state.model.auto_refresh.reading.take_if(|reading| *reading == id).is_none() {
        return false;
    }
    state.model.auto_refresh.failures += 1;
    state.model.auto_refresh.failures > 1
}

/// What is new, in words; of a list that cannot be compared within a moment, how many more or fewer there are.
/// What is missing is called just that: one reading proves no more.
fn compared(old: &Roster, new: &Roster) -> Option<String> {
    if old.len().max(new.len()) > ARRANGED_AT_ONCE {
        let words = match new.len().cmp(&old.len()) {
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => format!("{} more", count(new.len() - old.len())),
            std::cmp::Ordering::Less => format!("{} fewer", count(old.len() - new.len())),
        };
        return Some(format!("Read again: {words} than before."));
    }
    let absent = |rows: &Roster, from: &Roster| {
        let rows = rows.rows();
        let names = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.identity());
        names.filter(|identity| from.find(identity).is_none()).count()
    };
    let words = match (absent(new, old), absent(old, new)) {
        (0, 0) => return None,
        (come, 0) => format!("{} new", count(come)),
        (0, gone) => format!("{} not listed any more", count(gone)),
        (come, gone) => format!("{} new, {} not listed any more", count(come), count(gone)),
    };
    Some(format!("Read again: {words}."))
}
