//! Triage session: the user decides about invites one by one or by domain, and gets one plan at the end. The
//! session can be saved and continues after a restart.

use std::collections::HashSet;

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

    /// Continues a session.
    /// A decision whose staged step no longer exists becomes undecided, because the user unstaged it.
    pub fn resume<'a>(&mut self, staged: impl Iterator<Item = &'a Plan>) {
        // An earlier version stored the end of the queue as a position.
        self.move_to(self.position);
        if !std::mem::take(&mut self.staged) {
            return;
        }
        let staged: HashSet<&Identity> = staged
            .flat_map(|plan| &plan.steps)
            .filter_map(Step::target)
            .map(|invite| &invite.identity)
            .collect();
        for (row, decision) in self.rows.iter().zip(&mut self.decisions) {
            if decision.as_ref().is_some_and(Decision::is_change) && !staged.contains(row) {
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
            let Some(decision) = decision.as_ref().filter(|decision| decision.is_change()) else { continue };
            let Some(invite) = store.invite(row) else {
                gone += 1;
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
        (steps, gone)
    }

    /// Returns how many steps the plan has: the changes of invites that still exist.
    pub fn step_count(&self, store: &InviteStore) -> usize {
        let is_step = |row: usize| self.decision(row).is_some_and(Decision::is_change);
        let changed = self.rows.iter().enumerate().filter(|(row, _)| is_step(*row));
        changed.filter(|(_, identity)| store.find(identity).is_some()).count()
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

    /// Decides about the rows from the first on.
    fn decide_all(session: &mut TriageSession, decisions: impl IntoIterator<Item = Decision>) {
        for (row, decision) in decisions.into_iter().enumerate() {
            session.decide(&[row], &decision);
        }
    }

    #[test]
    fn undo_restores_the_earlier_decisions_and_moves_there() {
        let mut session = triage_session(&["a", "b", "c", "d"]);
        session.decide(&[0], &Decision::Delete);
        session.decide(&[0], &Decision::Resend);
        let changed = session.decide(&[1, 3], &Decision::Keep);
        assert_eq!(changed, [(1, None), (3, None)]);
        assert_eq!(session.decision_counts().to_string(), "1 resend · 2 keep");
        session.move_to(99);
        assert_eq!(session.position, 3);
        assert_eq!(session.undo(), [(1, Some(Decision::Keep)), (3, Some(Decision::Keep))]);
        assert_eq!((session.position, session.decision_counts().to_string().as_str()), (1, "1 resend"));
        session.undo();
        assert_eq!((session.position, session.decision(0)), (0, Some(&Decision::Delete)));
        session.undo();
        assert_eq!(session.decision_counts().total(), 0);
        assert_eq!(session.undo(), []);
    }

    #[test]
    fn forgotten_email_is_also_removed_from_the_history() {
        let mut session = triage_session(&["a"]);
        let draft = Draft { email: "Ann@x".into(), message: String::new() };
        session.decide(&[0], &Decision::Edit(draft));
        session.decide(&[0], &Decision::Keep);
        assert!(session.remove_drafts_to("ann@X"));
        assert!(!serde_json::to_string(&session).expect("JSON").contains("Ann"));
        session.undo();
        assert_eq!(session.decisions, [None]);
    }

    #[test]
    fn steps_include_only_changes_of_listed_invites() {
        let mut session = triage_session(&["a", "b", "c", "d", "e"]);
        let draft = Draft { email: "new@x".into(), message: "hello".into() };
        decide_all(&mut session, [Decision::Delete, Decision::Keep, Decision::Resend, Decision::Edit(draft)]);
        session.decide(&[4], &Decision::Snooze);
        assert_eq!(session.step_count(&invite_store(&["b", "c", "d", "e"])), 2);
        let (steps, gone) = session.steps(&invite_store(&["b", "c", "d", "e"]), true);
        assert_eq!(gone, 1);
        assert_eq!(steps.iter().map(Step::verb).collect::<Vec<_>>(), ["resend", "replace"]);
        assert!(matches!(&steps[0], Step::Resend { known_versions: Some(pins), .. } if pins.len() == 1));
        let (steps, _) = session.steps(&invite_store(&["c"]), false);
        assert!(matches!(&steps[0], Step::Resend { known_versions: None, .. }));
    }

    #[test]
    fn unstaged_decision_is_undecided_again() {
        let mut session = triage_session(&["a", "b", "c"]);
        decide_all(&mut session, [Decision::Delete, Decision::Delete, Decision::Keep]);
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
        session.decide(&[0], &Decision::Edit(Draft { email: "x@y".into(), message: "z".into() }));
        session.decide(&[1], &Decision::Snooze);
        let text = serde_json::to_string(&session).expect("JSON");
        assert_eq!(serde_json::from_str::<TriageSession>(&text).expect("the same"), session);
    }

    #[test]
    fn session_stored_at_its_end_resumes_at_the_last_invite() {
        let stored =
            r#"{"begun":"2026-11-29T21:53:49Z","rows":["a"],"decisions":["keep"],"at":1,"version":2}"#;
        let mut session: TriageSession = serde_json::from_str(stored).expect("a session without history");
        session.resume(std::iter::empty());
        assert_eq!((session.position, session.history.len()), (0, 0));
    }
}
