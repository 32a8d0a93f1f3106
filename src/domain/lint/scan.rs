//! One look for problems, off the loop: a long list takes seconds. It is of certain rows, of certain members and of a
//! certain moment.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Context, Domains, Problem};
use crate::domain::expiry::Urgency;
use crate::domain::members::Members;
use crate::domain::roster::Rows;

/// One look, with all that its answer depends on.
#[derive(Debug, Clone)]
pub struct Job {
    /// Names it.
    pub number: u64,
    /// The pending invites.
    pub rows: Rows,
    /// The members, where they are known.
    pub members: Option<Members>,
    /// The server's date and time.
    pub now: Timestamp,
}

/// What a look has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which look it was.
    pub number: u64,
    /// The problems: the gravest first, duplicates of one person beside each other.
    pub problems: Vec<Problem>,
    /// The domains as they were learned from the rows.
    pub domains: Arc<Domains>,
    /// The first moment at which something else would be found; `None` where time changes nothing.
    pub holds_until: Option<Timestamp>,
}

/// Looks. Takes seconds for a million rows: never call it from `update`.
pub fn find(job: &Job) -> Found {
    let addresses = job.rows.iter().filter_map(|row| job.rows.get(row)).map(|row| row.email);
    let domains = Domains::learn(addresses);
    let context = Context { now: job.now, domains: &domains, members: job.members.as_ref() };
    let mut problems = super::problems(&job.rows, &context);
    put_beside(&mut problems);
    Found { number: job.number, problems, domains: Arc::new(domains), holds_until: holds_until(job) }
}

/// Puts the duplicates of one person beside each other; the one that is to stay is the first of them.
fn put_beside(problems: &mut [Problem]) {
    let mut first: HashMap<usize, String> = HashMap::new();
    for problem in problems.iter() {
        if let Some(group) = problem.group {
            // They are sorted by address already.
            first.entry(group).or_insert_with(|| problem.email.clone());
        }
    }
    problems.sort_by_cached_key(|problem| {
        let leads = problem.group.and_then(|group| first.get(&group)).unwrap_or(&problem.email);
        (problem.kind, leads.clone(), problem.group, problem.fix.is_some())
    });
}

fn holds_until(job: &Job) -> Option<Timestamp> {
    let changes = |row| {
        let expiry = job.rows.get(row)?.expiry;
        match expiry.urgency(job.now) {
            Urgency::Expired | Urgency::Today => job.now.checked_add(expiry.words_change_in(job.now)?).ok(),
            _ => expiry.0?.checked_sub(SignedDuration::from_hours(24)).ok(),
        }
    };
    job.rows.iter().filter_map(changes).filter(|at| *at > job.now).min()
}
