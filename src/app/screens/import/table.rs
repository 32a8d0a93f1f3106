//! Rows of the review table: the tabs with their counts, the entries of the chosen tab, and the widest cells.

use jiff::Timestamp;

use crate::domain::expiry::Urgency;
use crate::domain::import::{EntryState, ImportList};
use crate::domain::text::{sanitize, width};

/// Status of an entry in one word, in the order of the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusKind {
    /// Will be invited.
    New,
    /// Replaces an expired invite.
    Resend,
    /// Has a pending invite.
    Pending,
    /// Is on an earlier line.
    Duplicate,
    /// Is a member.
    Member,
    /// Is in another plan.
    Planned,
    /// Is probably misspelled.
    Typo,
    /// Is outside of the allowed domains.
    Outside,
    /// Is no email.
    Invalid,
    /// Had an invite that expired.
    Expired,
    /// Had an invite that is gone.
    Gone,
    /// Was excluded by the user.
    Excluded,
    /// Is being checked.
    Checking,
}

impl StatusKind {
    /// All kinds with their labels, in the order of the tabs.
    const LABELS: [(StatusKind, &'static str); 13] = [
        (StatusKind::New, "new"),
        (StatusKind::Resend, "resend"),
        (StatusKind::Pending, "pending"),
        (StatusKind::Duplicate, "duplicate"),
        (StatusKind::Member, "member"),
        (StatusKind::Planned, "planned"),
        (StatusKind::Typo, "typo"),
        (StatusKind::Outside, "outside"),
        (StatusKind::Invalid, "invalid"),
        (StatusKind::Expired, "expired"),
        (StatusKind::Gone, "gone"),
        (StatusKind::Excluded, "excluded"),
        (StatusKind::Checking, "checking"),
    ];

    /// Returns the kind of a state.
    pub fn from_state(state: &EntryState, now: Timestamp) -> StatusKind {
        match state {
            EntryState::Checking => StatusKind::Checking,
            EntryState::Excluded => StatusKind::Excluded,
            EntryState::InAnotherPlan => StatusKind::Planned,
            EntryState::ReplaceExpired => StatusKind::Resend,
            EntryState::New => StatusKind::New,
            EntryState::AlreadyPending(expiry) if expiry.urgency(now) == Urgency::Expired => {
                StatusKind::Expired
            }
            EntryState::AlreadyPending(_) => StatusKind::Pending,
            EntryState::Duplicate(_) => StatusKind::Duplicate,
            EntryState::AlreadyMember => StatusKind::Member,
            EntryState::Typo(_) => StatusKind::Typo,
            EntryState::DomainNotAllowed => StatusKind::Outside,
            EntryState::Invalid(_) => StatusKind::Invalid,
            EntryState::PreviouslyExpired { .. } => StatusKind::Expired,
            EntryState::PreviouslyGone { .. } => StatusKind::Gone,
        }
    }

    /// Returns the word of the status.
    pub fn label(self) -> &'static str {
        StatusKind::LABELS[self as usize].1
    }
}

/// Entries at the start of a list in which names are looked for. Names are costly to resolve.
const MAX_NAMES_SEARCHED: usize = 1_000;

/// The table at the last check.
#[derive(Debug, Clone, Default)]
pub struct ReviewTable {
    /// The chosen tab; `None` shows all entries.
    pub tab: Option<StatusKind>,
    /// The statuses that occur, with their number of entries.
    pub counts: Vec<(StatusKind, usize)>,
    /// Positions in the list of the entries in the chosen tab, in order.
    pub rows: Vec<usize>,
    /// Number of entries that go into the plan.
    pub included: usize,
    /// Positions in the list of the entries with a suggestion, in order.
    pub suggested: Vec<usize>,
    /// Width of the widest email with a suggestion.
    pub suggested_width: usize,
    /// True if an entry needs attention.
    pub has_flagged: bool,
    /// Width of the widest email.
    pub email_width: usize,
    /// Width of the widest name; 0 without names.
    pub name_width: usize,
    kinds: Vec<StatusKind>,
}

impl ReviewTable {
    /// Counts the statuses after a check. A tab without entries shows all entries again.
    pub(super) fn update(&mut self, list: &ImportList, states: &[EntryState], now: Timestamp) {
        self.kinds = states.iter().map(|state| StatusKind::from_state(state, now)).collect();
        let mut counts = StatusKind::LABELS.map(|(kind, _)| (kind, 0));
        self.kinds.iter().for_each(|kind| counts[*kind as usize].1 += 1);
        self.counts = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        self.included = states.iter().filter(|state| state.is_included()).count();
        let suggested = states.iter().enumerate().filter(|(_, state)| state.suggestion().is_some());
        self.suggested = suggested.map(|(index, _)| index).collect();
        let emails = self.suggested.iter().filter_map(|index| list.entries.get(*index));
        self.suggested_width = emails.map(|entry| width(&sanitize(&entry.email))).max().unwrap_or_default();
        self.has_flagged = states.iter().any(|state| state.needs_attention(now));
        // A text that is no email does not widen the column.
        let emails = list.entries.iter().map(|entry| entry.email.as_str());
        let emails = emails.filter(|email| email.contains('@') && !email.contains(char::is_whitespace));
        self.email_width = emails.map(|email| width(&sanitize(email))).max().unwrap_or_default();
        let names = list.entries.iter().take(MAX_NAMES_SEARCHED);
        let names = names.filter_map(|entry| list.resolve(entry, "name"));
        self.name_width = names.map(|name| width(&sanitize(&name))).max().unwrap_or_default();
        self.select_tab(self.tab);
    }

    /// Removes the suggestions for entries that were changed since the check.
    pub(super) fn remove_changed_suggestions(&mut self, states: &[EntryState]) {
        self.suggested.retain(|index| states.get(*index).is_some_and(|state| state.suggestion().is_some()));
    }

    /// Shows the entries of a tab, or all entries if the tab has none.
    pub(super) fn select_tab(&mut self, tab: Option<StatusKind>) {
        self.tab = tab.filter(|tab| self.counts.iter().any(|(kind, _)| kind == tab));
        let is_shown = |kind: &StatusKind| self.tab.is_none_or(|tab| tab == *kind);
        let kinds = self.kinds.iter().enumerate();
        self.rows = kinds.filter(|(_, kind)| is_shown(kind)).map(|(index, _)| index).collect();
    }

    /// Returns the tabs: all entries, then the statuses that occur.
    pub fn tabs(&self) -> Vec<Option<StatusKind>> {
        let kinds = self.counts.iter().map(|(kind, _)| Some(*kind));
        std::iter::once(None).chain(kinds).collect()
    }

    /// Returns the number of entries.
    pub fn entry_count(&self) -> usize {
        self.kinds.len()
    }

    /// Returns the row of an entry; if it is in another tab, the row after it.
    pub(super) fn row_of(&self, entry: usize) -> usize {
        self.rows.binary_search(&entry).unwrap_or_else(|next| next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::ImportEntry;

    fn table(states: &[EntryState]) -> ReviewTable {
        let entries = states.iter().map(|_| ImportEntry { email: "a@b.co".into(), ..ImportEntry::default() });
        let list = ImportList { entries: entries.collect(), ..ImportList::default() };
        let mut table = ReviewTable::default();
        table.update(&list, states, Timestamp::UNIX_EPOCH);
        table
    }

    #[test]
    fn labels_are_in_the_order_of_the_kinds() {
        for (index, (kind, label)) in StatusKind::LABELS.into_iter().enumerate() {
            assert_eq!((kind as usize, kind.label()), (index, label));
        }
    }

    #[test]
    fn tabs_show_only_statuses_that_occur() {
        let new = EntryState::New;
        let duplicate = EntryState::Duplicate(1);
        let mut table = table(&[new.clone(), duplicate, new, EntryState::Excluded]);
        let counts = [(StatusKind::New, 2), (StatusKind::Duplicate, 1), (StatusKind::Excluded, 1)];
        assert_eq!((&table.counts[..], table.included, table.rows.len()), (&counts[..], 2, 4));
        table.select_tab(Some(StatusKind::New));
        assert_eq!((&table.rows[..], table.row_of(1), table.row_of(2)), (&[0, 2][..], 1, 1));
    }

    #[test]
    fn emptied_tab_shows_all_entries() {
        let new = EntryState::New;
        let mut table = table(&[EntryState::Excluded, new.clone()]);
        table.select_tab(Some(StatusKind::Excluded));
        assert_eq!(table.rows, [0]);
        table.update(&ImportList::default(), &[new.clone(), new], Timestamp::UNIX_EPOCH);
        assert_eq!((table.tab, &table.rows[..]), (None, &[0, 1][..]));
    }
}
