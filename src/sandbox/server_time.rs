//! The sandbox's clock: the given clock plus an offset that the control sets.
//! Waiting uses the given clock without the offset.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// A clock with an adjustable offset.
#[derive(Debug)]
pub(super) struct ServerTime {
    clock: Clock,
    offset_seconds: AtomicI64,
}

impl ServerTime {
    pub(super) fn new(clock: Clock) -> ServerTime {
        ServerTime { clock, offset_seconds: AtomicI64::new(0) }
    }

    /// Returns the server's time.
    pub(super) fn now(&self) -> Timestamp {
        let offset = self.offset_seconds.load(Ordering::Relaxed);
        let wall = self.clock.now().wall;
        let limit = if offset < 0 { Timestamp::MIN } else { Timestamp::MAX };
        wall.checked_add(SignedDuration::from_secs(offset)).unwrap_or(limit)
    }

    /// Moves the server's time forward or back.
    pub(super) fn advance(&self, seconds: i64) {
        let add = |offset: i64| Some(offset.saturating_add(seconds));
        let _ = self.offset_seconds.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Returns the monotonic time without the offset, for rate limits.
    pub(super) fn monotonic(&self) -> Duration {
        self.clock.now().mono
    }

    /// Waits for a duration.
    pub(super) async fn sleep(&self, length: Duration) {
        self.clock.sleep(length).await;
    }
}
