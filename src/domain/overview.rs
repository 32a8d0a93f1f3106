//! Counts for the header and the filter tabs.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::annotation::Annotations;
use super::forecast;
use super::invite_store::Rows;
use super::query::{self, Filter};

/// What the counts depend on, besides the rows and the time.
#[derive(Debug, Clone, Default)]
pub struct OverviewInput {
    /// The filters of the tabs.
    pub filters: Vec<Filter>,
    /// Notes and snoozes, which a filter can use.
    pub annotations: Arc<Annotations>,
    /// The user's time zone, for calendar days; UTC if unknown.
    pub zone: Option<TimeZone>,
}

/// Counts of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Number of matches of each filter; `None` if it depends on marks, which change with each key.
    pub matches: Vec<Option<usize>>,
    /// Number of invites that expire on each of the coming days, today first.
    pub days: Vec<usize>,
    /// When the number of a day changes: an invite expires, or the next day begins.
    pub valid_until: Option<Timestamp>,
}

impl Overview {
    /// Counts the rows. Linear in the number of rows for each filter.
    pub fn from_rows(rows: &Rows, input: &OverviewInput, now: Timestamp) -> Overview {
        let count = |filter: &Filter| {
            let matches = || query::filter_rows(rows, filter, now, &HashSet::new(), &input.annotations);
            (!filter.uses_marks()).then(|| matches().len())
        };
        let zone = input.zone.clone().unwrap_or(TimeZone::UTC);
        let forecast = forecast::forecast(rows, now, &zone);
        let days = forecast.days.iter().map(|day| day.count).collect();
        let matches = input.filters.iter().map(count).collect();
        Overview { matches, days, valid_until: forecast.valid_until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invite_store::InviteStore;
    use crate::domain::query::NamedFilters;
    use crate::domain::{Expiry, Identity, Invite};

    #[test]
    fn counts_are_those_of_the_filters_and_of_the_days() {
        let mut store = InviteStore::default();
        for (name, expiry, message) in
            [("a", "2024-06-03T20:00:00Z", "m"), ("b", "2024-06-05T20:00:00Z", ""), ("c", "", "")]
        {
            store.insert(&Invite {
                identity: Identity::parse(name).expect("usable"),
                email: format!("{name}@x.com"),
                message: message.into(),
                expiry: Expiry::parse(expiry),
            });
        }
        let filters = ["", "#soon", "#nomessage", "is:marked"];
        let parse = |text: &&str| Filter::parse(text, &NamedFilters::default()).expect("a filter");
        let input =
            OverviewInput { filters: filters.iter().map(parse).collect(), ..OverviewInput::default() };
        let now = "2024-06-03T10:00:00Z".parse().expect("a time");
        let overview = Overview::from_rows(store.rows(), &input, now);
        assert_eq!(overview.matches, [Some(3), Some(1), Some(2), None]);
        assert_eq!(overview.days[..4], [1, 0, 1, 0]);
    }
}
