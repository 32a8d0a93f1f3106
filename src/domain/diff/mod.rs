//! Computes the diff of two snapshots.
//! Reports only facts: times are ranges; "became a member" requires the members list; "accepted" is never
//! claimed. Linear in both lists.

mod group;
mod report;
mod resend;
mod text;

use jiff::Timestamp;
use strum::IntoStaticStr;

use super::invite_store::{InviteStore, RowRef};
use super::local_changes::LocalChanges;
use super::members::Members;
use super::{Expiry, Identity, Invite};
pub use group::ChangeGroup;
pub use report::{ChangeKey, DiffReport, FullList};

/// A complete list at one point in time.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// When the list was complete, by the server's clock.
    pub taken_at: Timestamp,
    /// The invites.
    pub store: InviteStore,
}

/// What happened to an invite. Each kind has a name for scripts.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeKind {
    /// The invite is new and was not created from this machine.
    New,
    /// The invite is gone before expiry, and a member has its email now.
    /// A new member has no permissions yet.
    BecameMember,
    /// The invite is gone before expiry: accepted, or deleted elsewhere.
    Gone,
    /// The invite has expired.
    Expired {
        /// True if the list still contains the invite.
        is_listed: bool,
    },
    /// The server renewed the invite: same identity, different expiry.
    Renewed {
        /// The expiry in the older list.
        old_expiry: Expiry,
    },
    /// The message or email of the same identity has changed.
    Modified {
        /// The message in the older list.
        old_message: String,
    },
    /// Another invite to the same email is gone, and this one is new: resent elsewhere.
    Resent {
        /// The invite that is gone.
        replaced: Identity,
    },
    /// The invite was created from this machine.
    Created,
    /// The invite was deleted from this machine.
    Deleted,
    /// The invite was deleted from this machine, and a new invite was created in its place.
    Replaced {
        /// The new invite.
        replacement: Identity,
    },
}

impl ChangeKind {
    /// True for a change made from this machine, which is not news.
    pub fn is_local(&self) -> bool {
        matches!(self, ChangeKind::Created | ChangeKind::Deleted | ChangeKind::Replaced { .. })
    }

    /// True if the person can be re-invited after this change.
    pub fn can_reinvite(&self) -> bool {
        matches!(self, ChangeKind::Gone | ChangeKind::Expired { .. } | ChangeKind::Deleted)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The invite as last listed; the current version if the invite still exists.
    pub invite: Invite,
    /// What happened.
    pub kind: ChangeKind,
    /// Earliest possible time of the change.
    pub not_before: Timestamp,
    /// Latest possible time of the change.
    pub not_after: Timestamp,
    /// False while the invite is missing in only one list: check again before you report it as gone.
    pub is_certain: bool,
}

/// All changes between two lists: new and changed invites, then gone invites, each in list order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// When the older list was complete.
    pub from: Timestamp,
    /// When the newer list was complete.
    pub to: Timestamp,
    /// True if the members list was available.
    pub members_known: bool,
    /// The changes.
    pub changes: Vec<Change>,
}

/// Input of [`diff()`] other than the two lists.
#[derive(Clone, Copy)]
pub struct DiffInput<'a> {
    /// Changes made from this machine; may include changes before the older list.
    pub local_changes: &'a LocalChanges,
    /// The members; `None` if unknown.
    pub members: Option<&'a Members>,
    /// Returns true if an invite is certainly gone.
    /// Either a GET got 404, or a second complete list does not contain it.
    pub is_confirmed_gone: &'a dyn Fn(&Identity) -> bool,
}

/// Compares two complete lists.
/// With an incomplete list, all rows missing in it would be reported as gone.
pub fn diff(old: &Snapshot, new: &Snapshot, input: DiffInput<'_>) -> Diff {
    let differ = Differ { old, new, input };
    let mut changes = Vec::new();
    for new_invite in new.store.rows().iter().filter_map(|row| new.store.rows().get(row)) {
        changes.extend(differ.diff_listed(&new_invite));
    }
    for old_invite in old.store.rows().iter().filter_map(|row| old.store.rows().get(row)) {
        if new.store.find(&old_invite.identity()).is_none() {
            changes.extend(differ.diff_missing(&old_invite.to_invite(), old.taken_at));
        }
    }
    let mut created_and_gone: Vec<_> =
        input.local_changes.created.values().filter(|created| differ.is_created_and_gone(created)).collect();
    created_and_gone.sort_by(|a, b| (a.1, &a.0.identity).cmp(&(b.1, &b.0.identity)));
    let missing = created_and_gone.into_iter();
    changes.extend(missing.filter_map(|(invite, created_at)| differ.diff_missing(invite, *created_at)));
    let mut diff =
        Diff { from: old.taken_at, to: new.taken_at, members_known: input.members.is_some(), changes };
    diff.pair_resends();
    diff
}

struct Differ<'a> {
    old: &'a Snapshot,
    new: &'a Snapshot,
    input: DiffInput<'a>,
}

impl Differ<'_> {
    fn diff_listed(&self, new_invite: &RowRef<'_>) -> Option<Change> {
        let (from, to) = (self.old.taken_at, self.new.taken_at);
        let identity = new_invite.identity();
        let created = self.input.local_changes.created.get(&identity);
        let old_invite = self.old.store.find(&identity).and_then(|row| self.old.store.rows().get(row));
        let is_equal = |old_invite: &RowRef<'_>| {
            old_invite.email == new_invite.email && old_invite.message == new_invite.message
        };
        let (kind, not_before, not_after) = match (old_invite, created) {
            (None, Some((_, created_at))) => (ChangeKind::Created, *created_at, *created_at),
            (None, None) => (ChangeKind::New, from, to),
            (Some(old_invite), _) if !is_equal(&old_invite) => {
                (ChangeKind::Modified { old_message: old_invite.message.to_owned() }, from, to)
            }
            (Some(old_invite), _) if old_invite.expiry == new_invite.expiry => {
                let expiry = new_invite.expiry.0.filter(|expiry| (from < *expiry) && (*expiry <= to))?;
                (ChangeKind::Expired { is_listed: true }, expiry, expiry)
            }
            // A resend that the server handled by renewing the old invite.
            (Some(_), Some((created, _))) if new_invite.expiry.is_unchanged_since(created.expiry) => {
                (ChangeKind::Created, from, to)
            }
            (Some(old_invite), _) => (ChangeKind::Renewed { old_expiry: old_invite.expiry }, from, to),
        };
        Some(Change { invite: new_invite.to_invite(), kind, not_before, not_after, is_certain: true })
    }

    /// Returns what happened to an invite that is not in the newer list and existed at `not_before`.
    fn diff_missing(&self, old_invite: &Invite, not_before: Timestamp) -> Option<Change> {
        let (local, to) = (self.input.local_changes, self.new.taken_at);
        let change = |kind, not_before, not_after, is_certain| {
            Some(Change { invite: old_invite.clone(), kind, not_before, not_after, is_certain })
        };
        if let Some(replacement) = local.replaced.get(&old_invite.identity) {
            return change(ChangeKind::Replaced { replacement: replacement.clone() }, not_before, to, true);
        }
        if local.deleted.contains(&old_invite.identity) {
            return change(ChangeKind::Deleted, not_before, to, true);
        }
        let expired = old_invite.expiry.0.filter(|expiry| *expiry <= to);
        if expired.is_some_and(|expiry| expiry <= not_before) {
            // The invite had already expired, so its removal from the list is no news.
            return None;
        }
        // A member's email proves nothing: a second invite may be pending, and one list may not contain it.
        let is_certain = expired.is_some() || (self.input.is_confirmed_gone)(&old_invite.identity);
        if self.input.members.is_some_and(|members| members.contains(&old_invite.email)) {
            return change(ChangeKind::BecameMember, not_before, expired.unwrap_or(to), is_certain);
        }
        match expired {
            Some(expiry) => change(ChangeKind::Expired { is_listed: false }, expiry, expiry, true),
            None => change(ChangeKind::Gone, not_before, to, is_certain),
        }
    }

    /// True if an invite created from this machine between the two lists is in neither of them.
    fn is_created_and_gone(&self, (invite, created_at): &(Invite, Timestamp)) -> bool {
        let is_in = |snapshot: &Snapshot| snapshot.store.find(&invite.identity).is_some();
        (self.old.taken_at..self.new.taken_at).contains(created_at) && !is_in(self.old) && !is_in(self.new)
    }
}

#[cfg(test)]
mod tests;
