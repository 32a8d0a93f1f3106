//! What the requests that were not answered yet were asked for. An answer goes to whoever is named here, and to nobody
//! where a newer request of the same kind was made since, or the tenancy is another one.

use crate::domain::{Identity, PlanId, RequestId};

/// What a request was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestPurpose {
    /// The copy of the list that was saved last, while the server does not answer.
    CachedList,
    /// The invite in the detail, as it is now.
    Lookup(Identity),
    /// What changed since the last visit.
    Diff,
    /// The journal, for its view.
    Journal,
    /// The newest plans of the journal, for what can be undone of them.
    Undo,
    /// The journal, for the entries of an import.
    Import,
    /// The order and columns of the table.
    TablePrefs,
    /// The members.
    Members,
    /// What is left of the quota.
    Quota,
    /// All notes, snoozes and dismissals.
    Annotations,
    /// A dismissal that is to be written or removed, or a note that is to be carried to another email.
    Annotation,
    /// A note that is to be written.
    Note {
        /// Whom it is about.
        email: String,
        /// The note; empty where it is to be removed.
        note: String,
    },
    /// A snooze that is to be written.
    Snooze {
        /// What is said when it is written.
        text: String,
    },
    /// A plan that is to be staged.
    Stage(PlanId),
}

impl RequestPurpose {
    /// Whether it writes to the journal: then a failure is always reported.
    fn is_write(&self) -> bool {
        matches!(
            self,
            RequestPurpose::Note { .. }
                | RequestPurpose::Snooze { .. }
                | RequestPurpose::Annotation
                | RequestPurpose::Stage(_)
        )
    }

    /// Whether an older request of the same kind is of no use once there is a newer one.
    fn replaces(&self, older: &RequestPurpose) -> bool {
        let is_single = !self.is_write() && *self != RequestPurpose::Annotations;
        is_single && std::mem::discriminant(self) == std::mem::discriminant(older)
    }
}

/// The requests that were not answered yet, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Vec<PendingRequest>);

#[derive(Debug, Clone)]
struct PendingRequest {
    id: RequestId,
    purpose: RequestPurpose,
    /// Nobody wants its answer any more.
    is_void: bool,
}

impl InFlight {
    /// Notes a request. An older one that it replaces is void.
    pub(crate) fn add(&mut self, id: RequestId, purpose: RequestPurpose) {
        for older in &mut self.0 {
            older.is_void |= purpose.replaces(&older.purpose);
        }
        self.0.push(PendingRequest { id, purpose, is_void: false });
    }

    /// What a request was asked for, where its answer is still wanted.
    pub fn get(&self, id: RequestId) -> Option<&RequestPurpose> {
        self.0.iter().find(|asked| asked.id == id && !asked.is_void).map(|asked| &asked.purpose)
    }

    /// Whether nobody wants the answer to this request any more.
    pub fn is_cancelled(&self, id: RequestId) -> bool {
        self.0.iter().any(|asked| asked.id == id && asked.is_void)
    }

    /// Whether the failure of this request is dropped as well. A failed write is reported even after the tenancy changed.
    pub fn ignores_failure(&self, id: RequestId) -> bool {
        self.0.iter().any(|asked| asked.id == id && asked.is_void && !asked.purpose.is_write())
    }

    /// Whether an answer is awaited for this purpose.
    pub fn is_pending(&self, purpose: &RequestPurpose) -> bool {
        self.0.iter().any(|asked| !asked.is_void && asked.purpose == *purpose)
    }

    /// A request was answered: what for, where the answer is still wanted.
    pub(crate) fn finish(&mut self, id: RequestId) -> Option<RequestPurpose> {
        let at = self.0.iter().position(|asked| asked.id == id)?;
        let asked = self.0.remove(at);
        (!asked.is_void).then_some(asked.purpose)
    }

    /// The tenancy is another one: no answer to what was asked before is wanted, but for plans that are being staged.
    pub(crate) fn cancel_all(&mut self) {
        for asked in &mut self.0 {
            asked.is_void |= !matches!(asked.purpose, RequestPurpose::Stage(_));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_request_of_same_kind_supersedes_the_older() {
        let mut table = InFlight::default();
        let lookup = |name: &str| RequestPurpose::Lookup(Identity::parse(name).expect("usable"));
        table.add(RequestId(1), lookup("a"));
        table.add(RequestId(2), RequestPurpose::Journal);
        table.add(RequestId(3), lookup("b"));
        assert_eq!((table.get(RequestId(1)), table.get(RequestId(3))), (None, Some(&lookup("b"))));
        assert!(table.is_cancelled(RequestId(1)) && table.is_pending(&RequestPurpose::Journal));
        assert_eq!((table.finish(RequestId(1)), table.is_cancelled(RequestId(1))), (None, false));
        assert_eq!(table.finish(RequestId(3)), Some(lookup("b")));
    }

    #[test]
    fn notes_are_tracked_separately_and_failures_outlive_tenancy() {
        let mut table = InFlight::default();
        table.add(RequestId(3), RequestPurpose::Annotations);
        let note = |text: &str| RequestPurpose::Note { email: "a@x".into(), note: text.into() };
        table.add(RequestId(1), note("one"));
        table.add(RequestId(2), note("two"));
        assert_eq!(table.finish(RequestId(1)), Some(note("one")));
        table.cancel_all();
        assert!(table.is_cancelled(RequestId(2)) && !table.ignores_failure(RequestId(2)));
        assert!(table.ignores_failure(RequestId(3)));
        assert_eq!(table.finish(RequestId(2)), None);
    }
}
