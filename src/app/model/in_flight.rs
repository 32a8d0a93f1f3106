//! Service requests without a reply, with their purpose.
//!
//! A reply goes to the owner of the purpose.
//! A void request is one whose reply is ignored: a newer request replaced it, or the tenancy changed.

use crate::domain::{Identity, PlanId, RequestId};

/// Purpose of a service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestPurpose {
    /// The latest snapshot, because the server does not respond.
    CachedList,
    /// The current version of the invite in the detail.
    Lookup(Identity),
    /// The changes since the last visit.
    Diff,
    /// The journal, for the Journal view.
    Journal,
    /// The newest plans of the journal, for undo.
    Undo,
    /// The journal, for the entries of an import.
    Import,
    /// The order and columns of the table.
    TablePrefs,
    /// The members.
    Members,
    /// The remaining quota.
    Quota,
    /// All notes, snoozes and dismissals.
    Annotations,
    /// Writes or removes a dismissal, or moves a note to another email.
    Annotation,
    /// Writes a note.
    Note {
        /// Email that the note is about.
        email: String,
        /// The note; empty to remove it.
        note: String,
    },
    /// Writes a snooze, or undoes the last note or snooze.
    Snooze {
        /// Notification for success.
        text: String,
    },
    /// Stages a plan.
    Stage(PlanId),
}

impl RequestPurpose {
    /// True if the request writes to the journal; failed writes are always reported.
    fn is_write(&self) -> bool {
        matches!(
            self,
            RequestPurpose::Note { .. }
                | RequestPurpose::Snooze { .. }
                | RequestPurpose::Annotation
                | RequestPurpose::Stage(_)
        )
    }

    /// True if this request makes the older one obsolete.
    fn replaces(&self, older: &RequestPurpose) -> bool {
        let is_single = !self.is_write() && *self != RequestPurpose::Annotations;
        is_single && std::mem::discriminant(self) == std::mem::discriminant(older)
    }
}

/// Service requests without a reply, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Vec<PendingRequest>);

/// Service request without a reply.
#[derive(Debug, Clone)]
pub(crate) struct PendingRequest {
    id: RequestId,
    purpose: RequestPurpose,
    /// True if the reply will be ignored.
    pub(crate) is_void: bool,
}

impl PendingRequest {
    /// True if its failure is ignored too. Failed writes are reported even after a tenancy change.
    pub(crate) fn ignores_failure(&self) -> bool {
        self.is_void && !self.purpose.is_write()
    }
}

impl InFlight {
    /// Adds a request and voids the older ones that it replaces.
    pub(crate) fn add(&mut self, id: RequestId, purpose: RequestPurpose) {
        for older in &mut self.0 {
            older.is_void |= purpose.replaces(&older.purpose);
        }
        self.0.push(PendingRequest { id, purpose, is_void: false });
    }

    /// Returns a request without a reply.
    pub(crate) fn get(&self, id: RequestId) -> Option<&PendingRequest> {
        self.0.iter().find(|request| request.id == id)
    }

    /// True if a request with this purpose has no reply yet.
    pub fn is_pending(&self, purpose: &RequestPurpose) -> bool {
        self.0.iter().any(|request| !request.is_void && request.purpose == *purpose)
    }

    /// True if a note, snooze or dismissal was not written yet.
    pub(crate) fn has_annotation_write(&self) -> bool {
        let is_annotation = |purpose: &RequestPurpose| {
            matches!(
                purpose,
                RequestPurpose::Note { .. } | RequestPurpose::Snooze { .. } | RequestPurpose::Annotation
            )
        };
        self.0.iter().any(|request| is_annotation(&request.purpose))
    }

    /// Removes a request after its reply. Returns its purpose, or `None` if it was void or unknown.
    pub(crate) fn finish(&mut self, id: RequestId) -> Option<RequestPurpose> {
        let request = self.0.extract_if(.., |request| request.id == id).next()?;
        (!request.is_void).then_some(request.purpose)
    }

    /// Voids all requests after a tenancy change, except plans that are being staged.
    pub(crate) fn void_all(&mut self) {
        for request in &mut self.0 {
            request.is_void |= !matches!(request.purpose, RequestPurpose::Stage(_));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_request_of_same_kind_supersedes_the_older() {
        let mut in_flight = InFlight::default();
        let lookup = |name: &str| RequestPurpose::Lookup(Identity::parse(name).expect("usable"));
        in_flight.add(RequestId(1), lookup("a"));
        in_flight.add(RequestId(2), RequestPurpose::Journal);
        in_flight.add(RequestId(3), lookup("b"));
        let is_void = |id| in_flight.get(RequestId(id)).map(|request| request.is_void);
        assert_eq!((is_void(1), is_void(3)), (Some(true), Some(false)));
        assert!(!in_flight.is_pending(&lookup("a")) && in_flight.is_pending(&RequestPurpose::Journal));
        assert_eq!((in_flight.finish(RequestId(1)), in_flight.get(RequestId(1)).is_none()), (None, true));
        assert_eq!(in_flight.finish(RequestId(3)), Some(lookup("b")));
    }

    #[test]
    fn notes_are_tracked_separately_and_failures_outlive_tenancy() {
        let mut in_flight = InFlight::default();
        in_flight.add(RequestId(3), RequestPurpose::Annotations);
        let note = |text: &str| RequestPurpose::Note { email: "a@x".into(), note: text.into() };
        in_flight.add(RequestId(1), note("one"));
        in_flight.add(RequestId(2), note("two"));
        assert_eq!(in_flight.finish(RequestId(1)), Some(note("one")));
        in_flight.void_all();
        let request = |id| in_flight.get(RequestId(id)).expect("it has no reply yet");
        assert!(request(2).is_void && !request(2).ignores_failure());
        assert!(request(3).ignores_failure());
        assert_eq!(in_flight.finish(RequestId(2)), None);
    }
}
