//! What goes between those who compare lists and those who show what came of it: a complete list that is cheap to
//! hand on, and the answer. How two lists are compared is in the module above.

use std::mem::Discriminant;

use jiff::Timestamp;

use super::{Change, Changes, Kind, Snapshot};
use crate::domain::roster::{Roster, Rows};
use crate::domain::{Identity, TenancyKey};

/// A complete list, to be compared with an older one and to be kept. Cloning it shares the rows.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Whose it is.
    pub tenancy: TenancyKey,
    /// When its reading was complete, by the server's clock.
    pub at: Timestamp,
    /// Its invites.
    pub rows: Rows,
}

impl Listed {
    /// The same with an index, so that its invites can be found. Linear; the texts are shared.
    pub fn to_snapshot(&self) -> Snapshot {
        Snapshot { at: self.at, roster: Roster::of(self.rows.clone()) }
    }
}

impl PartialEq for Listed {
    fn eq(&self, other: &Listed) -> bool {
        self.at == other.at && self.tenancy == other.tenancy && self.rows.is_same(&other.rows)
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Snapshot) -> bool {
        self.at == other.at && self.roster.rows().is_same(other.roster.rows())
    }
}

/// What came of comparing a complete list with the one that a person has seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// When the list was complete that was compared, by the server's clock.
    pub at: Timestamp,
    /// What changed; `None` where nothing was seen before.
    pub changes: Option<Changes>,
    /// Whether what is seen is kept for the next visit.
    pub kept: bool,
    /// Whether the invites that are perhaps gone are being looked at at this moment.
    pub looking: bool,
    /// Whether the journal told what was done from here; without it our own doings look like others'.
    pub ours_known: bool,
}

/// Names a change over several comparisons: the same invite, and the same thing that happened to it.
pub type ChangeKey = (Identity, Discriminant<Kind>);

impl Change {
    /// Its name.
    pub fn key(&self) -> ChangeKey {
        (self.invite.identity.clone(), std::mem::discriminant(&self.kind))
    }
}
