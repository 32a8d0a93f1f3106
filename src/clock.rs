//! Reads the time; no other module does.
//!
//! `main` creates a [`Clock`] for console, service, sandbox and command line; tests create a manual clock.
//! Pure code gets a [`Now`] as a value.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::domain::Now;

/// Reads the time and waits until a time. Cheap to clone; all clones share the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<ClockKind>);

#[derive(Debug)]
enum ClockKind {
    System { started: Instant },
    Manual { started: Timestamp, elapsed: watch::Sender<Duration> },
}

impl Clock {
    /// Creates the clock of this machine.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads it")]
    pub fn system() -> Clock {
        Clock(Arc::new(ClockKind::System { started: Instant::now() }))
    }

    /// Creates a clock that stays at `started` until [`Clock::advance`] moves it.
    pub fn manual(started: Timestamp) -> Clock {
        Clock(Arc::new(ClockKind::Manual { started, elapsed: watch::Sender::new(Duration::ZERO) }))
    }

    /// Returns the current time.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads it")]
    pub fn now(&self) -> Now {
        match &*self.0 {
            ClockKind::System { started } => Now { wall: Timestamp::now(), mono: started.elapsed() },
            ClockKind::Manual { started, elapsed } => {
                let mono = *elapsed.borrow();
                let wall = started.checked_add(SignedDuration::try_from(mono).unwrap_or_default());
                Now { wall: wall.unwrap_or(Timestamp::MAX), mono }
            }
        }
    }

    /// Moves a manual clock forward; does nothing to the system clock.
    pub fn advance(&self, by: Duration) {
        if let ClockKind::Manual { elapsed, .. } = &*self.0 {
            elapsed.send_modify(|mono| *mono += by);
        }
    }

    /// Waits until the monotonic time is `mono` or later.
    pub async fn sleep_until(&self, mono: Duration) {
        match &*self.0 {
            ClockKind::System { started } => tokio::time::sleep_until((*started + mono).into()).await,
            ClockKind::Manual { elapsed, .. } => {
                let mut elapsed = elapsed.subscribe();
                // The sender lives as long as this clock, so waiting cannot fail.
                let _ = elapsed.wait_for(|now| *now >= mono).await;
            }
        }
    }

    /// Waits for a duration.
    pub async fn sleep(&self, length: Duration) {
        self.sleep_until(self.now().mono + length).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn manual_clock_advance_wakes_sleepers() {
        let clock = Clock::manual("2024-06-01T12:00:00Z".parse().expect("a time"));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(Duration::from_secs(5)).await }
        });
        clock.advance(Duration::from_secs(4));
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.expect("it wakes");
        assert_eq!(clock.now().wall.to_string(), "2024-06-01T12:00:05Z");
    }
}
