//! The lines of the view of plans that can be acted on, in the order in which they are shown, and which of them is
//! selected. By name and not by place: plans come, go and move on while somebody looks at them.

use std::time::Duration;

use crate::app::shell::app::App;
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

/// The place in the view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlansCursor {
    /// The selected line, once a person has moved; before, the cursor follows the step in hand.
    pub selected: Option<Item>,
    /// Where that line was when it was selected: what is there now is selected when it is gone.
    pub index: usize,
    /// The plan that is shown alone, with all its steps.
    pub opened: Option<PlanId>,
    /// Rows that match the filter of a staged plan and are not staged: the filter, and how many.
    pub news: Vec<(String, usize)>,
}

/// All lines that can be acted on.
pub fn items(state: &App) -> Vec<Item> {
    let changes = &state.model.plans;
    let mut items = Vec::new();
    if let Some((plan, progress)) = opened(state) {
        items.push(Item::Plan(plan.id));
        items.extend(in_order(plan, progress).into_iter().map(|step| Item::Step(plan.id, step)));
        return items;
    }
    for change in &changes.under_way {
        let id = change.plan.id;
        items.push(Item::Plan(id));
        items.extend(
            in_order(&change.plan, &change.progress.steps).into_iter().map(|step| Item::Step(id, step)),
        );
    }
    let mut left: Vec<&LeftOver> =
        changes.unfinished.iter().filter(|left| left.entry.state != PlanState::Staged).collect();
    left.sort_by_key(|left| crate::app::model::plans::owed(&left.entry.plan, &left.entry.progress) == 0);
    for left in left {
        let (plan, progress) = (&left.entry.plan, &left.entry.progress);
        items.push(Item::Plan(plan.id));
        let troubled = in_order(plan, progress).into_iter();
        let troubled = troubled.take_while(|step| is_troubled(&plan.steps[*step], &progress[*step]));
        items.extend(troubled.map(|step| Item::Step(plan.id, step)));
    }
    if changes.staged_steps() > 0 {
        items.push(Item::Staged);
        for plan in changes.staged_plans() {
            items.extend((0..plan.steps.len()).map(|step| Item::Step(plan.id, step)));
        }
    }
    items
}

/// The plan that is shown alone, while it is there.
pub fn opened(state: &App) -> Option<(&Plan, &[Progress])> {
    plan_of(state, state.plans_view.opened?)
}

/// A plan and what is known of its steps, wherever it stands.
pub fn plan_of(state: &App, id: PlanId) -> Option<(&Plan, &[Progress])> {
    if let Some(change) = state.model.plans.get(id) {
        return Some((&change.plan, &change.progress.steps));
    }
    let left = state.model.plans.left(id)?;
    Some((&left.entry.plan, &left.entry.progress))
}

/// Where the cursor is among the lines; `None` where there are none.
pub fn cursor(state: &App, items: &[Item]) -> Option<usize> {
    let last = items.len().checked_sub(1)?;
    let wanted = state.plans_view.selected.or_else(|| {
        let change = state.model.plans.under_way.first()?;
        Some(Item::Step(change.plan.id, change.progress.in_hand?))
    });
    let at = wanted.and_then(|wanted| items.iter().position(|item| *item == wanted));
    Some(at.unwrap_or(state.plans_view.index.min(last)))
}

/// The selected line.
pub fn selected(state: &App) -> Option<Item> {
    let items = items(state);
    items.get(cursor(state, &items)?).copied()
}

/// Whether a staged step is selected, or the line above them.
pub fn is_staged(state: &App, item: Item) -> bool {
    match item {
        Item::Staged => true,
        Item::Plan(id) | Item::Step(id, _) => {
            state.model.plans.left(id).is_some_and(|left| left.entry.state == PlanState::Staged)
        }
    }
}

/// A length of time about which nobody should be too exact.
pub fn about(time: Duration) -> String {
    match time.as_secs() {
        0..10 => "a few seconds".to_owned(),
        seconds @ 10..120 => format!("about {} s", seconds.div_ceil(5) * 5),
        seconds @ 120..7_200 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
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
