//! What follows when something happens to a plan: its rows come and go, and what became of it is said. A plan of one
//! step says how that ended; a larger one says how all of it ended, once, and the view of plans says which.
//! Nothing is shown as done before the service task says that it is.

use crate::domain::email::folded;
use crate::domain::plan::{PlanState, Progress, Tally};
use crate::domain::remark::Remark;
use crate::domain::request::{GoOn, PlanEvent};
use crate::domain::text::plural;
use crate::domain::{Failure, FailureKind, Invite, Now, Outcome, PlanId, Request, Step};

use crate::app::effect::Effect;
use crate::app::model::plan_run::PlanRun;
use crate::app::model::view::View;
use crate::app::ops::access;
use crate::app::ops::delete_first;
use crate::app::ops::staging;
use crate::app::screens::prompt;
use crate::app::screens::prompt::PromptKind;
use crate::app::shell::app::App;
use crate::domain::plan_progress::Phase;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

pub(crate) fn on_plan(state: &mut App, id: PlanId, event: PlanEvent, now: Now) -> Vec<Effect> {
    state.model.plans.note(id, &event, now.mono);
    if matches!(event, PlanEvent::Queued { .. } | PlanEvent::LookedAt { .. } | PlanEvent::StepStarted(_)) {
        // It runs: what was said of it before does not hold any more.
        state.model.notifications.plan_decided(id);
    }
    match event {
        PlanEvent::HoldOver { until } => {
            // In a window that is too small nobody sees it.
            let request = match state.model.metrics.too_small {
                true => Request::HoldAgain(id),
                false => Request::after_hold(id, until, now.mono),
            };
            return vec![state.ask(request).1];
        }
        PlanEvent::Staged => was_staged(state, id, now),
        PlanEvent::LookedAt { gone, renewed } => looked_at(state, id, gone, renewed, now),
        PlanEvent::StepEnded { step, progress, failure } => {
            return step_ended(state, id, step, progress, failure, now);
        }
        PlanEvent::Paused(failure) => paused(state, id, failure, now),
        PlanEvent::TakenBack => return undone(state, id, now),
        PlanEvent::Ended { state: PlanState::Dropped, .. } => {
            state.model.plans.end(id);
            // Refused before anything was sent: there is nothing to go on with, but the draft is worth keeping.
            if let Some(left) = state.model.plans.forget(id) {
                state.model.keep_drafts(&left.entry);
                state.model.plans.was_refused(id);
            }
        }
        PlanEvent::Ended { state: end, .. } => ended(state, id, end, now),
        _ => {}
    }
    Vec::new()
}

/// The undo windows could not be seen for a while: they start again.
pub(crate) fn hold_again(state: &mut App) -> Vec<Effect> {
    let held = state.model.plans.under_way.iter().filter(|change| change.progress.is_held());
    let held: Vec<PlanId> = held.map(|change| change.plan.id).collect();
    held.into_iter().map(|id| state.ask(Request::HoldAgain(id)).1).collect()
}

fn was_staged(state: &mut App, id: PlanId, now: Now) {
    let staging = state.model.plans.staging.iter().find(|staging| staging.plan.id == id);
    let Some(staging) = staging else { return };
    let (steps, replaces) = (staging.plan.steps.len(), staging.replaces.len());
    // Their rows say that they are staged; marks that stayed would be in the way of the next plan.
    staging
        .plan
        .steps
        .iter()
        .filter_map(Step::target)
        .for_each(|target| state.model.marks.remove(&target.identity));
    state.model.marks.count(&state.model.table, &state.model.invites.shown);
    let before = state.model.plans.staged_steps();
    state.model.plans.staged(id);
    let words = match (steps, replaces) {
        (_, 0) => {
            let plans = state.model.view_name(View::Plan);
            format!("Staged: nothing is sent before you run it; {plans} shows it.")
        }
        (0, _) => {
            format!("Dropped: {} no longer staged.", are(before - state.model.plans.staged_steps(), "step"))
        }
        _ => format!("{} staged now.", are(state.model.plans.staged_steps(), "step")),
    };
    state.model.notifications.success(words, now);
    if state.view == View::Plan {
        staging::count_news(state);
    }
}

/// "1 step is", "2 steps are".
fn are(n: usize, one: &str) -> String {
    format!("{} {}", plural(n, one), if n == 1 { "is" } else { "are" })
}

fn looked_at(state: &mut App, id: PlanId, gone: usize, renewed: usize, now: Now) {
    let alone = state.model.plans.get(id).is_some_and(is_alone);
    let parts: Vec<String> = [(gone, "already gone"), (renewed, "renewed meanwhile")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    // A single one that is gone says so itself.
    if renewed > 0 || (gone > 0 && !alone) {
        state.model.notifications.note(format!("Looked once more: {}.", parts.join(", ")), now);
    }
}

fn is_alone(change: &PlanRun) -> bool {
    change.plan.steps.len() == 1
}

fn step_ended(
    state: &mut App,
    id: PlanId,
    step: usize,
    progress: Progress,
    failure: Option<Failure>,
    now: Now,
) -> Vec<Effect> {
    let Some(change) = state.model.plans.get(id) else { return Vec::new() };
    let (alone, step) = (is_alone(change), change.plan.steps.get(step).cloned());
    let (Some(step), Some(outcome)) = (step, progress.outcome) else { return Vec::new() };
    // What is unknown is said when the plan pauses or stops for it, which it does at once.
    if alone && !step.is_create_unknown(&progress) {
        say_how_it_ended(state, id, &step, outcome, &progress, failure, now);
    }
    let mut effects = take_step(state, &step, outcome, &progress, alone);
    effects.extend(carry_note(state, &step, outcome));
    effects
}

/// The note on an address that was corrected is one on the person, and goes to the new address. What is noted on that
/// one already stays, and so does the old note then; and where another invite still goes to the old address, or may:
/// a list that is not complete proves no absence.
fn carry_note(state: &mut App, step: &Step, outcome: Outcome) -> Vec<Effect> {
    let (old, new) = match step {
        Step::Replace { invite, draft, .. } | Step::DeleteFirst { invite, draft, .. } => {
            (invite.email.clone(), draft.email.clone())
        }
        _ => return Vec::new(),
    };
    let other = folded(&old) != folded(&new);
    let noted = state.model.annotations.note(&old).is_some() && state.model.annotations.note(&new).is_none();
    if !(noted && other && outcome.is_good()) {
        return Vec::new();
    }
    let keeps =
        !state.model.invites.is_complete() || state.model.invites.shown.to_address(&old).next().is_some();
    vec![state.ask(Request::Remark(Remark::Carry { from: old, to: new, keeps })).1]
}

fn paused(state: &mut App, id: PlanId, mut failure: Failure, now: Now) {
    access::note(state, &mut failure);
    let Some(change) = state.model.plans.end(id) else {
        return state.model.notifications.plan_error(failure, id, now);
    };
    let (alone, status) = (is_alone(&change), failure.status());
    if change.what == GoOn::WithoutMail && status.is_none() && revoked_all(&change) {
        let key = state.model.key(KeyContext::Plan, Action::Resume);
        let words = format!(
            "What only revokes is done. The steps that send an e-mail were not sent; {key} goes on with them."
        );
        state.model.notifications.plan_note(words.clone(), id, now);
        return state.model.plans.set_aside(change, PlanState::Paused, Some(words));
    }
    let resume = in_plans(state, Action::Resume);
    if alone && failure.kind == FailureKind::Guard {
        name_unknown(&change, &resume, &mut failure);
    }
    if status == Some(401) {
        failure.next.push_str(&format!(" Then {resume} resumes."));
    }
    let finding = failure.to_string();
    match status {
        Some(401) => {}
        _ if failure.kind == FailureKind::Token => {
            failure.next.push_str(&format!(" Then {resume} goes on."));
        }
        _ if alone || change.progress.phase == Phase::Asked => {
            failure.next.push_str(" Nothing more of this change is sent by itself.");
        }
        _ => {
            let words = format!(" Nothing more of this plan is sent by itself; {resume} goes on.");
            failure.next.push_str(&words);
        }
    }
    let open = |change: &PlanRun, mails: bool| {
        let steps = change.plan.steps.iter().zip(&change.progress.steps);
        steps.filter(|(step, progress)| step.mails() == mails && is_open(progress)).count()
    };
    let asks = status == Some(402) && open(&change, false) > 0 && open(&change, true) > 0;
    let second = delete_first::refused(&change.plan, &change.progress.steps) > 0;
    state.model.plans.set_aside(change, PlanState::Paused, Some(finding));
    state.model.notifications.plan_error(failure, id, now);
    if asks {
        prompt::ask_by_itself(state, PromptKind::WithoutMail(id));
    } else if second {
        prompt::ask_by_itself(state, PromptKind::DeleteFirst(id));
    }
}

/// A plan of one create of which it is unknown whether it worked: whose it is, and what finds it out.
fn name_unknown(change: &PlanRun, resume: &str, failure: &mut Failure) {
    let ([step], [progress]) = (change.plan.steps.as_slice(), change.progress.steps.as_slice()) else {
        return;
    };
    if step.is_create_unknown(progress) {
        failure.what = format!("It is unknown whether the invite to {} was sent", step.email());
        failure.why = progress.note.clone().unwrap_or_else(|| "no list shows it".to_owned());
        failure.next = format!("{resume} looks again.");
    }
}

/// "r in 2 Plan".
fn in_plans(state: &App, action: Action) -> String {
    format!("{} in {}", state.model.key(KeyContext::Plan, action), state.model.view_name(View::Plan))
}

fn is_open(progress: &Progress) -> bool {
    matches!(progress.outcome, None | Some(Outcome::NotSent))
}

fn revoked_all(change: &PlanRun) -> bool {
    let mut steps = change.plan.steps.iter().zip(&change.progress.steps);
    steps.all(|(step, progress)| step.mails() || !is_open(progress))
}

/// Undo loses nothing: an invite that was written is a draft again, an import, or a plan that was staged before, is
/// staged again, and a plan that was resumed waits as before.
fn undone(state: &mut App, id: PlanId, now: Now) -> Vec<Effect> {
    let was_staged = state.model.plans.was_staged(id);
    let Some(mut change) = state.model.plans.end(id) else { return Vec::new() };
    if let Some(left) = change.resumed.take() {
        state.model.plans.leave_over(*left);
        let resume = in_plans(state, Action::Resume);
        state
            .model
            .notifications
            .success(format!("Undone: no changes were made. {resume} resumes the plan."), now);
        return Vec::new();
    }
    let creates = change.plan.steps.iter().filter(|step| matches!(step, Step::Create { .. })).count();
    if !was_staged && creates < 2 {
        let mut words = "Undone: no changes were made.".to_owned();
        if let [Step::Create { draft, .. }] = change.plan.steps.as_slice() {
            state.model.keep_draft(draft);
            words.push_str(&format!(
                " Press {} to edit the invite.",
                state.model.key(KeyContext::List, Action::New)
            ));
        }
        state.model.notifications.success(words, now);
        return Vec::new();
    }
    state.model.notifications.success("Undone: no changes were made. The plan is staged.", now);
    let filter = change.plan.filter;
    let plan = crate::domain::Plan { filter, ..state.model.plan(change.plan.steps, now) };
    state.stage(plan, Vec::new())
}

fn ended(state: &mut App, id: PlanId, end: PlanState, now: Now) {
    state.model.plans.was_staged(id);
    let Some(change) = state.model.plans.end(id) else { return };
    let tally = Tally::of(&change.progress.steps);
    let second = delete_first::refused(&change.plan, &change.progress.steps) > 0;
    let troubled = tally.failed + tally.unknown > 0;
    match end {
        PlanState::Stopped if tally.not_sent > 0 && is_untouched(&change) => {
            state.model.plans.set_aside(change, end, Some("It was stopped before anything was sent.".into()));
        }
        PlanState::Paused => {
            let words = format!("Paused: {tally}. {} goes on.", in_plans(state, Action::Pause));
            state.model.notifications.plan_note(words, id, now);
            state.model.plans.set_aside(change, end, None);
        }
        PlanState::Stopped => {
            if !is_alone(&change) || tally.unknown > 0 {
                let words = format!("Stopped: {tally}. {} goes on.", in_plans(state, Action::Resume));
                state.model.notifications.plan_note(words, id, now);
            }
            state.model.plans.set_aside(change, end, None);
        }
        _ => {
            if !is_alone(&change) {
                say_tally(state, id, tally, now);
            }
            if second || (troubled && !is_alone(&change)) {
                state.model.plans.set_aside(change, PlanState::Finished, None);
            }
        }
    }
    if second {
        prompt::ask_by_itself(state, PromptKind::DeleteFirst(id));
    }
}

fn is_untouched(change: &PlanRun) -> bool {
    change.progress.steps.iter().all(|step| *step == Progress::default())
}

fn say_tally(state: &mut App, id: PlanId, tally: Tally, now: Now) {
    if tally.failed + tally.unknown == 0 {
        return state.model.notifications.success(format!("The plan has ended: {tally}."), now);
    }
    let next = format!("{} shows which.", state.model.view_name(View::Plan));
    let failure = Failure::new(FailureKind::Guard, "The plan has ended", tally.to_string(), next);
    state.model.notifications.plan_error(failure, id, now);
}

/// Rows that are gone go, invites that were made come, and a draft that became none is kept.
fn take_step(
    state: &mut App,
    step: &Step,
    outcome: Outcome,
    progress: &Progress,
    alone: bool,
) -> Vec<Effect> {
    let created: Option<&Invite> = progress.created.as_ref();
    if let Some(target) = step.target().filter(|_| outcome.is_good() || progress.old_deleted) {
        state.remove(&target.identity);
    }
    if let (Step::Create { draft, .. }, false) = (step, outcome.is_good()) {
        state.model.keep_draft(draft);
    }
    let Some(created) = created else { return Vec::new() };
    state.model.invites.insert(created);
    let effects = state.arrange_after_arrival();
    // In the middle of a large plan the selection stays where the person has put it.
    if alone && state.screens.is_empty() {
        state.model.table.go_to_identity(
            &created.identity,
            &state.model.invites.shown,
            state.model.metrics.table_height,
        );
    }
    effects
}

fn say_how_it_ended(
    state: &mut App,
    id: PlanId,
    step: &Step,
    outcome: Outcome,
    progress: &Progress,
    failure: Option<Failure>,
    now: Now,
) {
    let (email, note) = (step.email(), progress.note.as_deref());
    if outcome.is_good() {
        let sentence = match (outcome, step) {
            (Outcome::AlreadyGone, _) => format!("The invite of {email} was already gone."),
            (_, Step::Create { .. }) => format!("Invite sent to {email}."),
            (_, Step::Delete { .. }) => format!("Revoked: the link of {email} no longer works."),
            (_, _) => format!("A new invite was sent to {email}; the old link no longer works."),
        };
        let sentence = match note {
            Some(note) => format!("{}: {}.", sentence.trim_end_matches('.'), note.trim_end_matches('.')),
            None => sentence,
        };
        return state.model.notifications.success(sentence, now);
    }
    if outcome == Outcome::AlreadyInvited {
        let words = format!("{email} has an invite already: {}.", note.unwrap_or("no email was sent"));
        return state.model.notifications.note(words, now);
    }
    let creates = matches!(step, Step::Create { .. });
    let key = |action| state.model.key(KeyContext::List, action);
    let look = || format!("{} shows how things stand.", key(Action::Refresh));
    let (what, next) = match step {
        Step::Create { .. } => (
            format!("The invite to {email} may not have been sent"),
            format!("Your draft is kept: {} opens it again.", key(Action::New)),
        ),
        Step::Delete { .. } => (format!("The invite of {email} was not revoked"), look()),
        _ if outcome == Outcome::OldStillLives => (
            format!("The old invite of {email} still works"),
            format!("Look at both rows; {} revokes one of them.", key(Action::Delete)),
        ),
        _ => (format!("The invite of {email} was not sent again"), look()),
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
    state.model.notifications.plan_error(failure, id, now);
}
