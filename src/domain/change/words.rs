//! Changes in words and in counts: for the view, its badge, and the line that says what there is.

use super::{Change, Changes, Kind};
use crate::domain::{Identity, text};

/// How many changes there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New, and not from here.
    pub new: usize,
    /// Gone before their expiry, for certain; those who are members now are counted here too.
    pub gone: usize,
    /// Of these, members now.
    pub members: usize,
    /// Missing in one reading only: perhaps gone.
    pub unproven: usize,
    /// Expired.
    pub expired: usize,
    /// Renewed, or with another message.
    pub other: usize,
    /// Made, revoked or resent from here.
    pub ours: usize,
}

impl Changes {
    /// Counts them.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for change in &self.list {
            match change.kind {
                _ if !change.sure => tally.unproven += 1,
                Kind::New => tally.new += 1,
                Kind::Gone | Kind::MemberNow => tally.gone += 1,
                Kind::Expired { .. } => tally.expired += 1,
                Kind::Renewed { .. } | Kind::Differs { .. } => tally.other += 1,
                Kind::Created | Kind::Deleted | Kind::Replaced { .. } => tally.ours += 1,
            }
            tally.members += usize::from(change.sure && change.kind == Kind::MemberNow);
        }
        tally
    }

    /// How many are news: what was done from here is none, and what is not sure not yet.
    pub fn news(&self) -> usize {
        self.list.iter().filter(|change| change.is_news()).count()
    }

    /// The invites to look for once more before they may be called gone.
    pub fn to_prove(&self) -> impl Iterator<Item = &Identity> {
        self.list.iter().filter(|change| !change.sure).map(|change| &change.invite.identity)
    }
}

impl Tally {
    /// "4 new, 6 gone before expiry (2 are members now), 3 expired".
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        let mut part = |n: usize, what: &str| {
            if n > 0 {
                parts.push(format!("{} {what}", text::count(n)));
            }
        };
        part(self.new, "new");
        part(self.gone, &format!("gone before expiry{}", self.about_the_gone()));
        part(self.unproven, "perhaps gone");
        part(self.expired, "expired");
        part(self.other, "changed");
        part(self.ours, "from here");
        if parts.is_empty() { "nothing changed".into() } else { parts.join(", ") }
    }

    fn about_the_gone(&self) -> String {
        match self.members {
            0 => String::new(),
            1 => " (1 is a member now)".to_owned(),
            n => format!(" ({} are members now)", text::count(n)),
        }
    }
}

impl Change {
    /// Whether it is certain, and was not done from here.
    pub fn is_news(&self) -> bool {
        self.sure && !self.kind.is_ours()
    }

    /// What happened, as a sentence without its time. `members_known`: whether the members were.
    pub fn words(&self, members_known: bool) -> &'static str {
        match &self.kind {
            Kind::New => "new, not from here",
            Kind::MemberNow => "is a member now; no permissions until a policy gives some",
            Kind::Gone if !self.sure => "not in the last list; whether it is gone is to be looked at",
            Kind::Gone if members_known => {
                "gone before its expiry and no member: revoked elsewhere, or the member uses another address"
            }
            Kind::Gone => "gone before its expiry: accepted, or revoked elsewhere",
            Kind::Expired { listed: true } => "expired, and still in the list",
            Kind::Expired { listed: false } if members_known => "expired; no member has this address",
            Kind::Expired { listed: false } => "expired, if it was not accepted or revoked before",
            Kind::Renewed { .. } => "has another expiry now",
            Kind::Differs { .. } => "has another message or address now",
            Kind::Created => "sent from here",
            Kind::Deleted => "revoked from here",
            Kind::Replaced { .. } => "revoked from here, and a new one sent",
        }
    }
}
