//! Times in words, in the zone of this machine. Without knowledge of its zone they are UTC, and said to be.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Model;

impl Model {
    /// A time as `format` says, in the language of strftime.
    pub fn time(&self, at: Timestamp, format: &str) -> String {
        let zone = &self.options.zone;
        let zone = if zone.is_unknown() { TimeZone::UTC } else { zone.clone() };
        at.to_zoned(zone).strftime(format).to_string()
    }

    /// "Fri 17 Jun 2022 11:30 UTC".
    pub fn full_moment(&self, at: Timestamp) -> String {
        self.time(at, "%a %-d %b %Y %H:%M %Z")
    }

    /// "Fri 17:00" within six days, then with the day of the month, in another year with the year.
    pub fn moment(&self, at: Timestamp) -> String {
        let now = self.server_now(self.now);
        let format = match now.duration_since(at).abs().as_hours() / 24 {
            ..6 => "%a %H:%M",
            _ if self.time(at, "%Y") == self.time(now, "%Y") => "%-d %b %H:%M",
            _ => "%-d %b %Y",
        };
        self.time(at, format)
    }
}
