//! Counts the invites that expire on each of the coming calendar days.
//! A day may have 23 or 25 hours; its bounds come from the time zone.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Expiry;
use super::invite_store::Rows;

/// Number of days, today included.
pub const FORECAST_DAYS: usize = 14;

/// One calendar day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// Start of the day; for today, the current time.
    pub start: Timestamp,
    /// Start of the next day.
    pub end: Timestamp,
    /// True for today.
    pub is_today: bool,
    /// True for Saturday and Sunday.
    pub is_weekend: bool,
    /// Number of invites that expire on this day.
    pub count: usize,
}

impl Day {
    /// True if an invite with this expiry expires on this day. Used to filter and to mark the invites of a
    /// day.
    pub fn contains(&self, expiry: Expiry) -> bool {
        // An invite that expires right now counts as expired, as everywhere.
        let is_expired = |at: Timestamp| self.is_today && at == self.start;
        expiry.0.is_some_and(|at| self.start <= at && at < self.end && !is_expired(at))
    }
}

/// The coming days, and counts of the invites that expire on none of these days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// [`FORECAST_DAYS`] days from today; fewer days only at the end of the supported time range.
    pub days: Vec<Day>,
    /// Number of invites that have already expired.
    pub expired: usize,
    /// Number of invites that expire after the last day.
    pub later: usize,
    /// Number of invites whose expiry the server did not report.
    pub unknown: usize,
    /// When the first of these numbers changes: an invite expires, or the next day begins.
    pub valid_until: Option<Timestamp>,
}

/// Counts the expiries of all rows by day, at `now` by the server's clock, in the user's time zone.
pub fn forecast(rows: &Rows, now: Timestamp, zone: &TimeZone) -> Forecast {
    let expiries = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.expiry);
    forecast_expiries(expiries, now, zone)
}

/// Like [`forecast`], for expiries such as those of the visible rows.
pub fn forecast_expiries(
    expiries: impl IntoIterator<Item = Expiry>,
    now: Timestamp,
    zone: &TimeZone,
) -> Forecast {
    let days = days(now, zone);
    let valid_until = days.first().map(|today| today.end);
    let mut forecast = Forecast { days, valid_until, ..Forecast::default() };
    for expiry in expiries {
        match expiry.0 {
            None => forecast.unknown += 1,
            Some(at) if at <= now => forecast.expired += 1,
            Some(at) => {
                forecast.valid_until = forecast.valid_until.min(Some(at)).or(Some(at));
                let index = forecast.days.partition_point(|day| day.end <= at);
                match forecast.days.get_mut(index) {
                    Some(day) => day.count += 1,
                    None => forecast.later += 1,
                }
            }
        }
    }
    forecast
}

fn days(now: Timestamp, zone: &TimeZone) -> Vec<Day> {
    let today = now.to_zoned(zone.clone()).date();
    let to_day = |date: Date| {
        let is_today = date == today;
        let start = if is_today { now } else { day_start(date, zone)? };
        let end = day_start(date.tomorrow().ok()?, zone)?;
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(Day { date, start, end, is_today, is_weekend, count: 0 })
    };
    today.series(1.day()).take(FORECAST_DAYS).map_while(to_day).collect()
}

/// Returns the start of a day and the start of the next day.
/// `None` at the end of the supported time range.
pub fn day_bounds(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    Some((day_start(date, zone)?, day_start(date.tomorrow().ok()?, zone)?))
}

/// Returns midnight, or the first valid time after it if a clock change skips midnight.
fn day_start(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(date.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn forecast_at(now: &str, zone: &TimeZone, expiries: &[&str]) -> Forecast {
        forecast_expiries(expiries.iter().map(|text| Expiry::parse(text)), at(now), zone)
    }

    #[test]
    fn forecast_has_14_days_weekends_and_the_rest() {
        let expiries = [
            "2024-06-12T09:59:00Z",
            "2024-06-12T10:00:00Z",
            "2024-06-12T10:00:01Z",
            "2024-06-12T23:59:59.999Z",
            "2024-06-15T00:00:00Z",
            "2024-06-15T12:00:00Z",
            "2024-06-25T23:59:59Z",
            "2024-06-26T00:00:00Z",
            "soon",
        ];
        let forecast = forecast_at("2024-06-12T10:00:00Z", &TimeZone::UTC, &expiries);
        let counts: Vec<usize> = forecast.days.iter().map(|day| day.count).collect();
        assert_eq!(counts, [2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((forecast.expired, forecast.later, forecast.unknown), (2, 1, 1));
        assert_eq!(forecast.valid_until, Some(at("2024-06-12T10:00:01Z")), "then that one is expired");
        let weekend: Vec<i8> = forecast.days.iter().filter(|d| d.is_weekend).map(|d| d.date.day()).collect();
        assert_eq!(weekend, [15, 16, 22, 23]);
        assert_eq!(forecast.days.iter().filter(|day| day.is_today).count(), 1);
        for day in &forecast.days {
            let count = expiries.iter().filter(|text| day.contains(Expiry::parse(text))).count();
            assert_eq!(count, day.count, "{}", day.date);
        }
    }

    /// Returns Central European time from its rules, so the test needs no time zone data.
    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone")
    }

    #[test]
    fn dst_day_is_longer_or_shorter_and_counts_its_invites() {
        let spring =
            forecast_at("2024-03-30T12:00:00Z", &berlin(), &["2024-03-31T21:59:59Z", "2024-03-31T22:00:00Z"]);
        let sunday = &spring.days[1];
        assert_eq!((sunday.start, sunday.end), (at("2024-03-30T23:00:00Z"), at("2024-03-31T22:00:00Z")));
        assert_eq!((sunday.count, spring.days[2].count), (1, 1));
        let autumn = forecast_at("2024-10-26T12:00:00Z", &berlin(), &["2024-10-27T22:30:00Z"]);
        assert_eq!(autumn.days[1].end, at("2024-10-27T23:00:00Z"), "25 hours");
        assert_eq!(autumn.days[1].count, 1);
    }

    #[test]
    fn day_without_midnight_starts_later() {
        let zone = TimeZone::posix("<-04>4<-03>,M9.1.6/24,M4.1.6/24").expect("a zone");
        let forecast = forecast_at("2024-09-06T12:00:00Z", &zone, &[]);
        let sunday = forecast.days.iter().find(|day| day.date.day() == 8).expect("it is there");
        assert_eq!(sunday.start, at("2024-09-08T04:00:00Z"), "01:00 by the wall");
        assert_eq!(day_bounds(sunday.date, &zone), Some((sunday.start, sunday.end)));
        assert_eq!(
            forecast.valid_until,
            Some(forecast.days[0].end),
            "nothing expires before the day is over"
        );
        assert!(forecast.days.windows(2).all(|pair| pair[0].end == pair[1].start));
    }
}
