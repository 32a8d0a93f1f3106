//! What follows when something happens to a plan: its rows come and go, and what became of it is said.
//! Nothing is shown as done before the service task says that it is.

use crate::domain::plan::{PlanState, Tally};
use crate::domain::request::PlanEvent;
use crate::domain::{Failure, FailureKind, Invite, Now, Outcome, PlanId, Step};

use super::effect::Effect;
use super::state::State;

pub(super) fn on_plan(state: &mut State, id: PlanId, event: PlanEvent, now: Now) -> Vec<Effect> {
    state.changes.note(id, &event);
    match event {
        PlanEvent::Staged => state.changes.staged(id),
        PlanEvent::LookedAt { gone, renewed } if renewed > 0 => {
            let words = format!("Looked once more: {gone} already gone, {renewed} renewed meanwhile.");
            state.messages.note(words, now);
        }
        PlanEvent::StepEnded { step, progress, failure } => {
            let step = state.changes.get(id).and_then(|change| change.plan.steps.get(step)).cloned();
            let (Some(step), Some(outcome)) = (step, progress.outcome) else { return Vec::new() };
            say_how_it_ended(state, &step, outcome, progress.note.as_deref(), failure, now);
            return take_step(state, &step, outcome, progress.created.as_ref());
        }
        PlanEvent::Paused(mut failure) => {
            failure.next.push_str(" Nothing more of this change is sent by itself.");
            if let Some(change) = state.changes.end(id) {
                state.changes.set_aside(change, PlanState::Paused, failure.to_string());
            }
            state.messages.error(failure, now);
        }
        PlanEvent::TakenBack => {
            state.changes.end(id);
            state.messages.success("Taken back: nothing was sent.", now);
        }
        PlanEvent::Ended { state: PlanState::Dropped, .. } => {
            state.changes.end(id);
            // Refused before anything was sent: there is nothing to go on with, but the draft is worth keeping.
            if let Some(left) = state.changes.forget(id) {
                state.keep_drafts(&left.entry);
            }
        }
        PlanEvent::Ended { state: end, progress } => {
            let Some(mut change) = state.changes.end(id) else { return Vec::new() };
            let tally = Tally::of(&progress);
            if change.plan.steps.len() > 1 {
                state.messages.note(format!("The plan has ended: {tally}."), now);
            }
            if end == PlanState::Stopped {
                change.progress = progress;
                state.changes.set_aside(change, end, format!("It was stopped: {tally}."));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Rows that are gone go, invites that were made come, and a draft that became none is kept.
fn take_step(state: &mut State, step: &Step, outcome: Outcome, created: Option<&Invite>) -> Vec<Effect> {
    if let Some(target) = step.target().filter(|_| outcome.is_good()) {
        state.remove(&target.identity);
    }
    if let (Step::Create { draft, .. }, false) = (step, outcome.is_good()) {
        state.keep_draft(draft);
    }
    let Some(created) = created else { return Vec::new() };
    state.list.insert(created);
    let effects = state.arrange_after_arrival();
    if state.screens.is_empty() {
        state.table.go_to_identity(&created.identity, &state.list.shown, state.drawn.table_height);
    }
    effects
}

fn say_how_it_ended(
    state: &mut State,
    step: &Step,
    outcome: Outcome,
    note: Option<&str>,
    failure: Option<Failure>,
    now: Now,
) {
    let email = step.email();
    let creates = matches!(step, Step::Create { .. });
    if outcome.is_good() {
        let sentence = match (outcome, creates) {
            (Outcome::AlreadyGone, _) => format!("The invite of {email} was already gone."),
            (_, true) => format!("Invite sent to {email}."),
            (_, false) => format!("Revoked: the link of {email} no longer works."),
        };
        let sentence = note.map_or_else(|| sentence.clone(), |note| format!("{sentence} {note}"));
        return state.messages.success(sentence, now);
    }
    let (what, next) = match creates {
        true => {
            (format!("The invite to {email} may not have been sent"), "Your draft is kept: n opens it again.")
        }
        false => (format!("The invite of {email} was not revoked"), "Ctrl-r shows how things stand."),
    };
    let failure = match failure {
        Some(mut failure) => {
            if creates {
                failure.next = format!("{} {next}", failure.next);
            }
            failure
        }
        None => {
            Failure::new(FailureKind::Guard, what, note.unwrap_or(outcome.word()).trim_end_matches('.'), next)
        }
    };
    state.messages.error(failure, now);
}
