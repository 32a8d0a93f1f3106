//! One plan that is under way: how far it has come, and what a person has asked of it. The plans together are in
//! `app::changes`.

use std::collections::HashMap;

use crate::domain::plan::Progress;
use crate::domain::plan_progress::PlanProgress;
use crate::domain::request::{GoOn, LeftOver};
use crate::domain::{Identity, Plan};

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
    pub rein: Option<StopRequest>,
    /// Which of its steps go on.
    pub what: GoOn,
    /// What it was when it was resumed; undone, it is so again.
    pub resumed: Option<Box<LeftOver>>,
    by_target: HashMap<Identity, usize>,
}

impl PlanRun {
    /// A plan that begins, or goes on.
    pub fn new(plan: Plan, progress: Vec<Progress>, what: GoOn) -> PlanRun {
        let targets = plan.steps.iter().enumerate().rev();
        let by_target = targets.filter_map(|(i, step)| Some((step.target()?.identity.clone(), i))).collect();
        PlanRun { plan, progress: PlanProgress::new(progress), rein: None, what, resumed: None, by_target }
    }

    /// The step that is about an invite.
    pub fn step_on(&self, identity: &Identity) -> Option<usize> {
        self.by_target.get(identity).copied()
    }
}
