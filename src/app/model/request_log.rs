//! The calls that were made since the console was opened, the newest first. Bounded: answers are long, so only the newest
//! are kept.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::{HttpRecord, Identity};

/// So many calls are kept.
pub const MAX_REQUESTS: usize = 500;
/// So many of them with their answers; what was asked is kept of all, because it is short.
pub const MAX_RESPONSES: usize = 50;

/// A call that was made.
#[derive(Debug, Clone)]
pub struct LoggedRequest {
    /// Names it; later ones have higher numbers.
    pub number: u64,
    /// The call.
    pub record: HttpRecord,
    /// Its answer was let go, because many calls were made since.
    pub response_dropped: bool,
    created_invite: Option<Identity>,
}

impl LoggedRequest {
    /// Whether it names an invite in its path or in what it asked, or is the one that made it. A page of the list is not
    /// about each of its rows.
    pub fn is_about(&self, identity: &Identity) -> bool {
        self.created_invite.as_ref() == Some(identity) || self.record.mentions(identity)
    }
}

/// The invite whose calls alone are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteFilter {
    /// Its name.
    pub identity: Identity,
    /// Its address, raw.
    pub email: String,
}

/// The calls.
#[derive(Debug, Clone, Default)]
pub struct RequestLog {
    requests: VecDeque<LoggedRequest>,
    last_number: u64,
}

impl RequestLog {
    /// A call was made.
    pub fn add(&mut self, call: HttpRecord) {
        self.last_number += 1;
        let made = call.created_identity();
        self.requests.push_front(LoggedRequest {
            number: self.last_number,
            record: call,
            response_dropped: false,
            created_invite: made,
        });
        self.requests.truncate(MAX_REQUESTS);
        if let Some(old) =
            self.requests.get_mut(MAX_RESPONSES).filter(|old| !old.record.response_body.is_empty())
        {
            (old.record.response_body, old.response_dropped) = (String::new(), true);
        }
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether none was made.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// All that are kept, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.requests.iter()
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Option<&LoggedRequest> {
        self.requests.iter().find(|kept| kept.number == number)
    }
}

/// A wait during which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitWait {
    /// When it is over, on the monotonic clock.
    pub until: Duration,
    /// Why, as half a sentence.
    pub reason: String,
}

/// So many of the last calls are looked at.
const SAMPLE_SIZE: usize = 20;

/// The last calls.
#[derive(Debug, Clone, Default)]
pub struct LatencyEstimator {
    samples: VecDeque<Duration>,
    pending_wait: Duration,
}

impl LatencyEstimator {
    /// A call was answered after so long.
    pub fn record(&mut self, took: Duration) {
        if self.samples.len() == SAMPLE_SIZE {
            self.samples.pop_front();
        }
        self.samples.push_back(took + std::mem::take(&mut self.pending_wait));
    }

    /// The next call has to wait for so long.
    pub fn add_wait(&mut self, length: Duration) {
        self.pending_wait = length;
    }

    /// How long a call takes on average; `None` before the first was answered.
    pub fn average(&self) -> Option<Duration> {
        let calls = u32::try_from(self.samples.len()).ok().filter(|calls| *calls > 0)?;
        Some(self.samples.iter().sum::<Duration>() / calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Method;

    fn sample_record(method: Method, path: &str, answered: &str) -> HttpRecord {
        HttpRecord { response_body: answered.into(), ..HttpRecord::example(method, path) }
    }

    fn sample_log(calls: usize) -> RequestLog {
        let mut requests = RequestLog::default();
        for n in 0..calls {
            requests.add(sample_record(Method::Get, &format!("/{n}"), "{}"));
        }
        requests
    }

    #[test]
    fn log_keeps_newest_requests_and_fewer_response_bodies() {
        let requests = sample_log(MAX_REQUESTS + 20);
        let newest = requests.iter().next().map(|kept| kept.record.path.as_str());
        assert_eq!((requests.len(), newest), (MAX_REQUESTS, Some("/519")));
        let answers = requests.iter().filter(|kept| !kept.record.response_body.is_empty()).count();
        assert_eq!((answers, requests.iter().filter(|kept| kept.response_dropped).count()), (50, 450));
    }
}

#[cfg(test)]
mod latency_tests {
    use super::*;

    #[test]
    fn latency_averages_recent_requests_including_waits() {
        let mut pace = LatencyEstimator::default();
        assert_eq!(pace.average(), None);
        for _ in 0..100 {
            pace.record(Duration::from_millis(900));
        }
        for _ in 0..SAMPLE_SIZE {
            pace.record(Duration::from_millis(100));
        }
        assert_eq!(pace.average(), Some(Duration::from_millis(100)));
        pace.add_wait(Duration::from_secs(20));
        pace.record(Duration::from_millis(100));
        assert_eq!(pace.average(), Some(Duration::from_millis(1_100)));
    }
}
