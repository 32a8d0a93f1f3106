//! Counts of entry statuses, and a summary that claims no more than is known.

use super::EntryStatus;
use crate::domain::text;

/// Number of entries of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Entries that can be sent.
    pub new: usize,
    /// Entries with a pending invite.
    pub pending: usize,
    /// Entries that duplicate an earlier line.
    pub duplicates: usize,
    /// Entries whose email a member has.
    pub members: usize,
    /// Entries that are probably misspelled.
    pub typos: usize,
    /// Entries outside of the allowed domains.
    pub domain_not_allowed: usize,
    /// Entries that cannot be sent.
    pub invalid: usize,
    /// Entries whose earlier invite has expired.
    pub expired: usize,
    /// Entries whose earlier invite is gone.
    pub gone: usize,
}

impl StatusCounts {
    /// Counts the statuses.
    pub fn from_statuses(statuses: &[EntryStatus]) -> StatusCounts {
        let mut counts = StatusCounts::default();
        for status in statuses {
            *match status {
                EntryStatus::New => &mut counts.new,
                EntryStatus::AlreadyPending(_) => &mut counts.pending,
                EntryStatus::Duplicate(_) => &mut counts.duplicates,
                EntryStatus::AlreadyMember => &mut counts.members,
                EntryStatus::Typo { .. } => &mut counts.typos,
                EntryStatus::DomainNotAllowed => &mut counts.domain_not_allowed,
                EntryStatus::Invalid { .. } => &mut counts.invalid,
                EntryStatus::PreviouslyExpired { .. } => &mut counts.expired,
                EntryStatus::PreviouslyGone { .. } => &mut counts.gone,
            } += 1;
        }
        counts
    }

    /// Returns "41 new, 12 already pending, 3 duplicates". `complete`: true if all pending invites are
    /// loaded.
    pub fn summary(&self, complete: bool) -> String {
        let suffix = if complete { "" } else { " among the loaded invites" };
        let parts = [
            (self.pending, "already pending"),
            (self.duplicates, if self.duplicates == 1 { "duplicate" } else { "duplicates" }),
            (self.members, if self.members == 1 { "member" } else { "members" }),
            (self.typos, if self.typos == 1 { "typo?" } else { "typos?" }),
            (self.domain_not_allowed, "outside"),
            (self.invalid, "invalid"),
            (self.expired, "sent and expired"),
            (self.gone, "sent and gone"),
        ];
        let new = match self.new {
            0 => format!("nothing new{suffix}"),
            n => format!("{} new{suffix}", text::format_count(n)),
        };
        std::iter::once(new).chain(text::format_counts(&parts)).collect::<Vec<_>>().join(", ")
    }
}
