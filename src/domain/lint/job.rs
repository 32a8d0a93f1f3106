//! One search for problems.
//! It runs outside of the event loop, because a long list takes seconds. The result depends only on the rows,
//! the members and the time.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::duplicates::find_duplicates;
use super::email_checks::role_name;
use super::placeholder::placeholder_reason;
use super::{DomainStats, Fix, Problem, ProblemKind, address_problem};
use crate::domain::expiry::Urgency;
use crate::domain::invite_store::{RowRef, Rows};
use crate::domain::limits::MAX_MESSAGE_CHARS;
use crate::domain::members::Members;
use crate::domain::overview::{Overview, OverviewInput};

/// One search, with all data that the result depends on.
#[derive(Debug, Clone)]
pub struct LintJob {
    /// Number of the search.
    pub number: u64,
    /// The pending invites.
    pub rows: Rows,
    /// The members, if known.
    pub members: Option<Members>,
    /// The server's time.
    pub now: Timestamp,
    /// What to count, for the header and the filter tabs.
    pub overview: OverviewInput,
}

/// Result of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct LintResult {
    /// Number of the search.
    pub number: u64,
    /// The problems: the most severe first, duplicates of one person together.
    pub problems: Vec<Problem>,
    /// The domains learned from the rows.
    pub domains: Arc<DomainStats>,
    /// Counts for the header and the filter tabs.
    pub overview: Overview,
    /// When the result changes next; `None` if time changes nothing.
    pub valid_until: Option<Timestamp>,
}

/// Runs the search. Takes seconds for a million rows: never call it from `update`.
pub fn run(job: &LintJob) -> LintResult {
    let emails = job.rows.iter().filter_map(|row| job.rows.get(row)).map(|row| row.email);
    let domains = DomainStats::from_emails(emails);
    let mut problems = find_problems(job, &domains);
    group_duplicates(&mut problems);
    let overview = Overview::from_rows(&job.rows, &job.overview, job.now);
    let valid_until = next_change(job).into_iter().chain(overview.valid_until).min();
    LintResult { number: job.number, problems, domains: Arc::new(domains), overview, valid_until }
}

/// Returns all problems, by severity, then by email. One row can have several problems.
pub(super) fn find_problems(job: &LintJob, domains: &DomainStats) -> Vec<Problem> {
    let rows = job.rows.iter().filter_map(|row| job.rows.get(row));
    let mut problems: Vec<Problem> =
        rows.flat_map(|row| row_problems(row, job.now, domains, job.members.as_ref())).collect();
    add_duplicates(&job.rows, &mut problems);
    problems.sort_by(|a, b| (a.kind, &a.email).cmp(&(b.kind, &b.email)));
    problems
}

/// Returns the problems of one row, except duplicates.
pub fn row_problems(
    row: RowRef<'_>,
    now: Timestamp,
    domains: &DomainStats,
    members: Option<&Members>,
) -> Vec<Problem> {
    let address = address_problem(row.email, domains).map(|(kind, reason, fix)| (kind, reason, Some(fix)));
    let role = role_name(row.email)
        .map(|role| (ProblemKind::RoleAddress, format!("{role}@ is a role address, not a person's"), None));
    let placeholder = placeholder_reason(row.message)
        .map(|reason| (ProblemKind::Placeholder, reason, Some(Fix::EditMessage)));
    let length = row.message.chars().count();
    let too_long = (length > MAX_MESSAGE_CHARS).then(|| {
        let reason = format!("the message has {length} characters (max. {MAX_MESSAGE_CHARS})");
        (ProblemKind::MessageTooLong, reason, Some(Fix::EditMessage))
    });
    let is_member = members.is_some_and(|members| members.contains(row.email));
    let member =
        is_member.then(|| (ProblemKind::AlreadyMember, "is already a member".to_owned(), Some(Fix::Delete)));
    let time_left = || row.expiry.remaining_text(now);
    let expiry = match row.expiry.urgency(now) {
        Urgency::Expired => Some((ProblemKind::Expired, time_left(), Some(Fix::Resend))),
        Urgency::WithinDay => {
            Some((ProblemKind::ExpiresSoon, format!("expires in {}", time_left()), Some(Fix::Resend)))
        }
        Urgency::Soon | Urgency::Later | Urgency::Unknown => None,
    };
    let found = [address, role, placeholder, too_long, member, expiry].into_iter().flatten();
    found.map(|(kind, reason, fix)| new_problem(&row, kind, reason, fix)).collect()
}

fn new_problem(row: &RowRef<'_>, kind: ProblemKind, reason: String, fix: Option<Fix>) -> Problem {
    Problem {
        identity: row.identity(),
        email: row.email.to_owned(),
        kind,
        reason,
        fix,
        duplicate_group: None,
    }
}

/// Adds a problem for each duplicate.
/// In each group, the invite that expires last has no fix; the others get [`Fix::Delete`] if they certainly
/// belong to one person.
fn add_duplicates(rows: &Rows, problems: &mut Vec<Problem>) {
    for (group, duplicates) in find_duplicates(rows).into_iter().enumerate() {
        for (index, row) in duplicates.rows.iter().enumerate() {
            let Some(row) = rows.get(*row) else { continue };
            let fix = (index > 0 && duplicates.similarity.is_certain()).then_some(Fix::Delete);
            let reason = duplicates.similarity.reason().to_owned();
            let problem = new_problem(&row, ProblemKind::Duplicate, reason, fix);
            problems.push(Problem { duplicate_group: Some(group), ..problem });
        }
    }
}

/// Puts the duplicates of one person together. The first of them is the invite to keep.
fn group_duplicates(problems: &mut [Problem]) {
    let mut first: HashMap<usize, String> = HashMap::new();
    for problem in problems.iter() {
        if let Some(group) = problem.duplicate_group {
            // The problems are already sorted by email.
            first.entry(group).or_insert_with(|| problem.email.clone());
        }
    }
    problems.sort_by_cached_key(|problem| {
        let first_email =
            problem.duplicate_group.and_then(|group| first.get(&group)).unwrap_or(&problem.email);
        (problem.kind, first_email.clone(), problem.duplicate_group, problem.fix.is_some())
    });
}

fn next_change(job: &LintJob) -> Option<Timestamp> {
    let changes = |row| {
        let expiry = job.rows.get(row)?.expiry;
        match expiry.urgency(job.now) {
            Urgency::Expired | Urgency::WithinDay => {
                job.now.checked_add(expiry.text_valid_for(job.now)?).ok()
            }
            // The filter `#soon` and the problem "expires soon" begin at these distances.
            _ => [48, 24].into_iter().find_map(|hours| {
                let at = expiry.0?.checked_sub(SignedDuration::from_hours(hours)).ok()?;
                (at > job.now).then_some(at)
            }),
        }
    };
    job.rows.iter().filter_map(changes).filter(|at| *at > job.now).min()
}
