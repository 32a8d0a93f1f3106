//! Triage session: the user decides about one invite after the other, and gets one plan at the end. The
//! session can be saved and continues after a restart.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::email::normalize;
use super::invite_store::InviteStore;
use super::planner::Planner;
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
}

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
    /// Position of the current invite; equals the length of `rows` at the end.
    #[serde(rename = "at")]
    pub position: usize,
    /// Grows with each change; the copy with the higher version is newer.
    pub version: u64,
    /// True if the decisions were staged when the user left the session. False if the program was killed
    /// before that.
    #[serde(default)]
    pub staged: bool,
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
}

impl TriageSession {
    /// Creates a session that starts at the first invite.
    pub fn new(rows: Vec<Identity>, started_at: Timestamp) -> TriageSession {
        let decisions = vec![None; rows.len()];
        TriageSession { started_at, rows, decisions, position: 0, version: 0, staged: false }
    }

    /// Returns the current invite; `None` at the end.
    pub fn current(&self) -> Option<&Identity> {
        self.rows.get(self.position)
    }

    /// Decides about the current invite and moves to the next one.
    pub fn decide(&mut self, decision: Decision) {
        if let Some(slot) = self.decisions.get_mut(self.position) {
            *slot = Some(decision);
            self.move_to(self.position + 1);
        }
    }

    /// Moves to an invite, counted from 0, or to the end.
    pub fn move_to(&mut self, at: usize) {
        self.position = at.min(self.rows.len());
        self.version += 1;
    }

    /// Returns the position of the next undecided invite after the current one. If there is none, of the
    /// first undecided invite. `None` if all are decided.
    pub fn next_undecided(&self) -> Option<usize> {
        let is_undecided = |at: &usize| self.decisions[*at].is_none();
        (self.position + 1..self.rows.len())
            .find(is_undecided)
            .or_else(|| (0..self.rows.len()).find(is_undecided))
    }

    /// Continues a session.
    /// A decision whose staged step no longer exists becomes undecided, because the user unstaged it.
    pub fn resume<'a>(&mut self, staged: impl Iterator<Item = &'a Plan>) {
        self.version += 1;
        if !std::mem::take(&mut self.staged) {
            return;
        }
        let staged: HashSet<&Identity> = staged
            .flat_map(|plan| &plan.steps)
            .filter_map(Step::target)
            .map(|invite| &invite.identity)
            .collect();
        for (row, decision) in self.rows.iter().zip(&mut self.decisions) {
            let is_change = decision.as_ref().is_some_and(|decision| *decision != Decision::Keep);
            if is_change && !staged.contains(row) {
                *decision = None;
            }
        }
    }

    /// Returns the staged plans that contain only decisions of this session.
    pub fn staged_plans<'a>(&self, staged: impl Iterator<Item = &'a Plan>) -> Vec<PlanId> {
        let rows: HashSet<&Identity> = self.rows.iter().collect();
        let is_ours = |step: &Step| step.target().is_some_and(|invite| rows.contains(&invite.identity));
        staged.filter(|plan| plan.steps.iter().all(is_ours)).map(|plan| plan.id).collect()
    }

    /// Returns the steps of all decisions, and the number of decisions skipped because the invite is gone.
    /// Pins the steps only if the list is complete.
    pub fn steps(&self, store: &InviteStore, is_complete: bool) -> (Vec<Step>, usize) {
        let (mut steps, mut gone, planner) = (Vec::new(), 0, Planner::new(store, is_complete));
        for (row, decision) in self.rows.iter().zip(&self.decisions) {
            let step = match (decision, store.invite(row)) {
                (None | Some(Decision::Keep), _) => continue,
                (Some(_), None) => {
                    gone += 1;
                    continue;
                }
                (Some(Decision::Delete), Some(invite)) => Step::Delete { invite },
                (Some(Decision::Resend), Some(invite)) => Step::Resend { invite, known_versions: None },
                (Some(Decision::Edit(draft)), Some(invite)) => {
                    Step::Replace { invite, draft: draft.clone(), known_versions: None }
                }
            };
            steps.push(planner.record_versions(step));
        }
        (steps, gone)
    }

    /// Removes the drafts to an email. Returns true if any were removed.
    pub fn remove_drafts_to(&mut self, email: &str) -> bool {
        let (email, mut has_removed) = (normalize(email), false);
        for decision in &mut self.decisions {
            let is_draft_to = |decision: &mut Decision| matches!(decision, Decision::Edit(draft) if normalize(&draft.email) == email);
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
            } += 1;
        }
        counts
    }
}

impl DecisionCounts {
    /// Number of all decisions.
    pub fn total(&self) -> usize {
        self.keep + self.delete + self.resend + self.edit
    }
}

/// Formats "3 keep, 5 delete, 2 resend", without zero counts.
impl std::fmt::Display for DecisionCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts =
            [(self.keep, "keep"), (self.delete, "delete"), (self.resend, "resend"), (self.edit, "edit")];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, label)| format!("{n} {label}")).collect();
        f.write_str(&if parts.is_empty() { "no decisions".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Invite, TenancyKey};

    fn invite(name: &str) -> Invite {
        let identity = Identity::parse(name).expect("usable");
        Invite { identity, email: format!("{name}@x"), message: name.into(), expiry: Expiry(None) }
    }

    fn invite_store(names: &[&str]) -> InviteStore {
        let mut store = InviteStore::default();
        for name in names {
            store.insert(&invite(name));
        }
        store
    }

    fn triage_session(names: &[&str]) -> TriageSession {
        TriageSession::new(names.iter().map(|name| invite(name).identity).collect(), Timestamp::UNIX_EPOCH)
    }

    fn plan(steps: Vec<Step>) -> Plan {
        let id = PlanId(uuid::Uuid::from_u128(steps.len() as u128));
        let tenancy = TenancyKey("t".into());
        Plan { id, tenancy, created_at: Timestamp::UNIX_EPOCH, steps, filter: String::new() }
    }

    #[test]
    fn each_decision_advances_and_can_be_revisited() {
        let mut session = triage_session(&["a", "b", "c"]);
        session.decide(Decision::Delete);
        session.decide(Decision::Keep);
        session.move_to(0);
        session.decide(Decision::Resend);
        assert_eq!((session.position, session.next_undecided()), (1, Some(2)));
        session.move_to(99);
        assert_eq!((session.current(), session.position), (None, 3));
        session.decide(Decision::Delete);
        assert_eq!(session.decision_counts().to_string(), "1 keep, 1 resend");
    }

    #[test]
    fn steps_include_only_listed_invites() {
        let mut session = triage_session(&["a", "b", "c", "d"]);
        let draft = Draft { email: "new@x".into(), message: "hello".into() };
        for decision in [Decision::Delete, Decision::Keep, Decision::Resend, Decision::Edit(draft)] {
            session.decide(decision);
        }
        let (steps, gone) = session.steps(&invite_store(&["b", "c", "d"]), true);
        assert_eq!(gone, 1);
        assert_eq!(steps.iter().map(Step::verb).collect::<Vec<_>>(), ["resend", "replace"]);
        assert!(matches!(&steps[0], Step::Resend { known_versions: Some(pins), .. } if pins.len() == 1));
        let (steps, _) = session.steps(&invite_store(&["c"]), false);
        assert!(matches!(&steps[0], Step::Resend { known_versions: None, .. }));
    }

    #[test]
    fn unstaged_decision_is_undecided_again() {
        let mut session = triage_session(&["a", "b", "c"]);
        for decision in [Decision::Delete, Decision::Delete, Decision::Keep] {
            session.decide(decision);
        }
        let own_plan = plan(vec![Step::Delete { invite: invite("b") }]);
        let mixed = plan(vec![Step::Delete { invite: invite("b") }, Step::Delete { invite: invite("z") }]);
        session.resume([&own_plan].into_iter());
        assert_eq!(session.decision_counts().total(), 3, "a killed program had staged nothing");
        session.staged = true;
        session.resume([&own_plan].into_iter());
        assert_eq!(session.decisions, [None, Some(Decision::Delete), Some(Decision::Keep)]);
        assert_eq!(session.staged_plans([&own_plan, &mixed].into_iter()), [own_plan.id]);
    }

    #[test]
    fn triage_session_round_trips_as_json() {
        let mut session = triage_session(&["a", "b"]);
        session.decide(Decision::Edit(Draft { email: "x@y".into(), message: "z".into() }));
        let text = serde_json::to_string(&session).expect("JSON");
        assert_eq!(serde_json::from_str::<TriageSession>(&text).expect("the same"), session);
    }
}
