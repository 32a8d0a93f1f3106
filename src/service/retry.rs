//! Reads that repeat themselves: through the gate, with back-off where trying again may help.
//! Only what changes nothing on the server may come through here; writes are the executor's.

use std::time::Duration;

use super::shared::{Asker, Shared, cancelled};
use crate::api::Got;
use crate::domain::Failure;

/// Waits before the repeats of a call that failed in passing; after these it has failed.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// So many 429 in a row, each waited out, before we give up.
pub(super) const LIMITED: usize = 20;

/// Makes a reading call, and repeats it while that may help.
pub(super) async fn read<T, F>(shared: &Shared, asker: &Asker, call: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<Got<T>, Failure>>,
{
    let (mut tries, mut limited, mut reloaded) = (0, 0, false);
    loop {
        let failure = match once(shared, asker, &call).await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        match failure.status() {
            Some(429) if limited < LIMITED => limited += 1,
            Some(401) if !reloaded && shared.client.reload_token().await => reloaded = true,
            Some(401 | 429) => return Err(failure),
            _ => {
                let pause = PAUSES.get(tries).filter(|_| failure.is_passing()).copied();
                let Some(pause) = pause else { return Err(failure) };
                tries += 1;
                // Where the server named a time the gate is closed until then.
                if failure.wait.is_none() {
                    shared.wait(asker, pause, &failure.why).await?;
                }
            }
        }
    }
}

async fn once<T, F>(shared: &Shared, asker: &Asker, call: &impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<Got<T>, Failure>>,
{
    let through_the_gate = async {
        shared.gate.enter(asker.who).await?;
        let result = call().await;
        note(shared, result.as_ref().err());
        result
    };
    let result = tokio::select! {
        biased;
        () = asker.cancel.cancelled() => return Err(cancelled()),
        result = through_the_gate => result,
    };
    shared.out.session(shared.client.session()).await;
    match result {
        Ok(got) => {
            shared.out.called(got.call).await;
            Ok(got.value)
        }
        Err(failure) => {
            shared.out.failed(&failure).await;
            Err(failure)
        }
    }
}

/// Whether a call that is optional on the server is none of this one's, or not for us, so that asking again is of no
/// use. A token that ran out, and a server that is busy, say nothing of that.
pub(super) fn is_not_there(failure: &Failure) -> bool {
    match failure.status() {
        Some(401 | 408 | 425 | 429) => false,
        Some(status) => (400..=499).contains(&status) || status == 501,
        None => false,
    }
}

/// Tells the gate what an answer says about the rate.
pub(super) fn note(shared: &Shared, failure: Option<&Failure>) {
    match failure {
        Some(failure) if failure.status() == Some(429) || failure.wait.is_some() => {
            shared.gate.close(shared.clock.now().mono, failure.wait);
        }
        _ => shared.gate.answered(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FailureKind;

    #[test]
    fn a_token_that_ran_out_does_not_mean_that_the_server_lacks_a_call() {
        let there = |status| !is_not_there(&Failure::new(FailureKind::Status(status), "w", "y", "n"));
        assert!([401, 408, 429, 500, 503].into_iter().all(there));
        assert!(![400, 403, 404, 405, 501].into_iter().any(there));
        assert!(!is_not_there(&Failure::new(FailureKind::TimedOut, "w", "y", "n")));
    }
}
