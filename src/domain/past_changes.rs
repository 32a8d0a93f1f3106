//! The last change of each email from this machine, for the detail of an invite.

use hashbrown::HashMap;
use jiff::Timestamp;

use super::journal::JournalEntry;
use super::{Outcome, Step, email};

/// A change that was made from this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastChange {
    /// When the step ended, by this machine's clock.
    pub at: Timestamp,
    /// What was done: "sent", "resent", "edited" or "deleted".
    pub label: &'static str,
}

/// The last change of each email, by normalized email.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastChanges(HashMap<String, PastChange>);

impl PastChanges {
    /// Collects the last changes from the journal, of any order.
    pub fn from_journal<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> PastChanges {
        let mut changes = PastChanges::default();
        for entry in entries {
            for (index, (step, progress)) in entry.steps_with_progress().enumerate() {
                let calls = entry.calls.iter().filter(|call| call.intent.step == index);
                let ended_at = calls.filter_map(|call| Some(call.response.as_ref()?.responded_at)).max();
                changes.add(step, progress.outcome, ended_at.unwrap_or(entry.plan.created_at));
            }
        }
        changes
    }

    /// Adds a step, unless it is not done or an earlier one.
    pub fn add(&mut self, step: &Step, outcome: Option<Outcome>, at: Timestamp) {
        if outcome != Some(Outcome::Done) {
            return;
        }
        let label = match step {
            Step::Create { .. } => "sent",
            Step::Delete { .. } => "deleted",
            Step::Resend { .. } => "resent",
            // A resend that deletes first.
            Step::DeleteFirst { invite, draft, .. }
                if email::normalize(&invite.email) == email::normalize(&draft.email)
                    && invite.message == draft.message =>
            {
                "resent"
            }
            Step::Replace { .. } | Step::DeleteFirst { .. } => "edited",
        };
        let change = PastChange { at, label };
        let last = self.0.entry(email::normalize(step.email())).or_insert(change);
        if last.at <= at {
            *last = change;
        }
    }

    /// Returns the last change of an email.
    pub fn last(&self, email: &str) -> Option<PastChange> {
        self.0.get(&email::normalize(email)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Identity, Invite};

    fn at(time: &str) -> Timestamp {
        time.parse().expect("a time")
    }

    #[test]
    fn newest_finished_step_of_an_email_counts() {
        let draft = Draft { email: "Ann@x.com".into(), message: String::new() };
        let create = Step::Create { draft, known_versions: None };
        let identity = Identity::parse("invites/1").expect("usable");
        let email = "ann@x.com".to_owned();
        let invite = Invite { identity, email, message: String::new(), expiry: Expiry::default() };
        let delete = Step::Delete { invite };
        let mut changes = PastChanges::default();
        changes.add(&delete, Some(Outcome::Done), at("2024-06-02T00:00:00Z"));
        changes.add(&create, Some(Outcome::Done), at("2024-06-01T00:00:00Z"));
        changes.add(&create, Some(Outcome::Unknown), at("2024-06-03T00:00:00Z"));
        assert_eq!(changes.last("ANN@x.com").map(|change| change.label), Some("deleted"));
        assert_eq!(changes.last("bob@x.com"), None);
    }
}
