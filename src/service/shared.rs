//! State shared by all tasks of the service: client, journal, clock, rate limiter, reply channel.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::cache::CacheHandle;
use super::rate_limiter::{Priority, RateLimiter};
use super::reply_sender::ReplySender;
use super::running_plans::RunningPlans;
use crate::api::Client;
use crate::clock::Clock;
use crate::domain::diff::Snapshot;
use crate::domain::{Error, ErrorKind, Identity, RequestId, ServiceReply, TablePrefs, TenancyKey};
use crate::store::Journal;

/// Shared state of one service task and its sub-tasks.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) client: Client,
    /// The tenancy whose list was loaded last.
    pub(super) list_tenancy: Mutex<Option<TenancyKey>>,
    pub(super) journal: Result<Journal, Error>,
    pub(super) clock: Clock,
    pub(super) rate_limiter: RateLimiter,
    pub(super) replies: ReplySender,
    pub(super) plans: RunningPlans,
    pub(super) deletes: DeleteTracker,
    /// True after the unfinished plans of an earlier run were reconciled.
    pub(super) is_recovered: AtomicBool,
    /// Tenancy whose past changes were reported last.
    pub(super) past_changes_of: Mutex<Option<TenancyKey>>,
    /// Tenancy whose saved triage session was reported last, or has none.
    pub(super) triage_reported_of: Mutex<Option<TenancyKey>>,
    /// True if the server does not report the members.
    pub(super) lacks_members: AtomicBool,
    pub(super) cache: CacheHandle,
    /// Baseline and gone invites for comparisons.
    pub(super) diff_state: DiffState,
    /// True if the server does not report the quota.
    pub(super) lacks_quota: AtomicBool,
    /// The table view, while it is not saved yet.
    pub(super) pending_prefs: PendingPrefs,
    /// Canceled at the end of the program.
    pub(super) quit: CancellationToken,
}

/// Origin of HTTP requests: service request, priority, cancel token and tenancy.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) id: RequestId,
    pub(super) priority: Priority,
    pub(super) cancel: CancellationToken,
    /// The only tenancy whose responses count; with `None` the tenancy of the current token.
    pub(super) tenancy: Option<TenancyKey>,
}

impl Shared {
    /// Returns the client for a caller's requests.
    /// With a token of another tenancy the client makes no requests.
    pub(super) fn client_for(&self, caller: &Caller) -> Client {
        caller.tenancy.as_ref().map_or_else(|| self.client.clone(), |key| self.client.for_tenancy(key))
    }

    /// Remembers the tenancy whose list was loaded.
    pub(super) fn set_list_tenancy(&self, tenancy: TenancyKey) {
        *self.list_tenancy.lock().unwrap_or_else(PoisonError::into_inner) = Some(tenancy);
    }

    /// Returns the client for requests about the last loaded list.
    /// All its requests are of that list's tenancy.
    pub(super) fn list_client(&self) -> Client {
        match &*self.list_tenancy.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(tenancy) => self.client.for_tenancy(tenancy),
            None => self.client.for_first_tenancy(),
        }
    }

    /// Waits and reports the wait; returns an error if `caller` is canceled.
    pub(super) async fn wait(&self, caller: &Caller, length: Duration, reason: &str) -> Result<(), Error> {
        let until = self.clock.now().mono + length;
        self.replies.send(caller.id, ServiceReply::Waiting { until, reason: reason.to_owned() }).await;
        let result = tokio::select! {
            biased;
            () = caller.cancel.cancelled() => Err(cancelled_error()),
            () = self.clock.sleep_until(until) => Ok(()),
        };
        self.replies.send(caller.id, ServiceReply::WaitOver).await;
        result
    }
}

/// Tracks this process's DELETE requests.
/// A deleted row shifts the pages of a list that is being loaded.
#[derive(Debug, Default)]
pub(super) struct DeleteTracker {
    event_count: AtomicU64,
    in_flight: AtomicUsize,
}

/// Guard of a DELETE in flight. Dropping the guard marks the end of the request, whatever the result.
#[derive(Debug)]
pub(super) struct DeleteGuard<'a>(&'a DeleteTracker);

impl DeleteTracker {
    pub(super) fn begin(&self) -> DeleteGuard<'_> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        self.event_count.fetch_add(1, Ordering::SeqCst);
        DeleteGuard(self)
    }

    /// Returns a mark for the start of a load.
    pub(super) fn mark(&self) -> u64 {
        self.event_count.load(Ordering::SeqCst)
    }

    /// True if a DELETE began, ended or was in flight since the mark.
    pub(super) fn has_delete_since(&self, mark: u64) -> bool {
        self.mark() != mark || self.in_flight.load(Ordering::SeqCst) > 0
    }
}

impl Drop for DeleteGuard<'_> {
    fn drop(&mut self) {
        self.0.event_count.fetch_add(1, Ordering::SeqCst);
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// State kept between comparisons while the program runs.
#[derive(Debug, Default)]
pub(super) struct DiffState {
    /// Baseline: the snapshot last marked as seen, or the first list of this process.
    /// Fixed for the lifetime of the process.
    pub(super) baseline: tokio::sync::Mutex<Option<Baseline>>,
    /// Invites that are proven to be gone; they cannot return.
    pub(super) gone_invites: Mutex<HashSet<Identity>>,
    /// Held during a comparison. Long lists need memory, and the newer list must be cached last.
    pub(super) lock: tokio::sync::Mutex<()>,
}

/// The snapshot that later lists are compared with.
#[derive(Debug)]
pub(super) struct Baseline {
    pub(super) key: TenancyKey,
    pub(super) snapshot: Arc<Snapshot>,
    /// True if the snapshot is the first list of this process, because no list was marked as seen before.
    pub(super) is_first: bool,
}

/// The table view to save.
/// Only one task writes at a time, and always the newest view. So an older view never overwrites a newer one.
#[derive(Debug, Default)]
pub(super) struct PendingPrefs {
    newest: Mutex<Option<TablePrefs>>,
    pub(super) write_lock: tokio::sync::Mutex<()>,
}

impl PendingPrefs {
    pub(super) fn put(&self, prefs: TablePrefs) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(prefs);
    }

    pub(super) fn take(&self) -> Option<TablePrefs> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Returns the error of a canceled request.
pub(super) fn cancelled_error() -> Error {
    Error::new(
        ErrorKind::Canceled,
        "The request was stopped",
        "a newer request replaced it, or you stopped it",
        "Try again if needed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_load_detects_concurrent_deletes() {
        let deletes = DeleteTracker::default();
        let start = deletes.mark();
        assert!(!deletes.has_delete_since(start));
        let guard = deletes.begin();
        assert!(deletes.has_delete_since(start), "a DELETE has begun");
        let middle = deletes.mark();
        assert!(deletes.has_delete_since(middle), "a DELETE is in flight");
        drop(guard);
        assert!(deletes.has_delete_since(middle), "a DELETE has ended");
        assert!(!deletes.has_delete_since(deletes.mark()));
    }
}
