//! Compares each new list with the previous one, for commands that watch the list.

use std::collections::HashSet;

use hashbrown::HashMap;

use super::{Identity, Invite};

/// What happened to an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum WatchKind {
    /// The invite is in the list now.
    Added,
    /// Its email, message or expiry is different.
    Changed,
    /// Two lists in a row do not contain the invite.
    Gone,
}

/// The invites that a command has reported.
#[derive(Debug, Default)]
pub struct WatchedList {
    known: HashMap<Identity, Invite>,
    /// Known invites that the last list did not contain. One list may lag, so they are not gone yet.
    missing: HashSet<Identity>,
}

impl WatchedList {
    /// Compares the matching invites of a complete list with the known invites. `is_listed` also accepts invites
    /// that no longer match. Returns the events in list order, gone invites last.
    pub fn update(
        &mut self,
        matching: impl IntoIterator<Item = Invite>,
        is_listed: impl Fn(&Identity) -> bool,
    ) -> Vec<(WatchKind, Invite)> {
        let mut events = Vec::new();
        for invite in matching {
            let kind = match self.known.get(&invite.identity) {
                None => WatchKind::Added,
                Some(known) if *known != invite => WatchKind::Changed,
                Some(_) => continue,
            };
            self.known.insert(invite.identity.clone(), invite.clone());
            events.push((kind, invite));
        }
        let missing: HashSet<Identity> =
            self.known.keys().filter(|identity| !is_listed(identity)).cloned().collect();
        let mut gone: Vec<Identity> = missing.intersection(&self.missing).cloned().collect();
        gone.sort();
        self.missing = missing;
        for identity in gone {
            self.missing.remove(&identity);
            events.extend(self.known.remove(&identity).map(|invite| (WatchKind::Gone, invite)));
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Expiry;

    fn invite(name: &str, message: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: format!("{name}@x.com"), message: message.into(), expiry: Expiry(None) }
    }

    #[test]
    fn invite_is_gone_only_after_two_lists_without_it() {
        let mut list = WatchedList::default();
        let (a, b) = (invite("a", "1"), invite("b", "1"));
        let update = |list: &mut WatchedList, invites: &[&Invite]| -> Vec<String> {
            let is_listed = |identity: &Identity| invites.iter().any(|invite| invite.identity == *identity);
            let events = list.update(invites.iter().copied().cloned(), is_listed);
            let text = |(kind, invite): (WatchKind, Invite)| format!("{kind:?} {}", invite.identity.as_str());
            events.into_iter().map(text).collect()
        };
        assert_eq!(update(&mut list, &[&a, &b]), ["Added a", "Added b"]);
        assert_eq!(update(&mut list, &[&b]), [""; 0]);
        assert_eq!(update(&mut list, &[&a, &b]), [""; 0], "the list had lagged");
        assert_eq!(update(&mut list, &[&b]), [""; 0]);
        assert_eq!(update(&mut list, &[&invite("b", "2")]), ["Changed b", "Gone a"]);
        assert_eq!(update(&mut list, &[&a]), ["Added a"]);
        assert!(list.update([], |_| true).is_empty() && list.update([], |_| true).is_empty(), "still listed");
    }
}
