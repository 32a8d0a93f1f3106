//! Triage session: the user decides about invites one by one or by domain, and gets one plan at the end. The
//! session can be saved and continues after a restart.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::email::normalize;
use super::invite_store::InviteStore;
use super::planner::Planner;
use super::text::format_counts;
use super::{Draft, Identity, Plan, PlanId, Step};

/// Decision about an invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Keep the invite unchanged.
    Keep,
    /// Delete the invite.
    Delete,
    /// Resend the invite.
    Resend,
    /// Replace the invite with this draft.
    Edit(Draft),
    /// Hide the invite until shortly before it expires. Takes effect at once, without a plan.
    Snooze,
}

impl Decision {
    /// True if the decision becomes a step of the plan.
    pub fn is_change(&self) -> bool {
        matches!(self, Decision::Delete | Decision::Resend | Decision::Edit(_))
    }

    /// True if a step does what was decided.
    fn matches(&self, step: &Step) -> bool {
        match (self, step) {
            (Decision::Delete, Step::Delete { .. }) | (Decision::Resend, Step::Resend { .. }) => true,
            (Decision::Edit(draft), Step::Replace { draft: other, .. }) => draft == other,
            _ => false,
        }
    }
}

/// Rows of a session, each with its decision before a change.
pub type EarlierDecisions = Vec<(usize, Option<Decision>)>;

/// A triage session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriageSession {
    /// When the session started.
    #[serde(rename = "begun")]
    pub started_at: Timestamp,
    /// The invites, in display order.
    pub rows: Vec<Identity>,
    /// The decision about each invite; as long as `rows`.
    pub decisions: Vec<Option<Decision>>,
    /// Index of the current invite in `rows`.
    #[serde(rename = "at")]
    pub position: usize,
    /// Grows with each change; the copy with the higher version is newer.
    pub version: u64,
    /// True if the decisions were staged when the user left the session. False if the program was killed
    /// before that.
    #[serde(default)]
    pub staged: bool,
    /// The rows whose decisions were staged at any time; steps of undone decisions are unstaged.
    /// `None` if an earlier version stored the session.
    #[serde(default)]
    staged_rows: Option<BTreeSet<usize>>,
    /// True if the undecided invites are shown by urgency, not in the order of `rows`.
    #[serde(default)]
    pub is_by_urgency: bool,
    /// What each decision changed, the newest last. Undo restores it.
    #[serde(default)]
    pub history: Vec<EarlierDecisions>,
}

/// Number of decisions by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DecisionCounts {
    /// Invites to keep.
    pub keep: usize,
    /// Invites to delete.
    pub delete: usize,
    /// Invites to resend.
    pub resend: usize,
    /// Invites to replace.
    pub edit: usize,
    /// Invites to snooze.
    pub snooze: usize,
}

impl TriageSession {
    /// Creates a session that starts at the first invite.
    pub fn new(rows: Vec<Identity>, started_at: Timestamp) -> TriageSession {
        let decisions = vec![None; rows.len()];
        TriageSession {
            started_at,
            rows,
            decisions,
            position: 0,
            version: 0,
            staged: false,
            staged_rows: Some(BTreeSet::new()),
            is_by_urgency: false,
            history: Vec::new(),
        }
    }

    /// Returns the current invite.
    pub fn current(&self) -> Option<&Identity> {
        self.rows.get(self.position)
    }

    /// Returns the decision about a row.
    pub fn decision(&self, row: usize) -> Option<&Decision> {
        self.decisions.get(row)?.as_ref()
    }

    /// Decides about rows. Returns what it changed.
    pub fn decide(&mut self, rows: &[usize], decision: &Decision) -> EarlierDecisions {
        let mut earlier = EarlierDecisions::new();
        for row in rows {
            if let Some(slot) = self.decisions.get_mut(*row) {
                earlier.push((*row, slot.replace(decision.clone())));
            }
        }
        self.version += 1;
        self.history.push(earlier.clone());
        earlier
    }

    /// Undoes the last decision, also one about many rows, and moves to its first row. Returns what it
    /// changed; empty if there is nothing to undo.
    pub fn undo(&mut self) -> EarlierDecisions {
        let mut changed = EarlierDecisions::new();
        for (row, earlier) in self.history.pop().unwrap_or_default() {
            if let Some(slot) = self.decisions.get_mut(row) {
                changed.push((row, std::mem::replace(slot, earlier)));
            }
        }
        if let Some((first, _)) = changed.first() {
            self.move_to(*first);
        }
        changed
    }

    /// Moves to an invite, counted from 0.
    pub fn move_to(&mut self, at: usize) {
        self.position = at.min(self.rows.len().saturating_sub(1));
        self.version += 1;
    }

    /// Records that the decisions are being staged.
    pub fn mark_staged(&mut self, steps: &[Step]) {
        let targets: HashSet<&Identity> = step_targets(steps).collect();
        let staged = (0..self.rows.len()).filter(|row| targets.contains(&self.rows[*row]));
        self.staged_rows.get_or_insert_default().extend(staged);
        self.staged = true;
        self.version += 1;
    }

    /// Records that the decisions could not be staged.
    pub fn mark_unstaged(&mut self) {
        self.staged = false;
        self.version += 1;
    }

    /// Continues a session.
    /// A decision whose staged step no longer exists becomes undecided, because the user unstaged it.
    pub fn resume<'a>(&mut self, staged: impl Iterator<Item = &'a Plan>) {
        // An earlier version stored the end of the queue as a position.
        self.move_to(self.position);
        if !std::mem::take(&mut self.staged) {
            return;
        }
        let mut staged_rows = self.staged_rows.take().unwrap_or_else(|| self.changed_rows().collect());
        let staged: HashSet<&Identity> = staged.flat_map(|plan| step_targets(&plan.steps)).collect();
        let is_unstaged = |row: &usize| {
            self.is_change(*row) && self.rows.get(*row).is_some_and(|row| !staged.contains(row))
        };
        let unstaged: HashSet<usize> = staged_rows.iter().copied().filter(is_unstaged).collect();
        for row in &unstaged {
            staged_rows.remove(row);
            self.decisions[*row] = None;
        }
        self.staged_rows = Some(staged_rows);
        for earlier in &mut self.history {
            earlier.retain(|(row, _)| !unstaged.contains(row));
        }
        self.history.retain(|earlier| !earlier.is_empty());
    }

    /// True if the decision about a row becomes a step.
    fn is_change(&self, row: usize) -> bool {
        self.decision(row).is_some_and(Decision::is_change)
    }

    fn changed_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(|row| self.is_change(*row))
    }

    /// Returns the invites whose staged steps come from this session.
    pub fn staged_invites(&self) -> HashSet<&Identity> {
        let rows = self.staged_rows.iter().flatten().copied().chain(self.changed_rows());
        rows.filter_map(|row| self.rows.get(row)).collect()
    }

    /// Returns the staged plans that contain only decisions of this session.
    pub fn staged_plans<'a>(&self, staged: impl Iterator<Item = &'a Plan>) -> Vec<PlanId> {
        let invites = self.staged_invites();
        let is_ours = |step: &Step| step.target().is_some_and(|invite| invites.contains(&invite.identity));
        staged.filter(|plan| plan.steps.iter().all(is_ours)).map(|plan| plan.id).collect()
    }

    /// Returns the staged steps of decisions about invites that are not in the list.
    pub fn steps_of_missing(&self, staged: &[Step], store: &InviteStore) -> Vec<Step> {
        let decisions: HashMap<&Identity, &Decision> =
            self.changed_rows().filter_map(|row| Some((self.rows.get(row)?, self.decision(row)?))).collect();
        let is_kept = |step: &&Step| {
            let target = step.target().map(|invite| &invite.identity);
            target.is_some_and(|target| {
                store.find(target).is_none() && decisions.get(target).is_some_and(|it| it.matches(step))
            })
        };
        staged.iter().filter(is_kept).cloned().collect()
    }

    /// Returns the steps of all decisions, and the number of decisions about invites that are not in the list.
    /// Pins the steps only if the list is complete.
    pub fn steps(&self, store: &InviteStore, is_complete: bool) -> (Vec<Step>, usize) {
        let (mut steps, mut missing, planner) = (Vec::new(), 0, Planner::new(store, is_complete));
        for (row, decision) in self.rows.iter().zip(&self.decisions) {
            let Some(decision) = decision.as_ref().filter(|decision| decision.is_change()) else { continue };
            let Some(invite) = store.invite(row) else {
                missing += 1;
                continue;
            };
            let step = match decision {
                Decision::Keep | Decision::Snooze => continue,
                Decision::Delete => Step::Delete { invite },
                Decision::Resend => Step::Resend { invite, known_versions: None },
                Decision::Edit(draft) => Step::Replace { invite, draft: draft.clone(), known_versions: None },
            };
            steps.push(planner.record_versions(step));
        }
        (steps, missing)
    }

    /// Removes the drafts to an email. Returns true if any were removed.
    pub fn remove_drafts_to(&mut self, email: &str) -> bool {
        let (email, mut has_removed) = (normalize(email), false);
        let is_draft_to = |decision: &mut Decision| matches!(decision, Decision::Edit(draft) if normalize(&draft.email) == email);
        let earlier = self.history.iter_mut().flatten().map(|(_, decision)| decision);
        for decision in self.decisions.iter_mut().chain(earlier) {
            has_removed |= decision.take_if(is_draft_to).is_some();
        }
        has_removed
    }

    /// Counts the decisions.
    pub fn decision_counts(&self) -> DecisionCounts {
        let mut counts = DecisionCounts::default();
        for decision in self.decisions.iter().flatten() {
            *match decision {
                Decision::Keep => &mut counts.keep,
                Decision::Delete => &mut counts.delete,
                Decision::Resend => &mut counts.resend,
                Decision::Edit(_) => &mut counts.edit,
                Decision::Snooze => &mut counts.snooze,
            } += 1;
        }
        counts
    }
}

/// Returns the invites that steps change.
fn step_targets(steps: &[Step]) -> impl Iterator<Item = &Identity> {
    steps.iter().filter_map(Step::target).map(|invite| &invite.identity)
}

impl DecisionCounts {
    /// Number of all decisions.
    pub fn total(&self) -> usize {
        self.keep + self.delete + self.resend + self.edit + self.snooze
    }
}

/// Formats "5 delete · 2 resend · 3 keep", without zero counts.
impl std::fmt::Display for DecisionCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            (self.delete, "delete"),
            (self.resend, "resend"),
            (self.edit, "edit"),
            (self.snooze, "snooze"),
            (self.keep, "keep"),
        ];
        let counts = format_counts(&counts);
        f.write_str(&if counts.is_empty() { "no decisions".to_owned() } else { counts.join(" · ") })
    }
}

#[cfg(test)]
mod tests;
