//! The queue of a triage session: the order of its invites, and the filter that narrows it.
//!
//! Rows are indexes into [`TriageSession::rows`]. The lists here are computed from the session and the loaded
//! invites, because both change only with an event, and a frame must be cheap.

use std::collections::HashSet;

use crate::app::Model;
use crate::domain::invite_store::{RowId, Rows};
use crate::domain::query::{self, Filter, ParseError};
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
    /// The shown rows of the current invite's domain that can still be decided.
    pub same_domain: Vec<usize>,
    /// Filter that narrows the queue; empty if it is not narrowed.
    pub filter: Filter,
    /// Field of the filter while the user types.
    pub field: Option<TextField>,
    /// Error in the typed filter.
    pub error: Option<ParseError>,
    /// Grows when other rows are shown; see [`crate::app::screen::ScreenPart`].
    pub version: u64,
    /// The loaded invites that this queue was computed from.
    list: Rows,
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
        self.order = order;
        self.update(session, model);
    }

    /// Updates the shown rows after a change of the filter or of the loaded invites.
    pub(super) fn update(&mut self, session: &TriageSession, model: &Model) {
        self.list = model.invites.shown.rows().clone();
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
        self.update_counts(session, model);
    }

    /// Updates the open rows after a decision or a move.
    pub(super) fn update_counts(&mut self, session: &TriageSession, model: &Model) {
        let is_open = |row: &&usize| is_open(session, model, **row);
        self.open = self.order.iter().filter(is_open).count();
        self.open_shown = self.shown.iter().filter(is_open).count();
        let domain = domain(session, model, session.position);
        let is_same = |row: &usize| domain.is_some() && self::domain(session, model, *row) == domain;
        self.same_domain = self.shown.iter().filter(is_open).copied().filter(is_same).collect();
    }

    /// True if other invites are loaded than those the queue was computed from.
    pub(super) fn is_stale(&self, model: &Model) -> bool {
        !self.list.is_same(model.invites.shown.rows())
    }

    /// Returns the place of a row among the shown rows, counted from 0; `None` if it is not shown.
    pub fn place(&self, row: usize) -> Option<usize> {
        self.shown.iter().position(|other| *other == row)
    }

    /// Returns the next other row that can be decided: after this row, else from the top.
    pub(super) fn next_open(&self, session: &TriageSession, model: &Model) -> Option<usize> {
        let at = self.place(session.position).unwrap_or(0);
        let (before, after) = self.shown.split_at(at.min(self.shown.len()));
        let others = after.iter().chain(before).filter(|row| **row != session.position);
        others.copied().find(|row| is_open(session, model, *row))
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

/// Returns the domain of a loaded invite.
fn domain(session: &TriageSession, model: &Model, row: usize) -> Option<String> {
    email::domain(model.invites.shown.rows().get(find(session, model, row)?)?.email)
}

/// True if a row can still be decided. A gone invite cannot.
fn is_open(session: &TriageSession, model: &Model, row: usize) -> bool {
    let exists = || find(session, model, row).is_some() || !model.invites.is_complete();
    session.decision(row).is_none() && exists()
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
