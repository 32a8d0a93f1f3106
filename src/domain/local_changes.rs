//! Finds changes made from this machine in the journal, to separate them from changes made elsewhere.
//! Changes with an unknown outcome do not count.

use hashbrown::{HashMap, HashSet};
use jiff::{SignedDuration, Timestamp};

use super::journal::JournalEntry;
use super::{Identity, Invite, Outcome};

/// Changes made from this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalChanges {
    /// Created invites, each with its creation time.
    pub created: HashMap<Identity, (Invite, Timestamp)>,
    /// Deleted invites without a replacement.
    pub deleted: HashSet<Identity>,
    /// Deleted invites, each with its replacement.
    pub replaced: HashMap<Identity, Identity>,
}

impl LocalChanges {
    /// Collects all changes from the journal, of any time.
    /// The comparison of the lists ignores older changes: an invite in the older list is not new.
    pub fn from_journal<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> LocalChanges {
        let mut changes = LocalChanges::default();
        for entry in entries {
            for (index, (step, progress)) in entry.steps_with_progress().enumerate() {
                if let Some(created) = &progress.created {
                    let last = entry.last_create(index);
                    let at = last.map_or(entry.plan.created_at, |(_, outcome)| outcome.responded_at);
                    changes.created.insert(created.identity.clone(), (created.clone(), at));
                }
                // An invite that was already gone was not deleted from this machine.
                let deleted = progress.old_deleted && progress.outcome != Some(Outcome::AlreadyGone);
                let Some(old) = step.target().filter(|_| deleted) else { continue };
                match &progress.created {
                    Some(created) if created.identity != old.identity => {
                        changes.replaced.insert(old.identity.clone(), created.identity.clone());
                    }
                    Some(_) => {}
                    None => drop(changes.deleted.insert(old.identity.clone())),
                }
            }
        }
        changes
    }

    /// Converts the times from this machine's clock to the server's, as in a snapshot.
    /// `ahead` is how far the server's clock is ahead of this machine's.
    pub fn to_server_time(mut self, ahead: SignedDuration) -> LocalChanges {
        for (_, created_at) in self.created.values_mut() {
            *created_at = created_at.checked_add(ahead).unwrap_or(*created_at);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{PlanState, Progress};
    use crate::domain::{Draft, Expiry, Plan, PlanId, Step, TenancyKey};

    fn invite(name: &str) -> Invite {
        Invite {
            identity: Identity::parse(name).expect("usable"),
            email: "ann@x.com".into(),
            message: String::new(),
            expiry: Expiry::default(),
        }
    }

    #[test]
    fn only_confirmed_changes_count_as_local() {
        let done = |created: Option<&str>, old_deleted| Progress {
            created: created.map(invite),
            old_deleted,
            ..Progress::default()
        };
        let delete = |name| Step::Delete { invite: invite(name) };
        let resend = |name| Step::Resend { invite: invite(name), known_versions: None };
        let steps = vec![
            Step::Create { draft: Draft::default(), known_versions: None },
            delete("b"),
            delete("c"),
            resend("d"),
            resend("e"),
            resend("f"),
            delete("g"),
        ];
        let progress = vec![
            done(Some("a"), false),
            done(None, true),
            done(None, false),
            done(Some("d2"), true),
            done(Some("e2"), false),
            done(Some("f"), false),
            Progress { outcome: Some(Outcome::AlreadyGone), ..done(None, true) },
        ];
        let created_at = "2024-06-01T12:00:00Z".parse().expect("a time");
        let plan = Plan {
            id: PlanId(uuid::Uuid::nil()),
            tenancy: TenancyKey("acme".into()),
            created_at,
            steps,
            filter: String::new(),
        };
        let entry = JournalEntry { plan, state: PlanState::Finished, progress, calls: Vec::new() };
        let changes = LocalChanges::from_journal([&entry]);
        let name = |text: &str| Identity::parse(text).expect("usable");
        let mut created: Vec<&str> = changes.created.keys().map(Identity::as_str).collect();
        created.sort_unstable();
        assert_eq!(created, ["a", "d2", "e2", "f"]);
        assert_eq!(changes.deleted, HashSet::from_iter([name("b")]));
        assert_eq!(changes.replaced, HashMap::from_iter([(name("d"), name("d2"))]));
        let shifted = changes.to_server_time(SignedDuration::from_hours(1));
        let server_time = "2024-06-01T13:00:00Z".parse().expect("a time");
        assert!(shifted.created.values().all(|(_, at)| *at == server_time), "{shifted:?}");
    }
}
