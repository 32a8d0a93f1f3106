//! Loading the list again automatically: whether, how often, and when next.

use std::time::Duration;

use crate::domain::RequestId;

/// How often, where nothing is configured.
const USUAL: Duration = Duration::from_secs(5 * 60);
/// After failures it is tried more and more rarely, but at least so often.
const RAREST: Duration = Duration::from_secs(60 * 60);

/// Whether, how often, and when next.
#[derive(Debug, Clone)]
pub struct AutoRefresh {
    pub(crate) on: bool,
    pub(crate) every: Duration,
    /// When the list is to be read next, on the monotonic clock.
    pub(crate) due: Option<Duration>,
    /// The reading that was begun by itself.
    pub(crate) reading: Option<RequestId>,
    /// How many readings by itself have failed since one worked.
    pub(crate) failures: u32,
}

impl Default for AutoRefresh {
    fn default() -> AutoRefresh {
        AutoRefresh { on: false, every: USUAL, due: None, reading: None, failures: 0 }
    }
}

impl AutoRefresh {
    /// As configured; not at all where nothing is.
    pub fn every(every: Option<Duration>) -> AutoRefresh {
        AutoRefresh { on: every.is_some(), every: every.unwrap_or(USUAL), ..AutoRefresh::default() }
    }

    /// "every 5 min", while it is on.
    pub fn words(&self) -> Option<String> {
        self.on.then(|| format!("every {} min", self.every.as_secs() / 60))
    }

    /// How long until the next reading, after that many failures.
    pub(crate) fn pause(&self) -> Duration {
        let longer = self.every.saturating_mul(1 << self.failures.min(6));
        longer.min(RAREST.max(self.every))
    }
}
