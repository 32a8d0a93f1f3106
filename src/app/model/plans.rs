//! The plans that were confirmed and are under way, and those that wait for a person: what the rows, the header
//! and the question before quitting say about them. Nothing is sent from here.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::domain::email::normalize;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress, StepCounts};
use crate::domain::plan_progress::PlanProgress;
pub use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{PlanEvent, ResumeScope, UnfinishedCounts, UnfinishedPlan};
use crate::domain::{Draft, Identity, Outcome, Plan, PlanId, Step};

/// A plan that is being written to the journal as staged.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingStage {
    /// The plan; without steps it only removes those that it replaces.
    pub plan: Plan,
    /// The staged plans whose steps it has taken over.
    pub replaces: Vec<PlanId>,
}

/// The plans that are not over. Changed only through what is here, because the staged ones are found by identity.
#[derive(Debug, Clone, Default)]
pub struct Plans {
    /// Those that are being staged; they count as staged when the journal has them.
    pub pending_stages: Vec<PendingStage>,
    /// Those under way, the oldest first.
    pub running: Vec<PlanRun>,
    /// Those that go on only when a person says so, and those that have ended and were not seen yet.
    pub unfinished: Vec<UnfinishedPlan>,
    /// Rows that match the filter of a staged plan and are not staged: the filter, and how many.
    pub new_matches: Vec<(String, usize)>,
    /// How often a plan was resumed.
    pub resume_count: usize,
    /// What is not finished, in numbers, until it is known which plans these are.
    pub unfinished_counts: Option<UnfinishedCounts>,
    /// The staged plans that a plan under way is made of, until the journal has let go of them.
    merged_staged: HashMap<PlanId, Vec<UnfinishedPlan>>,
    /// Where a staged step about an invite is: its plan's place in `unfinished`, and its own in the plan.
    staged_by_target: HashMap<Identity, (usize, usize)>,
}

impl Plans {
    /// A plan begins, and staged ones are a part of it now.
    pub fn start(&mut self, plan: Plan, replaces: &[PlanId]) {
        let staged: Vec<UnfinishedPlan> =
            self.unfinished.extract_if(.., |left| replaces.contains(&left.entry.plan.id)).collect();
        if !staged.is_empty() {
            self.merged_staged.insert(plan.id, staged);
        }
        let untouched = plan.initial_progress();
        self.running.push(PlanRun::new(plan, untouched, ResumeScope::All));
        self.reindex();
    }

    /// A plan that was set aside goes on.
    pub fn resume(&mut self, id: PlanId, what: ResumeScope) -> Option<&PlanRun> {
        let left = self.remove_unfinished(id)?;
        let mut entry = left.entry.clone();
        for (step, progress) in entry.plan.steps.iter().zip(&mut entry.progress) {
            if what != ResumeScope::WithoutEmail || !step.sends_email() {
                progress.outcome = progress.outcome.filter(|outcome| *outcome != Outcome::Skipped);
            }
        }
        let mut run = PlanRun::new(entry.plan, entry.progress, what);
        run.resumed_from = Some(Box::new(left));
        self.resume_count += 1;
        self.running.push(run);
        self.running.last()
    }

    /// The plan of this name, while it is under way.
    pub fn get(&self, id: PlanId) -> Option<&PlanRun> {
        self.running.iter().find(|run| run.plan.id == id)
    }

    /// The plan of this name, while it is set aside.
    pub fn unfinished_plan(&self, id: PlanId) -> Option<&UnfinishedPlan> {
        self.unfinished.iter().find(|left| left.entry.plan.id == id)
    }

    /// Notes what an event says about where a plan stands.
    pub fn apply_event(&mut self, id: PlanId, event: &PlanEvent, mono: Duration) {
        if !matches!(event, PlanEvent::Paused(_) | PlanEvent::Ended { .. } | PlanEvent::Undone) {
            // It is in the journal now, and what it is made of is not any more.
            if let Some(staged) = self.merged_staged.get_mut(&id) {
                staged.clear();
            }
        }
        if let Some(run) = self.running.iter_mut().find(|run| run.plan.id == id) {
            run.progress.apply(event, mono);
        }
    }

    /// Notes what a person has asked of a plan that is under way.
    pub fn request_stop(&mut self, id: PlanId, rein: StopRequest) {
        if let Some(run) = self.running.iter_mut().find(|run| run.plan.id == id) {
            run.stop_request = Some(rein);
        }
    }

    /// A plan is over, or at least no longer under way.
    pub fn remove_running(&mut self, id: PlanId) -> Option<PlanRun> {
        let index = self.running.iter().position(|run| run.plan.id == id)?;
        Some(self.running.remove(index))
    }

    /// A plan was refused before the journal had it: what was staged before is so still.
    pub fn restore_staged(&mut self, id: PlanId) {
        self.unfinished.extend(self.merged_staged.remove(&id).unwrap_or_default());
        self.reindex();
    }

    /// Whether a plan was made of staged ones; asked once, when its hold has ended.
    pub fn take_merged_staged(&mut self, id: PlanId) -> bool {
        self.merged_staged.remove(&id).is_some()
    }

    /// Sets a plan aside until a person says how it goes on, or has seen how it ended.
    pub fn move_to_unfinished(&mut self, run: PlanRun, state: PlanState, finding: Option<String>) {
        let entry = JournalEntry { plan: run.plan, state, progress: run.progress.steps, calls: Vec::new() };
        self.add_unfinished(UnfinishedPlan {
            entry,
            findings: finding.into_iter().collect(),
            reconciled_steps: Vec::new(),
        });
    }

    /// A plan waits for a person. What is told of it now is newer than what was known.
    pub fn add_unfinished(&mut self, left: UnfinishedPlan) {
        self.unfinished.retain(|other| other.entry.plan.id != left.entry.plan.id);
        self.unfinished.push(left);
        self.reindex();
    }

    /// The journal has a staged plan now, and no longer those that it replaces.
    pub fn on_staged(&mut self, id: PlanId) {
        let Some(index) = self.pending_stages.iter().position(|staging| staging.plan.id == id) else {
            return;
        };
        let PendingStage { plan, replaces, .. } = self.pending_stages.remove(index);
        self.unfinished.retain(|left| !replaces.contains(&left.entry.plan.id));
        if !plan.steps.is_empty() {
            let progress = plan.initial_progress();
            let entry = JournalEntry { plan, state: PlanState::Staged, progress, calls: Vec::new() };
            self.unfinished.push(UnfinishedPlan {
                entry,
                findings: Vec::new(),
                reconciled_steps: Vec::new(),
            });
        }
        self.reindex();
    }

    /// What was to be staged is not, and what it would have replaced still is.
    pub fn on_stage_failed(&mut self, id: PlanId) {
        self.pending_stages.retain(|staging| staging.plan.id != id);
    }

    /// A plan and what is known of its steps, wherever it stands.
    pub fn find(&self, id: PlanId) -> Option<(&Plan, &[Progress])> {
        if let Some(run) = self.get(id) {
            return Some((&run.plan, &run.progress.steps));
        }
        let left = self.unfinished_plan(id)?;
        Some((&left.entry.plan, &left.entry.progress))
    }

    /// The folded emails to which a plan sends or still could send: from two plans somebody would be emailed twice.
    pub fn emails_in_flight(&self) -> HashSet<String> {
        let under_way = self.running.iter().map(|run| (&run.plan, &run.progress.steps));
        let left = self.unfinished.iter().map(|left| (&left.entry.plan, &left.entry.progress));
        let steps = under_way.chain(left).flat_map(|(plan, progress)| plan.steps.iter().zip(progress));
        let known = steps.filter(|(step, progress)| step.may_still_email(progress)).map(|(step, _)| step);
        let staging = self.pending_stages.iter().flat_map(|staging| &staging.plan.steps);
        known.chain(staging).filter(|step| step.sends_email()).map(|step| normalize(step.email())).collect()
    }

    /// Whether the journal is being asked to let go of a staged plan.
    pub fn is_replaced(&self, id: PlanId) -> bool {
        self.pending_stages.iter().any(|staging| staging.replaces.contains(&id))
    }

    /// The plans that wait in the journal for somebody to run them, the oldest first.
    pub fn staged_plans(&self) -> impl Iterator<Item = &Plan> {
        let staged = self.unfinished.iter().filter(|left| left.entry.state == PlanState::Staged);
        staged.map(|left| &left.entry.plan)
    }

    /// How many steps are staged.
    pub fn staged_steps(&self) -> usize {
        self.staged_plans().map(|plan| plan.steps.len()).sum()
    }

    /// The staged step about an invite.
    pub fn staged_step_for(&self, identity: &Identity) -> Option<&Step> {
        let (plan, step) = self.staged_by_target.get(identity)?;
        self.unfinished.get(*plan)?.entry.plan.steps.get(*step)
    }

    /// The plans that were begun and are not over, and wait for a person.
    pub fn stopped_plans(&self) -> impl Iterator<Item = &UnfinishedPlan> {
        self.unfinished.iter().filter(|left| {
            matches!(left.entry.state, PlanState::Running | PlanState::Paused | PlanState::Stopped)
        })
    }

    /// How many addresses lost their invite and were not given the new one, in all plans that are not over.
    pub fn missing_invites(&self) -> usize {
        let running = self.running.iter().map(|run| owed(&run.plan, &run.progress.steps));
        let left = self.unfinished.iter().map(|left| owed(&left.entry.plan, &left.entry.progress));
        running.chain(left).sum()
    }

    /// A plan that was set aside is over: nothing of it is left to decide.
    pub fn remove_unfinished(&mut self, id: PlanId) -> Option<UnfinishedPlan> {
        let index = self.unfinished.iter().position(|left| left.entry.plan.id == id)?;
        let left = self.unfinished.remove(index);
        self.reindex();
        Some(left)
    }

    /// What has ended was seen, and need not be shown again. Returns which plans that were.
    pub fn remove_finished(&mut self) -> Vec<PlanId> {
        let ended = self.unfinished.extract_if(.., |left| left.entry.state == PlanState::Finished);
        let ended = ended.map(|left| left.entry.plan.id).collect();
        self.reindex();
        ended
    }

    /// The step of a plan under way that is about an invite, and where it stands: see [`crate::domain::plan_progress::PlanProgress::step_phase`].
    pub fn running_step_for(&self, identity: &Identity) -> Option<(&Step, Option<&RunPhase>)> {
        self.running.iter().rev().find_map(|run| {
            let at = run.step_for(identity)?;
            let open = run.progress.steps.get(at)?.outcome.is_none();
            open.then_some((run.plan.steps.get(at)?, run.progress.step_phase(at)))
        })
    }

    /// The invites that are being sent and have no row of their own yet.
    pub fn creates_in_flight(&self) -> impl Iterator<Item = (&Draft, Option<&RunPhase>)> {
        self.running.iter().flat_map(|run| {
            let steps = run.plan.steps.iter().zip(&run.progress.steps).enumerate();
            steps.filter_map(|(at, (step, progress))| match step {
                Step::Create { draft, .. } if progress.outcome.is_none() => {
                    Some((draft, run.progress.step_phase(at)))
                }
                _ => None,
            })
        })
    }

    /// The newest plan that can still be taken back with no call made.
    pub fn in_undo_window(&self) -> Option<&PlanRun> {
        self.running.iter().rev().find(|run| run.progress.is_in_undo_window())
    }

    /// How many steps of all plans under way have not ended, for the question before quitting.
    pub fn open_steps(&self) -> usize {
        self.running.iter().map(|run| StepCounts::from_progress(&run.progress.steps).not_sent).sum()
    }

    /// Puts them in their order, the oldest first, and finds the staged steps anew.
    fn reindex(&mut self) {
        self.unfinished.sort_by_key(|left| left.entry.plan.created_at);
        self.staged_by_target.clear();
        for (place, left) in self.unfinished.iter().enumerate() {
            if left.entry.state != PlanState::Staged {
                continue;
            }
            let steps = left.entry.plan.steps.iter().enumerate();
            let targets = steps.filter_map(|(i, step)| Some((step.target()?.identity.clone(), (place, i))));
            self.staged_by_target.extend(targets);
        }
    }

    /// When the next countdown changes what it says: at each full second before a hold ends.
    pub fn next_countdown_tick(&self, mono: Duration) -> Option<Duration> {
        self.running
            .iter()
            .filter_map(|run| match run.progress.phase {
                RunPhase::UndoWindow { until } => next_second(until, mono),
                _ => None,
            })
            .min()
    }
}

/// How many addresses a plan owes an invite.
pub fn owed(plan: &Plan, progress: &[Progress]) -> usize {
    plan.steps.iter().zip(progress).filter(|(step, progress)| step.is_half_done(progress)).count()
}

/// The next moment at which the whole seconds until `until` are one fewer; `None` when it has come.
pub fn next_second(until: Duration, mono: Duration) -> Option<Duration> {
    let left = until.checked_sub(mono).filter(|left| !left.is_zero())?;
    Some(until - Duration::from_secs(seconds_left(left) - 1))
}

/// Whole seconds of a countdown, rounded up, so that it ends with 1 and not with 0.
pub fn seconds_left(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// What a person has asked of a running plan, until it has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopRequest {
    /// Pause after the step in hand.
    Pause,
    /// Stop after it.
    Stop,
}

/// A plan that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRun {
    /// The plan.
    pub plan: Plan,
    /// How far it has come.
    pub progress: PlanProgress,
    /// What a person has asked of it.
    pub stop_request: Option<StopRequest>,
    /// Which of its steps go on.
    pub scope: ResumeScope,
    /// What it was when it was resumed; undone, it is so again.
    pub resumed_from: Option<Box<UnfinishedPlan>>,
    by_target: HashMap<Identity, usize>,
}

impl PlanRun {
    /// A plan that begins, or goes on.
    pub fn new(plan: Plan, progress: Vec<Progress>, what: ResumeScope) -> PlanRun {
        let targets = plan.steps.iter().enumerate().rev();
        let by_target = targets.filter_map(|(i, step)| Some((step.target()?.identity.clone(), i))).collect();
        PlanRun {
            plan,
            progress: PlanProgress::new(progress),
            stop_request: None,
            scope: what,
            resumed_from: None,
            by_target,
        }
    }

    /// The step that is about an invite.
    pub fn step_for(&self, identity: &Identity) -> Option<usize> {
        self.by_target.get(identity).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countdown_ticks_each_full_second() {
        let until = Duration::from_millis(5_300);
        assert_eq!(next_second(until, Duration::from_millis(300)), Some(Duration::from_millis(1_300)));
        assert_eq!(next_second(until, Duration::from_millis(1_300)), Some(Duration::from_millis(2_300)));
        assert_eq!(next_second(until, Duration::from_millis(5_299)), Some(until));
        assert_eq!(next_second(until, until), None);
        assert_eq!(seconds_left(Duration::from_millis(4_001)), 5);
    }
}
