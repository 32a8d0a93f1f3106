//! The lines of the view of plans that can be acted on, in the order in which they are shown. By name and not by place:
//! plans come, go and move on while somebody looks at them.

use crate::app::model::Model;
use crate::app::model::plans::owed;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::LeftOver;
use crate::domain::{Outcome, Plan, PlanId, Step};

/// A line that can be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A plan that runs, waits for a person, or has ended.
    Plan(PlanId),
    /// One of its steps, or a staged one.
    Step(PlanId, usize),
    /// All that is staged.
    Staged,
}

/// The lines of all plans.
pub(super) fn of_all(model: &Model) -> Vec<Item> {
    let plans = &model.plans;
    let mut items = Vec::new();
    for run in &plans.under_way {
        items.extend(of_one(&run.plan, &run.progress.steps));
    }
    let mut left: Vec<&LeftOver> =
        plans.unfinished.iter().filter(|left| left.entry.state != PlanState::Staged).collect();
    left.sort_by_key(|left| owed(&left.entry.plan, &left.entry.progress) == 0);
    for left in left {
        let (plan, progress) = (&left.entry.plan, &left.entry.progress);
        items.push(Item::Plan(plan.id));
        let troubled = in_order(plan, progress).into_iter();
        let troubled = troubled.take_while(|step| is_troubled(&plan.steps[*step], &progress[*step]));
        items.extend(troubled.map(|step| Item::Step(plan.id, step)));
    }
    if plans.staged_steps() > 0 {
        items.push(Item::Staged);
        for plan in plans.staged_plans() {
            items.extend((0..plan.steps.len()).map(|step| Item::Step(plan.id, step)));
        }
    }
    items
}

/// The lines of one plan with all its steps.
pub(super) fn of_one(plan: &Plan, progress: &[Progress]) -> Vec<Item> {
    let steps = in_order(plan, progress).into_iter().map(|step| Item::Step(plan.id, step));
    std::iter::once(Item::Plan(plan.id)).chain(steps).collect()
}

/// Whether an item is a staged step, or the line above them.
pub(super) fn is_staged(model: &Model, item: Item) -> bool {
    match item {
        Item::Staged => true,
        Item::Plan(id) | Item::Step(id, _) => {
            model.plans.left(id).is_some_and(|left| left.entry.state == PlanState::Staged)
        }
    }
}

/// The steps of a plan: what is owed first, then what did not work, then the others as they are in the plan.
fn in_order(plan: &Plan, progress: &[Progress]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.steps.len().min(progress.len())).collect();
    order.sort_by_key(|step| {
        let (step, progress) = (&plan.steps[*step], &progress[*step]);
        (!step.owes(progress), !is_troubled(step, progress))
    });
    order
}

/// Whether a step asks for somebody: it owes, or did not end well, or nobody knows how it ended.
fn is_troubled(step: &Step, progress: &Progress) -> bool {
    let ended = progress.outcome.filter(|outcome| *outcome != Outcome::NotSent);
    step.owes(progress) || ended.is_some_and(|outcome| !outcome.is_good())
}
