//! Checks the entries of a list outside of the event loop, because a long list takes seconds.
//! If the list changes before the check ends, the result is dropped or another check starts. Makes no
//! requests.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{CheckContext, ColumnChoice, EntryStatus, ImportEntry, ImportList, SentHistory, StatusCounts};
use crate::domain::email::normalize;
use crate::domain::expiry::Urgency;
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::text::format_counts;

/// Status of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// The entry was changed and is being checked.
    Checking,
    /// The user excluded it.
    Excluded,
    /// Another plan invites this email, or still may.
    InAnotherPlan,
    /// The entry's old invite has expired and is still listed; the user wants a new invite.
    ReplaceExpired,
    /// The status from the invites, the members, the domains and the journal.
    Checked(EntryStatus),
}

impl EntryState {
    fn from_status(
        entry: &ImportEntry,
        status: EntryStatus,
        sending: &HashSet<String>,
        now: Timestamp,
    ) -> EntryState {
        let expired = is_expired(&status, now);
        let can_be_included = status.is_included() || status.can_include_anyway() || expired;
        if can_be_included && sending.contains(&normalize(&entry.email)) {
            return EntryState::InAnotherPlan;
        }
        if expired && entry.include_anyway { EntryState::ReplaceExpired } else { EntryState::Checked(status) }
    }

    /// True if the entry goes into the plan.
    pub fn is_included(&self) -> bool {
        matches!(self, EntryState::ReplaceExpired | EntryState::Checked(EntryStatus::New))
    }

    /// True if the user can include the entry anyway.
    pub fn can_include_anyway(&self, now: Timestamp) -> bool {
        match self {
            EntryState::Checked(status) => status.can_include_anyway() || is_expired(status, now),
            _ => false,
        }
    }

    /// True if the email has an expired invite, listed or sent from this machine.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        matches!(self, EntryState::Checked(status) if matches!(status, EntryStatus::PreviouslyExpired { .. }) || is_expired(status, now))
    }

    /// True if the user must decide about the entry. Without a decision, the entry is skipped.
    pub fn needs_attention(&self, now: Timestamp) -> bool {
        match self {
            EntryState::Checked(EntryStatus::DomainNotAllowed | EntryStatus::Invalid { .. }) => true,
            _ => self.can_include_anyway(now),
        }
    }

    /// Returns the suggested email, if there is one.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            EntryState::Checked(status) => status.suggestion(),
            _ => None,
        }
    }

    /// Returns the text of the status, sanitized.
    pub fn description(&self, now: Timestamp) -> String {
        match self {
            EntryState::Checking => "checking…".into(),
            EntryState::Excluded => "excluded".into(),
            EntryState::InAnotherPlan => "another plan already sends to this email".into(),
            EntryState::ReplaceExpired => "resend, replaces the expired invite".into(),
            EntryState::Checked(status) => status.description(now),
        }
    }
}

/// True for an invite that is still listed although it has expired.
fn is_expired(status: &EntryStatus, now: Timestamp) -> bool {
    matches!(status, EntryStatus::AlreadyPending(expiry) if expiry.urgency(now) == Urgency::Expired)
}

/// The list to check.
#[derive(Debug, Clone)]
pub enum CheckInput {
    /// A text that must be parsed first, and the email column that the user chose.
    Text(Arc<str>, Option<ColumnChoice>),
    /// A parsed list with the user's corrections.
    List(Arc<ImportList>),
}

/// One check of a list, with all data that the result depends on.
#[derive(Debug, Clone)]
pub struct CheckJob {
    /// Number of the check. Results of older checks are dropped.
    pub number: u64,
    /// The list to check.
    pub input: CheckInput,
    /// Positions of the entries that the user excluded.
    pub excluded: HashSet<usize>,
    /// The pending invites.
    pub pending: InviteStore,
    /// True if all pending invites are loaded.
    pub is_complete: bool,
    /// The members, if known.
    pub members: Option<Members>,
    /// The normalized emails that a plan already sends to.
    pub sending_emails: HashSet<String>,
    /// The domains that may be invited; if empty, all domains.
    pub allowed_domains: Vec<String>,
    /// Invites sent from this machine before.
    pub sent_history: SentHistory,
    /// The server's time.
    pub now: Timestamp,
}

/// Result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// Number of the check.
    pub number: u64,
    /// The parsed list.
    pub list: Arc<ImportList>,
    /// Status of each entry, in order.
    pub states: Vec<EntryState>,
    /// Summary of the statuses.
    pub summary: String,
    /// Number of entries with an expired invite that could be resent.
    pub expired: usize,
}

/// Runs the check. Takes seconds for a hundred thousand entries: never call it from `update`.
pub fn run_check(job: &CheckJob) -> CheckResult {
    let list = match &job.input {
        CheckInput::Text(text, choice) => Arc::new(super::parse(text, choice.as_ref())),
        CheckInput::List(list) => Arc::clone(list),
    };
    let mut included = ImportList::clone(&list);
    // An excluded entry does not count as the first of its duplicates.
    let mut index = 0..;
    included.entries.retain(|_| index.next().is_some_and(|index| !job.excluded.contains(&index)));
    let rows = job.pending.rows();
    let pending = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email);
    let domains =
        DomainStats::from_emails(pending.chain(included.entries.iter().map(|entry| entry.email.as_str())));
    let context = CheckContext {
        now: job.now,
        pending: &job.pending,
        members: job.members.as_ref(),
        domains: &domains,
        allowed_domains: &job.allowed_domains,
        sent_history: &job.sent_history,
    };
    let mut statuses = super::check(&included, &context).into_iter();
    let mut to_state = |(index, entry): (usize, &ImportEntry)| match job.excluded.contains(&index) {
        true => EntryState::Excluded,
        false => statuses.next().map_or(EntryState::Checking, |status| {
            EntryState::from_status(entry, status, &job.sending_emails, job.now)
        }),
    };
    let states: Vec<EntryState> = list.entries.iter().enumerate().map(&mut to_state).collect();
    let summary = summarize(&states, job.is_complete);
    let expired = states.iter().filter(|state| state.has_expired(job.now)).count();
    CheckResult { number: job.number, list, states, summary, expired }
}

/// Returns a summary such as "41 new, 12 already pending, 1 excluded".
fn summarize(states: &[EntryState], complete: bool) -> String {
    let statuses: Vec<EntryStatus> = states
        .iter()
        .filter_map(|state| match state {
            EntryState::Checked(status) => Some(status.clone()),
            _ => None,
        })
        .collect();
    let count_of = |kind: EntryState| states.iter().filter(|state| **state == kind).count();
    let others = [
        (count_of(EntryState::ReplaceExpired), "to resend"),
        (count_of(EntryState::InAnotherPlan), "in another plan"),
        (count_of(EntryState::Excluded), "excluded"),
    ];
    let summary = StatusCounts::from_statuses(&statuses).summary(complete);
    std::iter::once(summary).chain(format_counts(&others)).collect::<Vec<_>>().join(", ")
}
