//! What is known of the list of invites, and how completely: the roster that is shown, the one that a reading
//! is filling behind it, and the words in which the screen says which it is.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::invite_store::InviteStore;
use crate::domain::planner::Planner;
use crate::domain::{Error, Identity, Invite, RequestId};

/// A reading that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// The request that started it; replies to any other are stale.
    pub id: RequestId,
    /// When it began, on the monotonic clock.
    pub since: Duration,
    /// How many rows it has brought.
    pub rows: usize,
    /// How many the server says there are.
    pub total: Option<u64>,
    /// Why it started over, if it did.
    pub again: Option<String>,
    /// How many rows came that cannot be shown.
    pub unreadable: usize,
}

/// How much of the list is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Completeness {
    /// Nothing was read to the end yet.
    #[default]
    NotLoaded,
    /// All of it, as of then.
    Complete {
        /// When the last page arrived, by this machine's clock.
        at: Timestamp,
    },
    /// A part: the reading failed on its way.
    Partial(Error),
    /// Nothing of it as it is now: what is shown is an older one that was kept.
    Cached {
        /// When that one was complete, by the server's clock.
        at: Timestamp,
        /// Why there is no newer one.
        failure: Error,
    },
}

/// How a reading ended.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchResult {
    /// It got to the end, at that moment by this machine's clock.
    Complete(Timestamp),
    /// It failed on its way.
    Partial(Error),
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct InviteList {
    /// What is shown.
    pub shown: InviteStore,
    /// How much of the list `shown` is.
    pub completeness: Completeness,
    /// How many rows of the list cannot be shown: each may be an invite for any email.
    pub unreadable: usize,
    /// The reading under way.
    pub fetch: Option<Fetch>,
    /// What a reading fills while `shown` stays visible.
    pub incoming: Option<InviteStore>,
    /// Why the last reading failed, where older rows are still shown.
    pub refresh_error: Option<Error>,
    /// Whether the saved list was asked for.
    pub cache_requested: bool,
}

impl InviteList {
    /// As of when the list is that is shown, where it is one that was saved.
    pub fn cached_at(&self) -> Option<Timestamp> {
        match self.completeness {
            Completeness::Cached { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Begins a reading. Rows that are shown stay; into an empty list the rows stream visibly.
    pub fn start_fetch(&mut self, id: RequestId, since: Duration) {
        self.fetch = Some(Fetch { id, since, rows: 0, total: None, again: None, unreadable: 0 });
        // A list that is known to be empty stays so until there is better: what streams in is not complete.
        if self.shown.is_empty()
            && !self.is_complete()
            && !matches!(self.completeness, Completeness::Cached { .. })
        {
            (self.completeness, self.incoming) = (Completeness::NotLoaded, None);
        } else {
            self.incoming = Some(InviteStore::default());
        }
    }

    /// The reading starts over; what it brought so far is void, but stays on the screen until there is better.
    pub fn restart_fetch(&mut self, why: String) {
        if let Some(reading) = &mut self.fetch {
            (reading.rows, reading.unreadable, reading.again) = (0, 0, Some(why));
            self.incoming = Some(InviteStore::default());
        }
    }

    /// Takes rows of the reading under way.
    pub fn add_rows(&mut self, invites: &[Invite], total: Option<u64>, unreadable: usize) {
        let Some(reading) = &mut self.fetch else { return };
        let roster = self.incoming.as_mut().unwrap_or(&mut self.shown);
        for invite in invites {
            roster.insert(invite);
        }
        reading.rows = roster.len();
        reading.total = total.or(reading.total);
        reading.unreadable += unreadable;
        if self.incoming.is_none() {
            self.unreadable = reading.unreadable;
        }
    }

    /// Whether rows of the reading under way are visible as they come.
    pub fn is_streaming(&self) -> bool {
        self.fetch.is_some() && self.incoming.is_none()
    }

    /// Whether rows that came behind the shown ones take their place when the reading ends so.
    pub fn will_replace(&self, ending: &FetchResult) -> bool {
        self.incoming.as_ref().is_some_and(|incoming| match ending {
            FetchResult::Complete(_) => true,
            // An older list that is whole says more than a part of the newer one.
            FetchResult::Partial(_) if matches!(self.completeness, Completeness::Cached { .. }) => false,
            FetchResult::Partial(_) => !self.is_complete() && incoming.len() > self.shown.len(),
        })
    }

    /// The reading is over.
    pub fn finish_fetch(&mut self, ending: FetchResult) {
        let unreadable = self.fetch.take().map(|reading| reading.unreadable);
        if self.incoming.is_none() || self.will_replace(&ending) {
            self.unreadable = unreadable.unwrap_or(self.unreadable);
        }
        match ending {
            FetchResult::Complete(at) => self.complete(at),
            FetchResult::Partial(failure) => self.fail(failure),
        }
    }

    fn complete(&mut self, at: Timestamp) {
        self.refresh_error = None;
        self.completeness = Completeness::Complete { at };
        if let Some(incoming) = self.incoming.take() {
            self.shown = incoming;
        }
    }

    /// What was known completely stays; otherwise the longer part is shown.
    fn fail(&mut self, failure: Error) {
        let incoming = self.incoming.take();
        if matches!(self.completeness, Completeness::Complete { .. }) {
            self.refresh_error = Some(failure);
            return;
        }
        if let Completeness::Cached { failure: known, .. } = &mut self.completeness {
            *known = failure;
            return;
        }
        if let Some(incoming) = incoming.filter(|incoming| incoming.len() > self.shown.len()) {
            self.shown = incoming;
        }
        self.completeness = Completeness::Partial(failure);
    }

    /// An invite that the server has told us of by itself: made by us, or looked up.
    pub fn insert(&mut self, invite: &Invite) {
        self.shown.insert(invite);
        if let Some(incoming) = &mut self.incoming {
            incoming.insert(invite);
        }
    }

    /// An invite that is gone for certain. True when it was shown.
    pub fn remove(&mut self, identity: &Identity) -> bool {
        if let Some(incoming) = &mut self.incoming {
            incoming.remove(identity);
        }
        self.shown.remove(identity)
    }

    /// What plans steps by the list that is shown.
    pub fn planner(&self) -> Planner<'_> {
        Planner::new(&self.shown, self.is_complete())
    }

    /// Whether all of the list is known, so that absence means something.
    pub fn is_complete(&self) -> bool {
        matches!(self.completeness, Completeness::Complete { .. })
    }
}

/// An arrangement that is being made off the loop.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingQuery {
    /// Names it.
    pub number: u64,
    /// It is of the incoming rows of a reading that ended so; they are shown as soon as it is there.
    pub finishes_fetch: Option<FetchResult>,
    /// Rows have arrived since: it is to be made again.
    pub needs_rerun: bool,
}

/// How often, where nothing is configured.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// After failures it is tried more and more rarely, but at least so often.
const MAX_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Whether, how often, and when next.
#[derive(Debug, Clone)]
pub struct AutoRefresh {
    pub(crate) enabled: bool,
    pub(crate) interval: Duration,
    /// When the list is to be read next, on the monotonic clock.
    pub(crate) due_at: Option<Duration>,
    /// The reading that was begun by itself.
    pub(crate) fetch_id: Option<RequestId>,
    /// How many readings by itself have failed since one worked.
    pub(crate) failures: u32,
}

impl Default for AutoRefresh {
    fn default() -> AutoRefresh {
        AutoRefresh { enabled: false, interval: DEFAULT_INTERVAL, due_at: None, fetch_id: None, failures: 0 }
    }
}

impl AutoRefresh {
    /// As configured; not at all where nothing is.
    pub fn with_interval(every: Option<Duration>) -> AutoRefresh {
        AutoRefresh {
            enabled: every.is_some(),
            interval: every.unwrap_or(DEFAULT_INTERVAL),
            ..AutoRefresh::default()
        }
    }

    /// "every 5 min", while it is on.
    pub fn label(&self) -> Option<String> {
        self.enabled.then(|| format!("every {} min", self.interval.as_secs() / 60))
    }

    /// How long until the next reading, after that many failures.
    pub(crate) fn delay(&self) -> Duration {
        let longer = self.interval.saturating_mul(1 << self.failures.min(6));
        longer.min(MAX_INTERVAL.max(self.interval))
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
        list.start_fetch(RequestId(1), Duration::ZERO);
        list.add_rows(&[invite("a"), invite("b")], Some(3), 0);
        assert_eq!(list.shown.len(), 2);
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2), Duration::ZERO);
        list.add_rows(&[invite("c")], None, 0);
        assert_eq!(list.shown.len(), 2, "the old rows stay while the new ones come");
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        assert_eq!(list.shown.len(), 1);
    }

    #[test]
    fn failed_refresh_keeps_the_complete_list_as_stale() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1), Duration::ZERO);
        list.add_rows(&[invite("a")], None, 0);
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2), Duration::ZERO);
        list.finish_fetch(FetchResult::Partial(failure()));
        assert!(list.is_complete() && list.refresh_error.is_some());
        assert_eq!(list.shown.len(), 1);
    }

    #[test]
    fn failed_first_load_keeps_the_loaded_rows() {
        let mut list = InviteList::default();
        list.start_fetch(RequestId(1), Duration::ZERO);
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
        list.start_fetch(RequestId(1), Duration::ZERO);
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        list.start_fetch(RequestId(2), Duration::ZERO);
        list.add_rows(&[invite("a")], Some(9), 0);
        assert!(
            !list.is_streaming() && list.is_complete() && list.shown.is_empty(),
            "the empty list was complete"
        );
        list.finish_fetch(FetchResult::Complete(Timestamp::UNIX_EPOCH));
        assert_eq!(list.shown.len(), 1);
    }
}
