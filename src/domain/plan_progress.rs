//! Progress of a running plan, computed from its events. Used by the console and the commands.

use std::collections::HashSet;
use std::time::Duration;

use super::Identity;
use super::plan::Progress;
use super::service_msg::PlanEvent;

/// Phase of a running plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum RunPhase {
    /// The service task has not replied to the request yet.
    #[default]
    Requested,
    /// The plan is in its undo window: it can be undone, and no request was made.
    UndoWindow {
        /// End of the undo window, on the monotonic clock.
        until: Duration,
    },
    /// Another plan is running, and this plan waits for it.
    Queued {
        /// The other process.
        holder: String,
    },
    /// The plan makes requests.
    Running,
    /// A response was lost; its request is being reconciled.
    Reconciling,
}

/// Progress of a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanProgress {
    /// The phase.
    pub phase: RunPhase,
    /// Progress of each step. A failed step has the reason in its note.
    pub steps: Vec<Progress>,
    /// The step in progress.
    pub current_step: Option<usize>,
    /// Estimated remaining time at the current pace; `None` before it can be estimated.
    pub time_left: Option<Duration>,
    started_at: Option<Duration>,
    ended_step_count: u32,
    emailed_identities: HashSet<Identity>,
}

impl PlanProgress {
    /// Creates the progress of a plan that starts or is resumed.
    /// `steps` is the progress of each step so far.
    pub fn new(steps: Vec<Progress>) -> PlanProgress {
        let emailed = steps.iter().filter_map(|step| Some(step.created.as_ref()?.identity.clone())).collect();
        PlanProgress { steps, emailed_identities: emailed, ..PlanProgress::default() }
    }

    /// Number of emails certainly sent. Counts one for each invite that the plan created or that the server
    /// renewed.
    pub fn emails_sent(&self) -> usize {
        self.emailed_identities.len()
    }

    /// True if the plan is in its undo window.
    pub fn is_in_undo_window(&self) -> bool {
        matches!(self.phase, RunPhase::UndoWindow { .. })
    }

    /// Returns the phase of a step; `None` if the step is not in progress.
    pub fn step_phase(&self, step: usize) -> Option<&RunPhase> {
        let waits = matches!(self.phase, RunPhase::Running | RunPhase::Reconciling)
            && self.current_step != Some(step);
        (!waits).then_some(&self.phase)
    }

    /// Applies an event. `mono` is the current time on the monotonic clock.
    pub fn apply(&mut self, event: &PlanEvent, mono: Duration) {
        match event {
            PlanEvent::UndoWindow { until } => self.phase = RunPhase::UndoWindow { until: *until },
            PlanEvent::Queued { holder } => self.phase = RunPhase::Queued { holder: holder.clone() },
            PlanEvent::Rechecked { .. } => self.phase = RunPhase::Running,
            PlanEvent::StepStarted(step) => {
                self.phase = RunPhase::Running;
                self.current_step = Some(*step);
                self.started_at.get_or_insert(mono);
            }
            PlanEvent::Reconciling(_) => self.phase = RunPhase::Reconciling,
            PlanEvent::StepEnded { step, progress, failure } => {
                let cause = failure.as_ref().map(|failure| failure.cause.clone());
                let Some(current) = self.steps.get_mut(*step) else { return };
                *current = progress.clone();
                if !current.outcome.is_some_and(|outcome| outcome.is_success()) {
                    current.note = current.note.take().or(cause);
                }
                self.emailed_identities
                    .extend(current.created.as_ref().map(|created| created.identity.clone()));
                self.phase = RunPhase::Running;
                if self.current_step == Some(*step) {
                    self.current_step = None;
                    self.update_eta(mono);
                }
            }
            PlanEvent::Ended { progress, .. } => self.finish(progress.clone()),
            PlanEvent::UndoWindowOver { .. }
            | PlanEvent::Staged
            | PlanEvent::Paused(_)
            | PlanEvent::Undone => {}
        }
    }

    /// Applies the journal's final progress. Keeps the reasons of failed steps, which only the events
    /// contain.
    fn finish(&mut self, steps: Vec<Progress>) {
        let previous = std::mem::replace(&mut self.steps, steps);
        for (step, previous) in self.steps.iter_mut().zip(previous) {
            if step.note.is_none() && step.outcome == previous.outcome {
                step.note = previous.note;
            }
        }
    }

    /// Estimates the remaining time from the pace of the ended steps, including waits.
    fn update_eta(&mut self, mono: Duration) {
        self.ended_step_count += 1;
        let Some(elapsed) = self.started_at.and_then(|started_at| mono.checked_sub(started_at)) else {
            return;
        };
        let steps_left = self.steps.iter().filter(|step| step.outcome.is_none()).count();
        let steps_left = u32::try_from(steps_left).unwrap_or(u32::MAX);
        self.time_left =
            (steps_left > 0).then(|| (elapsed / self.ended_step_count).saturating_mul(steps_left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::PlanState;
    use crate::domain::{Error, ErrorKind, Outcome};

    fn plan(steps: usize) -> PlanProgress {
        PlanProgress::new(vec![Progress::default(); steps])
    }

    fn step_ended(step: usize, outcome: Outcome, failure: Option<Error>) -> PlanEvent {
        let progress = Progress { outcome: Some(outcome), ..Progress::default() };
        PlanEvent::StepEnded { step, progress, failure }
    }

    #[test]
    fn time_left_follows_finished_steps() {
        let mut plan = plan(5);
        let at = Duration::from_secs;
        plan.apply(&PlanEvent::StepStarted(0), at(10));
        assert_eq!(plan.time_left, None);
        plan.apply(&step_ended(0, Outcome::Done, None), at(12));
        assert_eq!(plan.time_left, Some(at(8)), "four are left, two seconds each");
        plan.apply(&PlanEvent::StepStarted(1), at(12));
        plan.apply(&step_ended(1, Outcome::Done, None), at(30));
        assert_eq!(plan.time_left, Some(at(30)), "a wait is a part of the pace");
    }

    #[test]
    fn failed_step_keeps_its_reason_at_the_end() {
        let mut plan = plan(2);
        let failure = Error::new(ErrorKind::Status(400), "w", "the server said no", "n");
        plan.apply(&step_ended(0, Outcome::Refused, Some(failure)), Duration::ZERO);
        let refused = Progress { outcome: Some(Outcome::Refused), ..Progress::default() };
        let progress = vec![refused, Progress::default()];
        plan.apply(&PlanEvent::Ended { state: PlanState::Stopped, progress }, Duration::ZERO);
        assert_eq!(plan.steps[0].note.as_deref(), Some("the server said no"));
    }

    #[test]
    fn phase_follows_events_and_current_step_ends() {
        let mut plan = plan(2);
        let at = Duration::from_secs;
        plan.apply(&PlanEvent::UndoWindow { until: at(5) }, at(0));
        assert!(plan.is_in_undo_window());
        plan.apply(&PlanEvent::StepStarted(0), at(5));
        assert_eq!((&plan.phase, plan.current_step), (&RunPhase::Running, Some(0)));
        assert_eq!((plan.step_phase(0), plan.step_phase(1)), (Some(&RunPhase::Running), None));
        plan.apply(&PlanEvent::Reconciling(0), at(6));
        assert_eq!(plan.step_phase(0), Some(&RunPhase::Reconciling));
        plan.apply(&step_ended(1, Outcome::Done, None), at(7));
        assert_eq!(plan.current_step, Some(0), "another step has ended");
        plan.apply(&step_ended(0, Outcome::Done, None), at(7));
        assert_eq!((&plan.phase, plan.current_step), (&RunPhase::Running, None));
        plan.apply(&step_ended(9, Outcome::Done, None), at(8));
        assert_eq!(plan.steps.len(), 2, "a step that it does not have is ignored");
    }
}
