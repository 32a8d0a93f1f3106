//! Texts and counts of changes: for the view, its badge, and the summary line.

use std::collections::HashMap;

use super::{Change, ChangeGroup, ChangeKind, Diff};
use crate::domain::{Identity, text};

impl Diff {
    /// Returns a summary: "4 new, 6 gone before expiry (2 are members now), 3 expired".
    pub fn summary(&self) -> String {
        let mut counts = HashMap::new();
        for change in &self.changes {
            *counts.entry(change.group()).or_insert(0) += 1;
        }
        let count = |group| counts.get(&group).copied().unwrap_or(0);
        let members = match self.new_member_count() {
            0 => String::new(),
            1 => " (1 is a member now)".to_owned(),
            n => format!(" ({} are members now)", text::format_count(n)),
        };
        let parts = text::format_counts(&[
            (count(ChangeGroup::New), "new"),
            (count(ChangeGroup::Resent), "resent elsewhere"),
            (count(ChangeGroup::Gone), &format!("gone before expiry{members}")),
            (count(ChangeGroup::Unconfirmed), "possibly gone"),
            (count(ChangeGroup::Expired), "expired"),
            (count(ChangeGroup::Modified), "changed"),
            (count(ChangeGroup::Local), "from this machine"),
        ]);
        if parts.is_empty() { "no changes".into() } else { parts.join(", ") }
    }

    /// Number of certainly gone invites whose people are members now.
    pub fn new_member_count(&self) -> usize {
        let is_member = |change: &&Change| change.is_certain && change.kind == ChangeKind::BecameMember;
        self.changes.iter().filter(is_member).count()
    }

    /// Number of changes that are certain and were not made from this machine.
    pub fn unseen_count(&self) -> usize {
        self.changes.iter().filter(|change| change.is_unseen()).count()
    }

    /// Returns the invites to re-check before they are reported as gone.
    pub fn unconfirmed_identities(&self) -> impl Iterator<Item = &Identity> {
        self.changes.iter().filter(|change| !change.is_certain).map(|change| &change.invite.identity)
    }
}

impl Change {
    /// True if the change is certain and was not made from this machine.
    pub fn is_unseen(&self) -> bool {
        self.is_certain && !self.kind.is_local()
    }

    /// Returns what happened, without the time: a fragment without trailing period.
    /// `members_known`: true if the members list was available.
    pub fn description(&self, members_known: bool) -> &'static str {
        match &self.kind {
            ChangeKind::New => "new, not from this machine",
            ChangeKind::BecameMember => "is a member now; has no permissions until a policy grants some",
            ChangeKind::Gone if !self.is_certain => {
                "missing in the last list; possibly gone, not checked yet"
            }
            ChangeKind::Gone if members_known => {
                "gone before expiry, not a member: deleted elsewhere, or the member uses another email"
            }
            ChangeKind::Gone => "gone before expiry: accepted, or deleted elsewhere",
            ChangeKind::Expired { is_listed: true } => "expired, still in the list",
            ChangeKind::Expired { is_listed: false } if members_known => "expired; no member has this email",
            ChangeKind::Expired { is_listed: false } => "expired, unless it was accepted or deleted before",
            ChangeKind::Renewed { .. } => "expiry changed",
            ChangeKind::Modified { .. } => "message or email changed",
            ChangeKind::Resent { .. } => "resent elsewhere: the old invite is gone, a new one is pending",
            ChangeKind::Created => "created from this machine",
            ChangeKind::Deleted => "deleted from this machine",
            ChangeKind::Replaced { .. } => "deleted from this machine and re-invited",
        }
    }

    /// Returns what happened in one word, for a row beside its sign.
    pub fn word(&self) -> &'static str {
        match &self.kind {
            _ if !self.is_certain => "missing",
            ChangeKind::New => "new",
            ChangeKind::BecameMember => "member",
            ChangeKind::Gone => "gone",
            ChangeKind::Expired { .. } => "expired",
            ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => "changed",
            ChangeKind::Created => "created",
            ChangeKind::Deleted => "deleted",
            ChangeKind::Resent { .. } | ChangeKind::Replaced { .. } => "resent",
        }
    }

    /// True if both ends of the time of the change are in the same minute.
    pub fn is_time_known(&self) -> bool {
        self.not_before.as_second().div_euclid(60) == self.not_after.as_second().div_euclid(60)
    }
}
