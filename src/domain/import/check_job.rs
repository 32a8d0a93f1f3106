//! Checks the entries of a list outside of the event loop, because a long list takes seconds.
//! If the list changes before the check ends, the result is dropped or another check starts. Makes no
//! requests.

use std::collections::HashSet;
use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;

use super::entry_state::is_allowed;
use super::{ColumnChoice, EntryState, ImportEntry, ImportList, SentHistory};
use crate::domain::email::normalize;
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::recipient;
use crate::domain::text::{format_count, format_counts};

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
    /// The pending invites. While not all are loaded, "new" means new among the loaded invites.
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
    // An excluded entry does not count as the first of its duplicates.
    let is_excluded = |index: usize| job.excluded.contains(&index);
    let included = list.entries.iter().enumerate().filter(|(index, _)| !is_excluded(*index));
    let rows = job.pending.rows();
    let pending = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email);
    let domains = DomainStats::from_emails(pending.chain(included.map(|(_, entry)| entry.email.as_str())));
    let mut first_lines = HashMap::with_capacity(list.entries.len());
    let mut to_state = |(index, entry): (usize, &ImportEntry)| match is_excluded(index) {
        true => EntryState::Excluded,
        false => check_entry(entry, &mut first_lines, &domains, job),
    };
    let states: Vec<EntryState> = list.entries.iter().enumerate().map(&mut to_state).collect();
    let summary = summarize(&states, job.is_complete);
    let expired = states.iter().filter(|state| state.has_expired(job.now)).count();
    CheckResult { number: job.number, list, states, summary, expired }
}

/// Returns the state of an entry. `first_lines` are the emails of the entries above it.
fn check_entry(
    entry: &ImportEntry,
    first_lines: &mut HashMap<String, usize>,
    domains: &DomainStats,
    job: &CheckJob,
) -> EntryState {
    if let Some(problem) = entry.warning.clone().or_else(|| recipient::find_problem(&entry.email)) {
        return EntryState::Invalid(problem);
    }
    let email = normalize(&entry.email);
    if let Some(line) = first_lines.get(&email) {
        return EntryState::Duplicate(*line);
    }
    let state = check_email(entry, domains, job);
    let can_be_included = state.is_included() || state.can_include_anyway(job.now);
    let is_in_another_plan = can_be_included && job.sending_emails.contains(&email);
    first_lines.insert(email, entry.line);
    if is_in_another_plan {
        EntryState::InAnotherPlan
    } else if entry.include_anyway && state.is_listed_but_expired(job.now) {
        EntryState::ReplaceExpired
    } else {
        state
    }
}

fn check_email(entry: &ImportEntry, domains: &DomainStats, job: &CheckJob) -> EntryState {
    let email = entry.email.trim();
    if let Some(last) = job.pending.find_by_email(email).map(|row| row.expiry).max_by_key(|e| e.to_micros()) {
        return EntryState::AlreadyPending(last);
    }
    if job.members.as_ref().is_some_and(|members| members.contains(email)) {
        return EntryState::AlreadyMember;
    }
    let typo = recipient::find_typo(email, domains);
    // A typo of an allowed domain is not an allowed domain; reporting the typo helps more.
    let meant = typo.as_ref().is_some_and(|typo| is_allowed(&typo.email, &job.allowed_domains));
    match (typo, is_allowed(email, &job.allowed_domains)) {
        (Some(typo), allowed) if meant && !(entry.include_anyway && allowed) => EntryState::Typo(typo),
        (_, false) => EntryState::DomainNotAllowed,
        _ if entry.include_anyway => EntryState::New,
        _ => history_state(email, job),
    }
}

fn history_state(email: &str, job: &CheckJob) -> EntryState {
    match job.sent_history.get(&normalize(email)) {
        None => EntryState::New,
        Some(last) => match last.expiry.0.filter(|expiry| *expiry <= job.now) {
            Some(expired_at) => EntryState::PreviouslyExpired { sent_at: last.sent_at, expired_at },
            None => EntryState::PreviouslyGone { sent_at: last.sent_at },
        },
    }
}

/// Returns a summary such as "41 new, 12 already pending, 1 excluded". `complete`: true if all pending
/// invites are loaded.
pub(super) fn summarize(states: &[EntryState], complete: bool) -> String {
    let count = |is_kind: fn(&EntryState) -> bool| states.iter().filter(|state| is_kind(state)).count();
    let plural = |n: usize, one: &'static str, many: &'static str| (n, if n == 1 { one } else { many });
    let counts = [
        (count(|state| matches!(state, EntryState::AlreadyPending(_))), "already pending"),
        plural(count(|state| matches!(state, EntryState::Duplicate(_))), "duplicate", "duplicates"),
        plural(count(|state| matches!(state, EntryState::AlreadyMember)), "member", "members"),
        plural(count(|state| matches!(state, EntryState::Typo(_))), "typo?", "typos?"),
        (count(|state| matches!(state, EntryState::DomainNotAllowed)), "outside"),
        (count(|state| matches!(state, EntryState::Invalid(_))), "invalid"),
        (count(|state| matches!(state, EntryState::PreviouslyExpired { .. })), "sent and expired"),
        (count(|state| matches!(state, EntryState::PreviouslyGone { .. })), "sent and gone"),
        (count(|state| matches!(state, EntryState::ReplaceExpired)), "to resend"),
        (count(|state| matches!(state, EntryState::InAnotherPlan)), "in another plan"),
        (count(|state| matches!(state, EntryState::Excluded)), "excluded"),
    ];
    let suffix = if complete { "" } else { " among the loaded invites" };
    let new = match count(|state| matches!(state, EntryState::New)) {
        0 => format!("nothing new{suffix}"),
        n => format!("{} new{suffix}", format_count(n)),
    };
    std::iter::once(new).chain(format_counts(&counts)).collect::<Vec<_>>().join(", ")
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
        assert_eq!(result.states, [EntryState::Excluded, EntryState::New]);
    }

    #[test]
    fn run_check_ignores_excluded_entries_for_typos() {
        let people: Vec<String> = (0..20).map(|n| format!("p{n}@contoso.com\n")).collect();
        let state = |excluded: HashSet<usize>| {
            let input = CheckInput::Text(format!("{}ed@contosso.com", people.concat()).into(), None);
            let job = CheckJob { excluded, allowed_domains: Vec::new(), ..job(input) };
            run_check(&job).states.pop().expect("an entry")
        };
        assert!(matches!(state(HashSet::new()), EntryState::Typo(_)));
        assert_eq!(state((0..20).collect()), EntryState::New);
    }
}
