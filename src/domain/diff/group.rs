//! Groups of changes, in display order.

use strum::VariantArray;

use super::{Change, ChangeKind};

/// A group of changes, as the Changes view shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ChangeGroup {
    /// New invites that were not created from this machine.
    New,
    /// Invites that were replaced by a new invite elsewhere.
    Resent,
    /// Invites gone before expiry, including those of new members.
    Gone,
    /// Invites missing in only one list: not known to be gone yet.
    Unconfirmed,
    /// Expired invites.
    Expired,
    /// Invites that were renewed, or whose message or email changed.
    Modified,
    /// Changes made from this machine.
    Local,
}

impl ChangeGroup {
    /// All groups, in display order.
    pub const ALL: &'static [ChangeGroup] = ChangeGroup::VARIANTS;

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            ChangeGroup::New => "New, not from this machine",
            ChangeGroup::Resent => "Resent elsewhere",
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
            ChangeKind::Resent { .. } => ChangeGroup::Resent,
            ChangeKind::Gone | ChangeKind::BecameMember => ChangeGroup::Gone,
            ChangeKind::Expired { .. } => ChangeGroup::Expired,
            ChangeKind::Renewed { .. } | ChangeKind::Modified { .. } => ChangeGroup::Modified,
            ChangeKind::Created | ChangeKind::Deleted | ChangeKind::Replaced { .. } => ChangeGroup::Local,
        }
    }

    /// True if the person can be re-invited: the invite is certainly gone, and no other invite replaces it.
    pub fn can_reinvite(&self) -> bool {
        self.is_certain && self.kind.can_reinvite()
    }
}
