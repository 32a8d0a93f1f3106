//! Groups of changes, in display order.

use super::{Change, Kind};

/// Changes of one kind, as a user reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// New, and not from this machine.
    New,
    /// Gone before expiry, including new members.
    Gone,
    /// Missing in one list only: not known to be gone yet.
    Perhaps,
    /// Expired.
    Expired,
    /// Renewed, or with another message or email.
    Other,
    /// From this machine.
    Ours,
}

impl Group {
    /// All groups, in display order.
    pub const ALL: [Group; 6] =
        [Group::New, Group::Gone, Group::Perhaps, Group::Expired, Group::Other, Group::Ours];

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::New => "New, not from this machine",
            Group::Gone => "Gone before expiry",
            Group::Perhaps => "Possibly gone",
            Group::Expired => "Expired",
            Group::Other => "Changed",
            Group::Ours => "From this machine",
        }
    }
}

impl Change {
    /// Returns the group of the change.
    pub fn group(&self) -> Group {
        match self.kind {
            _ if !self.sure => Group::Perhaps,
            Kind::New => Group::New,
            Kind::Gone | Kind::MemberNow => Group::Gone,
            Kind::Expired { .. } => Group::Expired,
            Kind::Renewed { .. } | Kind::Differs { .. } => Group::Other,
            Kind::Created | Kind::Deleted | Kind::Replaced { .. } => Group::Ours,
        }
    }

    /// True if its person can be re-invited: the invite is known to be dead, and no other one replaces it.
    pub fn can_be_sent_again(&self) -> bool {
        self.sure && self.kind.can_be_invited_again()
    }
}
