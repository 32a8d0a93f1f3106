//! How quickly calls are answered at present, waits for the rate limit included: what the time of a plan is
//! estimated from. An estimate only; nothing is decided by it.

use std::collections::VecDeque;
use std::time::Duration;

/// A wait during which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// When it is over, on the monotonic clock.
    pub until: Duration,
    /// Why, as half a sentence.
    pub why: String,
}

/// So many of the last calls are looked at.
const LOOKED_AT: usize = 20;

/// The last calls.
#[derive(Debug, Clone, Default)]
pub struct Latency {
    calls: VecDeque<Duration>,
    waited: Duration,
}

impl Latency {
    /// A call was answered after so long.
    pub fn note(&mut self, took: Duration) {
        if self.calls.len() == LOOKED_AT {
            self.calls.pop_front();
        }
        self.calls.push_back(took + std::mem::take(&mut self.waited));
    }

    /// The next call has to wait for so long.
    pub fn wait(&mut self, length: Duration) {
        self.waited = length;
    }

    /// How long a call takes on average; `None` before the first was answered.
    pub fn per_call(&self) -> Option<Duration> {
        let calls = u32::try_from(self.calls.len()).ok().filter(|calls| *calls > 0)?;
        Some(self.calls.iter().sum::<Duration>() / calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_average_of_the_last_calls_with_what_they_waited_for() {
        let mut pace = Latency::default();
        assert_eq!(pace.per_call(), None);
        for _ in 0..100 {
            pace.note(Duration::from_millis(900));
        }
        for _ in 0..LOOKED_AT {
            pace.note(Duration::from_millis(100));
        }
        assert_eq!(pace.per_call(), Some(Duration::from_millis(100)));
        pace.wait(Duration::from_secs(20));
        pace.note(Duration::from_millis(100));
        assert_eq!(pace.per_call(), Some(Duration::from_millis(1_100)));
    }
}
