//! Groups of changes, in display order.

use super::{ChangeKind, PlanRun};

/// Changes of one kind, as a user reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// New, and not from this machine.
    New,
    /// Gone before expiry, including new members.
    Gone,
    /// Missing in one list only: not known to be gone yet.
    Unconfirmed,
    /// Expired.
    Expired,
    /// Renewed, or with another message or email.
    Modified,
    /// From this machine.
    Local,
}

impl Group {
    /// All groups, in display order.
    pub const ALL: [Group; 6] =
        [Group::New, Group::Gone, Group::Unconfirmed, Group::Expired, Group::Modified, Group::Local];

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::New => "New, not from this machine",
            Group::Gone => "Gone before expiry",
            Group::Unconfirmed => "Possibly gone",
            Group::Expired => "Expired",
            Group::Modified => "Changed",
            Group::Local => "From this machine",
        }
    }
}

impl PlanRun {
    /// Returns the group of the change.
    pub fn group(&self) -> Group {
        match self.kind {
            _ if !self.is_certain => Group::Unconfirmed,
            ChangeKind::New => Group::New,
            ChangeKind::Gone | ChangeKind::BecameMember => Group::Gone,
            ChangeKind::Expired { .. } => Group::Expired,
            ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => Group::Modified,
            ChangeKind::Created | ChangeKind::Deleted | ChangeKind::Replaced { .. } => Group::Local,
        }
    }

    /// True if its person can be re-invited: the invite is known to be dead, and no other one replaces it.
    pub fn can_reinvite(&self) -> bool {
        self.is_certain && self.kind.can_reinvite()
    }
}
