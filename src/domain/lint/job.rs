//! One search for problems.
//! It runs outside of the event loop, because a long list takes seconds. The result depends only on the rows,
//! the members and the time.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{DomainStats, LintInput, Problem};
use crate::domain::expiry::Urgency;
use crate::domain::invite_store::Rows;
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
    let context = LintInput { now: job.now, domains: &domains, members: job.members.as_ref() };
    let mut problems = super::find_problems(&job.rows, &context);
    group_duplicates(&mut problems);
    LintResult {
        number: job.number,
        problems,
        domains: Arc::new(domains),
        overview: Overview::from_rows(&job.rows, &job.overview, job.now),
        valid_until: next_change(job),
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
            _ => expiry.0?.checked_sub(SignedDuration::from_hours(24)).ok(),
        }
    };
    job.rows.iter().filter_map(changes).filter(|at| *at > job.now).min()
}
