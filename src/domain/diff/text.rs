//! Texts and counts of changes: for the view, its badge, and the summary line.

use super::{Change, ChangeGroup, ChangeKind, Diff};
use crate::domain::{Identity, text};

/// Number of changes of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// New invites that were not created from this machine.
    pub new: usize,
    /// Invites certainly gone before expiry, including those of new members.
    pub gone: usize,
    /// Gone invites whose people are members now.
    pub members: usize,
    /// Invites missing in only one list.
    pub unconfirmed: usize,
    /// Expired invites.
    pub expired: usize,
    /// Invites that were renewed, or whose message or email changed.
    pub modified: usize,
    /// Invites created, deleted or resent from this machine.
    pub local: usize,
}

impl Diff {
    /// Counts the changes.
    pub fn counts(&self) -> DiffCounts {
        let mut counts = DiffCounts::default();
        for change in &self.changes {
            *match change.group() {
                ChangeGroup::New => &mut counts.new,
                ChangeGroup::Gone => &mut counts.gone,
                ChangeGroup::Unconfirmed => &mut counts.unconfirmed,
                ChangeGroup::Expired => &mut counts.expired,
                ChangeGroup::Modified => &mut counts.modified,
                ChangeGroup::Local => &mut counts.local,
            } += 1;
            counts.members += usize::from(change.is_certain && change.kind == ChangeKind::BecameMember);
        }
        counts
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

impl DiffCounts {
    /// Returns a summary: "4 new, 6 gone before expiry (2 are members now), 3 expired".
    pub fn summary(&self) -> String {
        let parts = text::format_counts(&[
            (self.new, "new"),
            (self.gone, &format!("gone before expiry{}", self.members_suffix())),
            (self.unconfirmed, "possibly gone"),
            (self.expired, "expired"),
            (self.modified, "changed"),
            (self.local, "from this machine"),
        ]);
        if parts.is_empty() { "no changes".into() } else { parts.join(", ") }
    }

    fn members_suffix(&self) -> String {
        match self.members {
            0 => String::new(),
            1 => " (1 is a member now)".to_owned(),
            n => format!(" ({} are members now)", text::format_count(n)),
        }
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
            ChangeKind::Created => "created from this machine",
            ChangeKind::Deleted => "deleted from this machine",
            ChangeKind::Replaced { .. } => "deleted from this machine and re-invited",
        }
    }
}
