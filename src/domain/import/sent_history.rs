//! Collects invites created from this machine from the journal, to check an imported list.
//! Excludes invites that were deleted or replaced from this machine later.

use hashbrown::HashMap;
use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::local_changes::LocalChanges;
use crate::domain::{Expiry, email};

/// The last invite created from this machine for an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSent {
    /// When the invite was sent.
    pub sent_at: Timestamp,
    /// The expiry in the server's response.
    pub expiry: Expiry,
}

/// The last invite created from this machine, by normalized email.
pub type SentHistory = HashMap<String, LastSent>;

/// Collects the last invite of each email that was not deleted or replaced from this machine.
pub fn sent_history<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> SentHistory {
    let local_changes = LocalChanges::from_journal(entries);
    let mut history = SentHistory::new();
    for (identity, (invite, at)) in &local_changes.created {
        if local_changes.deleted.contains(identity) || local_changes.replaced.contains_key(identity) {
            continue;
        }
        let sent = LastSent { sent_at: *at, expiry: invite.expiry };
        let last = history.entry(email::normalize(&invite.email)).or_insert(sent);
        if last.sent_at < sent.sent_at {
            *last = sent;
        }
    }
    history
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{PlanState, Progress};
    use crate::domain::{Draft, Expiry, Identity, Invite, Plan, PlanId, Step, TenancyKey};

    fn invite(name: &str, email: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: email.into(), message: String::new(), expiry: Expiry::default() }
    }

    fn entry(created_at: &str, steps: Vec<(Step, Progress)>) -> JournalEntry {
        let (steps, progress) = steps.into_iter().unzip();
        let plan = Plan {
            id: PlanId(uuid::Uuid::nil()),
            tenancy: TenancyKey("acme".into()),
            created_at: created_at.parse().expect("a time"),
            steps,
            filter: String::new(),
        };
        JournalEntry { plan, state: PlanState::Finished, progress, calls: Vec::new() }
    }

    fn sent(name: &str, email: &str) -> (Step, Progress) {
        let created = Some(invite(name, email));
        (
            Step::Create { draft: Draft::default(), known_versions: None },
            Progress { created, ..Progress::default() },
        )
    }

    #[test]
    fn history_has_the_last_send_and_no_local_deletes() {
        let deleted = Progress { old_deleted: true, ..Progress::default() };
        let entries = [
            entry("2024-06-02T12:00:00Z", vec![sent("b", "Ann@x.com"), sent("c", "bob@x.com")]),
            entry("2024-06-01T12:00:00Z", vec![sent("a", "ann@x.com"), sent("d", "kim@x.com")]),
            entry("2024-06-03T12:00:00Z", vec![(Step::Delete { invite: invite("d", "kim@x.com") }, deleted)]),
        ];
        let history = sent_history(&entries);
        let mut last_sends: Vec<_> =
            history.iter().map(|(email, sent)| (email.as_str(), sent.sent_at.to_string())).collect();
        last_sends.sort_unstable();
        let at = "2024-06-02T12:00:00Z".to_owned();
        assert_eq!(last_sends, [("ann@x.com", at.clone()), ("bob@x.com", at)]);
    }
}
