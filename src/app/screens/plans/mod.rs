//! Plans view: running, unfinished and staged plans.
//!
//! guestlist never resumes, stops or discards a plan automatically.

mod heading_view;
pub mod view;

#[cfg(test)]
mod tests;

use crate::app::model::plans::{StopRequest, count_missing_invites};
use crate::app::ops::{plans, staging, undo};
use crate::app::{Context, Hint, Model, PromptKind, Route, Screen, View, hints};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::UnfinishedPlan;
use crate::domain::{Expiry, Outcome, Plan, PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

/// State of the Plans view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlansView {
    /// Selected row; `None` until the user moves. Until then the running step is selected.
    pub selected: Option<PlansItem>,
    /// Last known index of the selected row, used if that row no longer exists.
    pub index: usize,
    /// Opened plan, shown alone with all its steps.
    pub opened_plan_id: Option<PlanId>,
    /// Number of resumed plans at the last update.
    seen_resume_count: usize,
}

impl PlansView {
    /// Returns the opened plan, if it still exists.
    pub fn opened_plan<'a>(&self, model: &'a Model) -> Option<(&'a Plan, &'a [Progress])> {
        model.plans.find(self.opened_plan_id?)
    }

    /// Returns all rows.
    pub fn items(&self, model: &Model) -> Vec<PlansItem> {
        match self.opened_plan(model) {
            Some((plan, progress)) => plan_items(plan, progress),
            None => all_items(model),
        }
    }

    /// Returns the index of the selected row; `None` if there are no rows.
    pub fn selected_index(&self, items: &[PlansItem], model: &Model) -> Option<usize> {
        let last = items.len().checked_sub(1)?;
        let running_step = || {
            let run = model.plans.running.first()?;
            Some(PlansItem::Step(run.plan.id, run.progress.current_step?))
        };
        let index = self
            .selected
            .or_else(running_step)
            .and_then(|selected| items.iter().position(|item| *item == selected));
        Some(index.unwrap_or(self.index.min(last)))
    }

    /// Returns the selected row.
    fn selected_item(&self, model: &Model) -> Option<PlansItem> {
        let items = self.items(model);
        items.get(self.selected_index(&items, model)?).copied()
    }

    fn move_by(&mut self, lines: isize, model: &Model) {
        let items = self.items(model);
        let Some(index) = self.selected_index(&items, model) else { return };
        self.index = index.saturating_add_signed(lines).min(items.len().saturating_sub(1));
        self.selected = items.get(self.index).copied();
    }

    fn act_on_plan(&mut self, id: PlanId, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Open => (self.opened_plan_id, self.selected) = (Some(id), Some(PlansItem::Plan(id))),
            Action::Pause if cx.plans.get(id).is_some() => plans::stop(cx, id, StopRequest::Pause),
            Action::Stop => plans::stop(cx, id, StopRequest::Stop),
            Action::Resume | Action::Pause => plans::resume(cx, id),
            Action::Discard => plans::discard(cx, id),
            Action::Reinvite => self.reinvite(id, cx),
            _ => {}
        }
    }

    /// Proposes to re-invite the people of the selected step, or of all steps of the plan.
    fn reinvite(&self, id: PlanId, cx: &mut Context<'_>) {
        let Some(entry) = cx.plans.entry(id).cloned() else { return };
        let steps = match self.selected_item(cx) {
            Some(PlansItem::Step(_, step)) => vec![step],
            _ => (0..entry.plan.steps.len()).collect(),
        };
        undo::confirm_reinvite(cx, &entry, &steps);
    }

    fn plan_disabled_reason(&self, id: PlanId, action: Action, model: &Model) -> Option<String> {
        let run = model.plans.get(id);
        let is_finished = model.plans.unfinished_state(id) == Some(PlanState::Finished);
        let reason = match action {
            Action::Open if self.opened_plan(model).is_some() => "the steps are already shown",
            Action::RemoveStep => "only staged steps can be removed",
            // Pausing and resuming would skip the rest of the undo window.
            Action::Pause if run.is_some_and(|run| run.progress.is_in_undo_window()) => {
                let undo_key = model.key(KeyContext::Plans, Action::Undo);
                return Some(format!("the plan has not started; press {undo_key} to undo it"));
            }
            Action::Reinvite if run.is_some() => "the plan is running",
            Action::Reinvite if !model.plans.entry(id).is_some_and(undo::has_deleted) => {
                "this plan deleted no invites"
            }
            Action::Reinvite
                if model.plans.entry(id).is_some_and(|entry| entry.plan.tenancy != *model.tenancy()) =>
            {
                "this plan belongs to another tenancy"
            }
            Action::Reinvite => return model.change_disabled_reason(),
            Action::Resume if run.is_some() => "the plan is already running",
            Action::Discard if run.is_some() => "the plan is running; stop it first",
            Action::Stop if run.is_none() => "this plan is not running",
            Action::Resume | Action::Pause if is_finished => "the plan has finished",
            Action::Resume | Action::Pause if run.is_none() => return model.change_disabled_reason(),
            _ => return None,
        };
        Some(reason.to_owned())
    }
}

impl Screen for PlansView {
    fn key_context(&self) -> KeyContext {
        KeyContext::Plans
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        if let Some(lines) = scroll_delta(action, cx.metrics.visible_items) {
            return self.move_by(lines, cx);
        }
        match action {
            // Goes back from the steps of one plan to all plans.
            Action::Back if self.opened_plan(cx).is_some() => {
                self.selected = self.opened_plan_id.take().map(PlansItem::Plan);
            }
            Action::Back => cx.show_view(View::Pending),
            _ => match self.selected_item(cx) {
                Some(item) if is_staged(cx, item) => act_on_staged(item, action, cx),
                Some(PlansItem::Plan(id) | PlansItem::Step(id, _)) => self.act_on_plan(id, action, cx),
                _ => {}
            },
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        (self.index, self.selected) = (row, self.items(cx).get(row).copied());
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let mut shown = match self.selected_item(model) {
            Some(item) if is_staged(model, item) => staged_hints(item),
            Some(PlansItem::Plan(id) | PlansItem::Step(id, _)) => {
                let mut shown = plan_hints(id, model);
                if self.opened_plan(model).is_none() {
                    shown.extend(hints([(Action::Open, "details")]));
                }
                shown
            }
            _ => Vec::new(),
        };
        shown.extend(hints([
            (Action::Back, "back"),
            (Action::Help, "help"),
            (Action::ViewPending, "pending"),
            (Action::Quit, "quit"),
        ]));
        shown
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        match action {
            Action::Stop if model.plans.running.is_empty() => return Some("no plan is running".to_owned()),
            Action::Open
            | Action::RemoveStep
            | Action::Pause
            | Action::Stop
            | Action::Resume
            | Action::Reinvite
            | Action::Discard => {}
            _ => return None,
        }
        match self.selected_item(model) {
            Some(item) if is_staged(model, item) => staged_disabled_reason(item, action, model),
            Some(PlansItem::Plan(id) | PlansItem::Step(id, _)) => {
                self.plan_disabled_reason(id, action, model)
            }
            _ => Some("no plan is selected".to_owned()),
        }
    }

    /// Makes the cursor follow the running step again after a plan was resumed.
    fn sync(&mut self, cx: &mut Context<'_>) {
        if self.seen_resume_count != cx.plans.resume_count {
            (self.seen_resume_count, self.selected) = (cx.plans.resume_count, None);
        }
    }

    /// Returns the expiries of the visible staged steps; other steps show no expiry.
    fn expiries(&self, model: &Model) -> Vec<Expiry> {
        let window =
            self.items(model).into_iter().skip(model.metrics.first_item).take(model.metrics.visible_items);
        let staged_items = window.filter(|item| is_staged(model, *item));
        let invites = staged_items.filter_map(|item| match item {
            PlansItem::Step(id, step) => model.plans.entry(id)?.plan.steps.get(step)?.target(),
            _ => None,
        });
        invites.map(|invite| invite.expiry).collect()
    }

    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        matches!(action, Some(Action::Resume | Action::Pause | Action::RemoveStep))
    }

    fn on_enter(&mut self, cx: &mut Context<'_>) {
        staging::count_new_matches(cx);
        plans::mark_results_seen(cx);
    }

    /// Resets the view. Finished plans stay until they are dismissed.
    fn on_leave(&mut self, cx: &mut Context<'_>) {
        *self = PlansView { seen_resume_count: self.seen_resume_count, ..PlansView::default() };
        plans::mark_results_seen(cx);
    }
}

fn act_on_staged(item: PlansItem, action: Action, cx: &mut Context<'_>) {
    match (action, item) {
        (Action::Open | Action::Resume, _) => staging::apply_all(cx),
        (Action::RemoveStep, PlansItem::Step(id, step)) => staging::unstage_step(cx, id, step),
        (Action::Discard, _) => cx.open(Route::Prompt(PromptKind::DiscardStaged)),
        _ => {}
    }
}

fn staged_disabled_reason(item: PlansItem, action: Action, model: &Model) -> Option<String> {
    match action {
        Action::Open | Action::Resume => model.change_disabled_reason(),
        Action::Pause | Action::Stop => Some("staged steps are not running".to_owned()),
        Action::RemoveStep if !matches!(item, PlansItem::Step(..)) => Some("select a step first".to_owned()),
        Action::Reinvite => Some("staged steps have deleted nothing".to_owned()),
        _ => None,
    }
}

fn staged_hints(item: PlansItem) -> Vec<Hint> {
    let mut shown = hints([(Action::Open, "apply staged"), (Action::Discard, "discard staged")]);
    if matches!(item, PlansItem::Step(..)) {
        shown.insert(1, Hint { action: Action::RemoveStep, label: "unstage".into() });
    }
    shown
}

fn plan_hints(id: PlanId, model: &Model) -> Vec<Hint> {
    match (model.plans.get(id), model.plans.unfinished_state(id)) {
        (Some(run), _) if matches!(run.progress.phase, RunPhase::UndoWindow { .. }) => {
            hints([(Action::Undo, "undo"), (Action::Stop, "stop")])
        }
        (Some(_), _) => hints([(Action::Pause, "pause"), (Action::Stop, "stop")]),
        (None, Some(state)) if state != PlanState::Finished => {
            hints([(Action::Resume, "resume"), (Action::Discard, "discard")])
        }
        (None, Some(_)) => {
            let mut shown = hints([(Action::Reinvite, "re-invite"), (Action::Discard, "dismiss")]);
            shown.retain(|hint| {
                hint.action != Action::Reinvite || model.plans.entry(id).is_some_and(undo::has_deleted)
            });
            shown
        }
        _ => Vec::new(),
    }
}

/// Row of the Plans view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlansItem {
    /// A running, unfinished or finished plan.
    Plan(PlanId),
    /// A step of a plan, or a staged step.
    Step(PlanId, usize),
    /// The heading of all staged steps.
    Staged,
}

/// Returns the rows of all plans.
fn all_items(model: &Model) -> Vec<PlansItem> {
    let plans = &model.plans;
    let mut items = Vec::new();
    for run in &plans.running {
        items.extend(plan_items(&run.plan, &run.progress.steps));
    }
    let mut unfinished: Vec<&UnfinishedPlan> =
        plans.unfinished.iter().filter(|unfinished| unfinished.entry.state != PlanState::Staged).collect();
    // The sort is stable: the oldest plan that waits comes first, and so does the newest result.
    let is_finished = |unfinished: &UnfinishedPlan| unfinished.entry.state == PlanState::Finished;
    let results = unfinished.extract_if(.., |unfinished| is_finished(unfinished)).collect::<Vec<_>>();
    unfinished.extend(results.into_iter().rev());
    unfinished.sort_by_key(|unfinished| {
        count_missing_invites(&unfinished.entry.plan, &unfinished.entry.progress) == 0
    });
    for unfinished in unfinished {
        let (plan, progress) = (&unfinished.entry.plan, &unfinished.entry.progress);
        items.push(PlansItem::Plan(plan.id));
        let steps = sorted_steps(plan, progress).into_iter();
        let flagged = steps.take_while(|step| needs_attention(&plan.steps[*step], &progress[*step]));
        items.extend(flagged.map(|step| PlansItem::Step(plan.id, step)));
    }
    if plans.staged_step_count() > 0 {
        items.push(PlansItem::Staged);
        for plan in plans.staged_plans() {
            items.extend((0..plan.steps.len()).map(|step| PlansItem::Step(plan.id, step)));
        }
    }
    items
}

/// Returns the rows of one plan with all its steps.
fn plan_items(plan: &Plan, progress: &[Progress]) -> Vec<PlansItem> {
    let steps = sorted_steps(plan, progress).into_iter().map(|step| PlansItem::Step(plan.id, step));
    std::iter::once(PlansItem::Plan(plan.id)).chain(steps).collect()
}

/// Returns whether a row is a staged step or the heading of the staged steps.
pub(super) fn is_staged(model: &Model, item: PlansItem) -> bool {
    match item {
        PlansItem::Staged => true,
        PlansItem::Plan(id) | PlansItem::Step(id, _) => {
            model.plans.unfinished_state(id) == Some(PlanState::Staged)
        }
    }
}

/// Returns the step indexes in display order: not re-invited, then failed, then all other steps.
fn sorted_steps(plan: &Plan, progress: &[Progress]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.steps.len().min(progress.len())).collect();
    order.sort_by_key(|step| {
        let (step, progress) = (&plan.steps[*step], &progress[*step]);
        (!step.is_half_done(progress), !needs_attention(step, progress))
    });
    order
}

/// Returns whether a step failed, has an unknown outcome, or left a person without an invite.
fn needs_attention(step: &Step, progress: &Progress) -> bool {
    let outcome = progress.outcome.filter(|outcome| *outcome != Outcome::Skipped);
    step.is_half_done(progress) || outcome.is_some_and(|outcome| !outcome.is_success())
}
