//! How many entries of a list got which verdict, in words that claim no more than is known.

use super::Verdict;
use crate::domain::text;

/// Counts of verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Can be sent.
    pub new: usize,
    /// Have an invite.
    pub pending: usize,
    /// Stand further above.
    pub twice: usize,
    /// Are members.
    pub members: usize,
    /// Are probably misspelled.
    pub typos: usize,
    /// Are in no allowed domain.
    pub outside: usize,
    /// Cannot be sent.
    pub invalid: usize,
    /// Were sent before and have expired since.
    pub expired: usize,
    /// Were sent before and are gone.
    pub gone: usize,
}

impl Tally {
    /// Counts them.
    pub fn of(verdicts: &[Verdict]) -> Tally {
        let mut tally = Tally::default();
        for verdict in verdicts {
            *match verdict {
                Verdict::New => &mut tally.new,
                Verdict::PendingAlready(_) => &mut tally.pending,
                Verdict::TwiceInList(_) => &mut tally.twice,
                Verdict::Member => &mut tally.members,
                Verdict::Typo { .. } => &mut tally.typos,
                Verdict::Outside => &mut tally.outside,
                Verdict::Invalid { .. } => &mut tally.invalid,
                Verdict::SentAndExpired { .. } => &mut tally.expired,
                Verdict::SentAndGone { .. } => &mut tally.gone,
            } += 1;
        }
        tally
    }

    /// "41 new, 12 pending already, 3 twice". `complete`: the list of pending invites is.
    pub fn words(&self, complete: bool) -> String {
        let by = if complete { "" } else { " by the loaded ones" };
        let parts = [
            (self.pending, "pending already"),
            (self.twice, "twice"),
            (self.members, if self.members == 1 { "member" } else { "members" }),
            (self.typos, if self.typos == 1 { "typo?" } else { "typos?" }),
            (self.outside, "outside"),
            (self.invalid, "invalid"),
            (self.expired, "sent before, expired since"),
            (self.gone, "sent before, gone since"),
        ];
        let new = if self.new == 0 {
            format!("nothing new{by}")
        } else {
            format!("{} new{by}", text::count(self.new))
        };
        let told =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", text::count(*n)));
        std::iter::once(new).chain(told).collect::<Vec<_>>().join(", ")
    }
}
