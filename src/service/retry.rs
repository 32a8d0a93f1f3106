//! Retries reading requests, through the rate limiter and with back-off. Only for requests that change nothing
//! on the server; writes are in the executor.

use std::time::Duration;

use super::shared::{Caller, Shared, cancelled_error};
use crate::api::ApiResponse;
use crate::domain::Error;

/// Total time after which an unresponsive server is given up.
const MAX_SILENCE: Duration = Duration::from_secs(60);
/// Pauses between the retries of a temporary failure; after these it is final.
const RETRY_PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// Maximum number of consecutive 429 responses, each waited out.
pub(super) const MAX_RATE_LIMITED: usize = 20;

/// Makes a reading request, and retries it while that may help.
pub(super) async fn read_with_retry<T, F>(
    shared: &Shared,
    asker: &Caller,
    call: impl Fn() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let (mut tries, mut limited, mut reloaded) = (TransientRetries::default(), 0, false);
    loop {
        let mut took = Duration::ZERO;
        let failure = match send_once(shared, asker, &call, &mut took).await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        match failure.status() {
            Some(429) if limited < MAX_RATE_LIMITED => limited += 1,
            Some(401) if !reloaded && shared.client.reload_token().await => reloaded = true,
            Some(401 | 429) => return Err(failure),
            _ => {
                let pause = if failure.is_transient() { tries.next_pause(took) } else { None };
                let Some(pause) = pause else { return Err(failure) };
                // If the server named a time, the rate limiter blocks until then.
                if failure.retry_after.is_none() {
                    shared.wait(asker, pause, &failure.cause).await?;
                }
            }
        }
    }
}

/// The retries of one request with temporary failures.
#[derive(Debug, Default)]
pub(super) struct TransientRetries {
    count: usize,
    /// Their total time with pauses, without the waits that the server asked for.
    spent: Duration,
}

impl TransientRetries {
    /// Returns how long to wait before the next retry; `None` if this was the last one. An attempt that took longer
    /// than the pause needs no extra wait.
    pub(super) fn next_pause(&mut self, took: Duration) -> Option<Duration> {
        let pause = RETRY_PAUSES.get(self.count)?.saturating_sub(took);
        self.count += 1;
        self.spent += took + pause;
        (self.spent < MAX_SILENCE).then_some(pause)
    }
}

async fn send_once<T, F>(
    shared: &Shared,
    asker: &Caller,
    call: &impl Fn() -> F,
    took: &mut Duration,
) -> Result<T, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let through_the_gate = async {
        shared.rate_limiter.acquire(asker.priority).await?;
        let begun = shared.clock.now().mono;
        let result = call().await;
        *took = shared.clock.now().mono.saturating_sub(begun);
        update_rate_limiter(shared, result.as_ref().err());
        result
    };
    let result = tokio::select! {
        biased;
        () = asker.cancel.cancelled() => return Err(cancelled_error()),
        result = through_the_gate => result,
    };
    shared.replies.send_connection(shared.client.connection()).await;
    match result {
        Ok(got) => {
            shared.replies.request_made(got.record).await;
            Ok(got.value)
        }
        Err(failure) => {
            shared.replies.request_failed(&failure).await;
            Err(failure)
        }
    }
}

/// True if an optional endpoint is missing on the server or not permitted, so asking again is useless. An
/// expired token or a busy server prove neither.
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
        for (each, tries) in [(30, 2), (20, 3), (10, 4), (0, 4), (600, 1)] {
            let each = Duration::from_secs(each);
            let (mut made, mut all, mut done) = (TransientRetries::default(), each, 1);
            while let Some(pause) = made.next_pause(each) {
                all += pause + each;
                done += 1;
            }
            assert_eq!(done, tries, "{each:?}");
            assert!(all <= MAX_SILENCE.max(each), "{all:?}");
        }
    }

    #[test]
    fn expired_token_does_not_mean_an_unsupported_endpoint() {
        let there = |status| !is_unsupported(&Error::new(ErrorKind::Status(status), "w", "y", "n"));
        assert!([401, 408, 429, 500, 503].into_iter().all(there));
        assert!(![400, 403, 404, 405, 501].into_iter().any(there));
        assert!(!is_unsupported(&Error::new(ErrorKind::TimedOut, "w", "y", "n")));
    }
}
