//! What every task of the service holds: the client, the journal, the clock, the gate, and the channel back.
//! Also what a task knows of who asked it, and how it waits. No decisions about calls.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::cache::Caching;
use super::gate::{Gate, Who};
use super::out::Out;
use super::plans::Plans;
use crate::api::Client;
use crate::clock::Clock;
use crate::domain::change::Snapshot;
use crate::domain::{Failure, FailureKind, Identity, Reply, RequestId, TableView, TenancyKey};
use crate::store::Journal;

/// One for each service task; its sub-tasks share it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) client: Client,
    /// The tenancy whose list was read last.
    pub(super) listed: Mutex<Option<TenancyKey>>,
    pub(super) journal: Result<Journal, Failure>,
    pub(super) clock: Clock,
    pub(super) gate: Gate,
    pub(super) out: Out,
    pub(super) plans: Plans,
    pub(super) deletes: Deletes,
    /// Whether what an earlier run left over was looked at.
    pub(super) recovered: AtomicBool,
    /// Whether the server does not tell the members.
    pub(super) no_members: AtomicBool,
    /// The lists that are kept.
    pub(super) caching: Caching,
    /// What lists were compared with.
    pub(super) compares: Compares,
    /// Whether the server does not tell what is left of the cap.
    pub(super) no_caps: AtomicBool,
    /// How the table is looked at, while that is not kept yet.
    pub(super) unsaved: Unsaved,
    /// The end of the program.
    pub(super) quit: CancellationToken,
}

/// In whose name calls are made, and what ends them.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) id: RequestId,
    pub(super) who: Who,
    pub(super) cancel: CancellationToken,
    /// The only tenancy whose responses count; `None`: that of the token as it is then.
    pub(super) tenancy: Option<TenancyKey>,
}

impl Shared {
    /// The client for these requests: with a token of another tenancy than theirs it sends nothing.
    pub(super) fn client_for(&self, asker: &Asker) -> Client {
        asker.tenancy.as_ref().map_or_else(|| self.client.clone(), |key| self.client.for_tenancy(key))
    }

    /// Remembers whose list was read.
    pub(super) fn note_listed(&self, tenancy: TenancyKey) {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = Some(tenancy);
    }

    /// The client for requests about the list that was read last: they are of one tenancy, and of that list's.
    pub(super) fn client_of_list(&self) -> Client {
        match &*self.listed.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(tenancy) => self.client.for_tenancy(tenancy),
            None => self.client.for_one_tenancy(),
        }
    }

    /// Waits, visibly, unless it is cancelled.
    pub(super) async fn wait(&self, asker: &Asker, length: Duration, why: &str) -> Result<(), Failure> {
        let until = self.clock.now().mono + length;
        self.out.send(asker.id, Reply::Waiting { until, why: why.to_owned() }).await;
        let waited = tokio::select! {
            biased;
            () = asker.cancel.cancelled() => Err(cancelled()),
            () = self.clock.sleep_until(until) => Ok(()),
        };
        self.out.send(asker.id, Reply::WaitOver).await;
        waited
    }
}

/// Which DELETE calls of ours a reading of the list has to know of: pages shift when a row goes.
#[derive(Debug, Default)]
pub(super) struct Deletes {
    edges: AtomicU64,
    in_flight: AtomicUsize,
}

/// A DELETE in flight; dropping it ends it, however it ended.
#[derive(Debug)]
pub(super) struct Deleting<'a>(&'a Deletes);

impl Deletes {
    pub(super) fn begin(&self) -> Deleting<'_> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        self.edges.fetch_add(1, Ordering::SeqCst);
        Deleting(self)
    }

    /// Marks the start of a reading.
    pub(super) fn mark(&self) -> u64 {
        self.edges.load(Ordering::SeqCst)
    }

    /// Whether a DELETE began, ended or was in flight since the mark.
    pub(super) fn any_since(&self, mark: u64) -> bool {
        self.mark() != mark || self.in_flight.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Deleting<'_> {
    fn drop(&mut self) {
        self.0.edges.fetch_add(1, Ordering::SeqCst);
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What is remembered between comparisons, as long as the program runs.
#[derive(Debug, Default)]
pub(super) struct Compares {
    /// The list that was seen before this run, or else its first one. It does not move while the program runs, so
    /// that what was told once can be read again.
    pub(super) baseline: tokio::sync::Mutex<Option<Baseline>>,
    /// Invites that are gone for certain: none of them comes back.
    pub(super) gone: Mutex<HashSet<Identity>>,
    /// Whoever has this compares: two long lists need room, and the newer one is to be kept last.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// A list that others are compared with.
#[derive(Debug)]
pub(super) struct Baseline {
    pub(super) key: TenancyKey,
    pub(super) old: Arc<Snapshot>,
    /// It is the first list of this run, because none was seen before.
    pub(super) is_first: bool,
}

/// How the table is looked at, as far as that is still to be kept. One writes at a time and always the newest, so that
/// none overtakes another.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    newest: Mutex<Option<TableView>>,
    pub(super) writing: tokio::sync::Mutex<()>,
}

impl Unsaved {
    pub(super) fn put(&self, view: TableView) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
    }

    pub(super) fn take(&self) -> Option<TableView> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What a call ends with that was cancelled.
pub(super) fn cancelled() -> Failure {
    Failure::new(
        FailureKind::Cancelled,
        "It was cancelled",
        "it was asked to end",
        "Ask again if it is wanted.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_knows_of_every_delete_that_touched_it() {
        let deletes = Deletes::default();
        let quiet = deletes.mark();
        assert!(!deletes.any_since(quiet));
        let deleting = deletes.begin();
        assert!(deletes.any_since(quiet), "one began meanwhile");
        let during = deletes.mark();
        assert!(deletes.any_since(during), "one is in flight all the time");
        drop(deleting);
        assert!(deletes.any_since(during), "one ended meanwhile");
        assert!(!deletes.any_since(deletes.mark()));
    }
}
