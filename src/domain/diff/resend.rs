//! Finds resends made elsewhere: one invite of an email is gone, and another one is new.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};

use super::{ChangeKind, Diff};
use crate::domain::{Identity, email};

impl Diff {
    /// Joins each new invite with a certainly gone invite to the same email into one [`ChangeKind::Resent`].
    /// Pairs are formed in list order. Linear in the number of changes.
    pub fn pair_resends(&mut self) {
        let mut gone: HashMap<String, VecDeque<Identity>> = HashMap::new();
        for change in
            self.changes.iter().filter(|change| change.is_certain && change.kind == ChangeKind::Gone)
        {
            let identities = gone.entry(email::normalize(&change.invite.email)).or_default();
            identities.push_back(change.invite.identity.clone());
        }
        // Invites without an email have nothing in common.
        gone.remove("");
        let mut paired = HashSet::new();
        for change in self.changes.iter_mut().filter(|change| change.kind == ChangeKind::New) {
            let identities = gone.get_mut(&email::normalize(&change.invite.email));
            if let Some(old) = identities.and_then(VecDeque::pop_front) {
                paired.insert(old.clone());
                change.kind = ChangeKind::Resent { replaced: old };
            }
        }
        self.changes
            .retain(|change| change.kind != ChangeKind::Gone || !paired.contains(&change.invite.identity));
    }
}
