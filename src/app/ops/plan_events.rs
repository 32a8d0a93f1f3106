//! Handles plan events: updates the rows and notifies the user.
//!
//! A plan with one step reports the result of the step; a larger plan reports a summary, and the Plans view
//! shows the details. Nothing is shown as done before the service task reports it.

use crate::app::model::labels::result_parts;
use crate::app::model::notifications::Topic;
use crate::app::model::plans::PlanRun;
use crate::app::ops::{access, annotations, invites, marks, plans, query, staging, table};
use crate::app::{Context, Model, PromptKind, RequestPurpose, View};
use crate::domain::annotation::AnnotationChange;
use crate::domain::plan::{PlanState, Progress, StepCounts};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::{PlanEvent, ResumeScope};
use crate::domain::text::{format_counts, format_plural};
use crate::domain::{Error, ErrorKind, Outcome, Plan, PlanId, ServiceRequest, Step};
use crate::keys::{Action, KeyContext};

pub(crate) fn on_event(cx: &mut Context<'_>, id: PlanId, event: PlanEvent) {
    cx.model.plans.apply_event(id, &event, cx.now.mono);
    if matches!(event, PlanEvent::Queued { .. } | PlanEvent::Rechecked { .. } | PlanEvent::StepStarted(_)) {
        // The plan runs, so earlier notifications about it are obsolete.
        cx.model.notifications.clear(Topic::Plan(id));
    }
    match event {
        PlanEvent::UndoWindowOver { until } => {
            // The user cannot see the undo window if the terminal window is too small.
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
            // The plan was refused before any request: it cannot resume, but its draft is kept.
            if let Some(unfinished) = cx.model.plans.remove_unfinished(id) {
                cx.model.save_drafts(&unfinished.entry);
                cx.model.plans.restore_staged(id);
            }
        }
        PlanEvent::Ended { state, .. } => on_ended(cx, id, state),
        _ => {}
    }
}

/// Restarts the undo windows after a time in which the user could not see them.
pub(crate) fn restart_undo_windows(cx: &mut Context<'_>) {
    let ids = cx.plans.running.iter().filter(|run| run.progress.is_in_undo_window());
    let ids: Vec<PlanId> = ids.map(|run| run.plan.id).collect();
    for id in ids {
        cx.request(ServiceRequest::RestartUndoWindow(id));
    }
}

fn on_staged(cx: &mut Context<'_>, id: PlanId) {
    let model = &mut *cx.model;
    let Some(staging) = model.plans.take_pending_stage(id) else { return };
    let (steps, replaces) = (staging.plan.steps.len(), staging.replaces.len());
    // Clear the marks: otherwise the same invites would be in the next plan, too.
    let targets = staging.plan.steps.iter().filter_map(Step::target);
    targets.for_each(|target| model.marks.remove(&target.identity));
    let staged_before = model.plans.staged_step_count();
    model.plans.add_staged(staging);
    let staged_now = model.plans.staged_step_count();
    let text = match (steps, replaces) {
        (_, 0) => format!("Staged. Nothing happens until you apply it in {}.", cx.view_name(View::Plans)),
        (0, _) => format!("Discarded: {} no longer staged.", steps_with_verb(staged_before - staged_now)),
        _ => format!("{} staged now.", steps_with_verb(staged_now)),
    };
    cx.success(text);
    marks::on_marks_changed(cx);
    if cx.ui.view == View::Plans {
        staging::count_new_matches(cx);
    }
}

/// "1 step is", "2 steps are".
fn steps_with_verb(n: usize) -> String {
    format!("{} {}", format_plural(n, "step"), if n == 1 { "is" } else { "are" })
}

fn on_rechecked(cx: &mut Context<'_>, id: PlanId, gone: usize, renewed: usize) {
    let is_single = cx.model.plans.get(id).is_some_and(is_single_step);
    // A plan with one step reports the check in its result.
    let counts = format_counts(&[(gone, "already gone"), (renewed, "renewed")]);
    if !(counts.is_empty() || (is_single && renewed == 0)) {
        cx.info(format!("Checked again: {}.", counts.join(", ")));
    }
}

fn is_single_step(run: &PlanRun) -> bool {
    run.plan.steps.len() == 1
}

fn on_step_ended(cx: &mut Context<'_>, id: PlanId, step: usize, progress: Progress, failure: Option<Error>) {
    let Some(run) = cx.model.plans.get(id) else { return };
    let (is_single, step) = (is_single_step(run), run.plan.steps.get(step).cloned());
    let (Some(step), Some(outcome)) = (step, progress.outcome) else { return };
    // An unknown outcome is reported when the plan pauses or stops, which happens next.
    if is_single && !step.is_create_unknown(&progress) {
        notify_step_result(cx, id, &step, outcome, &progress, failure);
    }
    let at = cx.now.wall;
    cx.model.past_changes.add(&step, Some(outcome), at);
    apply_step_result(cx, &step, outcome, &progress, is_single);
    move_note(cx, &step, outcome);
}

/// Moves the note of an edited email to the new email, because it is about the same person.
///
/// Does not move it if the new email has a note already, or if the old email has another invite or may have one
/// (incomplete list).
fn move_note(cx: &mut Context<'_>, step: &Step, outcome: Outcome) {
    if !outcome.is_success() {
        return;
    }
    let has_other =
        step.target().is_some_and(|old| cx.invites.shown.find_by_email(&old.email).next().is_some());
    let keeps_old = !cx.model.invites.is_complete() || has_other;
    let Some(change) = AnnotationChange::move_note(step, &cx.annotations, keeps_old) else { return };
    annotations::forget_undo(cx);
    let request = ServiceRequest::SaveAnnotation(change);
    cx.request_for(RequestPurpose::Annotation, request);
}

fn on_paused(cx: &mut Context<'_>, id: PlanId, mut failure: Error) {
    access::handle_auth_error(cx, &mut failure);
    let Some(run) = cx.model.plans.remove_running(id) else {
        return cx.plan_error(failure, id);
    };
    let (is_single, status) = (is_single_step(&run), failure.status());
    let has_open_deletes = has_open_step(&run, false);
    if run.scope == ResumeScope::WithoutEmail && status.is_none() && !has_open_deletes {
        let key = cx.model.key(KeyContext::Plans, Action::Resume);
        let text =
            format!("All deletes are done. Steps that send email were skipped; press {key} to run them.");
        cx.plan_info(text.clone(), id);
        return cx.model.plans.move_to_unfinished(run, PlanState::Paused, Some(text));
    }
    let resume = plans_key_label(cx, Action::Resume);
    if is_single && failure.kind == ErrorKind::Refused {
        describe_unknown_create(&run, &resume, &mut failure);
    }
    if status == Some(401) {
        failure.hint.push_str(&format!(" Then press {resume} to resume."));
    }
    let finding = failure.to_string();
    // The service writes a plan to the journal before its undo window. Before that, it discards a plan that it refuses.
    let is_discarded = run.progress.phase == RunPhase::Requested && run.resumed_from.is_none();
    failure.hint += &match status {
        _ if is_discarded => discarded_hint(cx, &run),
        Some(401) => String::new(),
        _ if failure.kind == ErrorKind::Token => format!(" Then press {resume} to resume."),
        _ if is_single || run.progress.phase == RunPhase::Requested => " The plan is paused.".to_owned(),
        _ => format!(" The plan is paused. Press {resume} to resume."),
    };
    let offers_deletes = status == Some(402) && has_open_deletes && has_open_step(&run, true);
    let has_refused_duplicates = plans::count_refused_duplicates(&run.plan, &run.progress.steps) > 0;
    cx.model.plans.move_to_unfinished(run, PlanState::Paused, Some(finding));
    cx.plan_error(failure, id);
    if offers_deletes {
        cx.prompt_when_idle(PromptKind::ResumeWithoutEmail(id));
    } else if has_refused_duplicates {
        cx.prompt_when_idle(PromptKind::DeleteFirst(id));
    }
}

/// Returns what is left of a plan that the service refused before any request.
fn discarded_hint(model: &Model, run: &PlanRun) -> String {
    match run.plan.steps.as_slice() {
        [Step::Create { .. }] => {
            let key = model.key(KeyContext::List, Action::New);
            format!(" No changes were made. Press {key} to edit the invite.")
        }
        _ => " No changes were made.".to_owned(),
    }
}

/// Adds the email and the next step to the error of a single create with unknown outcome.
fn describe_unknown_create(run: &PlanRun, resume: &str, failure: &mut Error) {
    let ([step], [progress]) = (run.plan.steps.as_slice(), run.progress.steps.as_slice()) else {
        return;
    };
    if step.is_create_unknown(progress) {
        failure.summary = format!("The invite to {} may or may not have been sent", step.email());
        failure.cause = progress.note.clone().unwrap_or_else(|| "it is not in the list".to_owned());
        failure.hint = format!("Press {resume} to check again.");
    }
}

/// Returns a key and the view where it works: "r in 2 Plans".
fn plans_key_label(model: &Model, action: Action) -> String {
    format!("{} in {}", model.key(KeyContext::Plans, action), model.view_name(View::Plans))
}

/// True if an open step has this value of [`Step::sends_email`].
fn has_open_step(run: &PlanRun, sends_email: bool) -> bool {
    let mut steps = run.plan.steps.iter().zip(&run.progress.steps);
    steps.any(|(step, progress)| {
        step.sends_email() == sends_email && matches!(progress.outcome, None | Some(Outcome::Skipped))
    })
}

/// Handles an undone plan without losing its steps.
///
/// A single create becomes a draft again. An import or a staged plan is staged again. A resumed plan is
/// unfinished again.
fn on_undone(cx: &mut Context<'_>, id: PlanId) {
    let was_staged = cx.model.plans.drop_merged_staged(id);
    let Some(mut run) = cx.model.plans.remove_running(id) else { return };
    if let Some(unfinished) = run.resumed_from.take() {
        cx.model.plans.add_unfinished(*unfinished);
        let resume = plans_key_label(cx, Action::Resume);
        cx.success(format!("Undone: no changes were made. Press {resume} to resume the plan."));
        return;
    }
    let creates = run.plan.steps.iter().filter(|step| matches!(step, Step::Create { .. })).count();
    if !was_staged && creates < 2 {
        let mut text = "Undone: no changes were made.".to_owned();
        if let [Step::Create { draft, .. }] = run.plan.steps.as_slice() {
            cx.model.save_draft(draft);
            let key = cx.key(KeyContext::List, Action::New);
            text.push_str(&format!(" Press {key} to edit the invite."));
        }
        return cx.success(text);
    }
    cx.success("Undone: no changes were made. The plan is staged.");
    let Plan { tenancy, filter, steps, .. } = run.plan;
    let plan = Plan { tenancy, filter, ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, Vec::new());
}

fn on_ended(cx: &mut Context<'_>, id: PlanId, state: PlanState) {
    cx.model.plans.drop_merged_staged(id);
    let Some(run) = cx.model.plans.remove_running(id) else { return };
    let counts = StepCounts::from_progress(&run.progress.steps);
    let has_refused_duplicates = plans::count_refused_duplicates(&run.plan, &run.progress.steps) > 0;
    let is_unstarted = run.progress.steps.iter().all(|step| *step == Progress::default());
    match state {
        PlanState::Stopped if counts.not_sent > 0 && is_unstarted => {
            cx.model.plans.move_to_unfinished(run, state, Some("Stopped before the first request.".into()));
        }
        PlanState::Paused => {
            let text = format!("Paused: {counts}. Press {} to resume.", plans_key_label(cx, Action::Pause));
            cx.plan_info(text, id);
            cx.model.plans.move_to_unfinished(run, state, None);
        }
        PlanState::Stopped => {
            if !is_single_step(&run) || counts.unknown > 0 {
                let text =
                    format!("Stopped: {counts}. Press {} to resume.", plans_key_label(cx, Action::Resume));
                cx.plan_info(text, id);
            }
            cx.model.plans.move_to_unfinished(run, state, None);
        }
        _ => {
            if !is_single_step(&run) {
                notify_counts(cx, &run, counts);
            }
            plans::keep_result(cx, run);
        }
    }
    if has_refused_duplicates {
        cx.prompt_when_idle(PromptKind::DeleteFirst(id));
    }
}

fn notify_counts(cx: &mut Context<'_>, run: &PlanRun, counts: StepCounts) {
    if run.progress.steps.iter().all(|step| step.outcome == Some(Outcome::Done)) {
        return cx.success(format!("{}.", result_parts(&run.plan, &run.progress.steps).join(", ")));
    }
    if counts.failed + counts.unknown == 0 {
        return cx.success(format!("Plan finished: {counts}."));
    }
    let hint = format!("See {}.", cx.model.view_name(View::Plans));
    let failure = Error::new(ErrorKind::Refused, "Plan finished", counts.to_string(), hint);
    cx.plan_error(failure, run.plan.id);
}

/// Updates the rows after a step.
///
/// Removes deleted invites, adds created invites, and keeps the draft of a failed create.
fn apply_step_result(
    cx: &mut Context<'_>,
    step: &Step,
    outcome: Outcome,
    progress: &Progress,
    is_single: bool,
) {
    if let Some(target) = step.target().filter(|_| outcome.is_success() || progress.old_deleted) {
        invites::remove(cx, &target.identity);
    }
    if let (Step::Create { draft, .. }, false) = (step, outcome.is_success()) {
        cx.model.save_draft(draft);
    }
    let Some(created) = &progress.created else { return };
    cx.model.invites.insert(created);
    query::requery_after_rows(cx);
    // During a larger plan the selection stays where the user put it.
    if is_single && cx.ui.is_unobstructed() {
        table::select_if_shown(cx, &created.identity);
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
            (Outcome::AlreadyGone, _) => format!("The invite to {email} was already gone"),
            (_, Step::Create { .. }) => format!("Invite sent to {email}"),
            (_, Step::Delete { .. }) => format!("Invite to {email} deleted; the link no longer works"),
            _ => format!("A new invite was sent to {email}; the old link no longer works"),
        };
        return cx.success(match note {
            Some(note) => format!("{sentence}: {}.", note.trim_end_matches('.')),
            None => format!("{sentence}."),
        });
    }
    if outcome == Outcome::AlreadyInvited {
        return cx.info(format!("{email} already has an invite: {}.", note.unwrap_or("no email was sent")));
    }
    let is_create = matches!(step, Step::Create { .. });
    let key = |action| cx.key(KeyContext::List, action);
    let refresh_hint = || format!("Press {} to refresh.", key(Action::Refresh));
    let (summary, hint) = match step {
        Step::Create { .. } => (
            format!("The invite to {email} may or may not have been sent"),
            format!("Your draft was kept. Press {} to edit it.", key(Action::New)),
        ),
        Step::Delete { .. } => (format!("The invite to {email} was not deleted"), refresh_hint()),
        _ if outcome == Outcome::OldStillActive => (
            format!("The old invite to {email} still works"),
            format!("Check both rows and press {} to delete one.", key(Action::Delete)),
        ),
        _ => (format!("The invite to {email} was not resent"), refresh_hint()),
    };
    let failure = match failure {
        Some(failure) if is_create => Error { hint: format!("{} {hint}", failure.hint), ..failure },
        Some(failure) => failure,
        None => {
            let cause = note.unwrap_or(outcome.label()).trim_end_matches('.');
            Error::new(ErrorKind::Refused, summary, cause, hint)
        }
    };
    cx.plan_error(failure, id);
}
