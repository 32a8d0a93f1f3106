//! The queue of a triage session: the order of its invites, and the filter that narrows it.
//!
//! Rows are indexes into [`TriageSession::rows`]. The lists and counts here are computed when the loaded invites,
//! the filter or a decision change, because a move and a frame must be cheap also in a long queue.

use std::collections::{HashMap, HashSet};

use crate::app::Model;
use crate::domain::invite_store::{RowId, Rows};
use crate::domain::query::{self, Filter, ParseError};
use crate::domain::triage::{Decision, DecisionCounts};
use crate::domain::{TriageSession, email};
use crate::ui::TextField;

/// Rows of a triage session as they are shown.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// All rows, in display order.
    pub order: Vec<usize>,
    /// The rows that the filter matches, in display order.
    pub shown: Vec<usize>,
    /// Number of rows that can still be decided.
    pub open: usize,
    /// Number of shown rows that can still be decided.
    pub open_shown: usize,
    /// Number of decisions by kind.
    pub counts: DecisionCounts,
    /// Number of steps of the plan: the changes of invites that are in the list.
    pub steps: usize,
    /// Filter that narrows the queue; empty if it is not narrowed.
    pub filter: Filter,
    /// Field of the filter while the user types.
    pub field: Option<TextField>,
    /// Error in the typed filter.
    pub error: Option<ParseError>,
    /// Grows when other rows are shown; see [`crate::app::screen::ScreenPart`].
    pub version: u64,
    /// Normalized emails of the invites that are decided to be snoozed.
    pub(super) snoozed_emails: HashSet<String>,
    /// Place of each row in `order`.
    places: Vec<usize>,
    /// What the loaded invites say about each row.
    facts: Vec<RowFacts>,
    /// Number of shown rows of each domain that can still be decided.
    open_by_domain: Vec<usize>,
    /// The loaded invites that this queue was computed from, and whether all were loaded.
    list: (Rows, bool),
}

/// What the loaded invites say about a row.
#[derive(Debug, Clone, Copy)]
struct RowFacts {
    is_loaded: bool,
    /// Number of the invite's domain.
    domain: Option<usize>,
}

impl Queue {
    pub(super) fn new(session: &TriageSession, model: &Model) -> Queue {
        let mut queue = Queue::default();
        queue.reorder(session, model);
        queue
    }

    /// Puts what is decided first, then the rest by urgency or in the session's order.
    ///
    /// A later decision does not move its row, so rows never move while the user decides.
    pub(super) fn reorder(&mut self, session: &TriageSession, model: &Model) {
        let mut order: Vec<usize> = (0..session.rows.len()).collect();
        if session.is_by_urgency {
            order.sort_by_cached_key(|row| match session.decision(*row) {
                Some(_) => (0, 0),
                None => urgency_key(session, model, *row),
            });
        }
        self.places = vec![0; order.len()];
        for (place, row) in order.iter().enumerate() {
            self.places[*row] = place;
        }
        self.order = order;
        self.update(session, model);
    }

    /// Updates the queue after a change of the order or of the loaded invites.
    pub(super) fn update(&mut self, session: &TriageSession, model: &Model) {
        self.list = (model.invites.shown.rows().clone(), model.invites.is_complete());
        let mut domains: HashMap<String, usize> = HashMap::new();
        let mut facts = |row: usize| {
            let invite = find(session, model, row).and_then(|id| model.invites.shown.rows().get(id));
            let domain = invite.as_ref().and_then(|invite| email::domain(invite.email)).map(|domain| {
                let next = domains.len();
                *domains.entry(domain).or_insert(next)
            });
            RowFacts { is_loaded: invite.is_some(), domain }
        };
        self.facts = (0..session.rows.len()).map(&mut facts).collect();
        self.open_by_domain = vec![0; domains.len()];
        self.update_snoozed(session, model);
        self.narrow(session, model);
    }

    /// Updates the shown rows after a change of the filter.
    pub(super) fn narrow(&mut self, session: &TriageSession, model: &Model) {
        self.version += 1;
        self.shown = match self.filter.is_empty() {
            true => self.order.clone(),
            false => {
                let matching = matching_rows(&self.filter, model);
                let is_shown =
                    |row: &usize| find(session, model, *row).is_some_and(|id| matching.contains(&id));
                self.order.iter().copied().filter(is_shown).collect()
            }
        };
        self.recount(session);
    }

    /// Updates the counts after a decision.
    pub(super) fn recount(&mut self, session: &TriageSession) {
        self.counts = session.decision_counts();
        let is_step =
            |row: usize| self.facts[row].is_loaded && session.decision(row).is_some_and(Decision::is_change);
        self.steps = (0..self.facts.len()).filter(|row| is_step(*row)).count();
        self.open = self.order.iter().filter(|row| self.is_open(session, **row)).count();
        let mut open_by_domain = vec![0; self.open_by_domain.len()];
        let open_shown = || self.shown.iter().filter(|row| self.is_open(session, **row));
        for domain in open_shown().filter_map(|row| self.facts[*row].domain) {
            open_by_domain[domain] += 1;
        }
        (self.open_shown, self.open_by_domain) = (open_shown().count(), open_by_domain);
    }

    /// Updates the emails that are decided to be snoozed.
    pub(super) fn update_snoozed(&mut self, session: &TriageSession, model: &Model) {
        let rows = session.rows.iter().zip(&session.decisions);
        let snoozed = rows.filter(|(_, decision)| **decision == Some(Decision::Snooze));
        let invites = snoozed.filter_map(|(row, _)| model.invites.shown.invite(row));
        self.snoozed_emails = invites.map(|invite| email::normalize(&invite.email)).collect();
    }

    /// True if other invites are loaded than those the queue was computed from.
    pub(super) fn is_stale(&self, model: &Model) -> bool {
        self.list.1 != model.invites.is_complete() || !self.list.0.is_same(model.invites.shown.rows())
    }

    /// Returns the place of a row in the whole queue, counted from 0.
    pub fn place_in_order(&self, row: usize) -> usize {
        self.places.get(row).copied().unwrap_or_default()
    }

    /// Returns the place of a row among the shown rows, counted from 0; `None` if it is not shown.
    pub fn place(&self, row: usize) -> Option<usize> {
        let place = self.places.get(row)?;
        self.shown.binary_search_by_key(place, |other| self.places[*other]).ok()
    }

    /// True if a row can still be decided. A gone invite cannot.
    pub(super) fn is_open(&self, session: &TriageSession, row: usize) -> bool {
        let may_exist = |facts: &RowFacts| facts.is_loaded || !self.list.1;
        session.decision(row).is_none() && self.facts.get(row).is_some_and(may_exist)
    }

    /// Returns the number of shown rows of this row's domain that can still be decided.
    pub fn same_domain_count(&self, row: usize) -> usize {
        let domain = self.facts.get(row).and_then(|facts| facts.domain);
        domain.and_then(|domain| self.open_by_domain.get(domain)).copied().unwrap_or_default()
    }

    /// Returns the shown rows of the current invite's domain that can still be decided.
    pub(super) fn same_domain_rows(&self, session: &TriageSession) -> Vec<usize> {
        let domain = self.facts.get(session.position).and_then(|facts| facts.domain);
        let is_same = |row: &usize| domain.is_some() && self.facts[*row].domain == domain;
        self.shown.iter().copied().filter(is_same).filter(|row| self.is_open(session, *row)).collect()
    }

    /// Returns the next other row that can be decided: after this row, else from the top.
    pub(super) fn next_open(&self, session: &TriageSession) -> Option<usize> {
        let at = self.place(session.position).unwrap_or(0);
        let (before, after) = self.shown.split_at(at.min(self.shown.len()));
        let others = after.iter().chain(before).filter(|row| **row != session.position);
        others.copied().find(|row| self.is_open(session, *row))
    }

    /// Returns the shown row this many places below the current one, within the queue.
    pub(super) fn row_at_distance(&self, session: &TriageSession, distance: isize) -> Option<usize> {
        let at = self.place(session.position).unwrap_or(0).saturating_add_signed(distance);
        self.shown.get(at.min(self.shown.len().saturating_sub(1))).copied()
    }
}

/// Returns the loaded row of an invite; `None` if the invite is gone or not loaded.
fn find(session: &TriageSession, model: &Model, row: usize) -> Option<RowId> {
    model.invites.shown.find(session.rows.get(row)?)
}

/// Returns a key that sorts as the table does by expiry: the soonest first, then expired, then unknown.
fn urgency_key(session: &TriageSession, model: &Model, row: usize) -> (u8, i64) {
    let now = model.server_now(model.now).as_microsecond();
    let row = find(session, model, row).and_then(|row| model.invites.shown.rows().get(row));
    match row.map(|row| row.expiry.to_micros()) {
        Some(at) if at > now => (1, at),
        None | Some(i64::MIN) => (3, 0),
        Some(at) => (2, now.saturating_sub(at)),
    }
}

fn matching_rows(filter: &Filter, model: &Model) -> HashSet<RowId> {
    let (rows, now) = (model.invites.shown.rows(), model.server_now(model.now));
    query::filter_rows(rows, filter, now, model.marks.identities(), &model.annotations).into_iter().collect()
}
