//! Makes and retries read requests, with the rate limiter and back-off.
//! `executor` makes the requests that change something.

use std::time::Duration;

use super::shared::{Caller, Shared, cancelled_error};
use crate::api::ApiResponse;
use crate::domain::Error;

/// Total time after which requests to an unresponsive server are not retried.
const MAX_SILENCE: Duration = Duration::from_secs(60);
/// Pauses before the retries of a temporary error. There are as many retries as pauses.
const RETRY_PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// Maximum number of 429 responses to one request. A wait follows each response.
pub(super) const MAX_RATE_LIMITED_RESPONSES: usize = 20;

/// Makes a read request, and retries it while a retry may help.
pub(super) async fn read_with_retry<T, F>(
    shared: &Shared,
    caller: &Caller,
    call: impl Fn() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let (mut transient_retries, mut rate_limited, mut has_reloaded) = (TransientRetries::default(), 0, false);
    loop {
        let mut duration = Duration::ZERO;
        let failure = match send_once(shared, caller, &call, &mut duration).await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        match failure.status() {
            Some(429) if rate_limited < MAX_RATE_LIMITED_RESPONSES => rate_limited += 1,
            Some(401) if !has_reloaded && shared.client.reload_token().await => has_reloaded = true,
            Some(401 | 429) => return Err(failure),
            _ => {
                let pause =
                    if failure.is_transient() { transient_retries.next_pause(duration) } else { None };
                let Some(pause) = pause else { return Err(failure) };
                // If the server asked for a wait, the rate limiter blocks until the wait is over.
                if failure.retry_after.is_none() {
                    shared.wait(caller, pause, &failure.cause).await?;
                }
            }
        }
    }
}

/// Counts the retries of one request after temporary errors.
#[derive(Debug, Default)]
pub(super) struct TransientRetries {
    count: usize,
    /// Total time of the attempts and pauses, without the waits that the server asked for.
    spent: Duration,
}

impl TransientRetries {
    /// Returns how long to wait before the next retry; `None` if no retry is left.
    /// An attempt that took longer than the pause needs no extra wait.
    pub(super) fn next_pause(&mut self, duration: Duration) -> Option<Duration> {
        let pause = RETRY_PAUSES.get(self.count)?.saturating_sub(duration);
        self.count += 1;
        self.spent += duration + pause;
        (self.spent < MAX_SILENCE).then_some(pause)
    }
}

async fn send_once<T, F>(
    shared: &Shared,
    caller: &Caller,
    call: &impl Fn() -> F,
    duration: &mut Duration,
) -> Result<T, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let send = async {
        shared.rate_limiter.acquire(caller.priority).await?;
        let started_at = shared.clock.now().mono;
        let result = call().await;
        *duration = shared.clock.now().mono.saturating_sub(started_at);
        update_rate_limiter(shared, result.as_ref().err());
        result
    };
    let result = tokio::select! {
        biased;
        () = caller.cancel.cancelled() => return Err(cancelled_error()),
        result = send => result,
    };
    shared.replies.report_connection(shared.client.connection()).await;
    match result {
        Ok(response) => {
            shared.replies.report_request(response.record).await;
            Ok(response.value)
        }
        Err(failure) => {
            shared.replies.report_failed_request(&failure).await;
            Err(failure)
        }
    }
}

/// True if an optional endpoint is missing on the server or not permitted, so another request is
/// useless.
/// False for an expired token or a busy server.
pub(super) fn is_unsupported(failure: &Error) -> bool {
    match failure.status() {
        Some(401 | 408 | 425 | 429) => false,
        Some(status) => (400..=499).contains(&status) || status == 501,
        None => false,
    }
}

/// Passes the rate information of a response to the rate limiter.
pub(super) fn update_rate_limiter(shared: &Shared, failure: Option<&Error>) {
    match failure {
        Some(failure) if failure.status() == Some(429) || failure.retry_after.is_some() => {
            shared.rate_limiter.close(shared.clock.now().mono, failure.retry_after);
        }
        _ => shared.rate_limiter.record_success(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ErrorKind;

    #[test]
    fn retries_of_a_silent_server_end_after_a_minute() {
        for (attempt, max_attempts) in [(30, 2), (20, 3), (10, 4), (0, 4), (600, 1)] {
            let attempt = Duration::from_secs(attempt);
            let (mut transient_retries, mut total, mut attempts) = (TransientRetries::default(), attempt, 1);
            while let Some(pause) = transient_retries.next_pause(attempt) {
                total += pause + attempt;
                attempts += 1;
            }
            assert_eq!(attempts, max_attempts, "{attempt:?}");
            assert!(total <= MAX_SILENCE.max(attempt), "{total:?}");
        }
    }

    #[test]
    fn expired_token_does_not_mean_an_unsupported_endpoint() {
        let is_supported = |status| !is_unsupported(&Error::new(ErrorKind::Status(status), "w", "y", "n"));
        assert!([401, 408, 429, 500, 503].into_iter().all(is_supported));
        assert!(![400, 403, 404, 405, 501].into_iter().any(is_supported));
        assert!(!is_unsupported(&Error::new(ErrorKind::TimedOut, "w", "y", "n")));
    }
}
