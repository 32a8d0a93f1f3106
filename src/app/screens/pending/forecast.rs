//! How many invites expire on each of the coming days, in a strip under the table. It takes only the keys that move
//! along the days; all others are the table's. Counted when it is opened, when rows change and when a number changes
//! by itself, never for a frame.

use jiff::civil::Weekday;

use crate::app::ops::row_actions::Subject;
use crate::app::ops::{marks, row_actions, table};
use crate::app::{Context, Model};
use crate::domain::forecast;
use crate::domain::forecast::Day;
use crate::domain::invite_store::Rows;
use crate::domain::query::{Filter, MAX_INLINE_ROWS};
use crate::keys::Action;

/// The forecast as it was counted last.
#[derive(Debug, Clone)]
pub struct ForecastPane {
    /// The numbers.
    pub counts: forecast::Forecast,
    /// What they are of: all that was loaded then.
    pub counted_rows: Rows,
    /// The selected one of the days.
    pub selected_day: usize,
}

impl ForecastPane {
    /// Counts all rows; the first day is selected.
    pub(super) fn new(model: &Model) -> ForecastPane {
        let rows = model.invites.shown.rows();
        let counted = forecast::forecast(rows, model.server_now(model.now), &model.options.zone);
        ForecastPane { counts: counted, counted_rows: rows.clone(), selected_day: 0 }
    }

    /// The selected day; `None` at the end of all time alone.
    pub fn selected(&self) -> Option<&Day> {
        self.counts.days.get(self.selected_day)
    }

    /// Does what an action means here. False where it is none of the forecast's.
    pub(super) fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) -> bool {
        let last = self.counts.days.len().saturating_sub(1);
        match (action, self.selected()) {
            (Action::PreviousDay, _) => self.selected_day = self.selected_day.saturating_sub(1),
            (Action::NextDay, _) => self.selected_day = (self.selected_day + 1).min(last),
            (Action::NextWeekend, _) => self.select_weekend(),
            (Action::FilterDay, Some(day)) => filter_by_day(cx, day),
            (Action::MarkDay, Some(day)) => marks::toggle_day(cx, day),
            // Marks are about rows, also of several days; without any the day that is highlighted is meant.
            (Action::Delete, Some(day)) if cx.marks.is_empty() => row_actions::delete(cx, Subject::Day(day)),
            (Action::Resend, Some(day)) if cx.marks.is_empty() => row_actions::resend(cx, Subject::Day(day)),
            // At the end of all time there is no day.
            (Action::Delete | Action::Resend, None) if cx.marks.is_empty() => {}
            _ => return false,
        }
        true
    }

    /// To the Saturday after the selected day; where there is none among the days, it stays.
    fn select_weekend(&mut self) {
        let mut days = self.counts.days.iter().enumerate().skip(self.selected_day + 1);
        let saturday = days.find(|(_, day)| day.date.weekday() == Weekday::Saturday);
        self.selected_day = saturday.map_or(self.selected_day, |(nth, _)| nth);
    }

    /// Counts again where a number may be another now. The selected day stays the same date.
    pub(super) fn recount_if_stale(&mut self, model: &Model) {
        if self.is_outdated(model) || self.has_other_rows(model) {
            let date = self.selected().map(|day| day.date);
            *self = ForecastPane::new(model);
            self.selected_day = self.counts.days.iter().position(|day| Some(day.date) == date).unwrap_or(0);
        }
    }

    /// Whether time has gone by, or the server's clock is known better.
    fn is_outdated(&self, model: &Model) -> bool {
        let now = model.server_now(model.now);
        let is_early = self.counts.days.first().is_some_and(|today| now < today.start);
        is_early || self.counts.valid_until.is_some_and(|until| until <= now)
    }

    /// Whether the rows are others now. Those of a long list come quicker than all can be counted: as their order, the
    /// numbers follow when it has grown by a quarter.
    fn has_other_rows(&self, model: &Model) -> bool {
        let (rows, counted) = (model.invites.shown.len(), self.counted_rows.len());
        let is_short = rows <= MAX_INLINE_ROWS;
        let has_grown = !model.invites.is_streaming() || rows >= counted + counted / 4;
        let is_due = is_short || (has_grown && !model.is_query_pending());
        is_due && !self.counted_rows.is_same(model.invites.shown.rows())
    }
}

/// Shows the invites of the day alone. What was filtered before is among what was typed before.
fn filter_by_day(cx: &mut Context<'_>, day: &Day) {
    // What expired today is none of those that were counted.
    let text = format!("exp:{}{}", day.date, if day.is_today { " !expired" } else { "" });
    let Ok(filter) = Filter::parse(&text, &cx.options.filters) else { return };
    let before = cx.table.query.filter.text().to_owned();
    table::save_filter(cx, &before);
    table::save_filter(cx, &text);
    table::set_filter(cx, filter);
}
