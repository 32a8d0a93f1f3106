//! The plans that were confirmed and are under way, and those that wait for a person: what the rows, the header
//! and the question before quitting say about them. Nothing is sent from here.

use std::time::Duration;

use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress, Tally};
use crate::domain::request::{LeftOver, PlanEvent};
use crate::domain::{Draft, Identity, Plan, PlanId, Step};

/// Where a plan that is under way stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The service task was asked; it has not answered yet.
    Asked,
    /// It waits out its hold and can be taken back with no call made.
    Held {
        /// When it begins, on the monotonic clock.
        until: Duration,
    },
    /// Another one runs; this one waits for it.
    Queued {
        /// For whom.
        holder: String,
    },
    /// Its calls are being made.
    Running,
    /// A call was not answered; the truth is being looked for.
    Settling,
}

/// A plan that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The plan.
    pub plan: Plan,
    /// Where it stands.
    pub phase: Phase,
    /// What is known of each step.
    pub progress: Vec<Progress>,
}

/// A plan that is being written to the journal as staged.
#[derive(Debug, Clone, PartialEq)]
pub struct Staging {
    /// The plan; without steps it only removes those that it replaces.
    pub plan: Plan,
    /// The staged plans whose steps it has taken over.
    pub replaces: Vec<PlanId>,
}

/// The plans that are not over.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Those that are being staged; they count as staged when the journal has them.
    pub staging: Vec<Staging>,
    /// Those under way, the oldest first.
    pub under_way: Vec<Change>,
    /// Those that go on only when a person says so.
    pub unfinished: Vec<LeftOver>,
}

impl Changes {
    /// A plan begins.
    pub fn begin(&mut self, plan: Plan, progress: Vec<Progress>) {
        self.under_way.push(Change { plan, phase: Phase::Asked, progress });
    }

    /// The plan of this name, while it is under way.
    pub fn get(&self, id: PlanId) -> Option<&Change> {
        self.under_way.iter().find(|change| change.plan.id == id)
    }

    /// Notes what an event says about where a plan stands.
    pub fn note(&mut self, id: PlanId, event: &PlanEvent) {
        let Some(change) = self.under_way.iter_mut().find(|change| change.plan.id == id) else { return };
        match event {
            PlanEvent::Held { until } => change.phase = Phase::Held { until: *until },
            PlanEvent::Queued { holder } => change.phase = Phase::Queued { holder: holder.clone() },
            PlanEvent::LookedAt { .. } | PlanEvent::StepStarted(_) => change.phase = Phase::Running,
            PlanEvent::Settling(_) => change.phase = Phase::Settling,
            PlanEvent::StepEnded { step, progress, .. } => {
                if let Some(known) = change.progress.get_mut(*step) {
                    *known = progress.clone();
                }
            }
            PlanEvent::Staged | PlanEvent::Paused(_) | PlanEvent::TakenBack | PlanEvent::Ended { .. } => {}
        }
    }

    /// A plan is over, or at least no longer under way.
    pub fn end(&mut self, id: PlanId) -> Option<Change> {
        let index = self.under_way.iter().position(|change| change.plan.id == id)?;
        Some(self.under_way.remove(index))
    }

    /// Sets a plan aside until a person says how it goes on.
    pub fn set_aside(&mut self, change: Change, state: PlanState, finding: String) {
        let entry = JournalEntry { plan: change.plan, state, progress: change.progress, calls: Vec::new() };
        self.unfinished.retain(|other| other.entry.plan.id != entry.plan.id);
        self.unfinished.push(LeftOver { entry, findings: vec![finding] });
    }

    /// The journal has a staged plan now, and no longer those that it replaces.
    pub fn staged(&mut self, id: PlanId) {
        let Some(index) = self.staging.iter().position(|staging| staging.plan.id == id) else { return };
        let Staging { plan, replaces } = self.staging.remove(index);
        self.unfinished.retain(|left| !replaces.contains(&left.entry.plan.id));
        if !plan.steps.is_empty() {
            let progress = plan.untouched();
            let entry = JournalEntry { plan, state: PlanState::Staged, progress, calls: Vec::new() };
            self.unfinished.push(LeftOver { entry, findings: Vec::new() });
        }
    }

    /// The plans that wait in the journal for somebody to run them, the oldest first.
    pub fn staged_plans(&self) -> impl Iterator<Item = &Plan> {
        let staged = self.unfinished.iter().filter(|left| left.entry.state == PlanState::Staged);
        staged.map(|left| &left.entry.plan)
    }

    /// Whether any of those set aside can still go on; the others only tell what became of them.
    pub fn can_go_on(&self) -> bool {
        self.unfinished.iter().any(|left| left.entry.state != PlanState::Finished)
    }

    /// A plan that was set aside is over: nothing of it is left to decide.
    pub fn forget(&mut self, id: PlanId) -> Option<LeftOver> {
        let index = self.unfinished.iter().position(|left| left.entry.plan.id == id)?;
        Some(self.unfinished.remove(index))
    }

    /// What is happening to an invite at this moment.
    pub fn on_row(&self, identity: &Identity) -> Option<&Phase> {
        self.under_way
            .iter()
            .rev()
            .find(|change| {
                change.plan.steps.iter().zip(&change.progress).any(|(step, progress)| {
                    progress.outcome.is_none()
                        && step.target().is_some_and(|target| target.identity == *identity)
                })
            })
            .map(|change| &change.phase)
    }

    /// The invites that are being sent and have no row of their own yet.
    pub fn sending(&self) -> impl Iterator<Item = (&Draft, &Phase)> {
        self.under_way.iter().flat_map(|change| {
            change.plan.steps.iter().zip(&change.progress).filter_map(|(step, progress)| match step {
                Step::Create { draft, .. } if progress.outcome.is_none() => Some((draft, &change.phase)),
                _ => None,
            })
        })
    }

    /// The newest plan that can still be taken back with no call made.
    pub fn held(&self) -> Option<&Change> {
        self.under_way.iter().rev().find(|change| matches!(change.phase, Phase::Held { .. }))
    }

    /// How many steps of all plans under way have not ended, for the question before quitting.
    pub fn open_steps(&self) -> usize {
        self.under_way.iter().map(|change| Tally::of(&change.progress).not_sent).sum()
    }

    /// When the next countdown changes what it says: at each full second before a hold ends.
    pub fn next_change(&self, mono: Duration) -> Option<Duration> {
        self.under_way
            .iter()
            .filter_map(|change| match change.phase {
                Phase::Held { until } => next_second(until, mono),
                _ => None,
            })
            .min()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_changes_at_each_full_second() {
        let until = Duration::from_millis(5_300);
        assert_eq!(next_second(until, Duration::from_millis(300)), Some(Duration::from_millis(1_300)));
        assert_eq!(next_second(until, Duration::from_millis(1_300)), Some(Duration::from_millis(2_300)));
        assert_eq!(next_second(until, Duration::from_millis(5_299)), Some(until));
        assert_eq!(next_second(until, until), None);
        assert_eq!(seconds_left(Duration::from_millis(4_001)), 5);
    }
}
