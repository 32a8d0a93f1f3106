//! API requests since the console was opened, the newest first. Bounded: only the newest requests keep their
//! responses.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::{HttpRecord, Identity};

/// Maximum number of requests.
pub const MAX_REQUESTS: usize = 500;
/// Maximum number of requests that keep their response.
pub const MAX_RESPONSES: usize = 50;

/// Logged API request.
#[derive(Debug, Clone)]
pub struct LoggedRequest {
    /// Number of the request, increasing.
    pub number: u64,
    /// The record.
    pub record: HttpRecord,
    /// True if its response was removed because of newer requests.
    pub response_dropped: bool,
    created_invite: Option<Identity>,
}

impl LoggedRequest {
    /// True if the request names an invite in its path or body, or created it. A page of the list is not about each
    /// of its rows.
    pub fn is_about(&self, identity: &Identity) -> bool {
        self.created_invite.as_ref() == Some(identity) || self.record.mentions(identity)
    }
}

/// Invite to which the Requests view is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteFilter {
    /// Its identity.
    pub identity: Identity,
    /// Its email, not escaped.
    pub email: String,
}

/// Bounded log of API requests.
#[derive(Debug, Clone, Default)]
pub struct RequestLog {
    requests: VecDeque<LoggedRequest>,
    last_number: u64,
}

impl RequestLog {
    /// Adds a request.
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

    /// Returns the number of requests.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// True if there are no requests.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Returns all requests, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.requests.iter()
    }

    /// Returns a request by its number.
    pub fn get(&self, number: u64) -> Option<&LoggedRequest> {
        self.requests.iter().find(|kept| kept.number == number)
    }
}

/// Wait before the next API request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitWait {
    /// Its end, on the monotonic clock.
    pub until: Duration,
    /// The reason, a fragment without trailing period.
    pub reason: String,
}

/// Number of recent requests in the average.
const SAMPLE_SIZE: usize = 20;

/// Average duration of the recent requests.
#[derive(Debug, Clone, Default)]
pub struct LatencyEstimator {
    samples: VecDeque<Duration>,
    pending_wait: Duration,
}

impl LatencyEstimator {
    /// Adds the duration of a request.
    pub fn record(&mut self, took: Duration) {
        if self.samples.len() == SAMPLE_SIZE {
            self.samples.pop_front();
        }
        self.samples.push_back(took + std::mem::take(&mut self.pending_wait));
    }

    /// Adds a wait before the next request.
    pub fn add_wait(&mut self, length: Duration) {
        self.pending_wait = length;
    }

    /// Returns the average duration of a request; `None` before the first response.
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
