//! The list of invites, its completeness, and the state of auto-refresh.
//!
//! [`InviteList`] holds the shown invites and, separately, the invites of a running fetch.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::invite_store::InviteStore;
use crate::domain::planner::Planner;
use crate::domain::{Error, Identity, Invite, RequestId};

/// Running fetch of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// Request of the fetch; replies to other requests are stale.
    pub id: RequestId,
    /// Number of rows received.
    pub rows: usize,
    /// Total number of invites that the server reports, if any.
    pub total: Option<u64>,
    /// Why the fetch restarted, if it did.
    pub restart_reason: Option<String>,
    /// Number of received rows that cannot be displayed.
    pub unreadable: usize,
}

/// Completeness of the shown list.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Completeness {
    /// Not loaded yet.
    #[default]
    NotLoaded,
    /// Complete.
    Complete {
        /// When the last page arrived, by the local clock.
        at: Timestamp,
    },
    /// Partial: the fetch failed before the last page.
    Partial(Error),
    /// Offline: an older snapshot is shown.
    Cached {
        /// When the snapshot was complete, by the server's clock.
        at: Timestamp,
        /// Why there is no newer list.
        failure: Error,
    },
}

/// Result of a fetch.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchResult {
    /// Complete, at this time of the local clock.
    Complete(Timestamp),
    /// The fetch failed before the last page.
    Partial(Error),
}

/// The list of invites.
#[derive(Debug, Clone, Default)]
pub struct InviteList {
    /// The shown invites.
    pub shown: InviteStore,
    /// Completeness of `shown`.
    pub completeness: Completeness,
    /// Number of rows that cannot be displayed; each may be an invite for any email.
    pub unreadable: usize,
    /// The running fetch.
    pub fetch: Option<Fetch>,
    /// Rows of the running fetch, while `shown` stays visible.
    pub incoming: Option<InviteStore>,
    /// Why the last fetch failed, if older rows are still shown.
    pub refresh_error: Option<Error>,
}

impl InviteList {
    /// Returns the time of the snapshot, if the shown list is a snapshot.
    pub fn cached_at(&self) -> Option<Timestamp> {
        match self.completeness {
            Completeness::Cached { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Returns why there are no rows, if the load failed.
    pub fn load_error(&self) -> Option<&Error> {
        match &self.completeness {
            Completeness::Partial(failure) if self.shown.is_empty() && self.fetch.is_none() => Some(failure),
            _ => None,
        }
    }

    /// Begins a fetch. Shown rows stay; rows of an empty list appear as they arrive.
    pub fn start_fetch(&mut self, id: RequestId) {
        self.fetch = Some(Fetch { id, rows: 0, total: None, restart_reason: None, unreadable: 0 });
        // A complete empty list stays until the fetch ends: rows that stream in are incomplete.
        if self.shown.is_empty() && !self.is_complete() && self.cached_at().is_none() {
            (self.completeness, self.incoming) = (Completeness::NotLoaded, None);
        } else {
            self.incoming = Some(InviteStore::default());
        }
    }

    /// Restarts the fetch. Rows received so far stay visible until new rows replace them.
    pub fn restart_fetch(&mut self, reason: String) {
        if let Some(fetch) = &mut self.fetch {
            (fetch.rows, fetch.unreadable, fetch.restart_reason) = (0, 0, Some(reason));
            self.incoming = Some(InviteStore::default());
        }
    }

    /// Adds rows of the running fetch.
    pub fn add_rows(&mut self, invites: &[Invite], total: Option<u64>, unreadable: usize) {
        let Some(fetch) = &mut self.fetch else { return };
        let store = self.incoming.as_mut().unwrap_or(&mut self.shown);
        for invite in invites {
            store.insert(invite);
        }
        fetch.rows = store.len();
        fetch.total = total.or(fetch.total);
        fetch.unreadable += unreadable;
        if self.incoming.is_none() {
            self.unreadable = fetch.unreadable;
        }
    }

    /// True if rows of the running fetch appear as they arrive.
    pub fn is_streaming(&self) -> bool {
        self.fetch.is_some() && self.incoming.is_none()
    }

    /// True if the incoming rows will replace the shown rows for this fetch result.
    pub fn will_replace(&self, result: &FetchResult) -> bool {
        self.incoming.as_ref().is_some_and(|incoming| match result {
            FetchResult::Complete(_) => true,
            // An older complete list is more useful than a part of the new one.
            FetchResult::Partial(_) => {
                !self.is_complete() && self.cached_at().is_none() && incoming.len() > self.shown.len()
            }
        })
    }

    /// Ends the fetch.
    pub fn finish_fetch(&mut self, result: FetchResult) {
        let is_replaced = self.will_replace(&result);
        let unreadable = self.fetch.take().map(|fetch| fetch.unreadable);
        if self.incoming.is_none() || is_replaced {
            self.unreadable = unreadable.unwrap_or(self.unreadable);
        }
        if let Some(incoming) = self.incoming.take().filter(|_| is_replaced) {
            self.shown = incoming;
        }
        match (result, &mut self.completeness) {
            (FetchResult::Complete(at), completeness) => {
                self.refresh_error = None;
                *completeness = Completeness::Complete { at };
            }
            (FetchResult::Partial(failure), Completeness::Complete { .. }) => {
                self.refresh_error = Some(failure);
            }
            // Without access to the list, its older rows are not shown either.
            (FetchResult::Partial(newer), completeness @ Completeness::Cached { .. })
                if newer.is_about_access() =>
            {
                (self.shown, *completeness) = (InviteStore::default(), Completeness::Partial(newer));
            }
            (FetchResult::Partial(newer), Completeness::Cached { failure, .. }) => *failure = newer,
            (FetchResult::Partial(failure), completeness) => {
                *completeness = Completeness::Partial(failure);
            }
        }
    }

    /// Inserts a single invite that was created or looked up.
    pub fn insert(&mut self, invite: &Invite) {
        self.shown.insert(invite);
        if let Some(incoming) = &mut self.incoming {
            incoming.insert(invite);
        }
    }

    /// Removes an invite that is certainly gone. Returns true if the invite was shown.
    pub fn remove(&mut self, identity: &Identity) -> bool {
        if let Some(incoming) = &mut self.incoming {
            incoming.remove(identity);
        }
        self.shown.remove(identity)
    }

    /// Returns the planner for the shown list.
    pub fn planner(&self) -> Planner<'_> {
        Planner::new(&self.shown, self.is_complete())
    }

    /// True if the list is complete, so a missing invite is really missing.
    pub fn is_complete(&self) -> bool {
        matches!(self.completeness, Completeness::Complete { .. })
    }
}

/// Filter and sort job that runs in the background.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingQuery {
    /// Identifies the job.
    pub number: u64,
    /// Result of the fetch whose incoming rows this job sorts; they are shown when the job ends.
    pub finishes_fetch: Option<FetchResult>,
    /// True if rows arrived since the job started: the job must run again.
    pub needs_rerun: bool,
}

/// Default time between automatic refreshes.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Maximum interval; repeated failures increase the interval up to this limit.
const MAX_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// State of auto-refresh.
#[derive(Debug, Clone)]
pub struct AutoRefresh {
    pub(crate) enabled: bool,
    pub(crate) interval: Duration,
    /// Time of the next refresh, on the monotonic clock.
    pub(crate) due_at: Option<Duration>,
    /// The running automatic fetch.
    pub(crate) fetch_id: Option<RequestId>,
    /// Number of automatic fetches that failed since the last success.
    pub(crate) failures: u32,
}

impl Default for AutoRefresh {
    fn default() -> AutoRefresh {
        AutoRefresh { enabled: false, interval: DEFAULT_INTERVAL, due_at: None, fetch_id: None, failures: 0 }
    }
}

impl AutoRefresh {
    /// Creates the state from the configured interval. Without an interval, auto-refresh is off.
    pub fn with_interval(interval: Option<Duration>) -> AutoRefresh {
        AutoRefresh {
            enabled: interval.is_some(),
            interval: interval.unwrap_or(DEFAULT_INTERVAL),
            ..AutoRefresh::default()
        }
    }

    /// Returns the label "every 5 min" if auto-refresh is on.
    pub fn label(&self) -> Option<String> {
        self.enabled.then(|| format!("every {} min", self.interval.as_secs() / 60))
    }

    /// Returns the time between two refreshes, which grows with the number of failures.
    pub(crate) fn delay(&self) -> Duration {
        let delay = self.interval.saturating_mul(1 << self.failures.min(6));
        delay.min(MAX_INTERVAL.max(self.interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ErrorKind, Expiry};

    fn invite(name: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: name.into(), message: String::new(), expiry: Expiry(None) }
    }

    fn failure() -> Error {
        Error::new(ErrorKind::TimedOut, "w", "y", "n")
    }

    #[test]
    fn first_load_streams_and_refresh_does_not() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1));
        list.add_rows(&[invite("a"), invite("b")], Some(3), 0);
        assert_eq!(list.shown.len(), 2);
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2));
        list.add_rows(&[invite("c")], None, 0);
        assert_eq!(list.shown.len(), 2, "the old rows stay while the new ones come");
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        assert_eq!(list.shown.len(), 1);
    }

    #[test]
    fn failed_refresh_keeps_the_complete_list_as_stale() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1));
        list.add_rows(&[invite("a")], None, 0);
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2));
        list.finish_fetch(FetchResult::Partial(failure()));
        assert!(list.is_complete() && list.refresh_error.is_some());
        assert_eq!(list.shown.len(), 1);
    }

    #[test]
    fn failed_first_load_keeps_the_loaded_rows() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1));
        list.add_rows(&[invite("a"), invite("b")], None, 0);
        list.restart_fetch("a row was deleted".into());
        list.add_rows(&[invite("a")], None, 0);
        list.finish_fetch(FetchResult::Partial(failure()));
        assert_eq!(list.shown.len(), 2);
        assert!(!list.is_complete());
    }

    #[test]
    fn list_is_not_complete_while_rows_stream_in() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1));
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2));
        list.add_rows(&[invite("a")], Some(9), 0);
        assert!(
            !list.is_streaming() && list.is_complete() && list.shown.is_empty(),
            "the empty list was complete"
        );
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        assert_eq!(list.shown.len(), 1);
    }
}
