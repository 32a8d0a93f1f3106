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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::LastSent;
    use crate::domain::{Expiry, Identity, Invite};

    const NOW: &str = "2024-06-17T06:00:00Z";
    const TEXT: &str = "new@acme.com\nexpired@acme.com\npending@acme.com\ned@gmial.com\nzoe@other.org\n\
        jane@@acme.com\nbusy@acme.com\nbusy.expired@acme.com\nbusy@gmial.com\nsent@acme.com\noff@acme.com";

    fn job(input: CheckInput) -> CheckJob {
        let mut pending = InviteStore::default();
        for (email, expiry) in [
            ("expired@acme.com", "2024-06-16T06:00:00Z"),
            ("pending@acme.com", "2024-06-18T06:00:00Z"),
            ("busy.expired@acme.com", "2024-06-16T06:00:00Z"),
        ] {
            pending.insert(&Invite {
                identity: Identity::parse(email).expect("usable"),
                email: email.into(),
                message: String::new(),
                expiry: Expiry::parse(expiry),
            });
        }
        let sent = LastSent {
            sent_at: "2024-06-05T06:00:00Z".parse().expect("a time"),
            expiry: Expiry::parse("2024-06-15T06:00:00Z"),
        };
        let sending = ["busy@acme.com", "busy.expired@acme.com", "busy@gmial.com", "pending@acme.com"];
        CheckJob {
            number: 7,
            input,
            excluded: HashSet::from([10]),
            pending,
            is_complete: true,
            members: None,
            sending_emails: sending.map(str::to_owned).into(),
            allowed_domains: vec!["acme.com".into(), "gmail.com".into(), "gmial.com".into()],
            sent_history: SentHistory::from_iter([("sent@acme.com".to_owned(), sent)]),
            now: NOW.parse().expect("a time"),
        }
    }

    #[test]
    fn run_check_gives_the_state_of_each_entry() {
        let result = run_check(&job(CheckInput::Text(TEXT.into(), None)));
        let now = NOW.parse().expect("a time");
        let typo = "typo? ed@gmail.com (gmial.com is close to gmail.com, a public mail domain)";
        let invalid = "invalid: it has more than one @; did you mean jane@acme.com?";
        let busy = "another plan already sends to this email";
        // Text, and: included, can be included anyway, has expired, needs attention, has a suggestion.
        let expected = [
            ("new", "i----"),
            ("already in the list, expired 1 d", "-ce a-"),
            ("already pending, expires in 1 d 0 h", "-----"),
            (typo, "-c-as"),
            ("outside the allowed domains", "---a-"),
            (invalid, "---as"),
            (busy, "-----"),
            (busy, "-----"),
            (busy, "-----"),
            ("was sent 12 d 0 h ago and expired 2 d 0 h ago", "-cea-"),
            ("excluded", "-----"),
        ];
        let states: Vec<(String, String)> = result
            .states
            .iter()
            .map(|state| {
                let facts = [
                    (state.is_included(), 'i'),
                    (state.can_include_anyway(now), 'c'),
                    (state.has_expired(now), 'e'),
                    (state.needs_attention(now), 'a'),
                    (state.suggestion().is_some(), 's'),
                ];
                let facts = facts.map(|(is_true, letter)| if is_true { letter } else { '-' });
                (state.description(now), facts.iter().collect())
            })
            .collect();
        let expected = expected.map(|(text, facts)| (text.to_owned(), facts.replace(' ', "")));
        assert_eq!(states, expected);
        assert_eq!((result.number, result.expired), (7, 2));
        assert_eq!(
            result.summary,
            "1 new, 2 already pending, 1 typo?, 1 outside, 1 invalid, 1 sent and expired, 3 in another plan, 1 excluded"
        );
    }

    #[test]
    fn run_check_includes_what_the_user_includes_anyway() {
        let mut list = super::super::parse(TEXT, None);
        list.entries.iter_mut().for_each(|entry| entry.include_anyway = true);
        let result = run_check(&job(CheckInput::List(list.into())));
        let included: Vec<usize> =
            (0..result.states.len()).filter(|index| result.states[*index].is_included()).collect();
        assert_eq!(included, [0, 1, 3, 9], "no outside, invalid, busy or excluded entry");
        assert_eq!(result.states[1], EntryState::ReplaceExpired);
        assert!(result.summary.contains("1 to resend"), "{}", result.summary);
    }

    #[test]
    fn run_check_ignores_excluded_entries_for_duplicates() {
        let input = CheckInput::Text("ann@acme.com\nann@acme.com".into(), None);
        let result = run_check(&CheckJob { excluded: HashSet::from([0]), ..job(input) });
        assert_eq!(result.states, [EntryState::Excluded, EntryState::Checked(EntryStatus::New)]);
    }
}
