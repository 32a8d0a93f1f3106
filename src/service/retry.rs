//! Retries requests, with the rate limiter and back-off, and makes read requests.
//! `executor` makes the requests that change something.

use std::time::Duration;

use super::shared::{Caller, Shared, cancelled_error};
use crate::api::ApiResponse;
use crate::domain::{Error, HttpRecord};

/// Total time after which requests to an unresponsive server are not retried.
const MAX_SILENCE: Duration = Duration::from_secs(60);
/// Pauses before the retries of a temporary error. There are as many retries as pauses.
const RETRY_PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// Maximum number of 429 responses to one request. A wait follows each response.
const MAX_RATE_LIMITED_RESPONSES: usize = 20;

/// Result of one attempt to make a request.
pub(super) enum Attempt<T> {
    /// A retry is not needed or would not be safe.
    Ended(T),
    /// The request failed after this time and had no effect.
    Failed(Error, Duration),
}

/// Makes attempts while a retry may help. `caller` cancels the waits between them.
pub(super) async fn retry<T, E, F>(shared: &Shared, caller: &Caller, attempt: impl Fn() -> F) -> Result<T, E>
where
    E: From<Error>,
    F: Future<Output = Result<Attempt<T>, E>>,
{
    let (mut transient_retries, mut rate_limited, mut has_reloaded) = (TransientRetries::default(), 0, false);
    loop {
        let (failure, duration) = match attempt().await? {
            Attempt::Ended(value) => return Ok(value),
            Attempt::Failed(failure, duration) => (failure, duration),
        };
        match failure.status() {
            Some(429) if rate_limited < MAX_RATE_LIMITED_RESPONSES => rate_limited += 1,
            Some(401) if !has_reloaded && shared.client.reload_token().await => has_reloaded = true,
            Some(401 | 429) => return Err(failure.into()),
            _ => {
                let pause =
                    if failure.is_transient() { transient_retries.next_pause(duration) } else { None };
                let Some(pause) = pause else { return Err(failure.into()) };
                // If the server asked for a wait, the rate limiter blocks until the wait is over.
                if failure.retry_after.is_none() {
                    shared.wait(caller, pause, &failure.cause).await?;
                }
            }
        }
    }
}

/// Makes a read request, and retries it while a retry may help.
pub(super) async fn read_with_retry<T, F>(
    shared: &Shared,
    caller: &Caller,
    call: impl Fn() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    retry(shared, caller, || read_once(shared, caller, &call)).await
}

async fn read_once<T, F>(shared: &Shared, caller: &Caller, call: &impl Fn() -> F) -> Result<Attempt<T>, Error>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let send = async {
        shared.rate_limiter.acquire(caller.priority).await?;
        Ok(measure(shared, call()).await)
    };
    let (result, duration) = tokio::select! {
        biased;
        () = caller.cancel.cancelled() => return Err(cancelled_error()),
        sent = send => sent?,
    };
    Ok(match report(shared, result).await {
        Ok(value) => Attempt::Ended(value),
        Err(failure) => Attempt::Failed(failure, duration),
    })
}

/// Awaits a request, returns how long it took, and passes its rate information to the rate limiter.
pub(super) async fn measure<T>(
    shared: &Shared,
    request: impl Future<Output = Result<T, Error>>,
) -> (Result<T, Error>, Duration) {
    let started_at = shared.clock.now().mono;
    let result = request.await;
    let ended_at = shared.clock.now().mono;
    match &result {
        Err(failure) if failure.status() == Some(429) || failure.retry_after.is_some() => {
            shared.rate_limiter.close(ended_at, failure.retry_after);
        }
        _ => shared.rate_limiter.record_success(),
    }
    (result, ended_at.saturating_sub(started_at))
}

/// Reports a request and the connection, and returns the response's value.
pub(super) async fn report<T>(shared: &Shared, result: Result<ApiResponse<T>, Error>) -> Result<T, Error> {
    shared.replies.report_connection(shared.client.connection()).await;
    match result {
        Ok(response) => {
            shared.replies.report_request(response.record).await;
            Ok(response.value)
        }
        Err(failure) => {
            if let Some(record) = &failure.record {
                shared.replies.report_request(HttpRecord::clone(record)).await;
            }
            Err(failure)
        }
    }
}

/// Counts the retries of one request after temporary errors.
#[derive(Debug, Default)]
struct TransientRetries {
    count: usize,
    /// Total time of the attempts and pauses, without the waits that the server asked for.
    spent: Duration,
}

impl TransientRetries {
    /// Returns how long to wait before the next retry; `None` if no retry is left.
    /// An attempt that took longer than the pause needs no extra wait.
    fn next_pause(&mut self, duration: Duration) -> Option<Duration> {
        let pause = RETRY_PAUSES.get(self.count)?.saturating_sub(duration);
        self.count += 1;
        self.spent += duration + pause;
        (self.spent < MAX_SILENCE).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
