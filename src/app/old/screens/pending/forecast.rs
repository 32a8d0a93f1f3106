//! How many invites expire on each of the coming days, in a strip under the table. It takes only the keys that move
//! along the days; all others are the table's. Counted when it is opened, when rows change and when a number changes
//! by itself, never for a frame.

use jiff::Timestamp;
use jiff::civil::Weekday;

use crate::domain::Now;
use crate::domain::forecast::{self, Day};
use crate::domain::query;
use crate::domain::roster::Rows;
use crate::domain::text::plural;

use crate::app::effect::Effect;
use crate::app::ops::annotations;
use crate::app::ops::marking;
use crate::app::ops::row_actions;
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::dispatch;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// The forecast as it was counted last.
#[derive(Debug, Clone, Default)]
pub struct Forecast {
    /// The numbers.
    pub counted: forecast::Forecast,
    /// What they are of: all that was loaded then.
    pub of: Rows,
    /// The selected one of the days.
    pub day: usize,
}

impl Forecast {
    /// The selected day; `None` at the end of all time alone.
    pub fn selected(&self) -> Option<&Day> {
        self.counted.days.get(self.day)
    }
}

/// The forecast, while it is open.
pub fn shown(state: &App) -> Option<&Forecast> {
    state.screens.iter().find_map(|screen| match screen {
        Overlay::Forecast(forecast) => Some(forecast),
        _ => None,
    })
}

/// Opens it, or closes it where it is open. A detail in place of the table would hide it, and is closed.
pub(crate) fn toggle(state: &mut App) {
    let was_shown = shown(state).is_some();
    close(state);
    state.screens.retain(|screen| !matches!(screen, Overlay::Detail(_)));
    if !was_shown {
        state.screens.push(Overlay::Forecast(Forecast::default()));
        count_again(state);
    }
}

/// Closes it, whatever lies in front of it.
pub(crate) fn close(state: &mut App) {
    state.screens.retain(|screen| !matches!(screen, Overlay::Forecast(_)));
}

/// The rows may have changed: it is of those that are there now.
pub(crate) fn follow_rows(state: &mut App) {
    if shown(state).is_some_and(|forecast| !forecast.of.is_same(state.model.invites.shown.rows())) {
        count_again(state);
    }
}

/// Counts all rows. The selected day stays the same date.
fn count_again(state: &mut App) {
    let (now, rows) = (state.model.server_now(state.model.now), state.model.invites.shown.rows());
    let known = state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Forecast(forecast) => Some(forecast),
        _ => None,
    });
    let Some(known) = known else { return };
    let date = known.selected().map(|day| day.date);
    known.counted = forecast::forecast(rows, now, &state.model.options.zone);
    known.of = rows.clone();
    known.day = known.counted.days.iter().position(|day| Some(day.date) == date).unwrap_or(0);
}

/// Time has gone by, or the server's clock is known better: counts again where a number may be another now.
pub(crate) fn count_for_the_time(state: &mut App) {
    let now = state.model.server_now(state.model.now);
    let Some(forecast) = shown(state) else { return };
    let is_early = forecast.counted.days.first().is_some_and(|today| now < today.start);
    if is_early || forecast.counted.holds_until.is_some_and(|until| until <= now) {
        count_again(state);
    }
}

/// When a number changes by itself, by the server's clock; it is seen at the next full minute.
pub(crate) fn holds_until(state: &App) -> Option<Timestamp> {
    shown(state)?.counted.holds_until
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::DayBefore => go(state, -1),
        Action::DayAfter => go(state, 1),
        Action::NextWeekend => go_to_weekend(state),
        Action::FilterDay => return filter(state),
        Action::MarkDay => return mark(state, now),
        // Marks are about rows, also of several days; without any the day that is highlighted is meant.
        Action::Delete if state.model.marks.is_empty() => of_day(state, row_actions::delete_day, now),
        Action::Resend if state.model.marks.is_empty() => of_day(state, row_actions::resend_day, now),
        Action::Back => close(state),
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(KeyContext::Forecast))),
        _ => return dispatch::act(state, action, now),
    }
    Vec::new()
}

fn of_day(state: &mut App, verb: impl FnOnce(&mut App, &Day, Now), now: Now) {
    if let Some(day) = shown(state).and_then(Forecast::selected).cloned() {
        verb(state, &day, now);
    }
}

fn go(state: &mut App, days: isize) {
    if let Some(Overlay::Forecast(forecast)) = state.screens.last_mut() {
        let last = forecast.counted.days.len().saturating_sub(1);
        forecast.day = forecast.day.saturating_add_signed(days).min(last);
    }
}

/// To the Saturday after the selected day; where there is none among the days, it stays.
fn go_to_weekend(state: &mut App) {
    if let Some(Overlay::Forecast(forecast)) = state.screens.last_mut() {
        let mut days = forecast.counted.days.iter().enumerate().skip(forecast.day + 1);
        let saturday = days.find(|(_, day)| day.date.weekday() == Weekday::Saturday);
        forecast.day = saturday.map_or(forecast.day, |(nth, _)| nth);
    }
}

/// Shows the invites of the day alone. What was filtered before is among what was typed before.
fn filter(state: &mut App) -> Vec<Effect> {
    let Some(day) = shown(state).and_then(Forecast::selected) else { return Vec::new() };
    // What expired today is none of those that were counted.
    let text = format!("exp:{}{}", day.date, if day.is_today { " !expired" } else { "" });
    let Ok(filter) = query::Filter::parse(&text, &state.model.options.filters) else { return Vec::new() };
    state.model.filter_history.add(state.model.table.query.filter.text());
    state.model.filter_history.add(&text);
    state.model.table.query.filter = filter;
    state.arrange()
}

/// Marks all invites of the day, or takes their marks away where all have one.
fn mark(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(why) = marking::misleads(state) {
        state.model.notifications.note(why, now);
        return Vec::new();
    }
    let Some(day) = shown(state).and_then(Forecast::selected).cloned() else { return Vec::new() };
    let words = day.date.strftime("%a %-d %b");
    if day.count == 0 {
        state.model.notifications.note(format!("Nothing expires on {words}, so nothing was marked."), now);
        return Vec::new();
    }
    let marked = state.model.marks.toggle_all(&state.model.invites.shown, |expiry| day.holds(expiry));
    let effects = marking::marks_changed(state);
    let what = plural(day.count, "invite");
    let said = match (marked, state.model.marks.hidden()) {
        (false, _) => format!("{what} of {words}: no longer marked."),
        (true, 0) => format!("{what} of {words}: marked."),
        (true, n) => {
            let (n, why) = (plural(n, "mark"), annotations::what_hides(state));
            format!("{what} of {words}: marked. {n} hidden by {why}.")
        }
    };
    state.model.notifications.note(said, now);
    effects
}
