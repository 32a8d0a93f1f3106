//! The groups in which changes are told, in the order in which they are.

use super::{Change, Kind};

/// Changes of one kind, as a person reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// New, and not from here.
    New,
    /// Gone before their expiry; members now are among them.
    Gone,
    /// Missing in one reading only: nobody knows yet whether they are gone.
    Perhaps,
    /// Expired.
    Expired,
    /// Renewed, or with another text.
    Other,
    /// Done from here.
    Ours,
}

impl Group {
    /// All of them, in their order.
    pub const ALL: [Group; 6] =
        [Group::New, Group::Gone, Group::Perhaps, Group::Expired, Group::Other, Group::Ours];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::New => "New, not from here",
            Group::Gone => "Gone before expiry",
            Group::Perhaps => "Perhaps gone",
            Group::Expired => "Expired",
            Group::Other => "Changed",
            Group::Ours => "Done from here",
        }
    }
}

impl Change {
    /// The group in which it is told.
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

    /// Whether its invite can be sent again: it is known to be dead, and nobody has it in another form.
    pub fn can_be_sent_again(&self) -> bool {
        self.sure && self.kind.can_be_invited_again()
    }
}
