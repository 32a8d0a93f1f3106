//! What follows when something happens to a plan: its rows come and go, and what became of it is said. A plan of one
//! step says how that ended; a larger one says how all of it ended, once, and the view of plans says which.
//! Nothing is shown as done before the service task says that it is.

use crate::app::model::plans::PlanRun;
use crate::app::ops::{access, invites, marks, plans, staging};
use crate::app::{Context, Model, PromptKind, RequestPurpose, View};
use crate::domain::annotation::AnnotationChange;
use crate::domain::email::normalize;
use crate::domain::plan::{PlanState, Progress, StepCounts};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{PlanEvent, ResumeScope};
use crate::domain::text::format_plural;
use crate::domain::{Error, ErrorKind, Outcome, Plan, PlanId, ServiceRequest, Step};
use crate::keys::{Action, KeyContext};

pub(crate) fn on_event(cx: &mut Context<'_>, id: PlanId, event: PlanEvent) {
    cx.model.plans.apply_event(id, &event, cx.now.mono);
    if matches!(event, PlanEvent::Queued { .. } | PlanEvent::Rechecked { .. } | PlanEvent::StepStarted(_)) {
        // It runs: what was said of it before does not hold any more.
        cx.model.notifications.clear_plan_errors(id);
    }
    match event {
        PlanEvent::UndoWindowOver { until } => {
            // In a window that is too small nobody sees it.
            let request = match cx.model.metrics.too_small {
                true => ServiceRequest::RestartUndoWindow(id),
                false => ServiceRequest::after_undo_window(id, until, cx.now.mono),
            };
            cx.request(request);
        }
        PlanEvent::Staged => on_staged(cx, id),
        PlanEvent::Rechecked { gone, renewed } => on_rechecked(cx, id, gone, renewed),
        PlanEvent::StepEnded { step, progress, failure } => {
            on_step_ended(cx, id, step, progress, failure);
        }
        PlanEvent::Paused(failure) => on_paused(cx, id, failure),
        PlanEvent::Undone => on_undone(cx, id),
        PlanEvent::Ended { state: PlanState::Discarded, .. } => {
            cx.model.plans.remove_running(id);
            // Refused before anything was sent: there is nothing to go on with, but the draft is worth keeping.
            if let Some(left) = cx.model.plans.remove_unfinished(id) {
                cx.model.save_drafts(&left.entry);
                cx.model.plans.restore_staged(id);
            }
        }
        PlanEvent::Ended { state: end, .. } => on_ended(cx, id, end),
        _ => {}
    }
}

/// The undo windows could not be seen for a while: they start again.
pub(crate) fn restart_undo_windows(cx: &mut Context<'_>) {
    let held = cx.plans.running.iter().filter(|run| run.progress.is_in_undo_window());
    let held: Vec<PlanId> = held.map(|run| run.plan.id).collect();
    for id in held {
        cx.request(ServiceRequest::RestartUndoWindow(id));
    }
}

fn on_staged(cx: &mut Context<'_>, id: PlanId) {
    let model = &mut *cx.model;
    let Some(staging) = model.plans.pending_stages.iter().find(|staging| staging.plan.id == id) else {
        return;
    };
    let (steps, replaces) = (staging.plan.steps.len(), staging.replaces.len());
    // Their rows say that they are staged; marks that stayed would be in the way of the next plan.
    let targets = staging.plan.steps.iter().filter_map(Step::target);
    targets.for_each(|target| model.marks.remove(&target.identity));
    let before = model.plans.staged_steps();
    model.plans.on_staged(id);
    let words = match (steps, replaces) {
        (_, 0) => {
            let plans = cx.model.view_name(View::Plans);
            format!("Staged: nothing is sent before you run it; {plans} shows it.")
        }
        (0, _) => {
            format!(
                "Dropped: {} no longer staged.",
                count_with_verb(before - cx.model.plans.staged_steps(), "step")
            )
        }
        _ => format!("{} staged now.", count_with_verb(cx.model.plans.staged_steps(), "step")),
    };
    cx.success(words);
    marks::on_marks_changed(cx);
    if cx.ui.view == View::Plans {
        staging::count_new_matches(cx);
    }
}

/// "1 step is", "2 steps are".
fn count_with_verb(n: usize, one: &str) -> String {
    format!("{} {}", format_plural(n, one), if n == 1 { "is" } else { "are" })
}

fn on_rechecked(cx: &mut Context<'_>, id: PlanId, gone: usize, renewed: usize) {
    let alone = cx.model.plans.get(id).is_some_and(is_single_step);
    // A single one that is gone says so itself.
    let found = match (gone, renewed) {
        (0, 0) => return,
        (_, 0) if alone => return,
        (gone, 0) => format!("{gone} already gone"),
        (0, renewed) => format!("{renewed} renewed meanwhile"),
        (gone, renewed) => format!("{gone} already gone, {renewed} renewed meanwhile"),
    };
    cx.info(format!("Looked once more: {found}."));
}

fn is_single_step(run: &PlanRun) -> bool {
    run.plan.steps.len() == 1
}

fn on_step_ended(cx: &mut Context<'_>, id: PlanId, step: usize, progress: Progress, failure: Option<Error>) {
    let Some(run) = cx.model.plans.get(id) else { return };
    let (alone, step) = (is_single_step(run), run.plan.steps.get(step).cloned());
    let (Some(step), Some(outcome)) = (step, progress.outcome) else { return };
    // What is unknown is said when the plan pauses or stops for it, which it does at once.
    if alone && !step.is_create_unknown(&progress) {
        notify_step_result(cx, id, &step, outcome, &progress, failure);
    }
    apply_step_result(cx, &step, outcome, &progress, alone);
    move_note(cx, &step, outcome);
}

/// The note on an address that was corrected is one on the person, and goes to the new address. What is noted on that
/// one already stays, and so does the old note then; and where another invite still goes to the old address, or may:
/// a list that is not complete proves no absence.
fn move_note(cx: &mut Context<'_>, step: &Step, outcome: Outcome) {
    let (old, new) = match step {
        Step::Replace { invite, draft, .. } | Step::DeleteFirst { invite, draft, .. } => {
            (invite.email.clone(), draft.email.clone())
        }
        _ => return,
    };
    let other = normalize(&old) != normalize(&new);
    let noted = cx.model.annotations.note(&old).is_some() && cx.model.annotations.note(&new).is_none();
    if !(noted && other && outcome.is_success()) {
        return;
    }
    let keeps = !cx.model.invites.is_complete() || cx.model.invites.shown.by_email(&old).next().is_some();
    let request =
        ServiceRequest::SaveAnnotation(AnnotationChange::MoveNote { from: old, to: new, keeps_old: keeps });
    cx.request_for(RequestPurpose::Annotation, request);
}

fn on_paused(cx: &mut Context<'_>, id: PlanId, mut failure: Error) {
    access::handle_auth_error(cx, &mut failure);
    let Some(run) = cx.model.plans.remove_running(id) else {
        return cx.plan_error(failure, id);
    };
    let (alone, status) = (is_single_step(&run), failure.status());
    let revokes_more = has_open_step(&run, false);
    if run.scope == ResumeScope::WithoutEmail && status.is_none() && !revokes_more {
        let key = cx.model.key(KeyContext::Plans, Action::Resume);
        let words = format!(
            "What only revokes is done. The steps that send an e-mail were not sent; {key} goes on with them."
        );
        cx.plan_info(words.clone(), id);
        return cx.model.plans.move_to_unfinished(run, PlanState::Paused, Some(words));
    }
    let resume = plans_key_label(cx, Action::Resume);
    if alone && failure.kind == ErrorKind::Refused {
        describe_unknown_create(&run, &resume, &mut failure);
    }
    if status == Some(401) {
        failure.hint.push_str(&format!(" Then {resume} resumes."));
    }
    let finding = failure.to_string();
    failure.hint += &match status {
        Some(401) => String::new(),
        _ if failure.kind == ErrorKind::Token => format!(" Then {resume} goes on."),
        _ if alone || run.progress.phase == RunPhase::Requested => {
            " Nothing more of this change is sent by itself.".to_owned()
        }
        _ => format!(" Nothing more of this plan is sent by itself; {resume} goes on."),
    };
    let asks = status == Some(402) && revokes_more && has_open_step(&run, true);
    let second = plans::count_refused_duplicates(&run.plan, &run.progress.steps) > 0;
    cx.model.plans.move_to_unfinished(run, PlanState::Paused, Some(finding));
    cx.plan_error(failure, id);
    if asks {
        cx.prompt_when_idle(PromptKind::ResumeWithoutEmail(id));
    } else if second {
        cx.prompt_when_idle(PromptKind::DeleteFirst(id));
    }
}

/// A plan of one create of which it is unknown whether it worked: whose it is, and what finds it out.
fn describe_unknown_create(run: &PlanRun, resume: &str, failure: &mut Error) {
    let ([step], [progress]) = (run.plan.steps.as_slice(), run.progress.steps.as_slice()) else {
        return;
    };
    if step.is_create_unknown(progress) {
        failure.summary = format!("It is unknown whether the invite to {} was sent", step.email());
        failure.cause = progress.note.clone().unwrap_or_else(|| "no list shows it".to_owned());
        failure.hint = format!("{resume} looks again.");
    }
}

/// "r in 2 Plan".
fn plans_key_label(model: &Model, action: Action) -> String {
    format!("{} in {}", model.key(KeyContext::Plans, action), model.view_name(View::Plans))
}

/// Whether a step is open that sends an email, or one that does not.
fn has_open_step(run: &PlanRun, mails: bool) -> bool {
    let mut steps = run.plan.steps.iter().zip(&run.progress.steps);
    steps.any(|(step, progress)| {
        step.sends_email() == mails && matches!(progress.outcome, None | Some(Outcome::Skipped))
    })
}

/// Undo loses nothing: an invite that was written is a draft again, an import, or a plan that was staged before, is
/// staged again, and a plan that was resumed waits as before.
fn on_undone(cx: &mut Context<'_>, id: PlanId) {
    let was_staged = cx.model.plans.take_merged_staged(id);
    let Some(mut run) = cx.model.plans.remove_running(id) else { return };
    if let Some(left) = run.resumed_from.take() {
        cx.model.plans.add_unfinished(*left);
        let resume = plans_key_label(cx, Action::Resume);
        cx.success(format!("Undone: no changes were made. {resume} resumes the plan."));
        return;
    }
    let creates = run.plan.steps.iter().filter(|step| matches!(step, Step::Create { .. })).count();
    if !was_staged && creates < 2 {
        let mut words = "Undone: no changes were made.".to_owned();
        if let [Step::Create { draft, .. }] = run.plan.steps.as_slice() {
            cx.model.save_draft(draft);
            words.push_str(&format!(
                " Press {} to edit the invite.",
                cx.model.key(KeyContext::List, Action::New)
            ));
        }
        return cx.success(words);
    }
    cx.success("Undone: no changes were made. The plan is staged.");
    let Plan { tenancy, filter, steps, .. } = run.plan;
    let plan = Plan { tenancy, filter, ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, Vec::new());
}

fn on_ended(cx: &mut Context<'_>, id: PlanId, end: PlanState) {
    cx.model.plans.take_merged_staged(id);
    let Some(run) = cx.model.plans.remove_running(id) else { return };
    let tally = StepCounts::from_progress(&run.progress.steps);
    let second = plans::count_refused_duplicates(&run.plan, &run.progress.steps) > 0;
    let troubled = tally.failed + tally.unknown > 0;
    match end {
        PlanState::Stopped if tally.not_sent > 0 && is_unstarted(&run) => {
            cx.model.plans.move_to_unfinished(
                run,
                end,
                Some("It was stopped before anything was sent.".into()),
            );
        }
        PlanState::Paused => {
            let words = format!("Paused: {tally}. {} goes on.", plans_key_label(cx, Action::Pause));
            cx.plan_info(words, id);
            cx.model.plans.move_to_unfinished(run, end, None);
        }
        PlanState::Stopped => {
            if !is_single_step(&run) || tally.unknown > 0 {
                let words = format!("Stopped: {tally}. {} goes on.", plans_key_label(cx, Action::Resume));
                cx.plan_info(words, id);
            }
            cx.model.plans.move_to_unfinished(run, end, None);
        }
        _ => {
            if !is_single_step(&run) {
                notify_counts(cx, id, tally);
            }
            if second || (troubled && !is_single_step(&run)) {
                cx.model.plans.move_to_unfinished(run, PlanState::Finished, None);
            }
        }
    }
    if second {
        cx.prompt_when_idle(PromptKind::DeleteFirst(id));
    }
}

fn is_unstarted(run: &PlanRun) -> bool {
    run.progress.steps.iter().all(|step| *step == Progress::default())
}

fn notify_counts(cx: &mut Context<'_>, id: PlanId, tally: StepCounts) {
    if tally.failed + tally.unknown == 0 {
        return cx.success(format!("The plan has ended: {tally}."));
    }
    let next = format!("{} shows which.", cx.model.view_name(View::Plans));
    let failure = Error::new(ErrorKind::Refused, "The plan has ended", tally.to_string(), next);
    cx.plan_error(failure, id);
}

/// Rows that are gone go, invites that were made come, and a draft that became none is kept.
fn apply_step_result(cx: &mut Context<'_>, step: &Step, outcome: Outcome, progress: &Progress, alone: bool) {
    if let Some(target) = step.target().filter(|_| outcome.is_success() || progress.old_deleted) {
        invites::remove(cx, &target.identity);
    }
    if let (Step::Create { draft, .. }, false) = (step, outcome.is_success()) {
        cx.model.save_draft(draft);
    }
    let Some(created) = &progress.created else { return };
    cx.model.invites.insert(created);
    invites::requery_after_rows(cx);
    // In the middle of a large plan the selection stays where the person has put it.
    if alone && cx.ui.is_unobstructed() {
        let model = &mut *cx.model;
        model.table.select_identity(&created.identity, &model.invites.shown, model.metrics.table_height);
    }
}

fn notify_step_result(
    cx: &mut Context<'_>,
    id: PlanId,
    step: &Step,
    outcome: Outcome,
    progress: &Progress,
    failure: Option<Error>,
) {
    let (email, note) = (step.email(), progress.note.as_deref());
    if outcome.is_success() {
        let sentence = match (outcome, step) {
            (Outcome::AlreadyGone, _) => format!("The invite of {email} was already gone"),
            (_, Step::Create { .. }) => format!("Invite sent to {email}"),
            (_, Step::Delete { .. }) => format!("Revoked: the link of {email} no longer works"),
            _ => format!("A new invite was sent to {email}; the old link no longer works"),
        };
        return cx.success(match note {
            Some(note) => format!("{sentence}: {}.", note.trim_end_matches('.')),
            None => format!("{sentence}."),
        });
    }
    if outcome == Outcome::AlreadyInvited {
        return cx.info(format!("{email} has an invite already: {}.", note.unwrap_or("no email was sent")));
    }
    let creates = matches!(step, Step::Create { .. });
    let key = |action| cx.key(KeyContext::List, action);
    let look = || format!("{} shows how things stand.", key(Action::Refresh));
    let (what, next) = match step {
        Step::Create { .. } => (
            format!("The invite to {email} may not have been sent"),
            format!("Your draft is kept: {} opens it again.", key(Action::New)),
        ),
        Step::Delete { .. } => (format!("The invite of {email} was not revoked"), look()),
        _ if outcome == Outcome::OldStillActive => (
            format!("The old invite of {email} still works"),
            format!("Look at both rows; {} revokes one of them.", key(Action::Delete)),
        ),
        _ => (format!("The invite of {email} was not sent again"), look()),
    };
    let failure = match failure {
        Some(failure) if creates => Error { hint: format!("{} {next}", failure.hint), ..failure },
        Some(failure) => failure,
        None => {
            let why = note.unwrap_or(outcome.label()).trim_end_matches('.');
            Error::new(ErrorKind::Refused, what, why, next)
        }
    };
    cx.plan_error(failure, id);
}
