//! How quickly calls are answered at present, waits for the rate limit included: what the time of a plan is
//! estimated from. An estimate only; nothing is decided by it.

use std::collections::VecDeque;
use std::time::Duration;

/// So many of the last calls are looked at.
const LOOKED_AT: usize = 20;

/// The last calls.
#[derive(Debug, Clone, Default)]
pub struct Pace(VecDeque<Duration>);

impl Pace {
    /// A call was answered after so long.
    pub fn note(&mut self, took: Duration) {
        if self.0.len() == LOOKED_AT {
            self.0.pop_front();
        }
        self.0.push_back(took);
    }

    /// How long a call takes on average; `None` before the first was answered.
    pub fn per_call(&self) -> Option<Duration> {
        let calls = u32::try_from(self.0.len()).ok().filter(|calls| *calls > 0)?;
        Some(self.0.iter().sum::<Duration>() / calls)
    }
}
