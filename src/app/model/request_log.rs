//! API requests since the console was opened, the newest first.
//!
//! The number of requests is limited, and only the newest requests keep their responses.

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
    /// Request and response.
    pub record: HttpRecord,
    /// True if the response was dropped to limit the memory.
    pub response_dropped: bool,
    created_invite: Option<Identity>,
}

impl LoggedRequest {
    /// True if the path or body contains the invite's identity, or the request created the invite.
    ///
    /// A list request is not about the invites in its response.
    pub fn is_about(&self, identity: &Identity) -> bool {
        self.created_invite.as_ref() == Some(identity) || self.record.mentions(identity)
    }
}

/// Invite to which the Requests view is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteFilter {
    /// Identity of the invite.
    pub identity: Identity,
    /// Email of the invite, not escaped.
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
    pub fn add(&mut self, record: HttpRecord) {
        self.last_number += 1;
        let created_invite = record.created_identity();
        self.requests.push_front(LoggedRequest {
            number: self.last_number,
            record,
            response_dropped: false,
            created_invite,
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
        self.requests.iter().find(|request| request.number == number)
    }
}

/// Wait before the next API request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitWait {
    /// End of the wait, on the monotonic clock.
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
    pub fn record(&mut self, duration: Duration) {
        if self.samples.len() == SAMPLE_SIZE {
            self.samples.pop_front();
        }
        self.samples.push_back(duration + std::mem::take(&mut self.pending_wait));
    }

    /// Sets the wait that is added to the duration of the next request.
    pub fn set_pending_wait(&mut self, wait: Duration) {
        self.pending_wait = wait;
    }

    /// Returns the average duration of a request; `None` before the first response.
    pub fn average_duration(&self) -> Option<Duration> {
        let count = u32::try_from(self.samples.len()).ok().filter(|count| *count > 0)?;
        Some(self.samples.iter().sum::<Duration>() / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Method;

    fn sample_record(method: Method, path: &str, response_body: &str) -> HttpRecord {
        HttpRecord { response_body: response_body.into(), ..HttpRecord::example(method, path) }
    }

    fn sample_log(count: usize) -> RequestLog {
        let mut log = RequestLog::default();
        for n in 0..count {
            log.add(sample_record(Method::Get, &format!("/{n}"), "{}"));
        }
        log
    }

    #[test]
    fn log_keeps_newest_requests_and_fewer_response_bodies() {
        let log = sample_log(MAX_REQUESTS + 20);
        let newest = log.iter().next().map(|request| request.record.path.as_str());
        assert_eq!((log.len(), newest), (MAX_REQUESTS, Some("/519")));
        let with_body = log.iter().filter(|request| !request.record.response_body.is_empty()).count();
        assert_eq!((with_body, log.iter().filter(|request| request.response_dropped).count()), (50, 450));
    }
}

#[cfg(test)]
mod latency_tests {
    use super::*;

    #[test]
    fn latency_averages_recent_requests_including_waits() {
        let mut latency = LatencyEstimator::default();
        assert_eq!(latency.average_duration(), None);
        for _ in 0..100 {
            latency.record(Duration::from_millis(900));
        }
        for _ in 0..SAMPLE_SIZE {
            latency.record(Duration::from_millis(100));
        }
        assert_eq!(latency.average_duration(), Some(Duration::from_millis(100)));
        latency.set_pending_wait(Duration::from_secs(20));
        latency.record(Duration::from_millis(100));
        assert_eq!(latency.average_duration(), Some(Duration::from_millis(1_100)));
    }
}
