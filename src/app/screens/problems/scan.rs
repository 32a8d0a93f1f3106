//! Looking for problems, off the loop: a long list takes seconds. They are of certain rows, of certain members and of a
//! certain moment; when one of these is another, there is another look, and only the newest counts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::expiry::Urgency;
use crate::domain::lint::{self, Context, Domains, Problem};
use crate::domain::members::Members;
use crate::domain::query::ARRANGED_AT_ONCE;
use crate::domain::roster::Rows;

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::problems::arrange;
use crate::app::shell::app::App;

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
    let mut problems = lint::problems(&job.rows, &context);
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

/// Another look, where the problems are of another list by now. One at a time: while a long list streams in, rows
/// come quicker than they can be looked at.
pub(crate) fn keep_up(state: &mut App) -> Vec<Effect> {
    if state.problems.looking.is_some() || !is_outdated(state) {
        return Vec::new();
    }
    let (number, now) = (state.model.next_number(), state.model.server_now(state.model.now));
    let rows = state.model.invites.shown.rows().clone();
    state.problems.looking = Some((number, rows.clone()));
    state.problems.outdated = false;
    vec![Effect::FindProblems(Box::new(Job { number, rows, members: state.model.members.clone(), now }))]
}

fn is_outdated(state: &App) -> bool {
    let (view, rows) = (&state.problems, state.model.invites.shown.rows());
    let Some(of) = &view.of else { return !rows.is_empty() || state.model.invites.is_complete() };
    let now = state.model.server_now(state.model.now);
    let is_late = state.view == View::Problems && view.holds_until.is_some_and(|until| until <= now);
    if view.outdated || is_late {
        return true;
    }
    let few_came = rows.len() > ARRANGED_AT_ONCE && rows.len() < of.len() + of.len() / 4;
    if state.model.invites.streams() && few_came {
        return false;
    }
    !of.is_same(rows)
}

/// The members are others: what was found is void with them.
pub(crate) fn outdate(state: &mut App) {
    state.problems.outdated = true;
}

/// A look has found something.
pub(crate) fn found(state: &mut App, found: Found) -> Vec<Effect> {
    let Some((_, rows)) = state.problems.looking.take_if(|(number, _)| *number == found.number) else {
        state.model.stale_replies += 1;
        return vec![Effect::LetGo(found.problems)];
    };
    let view = &mut state.problems;
    let before = std::mem::replace(&mut view.found, found.problems);
    state.model.domains = found.domains;
    let view = &mut state.problems;
    (view.of, view.holds_until) = (Some(rows), found.holds_until);
    arrange(state);
    vec![Effect::LetGo(before)]
}
