//! The marked invites: by identity, so that a refresh, a sort or a filter loses no mark and moves none.
//! Which rows are shown is the table's affair; what is done with the marks is a plan's.

use std::collections::HashSet;

use crate::domain::Identity;

/// The marks.
#[derive(Debug, Clone, Default)]
pub struct Marks(HashSet<Identity>);

impl Marks {
    /// Whether an invite is marked.
    pub fn contains(&self, identity: &Identity) -> bool {
        !self.0.is_empty() && self.0.contains(identity)
    }

    /// How many are marked, shown or not.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn identities(&self) -> &HashSet<Identity> {
        &self.0
    }

    /// Whether none is marked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
