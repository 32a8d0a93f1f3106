//! The view of plans: those that run, that wait for a person, and what is staged. Each goes on, stops or is given
//! up only when a person says so. Its lines are in `items`, what is staged in `staged`.

pub mod headers_view;
pub mod items;
pub mod steps_view;
pub mod view;

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::GoOn;
use crate::domain::{Now, Outcome, Plan, PlanId, Request, Step};

use crate::app::effect::Effect;
use crate::app::model::plan_run::StopRequest;
use crate::app::model::plans::owed;
use crate::app::model::view::View;
use crate::app::screens::confirm;
pub use crate::app::screens::plans::items::{Item, PlansCursor};
use crate::app::screens::prompt;
use crate::app::nav::PromptKind;
use crate::app::shell::app::App;
use crate::app::shell::dispatch;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::list_state::moved_by;

/// Giving up a plan with more open steps than these asks first.
const GIVEN_UP_AT_ONCE: usize = 5;

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let items = items::items(state);
    let at = items::cursor(state, &items);
    let selected = at.and_then(|at| items.get(at)).copied();
    if let Some(lines) = moved_by(action, state.model.metrics.items) {
        go_by(state, &items, at, lines);
        return Vec::new();
    }
    match action {
        Action::Back if items::opened(state).is_some() => close(state),
        Action::Back => return dispatch::go(state, View::Pending),
        Action::Stop if state.model.plans.under_way.is_empty() => {
            state.model.notifications.note("No plan runs, so there is nothing to stop.", now);
        }
        _ => match selected {
            Some(item) if items::is_staged(state, item) => return on_staged(state, item, action, now),
            Some(Item::Plan(id) | Item::Step(id, _)) => return on_plan(state, id, action, now),
            _ => {}
        },
    }
    Vec::new()
}

fn go_by(state: &mut App, items: &[Item], at: Option<usize>, lines: isize) {
    let Some(at) = at else { return };
    let at = at.saturating_add_signed(lines).min(items.len().saturating_sub(1));
    state.plans_view.index = at;
    state.plans_view.selected = items.get(at).copied();
}

/// Back from the steps of one plan to all of them.
fn close(state: &mut App) {
    state.plans_view.selected = state.plans_view.opened.take().map(Item::Plan);
}

/// The view is left: what has ended was seen now, and need not be shown again.
pub(crate) fn leave(state: &mut App) {
    let news = std::mem::take(&mut state.plans_view.news);
    state.plans_view = PlansCursor { news, ..PlansCursor::default() };
    for seen in state.model.plans.forget_ended() {
        state.model.notifications.plan_decided(seen);
    }
}

fn on_staged(state: &mut App, item: Item, action: Action, now: Now) -> Vec<Effect> {
    match (action, item) {
        (Action::Open | Action::Resume, _) if may_change(state, now) => {
            crate::app::ops::staging::run_all(state, now)
        }
        (Action::TakeOut, Item::Step(id, step)) => {
            return crate::app::ops::staging::take_out(state, id, step, now);
        }
        (Action::TakeOut, _) => state.model.notifications.note("Move to a step; that one is taken out.", now),
        (Action::Drop, _) => prompt::ask(state, PromptKind::DropStaged),
        (Action::Pause | Action::Stop, _) => {
            state
                .model
                .notifications
                .note("What is staged does not run: there is nothing to pause or stop.", now);
        }
        _ => {}
    }
    Vec::new()
}

fn on_plan(state: &mut App, id: PlanId, action: Action, now: Now) -> Vec<Effect> {
    let runs = state.model.plans.get(id).is_some();
    match action {
        Action::Open if items::opened(state).is_none() => {
            state.plans_view =
                PlansCursor { opened: Some(id), selected: Some(Item::Plan(id)), ..state.plans_view.clone() };
        }
        // Paused twice by one key it would begin at once, with nothing left of its hold.
        Action::Pause if is_held(state, id) => {
            let undo = state.model.key(KeyContext::Plan, Action::Undo);
            let words = format!("The plan has not started: press {undo} to undo it.");
            state.model.notifications.note(words, now);
        }
        Action::Pause if runs => return rein_in(state, id, StopRequest::Pause),
        Action::Stop if runs => return rein_in(state, id, StopRequest::Stop),
        Action::Stop => {
            state.model.notifications.note("This plan does not run, so there is nothing to stop.", now)
        }
        Action::Resume if runs => state.model.notifications.note("This plan is under way already.", now),
        Action::Drop if runs => {
            state.model.notifications.note("This plan is under way: stop it first, then give it up.", now);
        }
        Action::Resume | Action::Pause => return resume(state, id, now),
        Action::Drop => return give_up(state, id, now),
        Action::TakeOut => {
            state.model.notifications.note("Only what is staged can be taken out of its plan.", now);
        }
        _ => {}
    }
    Vec::new()
}

fn is_held(state: &App, id: PlanId) -> bool {
    state.model.plans.get(id).is_some_and(|change| change.progress.is_held())
}

fn rein_in(state: &mut App, id: PlanId, rein: StopRequest) -> Vec<Effect> {
    state.model.plans.rein_in(id, rein);
    let request = match rein {
        StopRequest::Pause => Request::Pause(id),
        StopRequest::Stop => Request::Stop(id),
    };
    vec![state.ask(request).1]
}

/// Says so where nothing may be changed.
fn may_change(state: &mut App, now: Now) -> bool {
    if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
        return false;
    }
    if let Some(words) = state.model.wrong_tenancy_text() {
        state.model.notifications.note(words, now);
        return false;
    }
    if let Some(why) = &state.model.read_only {
        let words =
            format!("Nothing is changed: {why}. {} allows changes again.", state.model.read_only_key());
        state.model.notifications.note(words, now);
        return false;
    }
    true
}

/// Goes on with a plan that was set aside.
pub(crate) fn resume(state: &mut App, id: PlanId, now: Now) -> Vec<Effect> {
    if state.model.plans.left(id).is_some_and(|left| left.entry.state == PlanState::Finished) {
        let words = "This plan has ended: there is nothing to go on with. What failed can be marked again.";
        state.model.notifications.note(words, now);
        return Vec::new();
    }
    if !may_change(state, now) {
        return Vec::new();
    }
    if unknown_creates(state, id).next().is_some() {
        prompt::ask(state, PromptKind::SendAgain(id));
        return Vec::new();
    }
    go_on_if_sure(state, id, GoOn::Everything)
}

/// The steps of a plan that was set aside of which it is unknown whether they invited somebody.
pub fn unknown_creates(state: &App, id: PlanId) -> impl Iterator<Item = &Step> {
    let entry = state.model.plans.left(id).map(|left| &left.entry);
    let steps = entry.into_iter().flat_map(|entry| entry.plan.steps.iter().zip(&entry.progress));
    steps.filter(|(step, progress)| step.is_create_unknown(progress)).map(|(step, _)| step)
}

/// Goes on; asks for the number first where the profile is guarded, or what is left goes beyond a limit of its.
pub(crate) fn go_on_if_sure(state: &mut App, id: PlanId, what: GoOn) -> Vec<Effect> {
    let Some(left) = state.model.plans.left(id) else { return Vec::new() };
    let (plan, steps) = (left.entry.plan.clone(), left.entry.left(what));
    if steps.is_empty() || !state.model.options.guards.need_the_number(&steps) {
        return go_on(state, id, what);
    }
    confirm::ask_to_go_on(state, Plan { steps, ..plan }, what);
    Vec::new()
}

/// Goes on with those steps of a plan that was set aside.
pub(crate) fn go_on(state: &mut App, id: PlanId, what: GoOn) -> Vec<Effect> {
    state.model.plans.was_staged(id);
    let hold = if changes_anything(state, id, what) { state.model.options.hold } else { Duration::ZERO };
    let Some(change) = state.model.plans.go_on(id, what) else { return Vec::new() };
    for (step, progress) in change.plan.steps.iter().zip(&change.progress.steps) {
        // It is under way again, so its draft is not one that waits to be sent as well.
        if let (Step::Create { draft, .. }, false) = (step, progress.is_settled()) {
            state.model.drafts.retain(|other| other != draft);
        }
    }
    state.plans_view.selected = None;
    state.model.notifications.plan_decided(id);
    vec![state.ask(Request::Resume { plan: id, what, hold }).1]
}

/// Whether a plan that was set aside sends or deletes anything when it goes on. To look again for an invite does neither.
fn changes_anything(state: &App, id: PlanId, what: GoOn) -> bool {
    let Some(entry) = state.model.plans.left(id).map(|left| &left.entry) else { return false };
    let changes = |(step, progress): (&Step, &Progress)| {
        step.has_work(progress, true) && (what == GoOn::SendAgain || !step.is_create_unknown(progress))
    };
    entry.plan.steps.iter().zip(&entry.progress).any(changes)
}

/// Gives a plan up, or asks first where that loses much.
pub(crate) fn give_up(state: &mut App, id: PlanId, now: Now) -> Vec<Effect> {
    let Some(left) = state.model.plans.left(id) else { return Vec::new() };
    let entry = &left.entry;
    let open = entry.progress.iter().filter(|step| matches!(step.outcome, None | Some(Outcome::NotSent)));
    let asks = owed(&entry.plan, &entry.progress) > 0 || open.count() > GIVEN_UP_AT_ONCE;
    if asks && entry.state != PlanState::Finished {
        prompt::ask(state, PromptKind::GiveUp(id));
        return Vec::new();
    }
    give_up_now(state, id, now)
}

/// Gives a plan up; nothing more of it is sent.
pub(crate) fn give_up_now(state: &mut App, id: PlanId, now: Now) -> Vec<Effect> {
    let Some(left) = state.model.plans.forget(id) else { return Vec::new() };
    state.model.notifications.plan_decided(id);
    if left.entry.state == PlanState::Finished {
        return Vec::new();
    }
    state.model.plans.was_staged(id);
    state.model.keep_drafts(&left.entry);
    let creates = left.entry.plan.steps.iter().any(|step| matches!(step, Step::Create { .. }));
    let kept = if creates { " A draft in it is kept." } else { "" };
    state.model.notifications.note(format!("Given up: nothing more of it will be sent.{kept}"), now);
    vec![state.ask(Request::Drop(left.entry.plan.id)).1]
}
