//! Input and result of a comparison: a list that is cheap to clone, and the changes.
//! The comparison is in the parent module.

use std::mem::Discriminant;

use jiff::Timestamp;

use super::{Change, ChangeKind, Diff, Snapshot};
use crate::domain::invite_store::{InviteStore, Rows};
use crate::domain::{Identity, TenancyKey};

/// A complete list to compare and to cache. Cloning shares the rows.
#[derive(Debug, Clone)]
pub struct FullList {
    /// The tenancy of the list.
    pub tenancy: TenancyKey,
    /// When the list was complete, by the server's clock.
    pub at: Timestamp,
    /// The invites.
    pub rows: Rows,
}

impl FullList {
    /// Converts the list to a snapshot with indexes. Linear time; the texts are shared.
    pub fn to_snapshot(&self) -> Snapshot {
        Snapshot { taken_at: self.at, store: InviteStore::from_rows(self.rows.clone()) }
    }
}

impl PartialEq for FullList {
    fn eq(&self, other: &FullList) -> bool {
        self.at == other.at && self.tenancy == other.tenancy && self.rows.is_same(&other.rows)
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Snapshot) -> bool {
        self.taken_at == other.taken_at && self.store.rows().is_same(other.store.rows())
    }
}

/// Result of comparing a complete list with the baseline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DiffReport {
    /// When the compared list was complete, by the server's clock.
    pub taken_at: Timestamp,
    /// The changes; `None` if there was no baseline.
    pub diff: Option<Diff>,
    /// True if the baseline was saved in the cache for the next visit.
    pub has_cached_baseline: bool,
    /// True while possibly gone invites are being re-checked.
    pub is_rechecking: bool,
    /// True if the journal could be read.
    /// If not, changes from this machine look like changes made elsewhere.
    pub local_changes_known: bool,
}

/// Identifies a change in several comparisons, by its invite and kind.
pub type ChangeKey = (Identity, Discriminant<ChangeKind>);

impl Change {
    /// Returns the key of the change.
    pub fn key(&self) -> ChangeKey {
        (self.invite.identity.clone(), std::mem::discriminant(&self.kind))
    }
}
