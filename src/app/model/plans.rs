//! Running plans and plans that wait for the user, for the rows, the header and the quit prompt.
//!
//! Holds state only; makes no requests.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::app::model::plan_results::PlanResults;
use crate::domain::email::normalize;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress, StepCounts};
use crate::domain::plan_progress::PlanProgress;
pub use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{PlanEvent, ResumeScope, UnfinishedCounts, UnfinishedPlan};
use crate::domain::{Draft, Identity, Outcome, Plan, PlanId, Step};

/// Plan that is being written to the journal as staged.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingStage {
    /// The plan; without steps it only removes the plans that it replaces.
    pub plan: Plan,
    /// The staged plans that it replaces.
    pub replaces: Vec<PlanId>,
}

/// All plans that have not ended.
///
/// Changed only by its methods, which keep the index of staged steps up to date.
#[derive(Debug, Clone, Default)]
pub struct Plans {
    /// Plans being staged; they count as staged once they are in the journal.
    pub pending_stages: Vec<PendingStage>,
    /// Running plans, the oldest first.
    pub running: Vec<PlanRun>,
    /// Plans that wait for the user, and finished plans that the user has not dismissed.
    pub unfinished: Vec<UnfinishedPlan>,
    /// Filters of staged plans, each with the number of matching rows that are not staged.
    pub new_matches: Vec<(String, usize)>,
    /// What the finished plans did.
    pub results: PlanResults,
    /// Number of times that a plan was resumed in this session.
    pub resume_count: usize,
    /// Counts of unfinished plans, until the plans themselves are loaded.
    pub unfinished_counts: Option<UnfinishedCounts>,
    /// Staged plans that a running plan replaces, until the journal has removed them.
    merged_staged: HashMap<PlanId, Vec<UnfinishedPlan>>,
    /// Position of each staged step by its invite: index in `unfinished` and index in the plan.
    staged_by_target: HashMap<Identity, (usize, usize)>,
}

impl Plans {
    /// Adds a running plan and takes over the staged plans that it replaces.
    pub fn start(&mut self, plan: Plan, replaces: &[PlanId]) {
        let staged: Vec<UnfinishedPlan> = self
            .unfinished
            .extract_if(.., |unfinished| replaces.contains(&unfinished.entry.plan.id))
            .collect();
        if !staged.is_empty() {
            self.merged_staged.insert(plan.id, staged);
        }
        let progress = plan.initial_progress();
        self.running.push(PlanRun::new(plan, progress, ResumeScope::All));
        self.reindex();
    }

    /// Moves an unfinished plan back to the running plans.
    pub fn resume(&mut self, id: PlanId, scope: ResumeScope) -> Option<&PlanRun> {
        let unfinished = self.remove_unfinished(id)?;
        let mut entry = unfinished.entry.clone();
        for (step, progress) in entry.plan.steps.iter().zip(&mut entry.progress) {
            if scope != ResumeScope::WithoutEmail || !step.sends_email() {
                progress.outcome = progress.outcome.filter(|outcome| *outcome != Outcome::Skipped);
            }
        }
        let mut run = PlanRun::new(entry.plan, entry.progress, scope);
        run.resumed_from = Some(Box::new(unfinished));
        self.resume_count += 1;
        self.running.push(run);
        self.running.last()
    }

    /// Returns the running plan with this id.
    pub fn get(&self, id: PlanId) -> Option<&PlanRun> {
        self.running.iter().find(|run| run.plan.id == id)
    }

    /// Returns the unfinished plan with this id.
    pub fn unfinished_plan(&self, id: PlanId) -> Option<&UnfinishedPlan> {
        self.unfinished.iter().find(|unfinished| unfinished.entry.plan.id == id)
    }

    /// Returns the journal entry of the unfinished plan with this id.
    pub fn entry(&self, id: PlanId) -> Option<&JournalEntry> {
        self.unfinished_plan(id).map(|unfinished| &unfinished.entry)
    }

    /// Returns the state of an unfinished plan.
    pub fn unfinished_state(&self, id: PlanId) -> Option<PlanState> {
        self.unfinished_plan(id).map(|unfinished| unfinished.entry.state)
    }

    /// Applies an event to its plan.
    pub fn apply_event(&mut self, id: PlanId, event: &PlanEvent, mono: Duration) {
        if !matches!(event, PlanEvent::Paused(_) | PlanEvent::Ended { .. } | PlanEvent::Undone) {
            // The journal now contains this plan instead of the plans that it replaces.
            if let Some(staged) = self.merged_staged.get_mut(&id) {
                staged.clear();
            }
        }
        if let Some(run) = self.running.iter_mut().find(|run| run.plan.id == id) {
            run.progress.apply(event, mono);
        }
    }

    /// Records that the user asked to pause or stop a running plan.
    pub fn request_stop(&mut self, id: PlanId, request: StopRequest) {
        if let Some(run) = self.running.iter_mut().find(|run| run.plan.id == id) {
            run.stop_request = Some(request);
        }
    }

    /// Removes a plan that is no longer running.
    pub fn remove_running(&mut self, id: PlanId) -> Option<PlanRun> {
        self.running.extract_if(.., |run| run.plan.id == id).next()
    }

    /// Restores the staged plans after the journal refused the plan that replaced them.
    pub fn restore_staged(&mut self, id: PlanId) {
        self.unfinished.extend(self.merged_staged.remove(&id).unwrap_or_default());
        self.reindex();
    }

    /// Drops the staged plans that a plan replaced. Returns true if there were any.
    pub fn drop_merged_staged(&mut self, id: PlanId) -> bool {
        self.merged_staged.remove(&id).is_some()
    }

    /// Moves a plan to the unfinished plans until the user resumes, discards or dismisses it.
    pub fn move_to_unfinished(&mut self, run: PlanRun, state: PlanState, finding: Option<String>) {
        self.add_entry(run.plan, state, run.progress.steps, finding);
    }

    fn add_entry(&mut self, plan: Plan, state: PlanState, progress: Vec<Progress>, finding: Option<String>) {
        let entry = JournalEntry { plan, state, progress, calls: Vec::new() };
        self.add_unfinished(UnfinishedPlan {
            entry,
            findings: finding.into_iter().collect(),
            reconciled_steps: Vec::new(),
        });
    }

    /// Adds an unfinished plan; newer data replaces older data.
    pub fn add_unfinished(&mut self, unfinished: UnfinishedPlan) {
        self.unfinished.retain(|other| other.entry.plan.id != unfinished.entry.plan.id);
        self.unfinished.push(unfinished);
        self.reindex();
    }

    /// Takes a plan that was staged, or that could not be staged.
    pub fn take_pending_stage(&mut self, id: PlanId) -> Option<PendingStage> {
        self.pending_stages.extract_if(.., |staging| staging.plan.id == id).next()
    }

    /// Adds a plan to the staged plans, and removes those that it replaces.
    pub fn add_staged(&mut self, PendingStage { plan, replaces }: PendingStage) {
        self.unfinished.retain(|unfinished| !replaces.contains(&unfinished.entry.plan.id));
        if !plan.steps.is_empty() {
            let progress = plan.initial_progress();
            self.add_entry(plan, PlanState::Staged, progress, None);
        }
        self.reindex();
    }

    /// Returns a running or unfinished plan with the progress of its steps.
    pub fn find(&self, id: PlanId) -> Option<(&Plan, &[Progress])> {
        self.with_progress().find(|(plan, _)| plan.id == id)
    }

    /// Returns the running and unfinished plans with the progress of their steps.
    fn with_progress(&self) -> impl Iterator<Item = (&Plan, &[Progress])> {
        let running = self.running.iter().map(|run| (&run.plan, run.progress.steps.as_slice()));
        let entries = self.unfinished.iter().map(|unfinished| &unfinished.entry);
        running.chain(entries.map(|entry| (&entry.plan, entry.progress.as_slice())))
    }

    /// Returns the normalized emails that an unfinished plan may still invite.
    ///
    /// Inviting such an email in another plan would send a second email.
    pub fn emails_in_flight(&self) -> HashSet<String> {
        // A finished plan never runs again, so only its unknown creates count.
        let is_over = |plan: &Plan, progress: &Progress| {
            progress.has_final_outcome() && self.unfinished_state(plan.id) == Some(PlanState::Finished)
        };
        let recorded = self.with_progress().flat_map(|(plan, progress)| {
            let may_email =
                move |step: &Step, progress| step.may_still_email(progress) && !is_over(plan, progress);
            plan.steps.iter().zip(progress).filter(move |(step, progress)| may_email(step, progress))
        });
        let recorded = recorded.map(|(step, _)| step);
        let staging = self.pending_stages.iter().flat_map(|staging| &staging.plan.steps);
        recorded
            .chain(staging)
            .filter(|step| step.sends_email())
            .map(|step| normalize(step.email()))
            .collect()
    }

    /// True if a staged plan is being replaced in the journal.
    pub fn is_replaced(&self, id: PlanId) -> bool {
        self.pending_stages.iter().any(|staging| staging.replaces.contains(&id))
    }

    /// Returns the staged plans, the oldest first.
    pub fn staged_plans(&self) -> impl Iterator<Item = &Plan> {
        let staged = self.unfinished.iter().filter(|unfinished| unfinished.entry.state == PlanState::Staged);
        staged.map(|unfinished| &unfinished.entry.plan)
    }

    /// Returns the number of staged steps.
    pub fn staged_step_count(&self) -> usize {
        self.staged_plans().map(|plan| plan.steps.len()).sum()
    }

    /// Returns the staged step of an invite.
    pub fn staged_step_for(&self, identity: &Identity) -> Option<&Step> {
        let (plan, step) = self.staged_by_target.get(identity)?;
        self.unfinished.get(*plan)?.entry.plan.steps.get(*step)
    }

    /// Returns the paused and stopped plans.
    pub fn stopped_plans(&self) -> impl Iterator<Item = &UnfinishedPlan> {
        self.unfinished.iter().filter(|unfinished| {
            matches!(unfinished.entry.state, PlanState::Running | PlanState::Paused | PlanState::Stopped)
        })
    }

    /// Returns how many people lost their old invite while the new one was not created.
    pub fn missing_invite_count(&self) -> usize {
        self.with_progress().map(|(plan, progress)| count_missing_invites(plan, progress)).sum()
    }

    /// Removes an unfinished plan that needs no more decisions.
    pub fn remove_unfinished(&mut self, id: PlanId) -> Option<UnfinishedPlan> {
        let unfinished = self.unfinished.extract_if(.., |other| other.entry.plan.id == id).next()?;
        self.reindex();
        Some(unfinished)
    }

    /// Returns the finished plans, the newest first.
    pub fn finished_plans(&self) -> impl Iterator<Item = &Plan> {
        let entries = self.unfinished.iter().rev().map(|unfinished| &unfinished.entry);
        entries.filter(|entry| entry.state == PlanState::Finished).map(|entry| &entry.plan)
    }

    /// Returns the open step for an invite in a running plan, with the phase of the step.
    ///
    /// The phase comes from [`PlanProgress::step_phase`].
    pub fn running_step_for(&self, identity: &Identity) -> Option<(&Step, Option<&RunPhase>)> {
        self.running.iter().rev().find_map(|run| {
            let index = *run.by_target.get(identity)?;
            let open = run.progress.steps.get(index)?.outcome.is_none();
            open.then_some((run.plan.steps.get(index)?, run.progress.step_phase(index)))
        })
    }

    /// Returns the drafts of invites that are being created, with the phase of each step.
    pub fn creates_in_flight(&self) -> impl Iterator<Item = (&Draft, Option<&RunPhase>)> {
        self.running.iter().flat_map(|run| {
            let steps = run.plan.steps.iter().zip(&run.progress.steps).enumerate();
            steps.filter_map(|(index, (step, progress))| match step {
                Step::Create { draft, .. } if progress.outcome.is_none() => {
                    Some((draft, run.progress.step_phase(index)))
                }
                _ => None,
            })
        })
    }

    /// Returns the newest plan in its undo window.
    pub fn plan_in_undo_window(&self) -> Option<&PlanRun> {
        self.running.iter().rev().find(|run| run.progress.is_in_undo_window())
    }

    /// Returns the number of open steps in running plans, for the quit prompt.
    pub fn open_step_count(&self) -> usize {
        self.running.iter().map(PlanRun::ended_steps).map(|(ended, steps)| steps - ended).sum()
    }

    /// Sorts the plans, the oldest first, and rebuilds the index of staged steps.
    fn reindex(&mut self) {
        self.unfinished.sort_by_key(|unfinished| unfinished.entry.plan.created_at);
        self.staged_by_target.clear();
        for (plan_index, unfinished) in self.unfinished.iter().enumerate() {
            if unfinished.entry.state != PlanState::Staged {
                continue;
            }
            let steps = unfinished.entry.plan.steps.iter().enumerate();
            let targets = steps.filter_map(|(step_index, step)| {
                Some((step.target()?.identity.clone(), (plan_index, step_index)))
            });
            self.staged_by_target.extend(targets);
        }
    }

    /// Returns when the next countdown changes: at each full second before an undo window ends.
    pub fn next_undo_window_change(&self, mono: Duration) -> Option<Duration> {
        self.running
            .iter()
            .filter_map(|run| match run.progress.phase {
                RunPhase::UndoWindow { until } => next_countdown_change(until, mono),
                _ => None,
            })
            .min()
    }
}

/// Returns the number of people who were not re-invited after a step deleted their invite.
pub fn count_missing_invites(plan: &Plan, progress: &[Progress]) -> usize {
    plan.steps.iter().zip(progress).filter(|(step, progress)| step.is_half_done(progress)).count()
}

/// Returns when the countdown to `until` shows the next number; `None` if `until` has passed.
pub fn next_countdown_change(until: Duration, mono: Duration) -> Option<Duration> {
    let remaining = until.checked_sub(mono).filter(|remaining| !remaining.is_zero())?;
    Some(until - Duration::from_secs(seconds_left(remaining) - 1))
}

/// Returns the seconds of a countdown, rounded up, so the last number is 1.
pub fn seconds_left(remaining: Duration) -> u64 {
    remaining.as_secs() + u64::from(remaining.subsec_nanos() > 0)
}

/// Request of the user to pause or stop a running plan, until it takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopRequest {
    /// Pause after the current step.
    Pause,
    /// Stop after the current step.
    Stop,
}

/// Running plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRun {
    /// The plan.
    pub plan: Plan,
    /// Progress of the plan.
    pub progress: PlanProgress,
    /// Pending request to pause or stop.
    pub stop_request: Option<StopRequest>,
    /// Which steps of the plan run.
    pub scope: ResumeScope,
    /// State before the plan was resumed; undo restores it.
    pub resumed_from: Option<Box<UnfinishedPlan>>,
    by_target: HashMap<Identity, usize>,
}

impl PlanRun {
    /// Creates the state of a plan that starts or resumes.
    pub fn new(plan: Plan, progress: Vec<Progress>, scope: ResumeScope) -> PlanRun {
        let targets = plan.steps.iter().enumerate().rev();
        let by_target = targets.filter_map(|(i, step)| Some((step.target()?.identity.clone(), i))).collect();
        PlanRun {
            plan,
            progress: PlanProgress::new(progress),
            stop_request: None,
            scope,
            resumed_from: None,
            by_target,
        }
    }

    /// Returns the number of ended steps and of all steps.
    pub fn ended_steps(&self) -> (usize, usize) {
        let steps = self.progress.steps.len();
        (steps - StepCounts::from_progress(&self.progress.steps).not_sent, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countdown_ticks_each_full_second() {
        let until = Duration::from_millis(5_300);
        assert_eq!(
            next_countdown_change(until, Duration::from_millis(300)),
            Some(Duration::from_millis(1_300))
        );
        assert_eq!(
            next_countdown_change(until, Duration::from_millis(1_300)),
            Some(Duration::from_millis(2_300))
        );
        assert_eq!(next_countdown_change(until, Duration::from_millis(5_299)), Some(until));
        assert_eq!(next_countdown_change(until, until), None);
        assert_eq!(seconds_left(Duration::from_millis(4_001)), 5);
    }
}
