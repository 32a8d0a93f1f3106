//! Groups of changes, in display order.

use strum::VariantArray;

use super::{Change, ChangeKind};

/// Changes of one kind, as a user reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ChangeGroup {
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

impl ChangeGroup {
    /// All groups, in display order.
    pub const ALL: &'static [ChangeGroup] = ChangeGroup::VARIANTS;

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            ChangeGroup::New => "New, not from this machine",
            ChangeGroup::Gone => "Gone before expiry",
            ChangeGroup::Unconfirmed => "Possibly gone",
            ChangeGroup::Expired => "Expired",
            ChangeGroup::Modified => "Changed",
            ChangeGroup::Local => "From this machine",
        }
    }
}

impl Change {
    /// Returns the group of the change.
    pub fn group(&self) -> ChangeGroup {
        match self.kind {
            _ if !self.is_certain => ChangeGroup::Unconfirmed,
            ChangeKind::New => ChangeGroup::New,
            ChangeKind::Gone | ChangeKind::BecameMember => ChangeGroup::Gone,
            ChangeKind::Expired { .. } => ChangeGroup::Expired,
            ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => ChangeGroup::Modified,
            ChangeKind::Created | ChangeKind::Deleted | ChangeKind::Replaced { .. } => ChangeGroup::Local,
        }
    }

    /// True if its person can be re-invited: the invite is certainly gone, and no other one replaces it.
    pub fn can_reinvite(&self) -> bool {
        self.is_certain && self.kind.can_reinvite()
    }
}
