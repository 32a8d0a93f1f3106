//! Forecast: the number of invites that expire on each of the coming days, in a strip under the table.
//!
//! The forecast handles only the keys for days; the table handles all other keys. Invites are counted
//! when the forecast opens, when rows change and when a count changes with time, but not for each frame.

use jiff::civil::Weekday;

use crate::app::ops::row_actions::Subject;
use crate::app::ops::{marks, row_actions, table};
use crate::app::{Context, Model};
use crate::domain::forecast::{self, Day};
use crate::domain::invite_store::Rows;
use crate::domain::query::{Filter, MAX_INLINE_ROWS};
use crate::keys::Action;

/// State of the forecast.
#[derive(Debug, Clone)]
pub struct ForecastPane {
    /// Counts per day.
    pub counts: forecast::Forecast,
    /// Rows that were counted.
    pub counted_rows: Rows,
    /// Index of the selected day.
    pub selected_day: usize,
}

impl ForecastPane {
    /// Counts all rows and selects the first day.
    pub(super) fn new(model: &Model) -> ForecastPane {
        let rows = model.invites.shown.rows();
        let counts = forecast::forecast(rows, model.server_now(model.now), &model.zone());
        ForecastPane { counts, counted_rows: rows.clone(), selected_day: 0 }
    }

    /// Returns the selected day; `None` only at the end of the supported time range.
    pub fn selected(&self) -> Option<&Day> {
        self.counts.days.get(self.selected_day)
    }

    /// Handles an action. Returns false if the forecast does not handle it.
    pub(super) fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) -> bool {
        let last = self.counts.days.len().saturating_sub(1);
        match (action, self.selected()) {
            (Action::PreviousDay, _) => self.selected_day = self.selected_day.saturating_sub(1),
            (Action::NextDay, _) => self.selected_day = (self.selected_day + 1).min(last),
            (Action::NextWeekend, _) => self.select_weekend(),
            (Action::FilterDay, Some(day)) => filter_by_day(cx, day),
            (Action::MarkDay, Some(day)) => marks::toggle_day(cx, day),
            // Marks can span several days; without marks the action applies to the selected day.
            (Action::Delete, Some(day)) if cx.marks.is_empty() => row_actions::delete(cx, Subject::Day(day)),
            (Action::Resend, Some(day)) if cx.marks.is_empty() => row_actions::resend(cx, Subject::Day(day)),
            // There is no day at the end of the supported time range.
            (Action::Delete | Action::Resend, None) if cx.marks.is_empty() => {}
            _ => return false,
        }
        true
    }

    /// Selects the next Saturday, if there is one.
    fn select_weekend(&mut self) {
        let mut days = self.counts.days.iter().enumerate().skip(self.selected_day + 1);
        let saturday = days.find(|(_, day)| day.date.weekday() == Weekday::Saturday);
        self.selected_day = saturday.map_or(self.selected_day, |(index, _)| index);
    }

    /// Counts again if the counts are outdated. The selected date stays selected.
    pub(super) fn recount_if_stale(&mut self, model: &Model) {
        if self.is_outdated(model) || self.has_changed_rows(model) {
            let date = self.selected().map(|day| day.date);
            *self = ForecastPane::new(model);
            self.selected_day = self.counts.days.iter().position(|day| Some(day.date) == date).unwrap_or(0);
        }
    }

    /// Returns whether the current time is outside of the range for which the counts are valid.
    fn is_outdated(&self, model: &Model) -> bool {
        let now = model.server_now(model.now);
        let is_early = self.counts.days.first().is_some_and(|today| now < today.start);
        is_early || self.counts.valid_until.is_some_and(|until| until <= now)
    }

    /// Returns whether the rows have changed.
    ///
    /// While a long list loads, only growth by a quarter counts as a change.
    fn has_changed_rows(&self, model: &Model) -> bool {
        let (rows, counted) = (model.invites.shown.len(), self.counted_rows.len());
        let is_short = rows <= MAX_INLINE_ROWS;
        let has_grown = !model.invites.is_streaming() || rows >= counted + counted / 4;
        let is_due = is_short || (has_grown && !model.is_query_pending());
        is_due && !self.counted_rows.is_same(model.invites.shown.rows())
    }
}

/// Filters the table by the day. The history keeps the previous filter.
fn filter_by_day(cx: &mut Context<'_>, day: &Day) {
    // Invites that expired earlier today are not counted.
    let text = format!("exp:{}{}", day.date, if day.is_today { " !expired" } else { "" });
    let Ok(filter) = Filter::parse(&text, &cx.options.filters) else { return };
    let previous = cx.table.query.filter.text().to_owned();
    table::save_filter(cx, &previous);
    table::save_filter(cx, &text);
    table::set_filter(cx, filter);
}
