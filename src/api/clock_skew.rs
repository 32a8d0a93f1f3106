//! Measures the offset of the server's clock from the `Date` headers of its responses. Pure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::Now;

/// Computes the offset of the server's clock from one response.
/// `Date` has whole seconds, so half a second is added. Assumes that the server wrote the header halfway
/// between `sent` and `responded_at`.
pub(super) fn measure(date: &str, sent: Now, responded_at: Duration) -> Option<ClockSample> {
    let server = Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()?;
    let server = server.checked_add(SignedDuration::from_millis(500)).ok()?;
    let half = SignedDuration::try_from(responded_at.saturating_sub(sent.mono) / 2).ok()?;
    let middle = sent.wall.checked_add(half).ok()?;
    Some(ClockSample {
        offset: server.duration_since(middle),
        uncertainty: half + SignedDuration::from_millis(500),
    })
}

/// One measurement of the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockSample {
    /// How far the server's clock is ahead of the local clock; negative if it is behind.
    pub offset: SignedDuration,
    /// Maximum error; larger after a slow request.
    pub uncertainty: SignedDuration,
}

impl ClockSample {
    /// Returns `current`, or the offset of this sample if it certainly differs by more than 2 s.
    pub fn update_offset(self, current: SignedDuration) -> SignedDuration {
        let differs = (self.offset - current).abs();
        if differs > self.uncertainty.max(SignedDuration::from_secs(2)) { self.offset } else { current }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn updated_offset(date: &str, took_ms: u64, known_ms: i64) -> i64 {
        let wall = "2024-06-15T12:00:00Z".parse().expect("a time");
        let sent = Now { wall, mono: Duration::from_secs(9) };
        let responded_at = sent.mono + Duration::from_millis(took_ms);
        let sample = measure(date, sent, responded_at).expect("a date");
        sample.update_offset(SignedDuration::from_millis(known_ms)).as_millis() as i64
    }

    #[test]
    fn clock_offset_uses_the_middle_of_the_request() {
        assert_eq!(updated_offset("Sat, 15 Jun 2024 12:01:00 GMT", 1000, 0), 60_000);
        assert_eq!(updated_offset("Sat, 15 Jun 2024 10:00:00 GMT", 200, 0), -7_199_600);
    }

    #[test]
    fn small_or_uncertain_offsets_are_ignored() {
        assert_eq!(updated_offset("Sat, 15 Jun 2024 12:00:02 GMT", 1000, 0), 0);
        assert_eq!(updated_offset("Sat, 15 Jun 2024 12:00:03 GMT", 20_000, 0), 0);
        assert_eq!(updated_offset("Sat, 15 Jun 2024 12:01:01 GMT", 1000, 60_000), 60_000);
        assert_eq!(updated_offset("Sat, 15 Jun 2024 12:01:04 GMT", 1000, 60_000), 64_000);
    }

    #[test]
    fn invalid_date_header_is_ignored() {
        let sent = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };
        assert_eq!(measure("yesterday", sent, Duration::ZERO), None);
    }
}
