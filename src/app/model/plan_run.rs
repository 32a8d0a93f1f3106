//! One plan that is under way: where it stands, what is known of each step, and what is reckoned from that, such as
//! the time it will take. The plans together are in `app::changes`.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::domain::plan::Progress;
use crate::domain::request::{GoOn, LeftOver, PlanEvent};
use crate::domain::{Identity, Plan};

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
    /// Where it stands.
    pub phase: Phase,
    /// What is known of each step. A step that did not work has the reason in its note.
    pub progress: Vec<Progress>,
    /// The step whose calls are being made.
    pub in_hand: Option<usize>,
    /// What a person has asked of it.
    pub rein: Option<StopRequest>,
    /// Which of its steps go on.
    pub what: GoOn,
    /// What it was when it was resumed; undone, it is so again.
    pub resumed: Option<Box<LeftOver>>,
    /// How long what is left of it takes at the present pace; `None` before that can be told.
    pub time_left: Option<Duration>,
    began: Option<Duration>,
    ended: u32,
    mailed: HashSet<Identity>,
    by_target: HashMap<Identity, usize>,
}

impl PlanRun {
    /// A plan that begins, or goes on.
    pub fn new(plan: Plan, progress: Vec<Progress>, what: GoOn) -> PlanRun {
        let targets = plan.steps.iter().enumerate().rev();
        let by_target = targets.filter_map(|(i, step)| Some((step.target()?.identity.clone(), i))).collect();
        let mailed =
            progress.iter().filter_map(|step| Some(step.created.as_ref()?.identity.clone())).collect();
        PlanRun {
            plan,
            phase: Phase::Asked,
            progress,
            in_hand: None,
            rein: None,
            what,
            resumed: None,
            time_left: None,
            began: None,
            ended: 0,
            mailed,
            by_target,
        }
    }

    /// How many e-mails it is known to have sent: one for each invite that it made or had renewed.
    pub fn mailed(&self) -> usize {
        self.mailed.len()
    }

    /// Where one of its steps stands; `None` while it waits for its turn in a plan that runs.
    pub fn phase_of(&self, step: usize) -> Option<&Phase> {
        let waits = matches!(self.phase, Phase::Running | Phase::Settling) && self.in_hand != Some(step);
        (!waits).then_some(&self.phase)
    }

    /// The step that is about an invite.
    pub fn step_on(&self, identity: &Identity) -> Option<usize> {
        self.by_target.get(identity).copied()
    }

    /// Takes in what has happened to it, at this moment of the monotonic clock.
    pub(crate) fn note(&mut self, event: &PlanEvent, mono: Duration) {
        match event {
            PlanEvent::Held { until } => self.phase = Phase::Held { until: *until },
            PlanEvent::Queued { holder } => self.phase = Phase::Queued { holder: holder.clone() },
            PlanEvent::LookedAt { .. } => self.phase = Phase::Running,
            PlanEvent::StepStarted(step) => {
                self.phase = Phase::Running;
                self.in_hand = Some(*step);
                self.began.get_or_insert(mono);
            }
            PlanEvent::Settling(_) => self.phase = Phase::Settling,
            PlanEvent::StepEnded { step, progress, failure } => {
                let why = failure.as_ref().map(|failure| failure.why.clone());
                let Some(known) = self.progress.get_mut(*step) else { return };
                *known = progress.clone();
                if !known.outcome.is_some_and(|outcome| outcome.is_good()) {
                    known.note = known.note.take().or(why);
                }
                self.mailed.extend(known.created.as_ref().map(|created| created.identity.clone()));
                self.phase = Phase::Running;
                if self.in_hand == Some(*step) {
                    self.in_hand = None;
                    self.reckon(mono);
                }
            }
            PlanEvent::HoldOver { .. }
            | PlanEvent::Staged
            | PlanEvent::Paused(_)
            | PlanEvent::TakenBack
            | PlanEvent::Ended { .. } => {}
        }
    }

    /// What the journal tells at the end, with the reasons that only we have heard.
    pub(crate) fn take(&mut self, progress: Vec<Progress>) {
        let heard = std::mem::replace(&mut self.progress, progress);
        for (step, heard) in self.progress.iter_mut().zip(heard) {
            if step.note.is_none() && step.outcome == heard.outcome {
                step.note = heard.note;
            }
        }
    }

    /// From the steps that have ended since it began: waits are a part of the pace.
    fn reckon(&mut self, mono: Duration) {
        self.ended += 1;
        let Some(took) = self.began.and_then(|began| mono.checked_sub(began)) else { return };
        let left = self.progress.iter().filter(|step| step.outcome.is_none()).count();
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        self.time_left = (left > 0).then(|| (took / self.ended).saturating_mul(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Failure, FailureKind, Invite, Outcome, PlanId, Step, TenancyKey};

    fn change(steps: usize) -> PlanRun {
        let invite = |n: usize| Invite {
            identity: Identity::from_uuid(uuid::Uuid::from_u128(n as u128 + 1)),
            email: format!("p{n}@x"),
            message: String::new(),
            expiry: Default::default(),
        };
        let plan = Plan {
            id: PlanId(uuid::Uuid::from_u128(1)),
            tenancy: TenancyKey("t".into()),
            made: jiff::Timestamp::UNIX_EPOCH,
            steps: (0..steps).map(|n| Step::Delete { invite: invite(n) }).collect(),
            filter: String::new(),
        };
        let untouched = plan.untouched();
        PlanRun::new(plan, untouched, GoOn::Everything)
    }

    fn ended(step: usize, outcome: Outcome, failure: Option<Failure>) -> PlanEvent {
        let progress = Progress { outcome: Some(outcome), ..Progress::default() };
        PlanEvent::StepEnded { step, progress, failure }
    }

    #[test]
    fn the_time_left_is_reckoned_from_the_steps_that_have_ended() {
        let mut change = change(5);
        let at = Duration::from_secs;
        change.note(&PlanEvent::StepStarted(0), at(10));
        assert_eq!(change.time_left, None);
        change.note(&ended(0, Outcome::Done, None), at(12));
        assert_eq!(change.time_left, Some(at(8)), "four are left, two seconds each");
        change.note(&PlanEvent::StepStarted(1), at(12));
        change.note(&ended(1, Outcome::Done, None), at(30));
        assert_eq!(change.time_left, Some(at(30)), "a wait is a part of the pace");
    }

    #[test]
    fn the_reason_of_a_failed_step_is_kept_over_the_end() {
        let mut change = change(2);
        let failure = Failure::new(FailureKind::Status(400), "w", "the server said no", "n");
        change.note(&ended(0, Outcome::Refused, Some(failure)), Duration::ZERO);
        let told = Progress { outcome: Some(Outcome::Refused), ..Progress::default() };
        change.take(vec![told, Progress::default()]);
        assert_eq!(change.progress[0].note.as_deref(), Some("the server said no"));
    }
}
