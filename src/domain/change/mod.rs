//! What changed between two looks at the list: two complete lists, what was done from here in between, and the
//! members, all as data. It says what is known and no more: a time is a range, never an instant, and an invite
//! that is gone is called "accepted" never, "is a member" only when the members say so. Linear in both lists.

mod compared;
mod group;
mod words;

use jiff::Timestamp;

use super::doings::Doings;
use super::members::Members;
use super::roster::{Roster, RowRef};
use super::{Expiry, Identity, Invite};
pub use compared::{ChangeKey, Compared, Listed};
pub use group::Group;
pub use words::Tally;

/// A complete list as it was at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// When its reading was complete, by the server's clock.
    pub at: Timestamp,
    /// Its invites.
    pub roster: Roster,
}

/// What happened to an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// It is new, and was not made from here.
    New,
    /// It is gone before its expiry, and its address is a member's now. No permissions come with that.
    MemberNow,
    /// It is gone before its expiry: accepted, or revoked elsewhere.
    Gone,
    /// It is gone or dead, and its expiry has passed.
    Expired {
        /// Whether the list still shows it.
        listed: bool,
    },
    /// The server renewed it: the same identity lives longer, or shorter.
    Renewed {
        /// Its expiry in the older list.
        was: Expiry,
    },
    /// The same identity has another message or address now.
    Differs {
        /// The message in the older list.
        was: String,
    },
    /// It was made from here.
    Created,
    /// It was revoked from here.
    Deleted,
    /// It was revoked from here, and this one was sent in its place.
    Replaced {
        /// The new one.
        by: Identity,
    },
}

impl Kind {
    /// Whether it was done from here, and so is no news.
    pub fn is_ours(&self) -> bool {
        matches!(self, Kind::Created | Kind::Deleted | Kind::Replaced { .. })
    }

    /// Whether the person can be invited again because of it.
    pub fn can_be_invited_again(&self) -> bool {
        matches!(self, Kind::Gone | Kind::Expired { .. } | Kind::Deleted)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The invite as it was last seen; as it is now, where it is still there.
    pub invite: Invite,
    /// What happened to it.
    pub kind: Kind,
    /// When at the earliest.
    pub after: Timestamp,
    /// When at the latest.
    pub before: Timestamp,
    /// False while "gone" rests on one reading only: then look again before saying so.
    pub sure: bool,
}

/// All changes between two looks, in the order of the lists: first what is new or other, then what is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// When the older list was complete.
    pub from: Timestamp,
    /// When the newer list was complete.
    pub to: Timestamp,
    /// Whether the members were known.
    pub members_known: bool,
    /// The changes.
    pub list: Vec<Change>,
}

/// What is known beside the two lists.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What was done from here; more than happened in between does no harm.
    pub doings: &'a Doings,
    /// The members, when they are known.
    pub members: Option<&'a Members>,
    /// Whether an invite is gone for certain: a GET answered 404, or a second full reading misses it too.
    pub is_proven_gone: &'a dyn Fn(&Identity) -> bool,
}

/// Compares two complete lists. Do not hand it one that is not: all that was not read would be called gone.
pub fn changes(old: &Snapshot, new: &Snapshot, context: Context<'_>) -> Changes {
    let between = Between { old, new, context };
    let mut list = Vec::new();
    for now in new.roster.rows().iter().filter_map(|row| new.roster.rows().get(row)) {
        list.extend(between.still_there(&now));
    }
    for was in old.roster.rows().iter().filter_map(|row| old.roster.rows().get(row)) {
        if new.roster.find(&was.identity()).is_none() {
            list.extend(between.vanished(&was.to_invite(), old.at));
        }
    }
    let mut came_and_went: Vec<_> =
        context.doings.created.values().filter(|made| between.came_and_went(made)).collect();
    came_and_went.sort_by(|a, b| (a.1, &a.0.identity).cmp(&(b.1, &b.0.identity)));
    list.extend(came_and_went.into_iter().filter_map(|(invite, made)| between.vanished(invite, *made)));
    Changes { from: old.at, to: new.at, members_known: context.members.is_some(), list }
}

struct Between<'a> {
    old: &'a Snapshot,
    new: &'a Snapshot,
    context: Context<'a>,
}

impl Between<'_> {
    fn still_there(&self, now: &RowRef<'_>) -> Option<Change> {
        let (from, to) = (self.old.at, self.new.at);
        let identity = now.identity();
        let made = self.context.doings.created.get(&identity);
        let was = self.old.roster.find(&identity).and_then(|row| self.old.roster.rows().get(row));
        let is_equal = |was: &RowRef<'_>| was.email == now.email && was.message == now.message;
        let kind = match (was, made) {
            (None, Some((_, made))) => {
                return Some(change(now.to_invite(), Kind::Created, *made, *made, true));
            }
            (None, None) => Kind::New,
            (Some(was), _) if !is_equal(&was) => Kind::Differs { was: was.message.to_owned() },
            (Some(was), _) if was.expiry == now.expiry => {
                let expiry = now.expiry.0.filter(|expiry| (from < *expiry) && (*expiry <= to))?;
                return Some(change(now.to_invite(), Kind::Expired { listed: true }, expiry, expiry, true));
            }
            // A resend that the server answered by renewing the old one.
            (Some(_), Some((made, _))) if now.expiry.is_as(made.expiry) => Kind::Created,
            (Some(was), _) => Kind::Renewed { was: was.expiry },
        };
        Some(change(now.to_invite(), kind, from, to, true))
    }

    /// What became of an invite that is not in the newer list and was there at `seen`.
    fn vanished(&self, was: &Invite, seen: Timestamp) -> Option<Change> {
        let doings = self.context.doings;
        if let Some(by) = doings.replaced.get(&was.identity) {
            return Some(change(was.clone(), Kind::Replaced { by: by.clone() }, seen, self.new.at, true));
        }
        if doings.deleted.contains(&was.identity) {
            return Some(change(was.clone(), Kind::Deleted, seen, self.new.at, true));
        }
        let expired = was.expiry.0.filter(|expiry| *expiry <= self.new.at);
        if expired.is_some_and(|expiry| expiry <= seen) {
            // It was dead when it was last looked at; that the list dropped it since is no news.
            return None;
        }
        let before = expired.unwrap_or(self.new.at);
        // That somebody is a member proves nothing of the invite: a second one may be pending, and one reading misses it.
        let sure = expired.is_some() || (self.context.is_proven_gone)(&was.identity);
        if self.context.members.is_some_and(|members| members.has(&was.email)) {
            return Some(change(was.clone(), Kind::MemberNow, seen, before, sure));
        }
        match expired {
            Some(expiry) => Some(change(was.clone(), Kind::Expired { listed: false }, expiry, expiry, true)),
            None => Some(change(was.clone(), Kind::Gone, seen, before, sure)),
        }
    }

    /// Whether an invite that was made from here between the two lists is in neither of them.
    fn came_and_went(&self, (invite, made): &(Invite, Timestamp)) -> bool {
        let is_in = |snapshot: &Snapshot| snapshot.roster.find(&invite.identity).is_some();
        (self.old.at..self.new.at).contains(made) && !is_in(self.old) && !is_in(self.new)
    }
}

fn change(invite: Invite, kind: Kind, after: Timestamp, before: Timestamp, sure: bool) -> Change {
    Change { invite, kind, after, before, sure }
}

#[cfg(test)]
mod tests;
