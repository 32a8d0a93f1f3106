//! Expiry of an invite's link: parsing and short texts.
//! Also computes when a text changes, so that the screen is redrawn then.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::limits::INVITE_LIFETIME;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When an invite's link expires; `None` if the server reported no readable time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expiry(pub Option<Timestamp>);

/// Urgency of an expiry, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Less than 24 hours are left.
    WithinDay,
    /// Less than 72 hours are left.
    Soon,
    /// The link has already expired.
    Expired,
    /// More than 72 hours are left.
    Later,
    /// The server did not report the expiry.
    Unknown,
}

impl Expiry {
    /// Parses RFC 3339 with 0 to 9 fractional digits and any offset. Anything else is unknown.
    pub fn parse(text: &str) -> Expiry {
        Expiry(text.trim().parse().ok())
    }

    /// Returns whole microseconds since 1970, the packed form; `i64::MIN` is unknown.
    pub fn to_micros(self) -> i64 {
        self.0.map_or(i64::MIN, Timestamp::as_microsecond)
    }

    /// True if this expiry shows no renewal since `earlier`. It is unknown, or both are equal in the packed
    /// form.
    pub fn is_unchanged_since(self, earlier: Expiry) -> bool {
        self.0.is_none() || self.to_micros() == earlier.to_micros()
    }

    /// Reverses [`Expiry::to_micros`].
    pub fn from_micros(micros: i64) -> Expiry {
        Expiry(if micros == i64::MIN { None } else { Timestamp::from_microsecond(micros).ok() })
    }

    /// Returns the urgency at `now`.
    pub fn urgency(self, now: Timestamp) -> Urgency {
        let Some(left) = self.time_left(now) else { return Urgency::Unknown };
        match left.as_secs() {
            _ if !left.is_positive() => Urgency::Expired,
            secs if secs < DAY => Urgency::WithinDay,
            secs if secs < 3 * DAY => Urgency::Soon,
            _ => Urgency::Later,
        }
    }

    /// Returns the time left, at most 12 columns: `5 h`, `2 d 4 h`, `< 1 min`, `expired 3 h`, `unknown`.
    pub fn remaining_text(self, now: Timestamp) -> String {
        match self.time_left(now) {
            None => "unknown".into(),
            Some(left) if left.is_positive() => format_duration(left.as_secs()),
            Some(left) => format!("expired {}", format_largest_unit(-left.as_secs())),
        }
    }

    /// Returns the time since the expiry: `3 h`. `None` if the expiry is unknown or not reached yet.
    pub fn expired_text(self, now: Timestamp) -> Option<String> {
        let left = self.time_left(now).filter(|left| !left.is_positive())?;
        Some(format_largest_unit(-left.as_secs()))
    }

    /// Returns how long the text of [`Expiry::remaining_text`] stays correct. `None` if the text never
    /// changes.
    pub fn text_valid_for(self, now: Timestamp) -> Option<SignedDuration> {
        let left = self.time_left(now)?;
        let secs = left.as_secs_f64();
        let (minute, hour, day) = (MINUTE as f64, HOUR as f64, DAY as f64);
        let to_next = if left.is_positive() {
            secs % if secs >= hour { hour } else { minute }
        } else {
            let step = match -secs {
                age if age < hour => minute,
                age if age < day => hour,
                _ => day,
            };
            step - -secs % step
        };
        // A little past the boundary, so the text has certainly changed.
        SignedDuration::try_from_secs_f64(to_next + 0.05).ok()
    }

    /// Returns how long ago the invite was probably sent, at most 10 columns: `~3 d ago`, `~<1 h ago`.
    /// Inferred from the expiry and the default lifetime, because the server reports no such date; `?` if the
    /// date cannot be inferred. The text changes only when [`Expiry::remaining_text`] changes.
    pub fn sent_text(self, now: Timestamp) -> String {
        let Some(left) = self.time_left(now).map(|left| left.as_secs()) else { return "?".into() };
        // The text of the time left is rounded down too, so both texts change at the same time.
        let age = INVITE_LIFETIME.as_secs() as i64 - left - i64::from(left > 0);
        match age {
            // Clocks differ a little. The default lifetime cannot explain an expiry further in the future.
            age if age < -HOUR => "?".into(),
            age if age < HOUR => "~<1 h ago".into(),
            age if age < DAY => format!("~{} h ago", age / HOUR),
            age => format!("~{} d ago", age / DAY),
        }
    }

    fn time_left(self, now: Timestamp) -> Option<SignedDuration> {
        self.0.map(|expires_at| expires_at.duration_since(now))
    }
}

/// Formats a duration in its two largest units, rounded down.
pub fn format_duration(seconds: i64) -> String {
    match seconds {
        s if s < MINUTE => "< 1 min".into(),
        s if s < HOUR => format!("{} min", s / MINUTE),
        s if s < DAY => format!("{} h", s / HOUR),
        s => format!("{} d {} h", s / DAY, s % DAY / HOUR),
    }
}

fn format_largest_unit(seconds: i64) -> String {
    match seconds {
        s if s < HOUR => format!("{} m", s / MINUTE),
        s if s < DAY => format!("{} h", s / HOUR),
        s => format!("{} d", s / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2022-06-17T06:30:43Z".parse().expect("a time")
    }

    fn expiry_after(seconds: i64) -> Expiry {
        Expiry(Some(now() + SignedDuration::from_secs(seconds)))
    }

    #[test]
    fn all_valid_forms_are_parsed() {
        let plain = Expiry::parse("2022-06-17T11:30:43Z");
        assert!(plain.0.is_some());
        assert_eq!(Expiry::parse("2022-06-17T13:30:43+02:00"), plain);
        assert_eq!(Expiry::parse("2022-06-17T11:30:43.000000000Z"), plain);
        assert_eq!(Expiry::from_micros(plain.to_micros()), plain);
    }

    #[test]
    fn unparsable_expiry_is_unknown_and_survives_packing() {
        for text in ["", "soon", "0000-00-00T00:00:00Z", "2022-06-17"] {
            assert_eq!(Expiry::parse(text), Expiry(None), "{text}");
        }
        assert_eq!(Expiry::from_micros(Expiry(None).to_micros()), Expiry(None));
        assert_eq!(Expiry(None).remaining_text(now()), "unknown");
    }

    #[test]
    fn remaining_text_is_short_and_rounds_down() {
        for (seconds, text) in [
            (30, "< 1 min"),
            (60, "1 min"),
            (42 * MINUTE + 59, "42 min"),
            (5 * HOUR + 1, "5 h"),
            (2 * DAY + 4 * HOUR + 5, "2 d 4 h"),
            (9 * DAY + 23 * HOUR, "9 d 23 h"),
            (0, "expired 0 m"),
            (-3 * HOUR, "expired 3 h"),
            (-50 * HOUR, "expired 2 d"),
        ] {
            assert_eq!(expiry_after(seconds).remaining_text(now()), text, "{seconds}");
            assert!(text.len() <= 12);
        }
        assert_eq!(expiry_after(-3 * HOUR).expired_text(now()).as_deref(), Some("3 h"));
        assert_eq!((expiry_after(HOUR).expired_text(now()), Expiry(None).expired_text(now())), (None, None));
    }

    #[test]
    fn sent_time_is_inferred_and_marked_as_such() {
        for (left, text) in [
            (10 * DAY - 5 * MINUTE, "~<1 h ago"),
            (10 * DAY + 30 * MINUTE, "~<1 h ago"),
            (10 * DAY - 5 * HOUR - 1, "~5 h ago"),
            (7 * DAY - 1, "~3 d ago"),
            (-DAY, "~11 d ago"),
            (30 * DAY, "?"),
        ] {
            assert_eq!(expiry_after(left).sent_text(now()), text, "{left}");
        }
        assert_eq!(Expiry(None).sent_text(now()), "?");
    }

    #[test]
    fn sent_text_changes_only_with_the_remaining_text() {
        let minutes = (-3 * 24 * 60..12 * 24 * 60).rev();
        let mut before: Option<(String, String)> = None;
        for text in minutes
            .map(|left| expiry_after(left * MINUTE))
            .map(|expiry| (expiry.remaining_text(now()), expiry.sent_text(now())))
        {
            if let Some((expiry, sent)) = before {
                assert!(sent == text.1 || expiry != text.0, "{expiry} {sent} {text:?}");
            }
            before = Some(text);
        }
    }

    #[test]
    fn remaining_text_is_valid_for_the_stated_time() {
        for seconds in [20, 61, 119, 3599, 3700, 80_000, 100_000, 860_000, -1, -200, -3700, -100_000] {
            let expiry = expiry_after(seconds);
            let change = expiry.text_valid_for(now()).expect("it is known");
            let tenth = SignedDuration::from_millis(100);
            let before = expiry.remaining_text(now() + change - tenth);
            assert_eq!(before, expiry.remaining_text(now()), "{seconds} changes too early");
            assert_ne!(
                expiry.remaining_text(now() + change),
                expiry.remaining_text(now()),
                "{seconds} changes too late"
            );
        }
    }
}
