//! Tests of staging, applying, pausing and discarding plans, with the events of the service task.

mod results;
mod resume;

use std::time::Duration;

use super::*;
use crate::app::model::invites::FetchResult;
use crate::app::screens::confirm::ConfirmPlan;
use crate::app::shell::next_redraw::next_redraw;
use crate::app::{App, AppOptions, Effect, Msg, Overlay, update};
use crate::domain::service_msg::{PlanEvent, ResumeScope};
use crate::domain::{
    Error, ErrorKind, Identity, Invite, Now, Outcome, RequestId, ServiceReply, ServiceRequest, Step,
    TenancyKey,
};

const NOW: Now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

fn invite(n: u128, expiry: &str) -> Invite {
    let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n));
    Invite { identity, email: format!("p{n}@x"), message: "m".into(), expiry: Expiry::parse(expiry) }
}

fn delete(n: u128) -> Step {
    Step::Delete { invite: invite(n, "") }
}

fn resend(n: u128) -> Step {
    Step::Resend { invite: invite(n, ""), known_versions: None }
}

/// Returns a console in the Plans view, with a complete list of this number of rows.
fn app_with_rows(rows: u128) -> App {
    let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
    for n in 0..rows {
        app.model.invites.insert(&invite(n, ""));
    }
    app.model.invites.finish_fetch(FetchResult::Complete(NOW.wall));
    app.views.current = View::Plans;
    app
}

fn send_reply(app: &mut App, id: RequestId, reply: ServiceReply) -> Vec<Effect> {
    let tenancy = app.model.options.tenancy.clone();
    update(app, Msg::Reply(tenancy, id, reply), NOW)
}

fn send_event(app: &mut App, id: PlanId, event: PlanEvent) -> Vec<Effect> {
    send_reply(app, RequestId(0), ServiceReply::Plan(id, event))
}

fn stage(app: &mut App, steps: Vec<Step>) -> PlanId {
    let plan = app.model.new_plan(steps, NOW);
    let id = plan.id;
    run_operation(app, |cx| plans::stage(cx, plan, Vec::new()));
    send_event(app, id, PlanEvent::Staged);
    id
}

fn apply(app: &mut App, steps: Vec<Step>) -> PlanId {
    let plan = app.model.new_plan(steps, NOW);
    let id = plan.id;
    run_operation(app, |cx| plans::apply(cx, plan, Vec::new()));
    id
}

fn press(app: &mut App, action: Action) -> Vec<Effect> {
    app.dispatch(action);
    std::mem::take(&mut app.out.effects)
}

/// Returns the effects of an operation.
fn run_operation(app: &mut App, operation: impl FnOnce(&mut Context<'_>)) -> Vec<Effect> {
    operation(&mut app.context());
    app.process_navigation();
    std::mem::take(&mut app.out.effects)
}

fn confirmed_plan(app: &App) -> Option<(&Plan, &[PlanId])> {
    match app.overlays.last() {
        Some(Overlay::Confirm(ConfirmPlan { plan, replaces, .. })) => Some((plan, replaces)),
        _ => None,
    }
}

fn sample_error(kind: ErrorKind) -> Error {
    Error::new(kind, "w", "y", "n")
}

fn step_ended(step: usize, outcome: Outcome) -> PlanEvent {
    let progress = Progress { outcome: Some(outcome), ..Progress::default() };
    PlanEvent::StepEnded { step, progress, failure: None }
}

fn pause_after_first_step(app: &mut App, id: PlanId) {
    send_event(app, id, step_ended(0, Outcome::Done));
    send_event(app, id, PlanEvent::Paused(sample_error(ErrorKind::TimedOut)));
}

#[test]
fn staged_plans_merge_into_one_of_current_invites() {
    let mut app = app_with_rows(4);
    let first = stage(&mut app, vec![delete(0), delete(1), delete(9)]);
    let second = stage(&mut app, vec![resend(1), resend(2)]);
    app.model.invites.insert(&invite(2, "2024-06-01T00:00:00Z"));
    press(&mut app, Action::Open);
    let (plan, replaces) = confirmed_plan(&app).expect("a confirmation dialog");
    assert_eq!(replaces, [first, second]);
    let mut steps: Vec<String> =
        plan.steps.iter().map(|step| format!("{} {}", step.verb(), step.email())).collect();
    steps.sort();
    assert_eq!(steps, ["delete p0@x", "resend p1@x", "resend p2@x"], "the newest decision counts");
    for step in &plan.steps {
        if let Step::Resend { invite, known_versions } = step {
            assert_eq!(app.model.invites.shown.invite(&invite.identity).as_ref(), Some(invite));
            assert_eq!(
                known_versions.as_ref().map(Vec::len),
                Some(1),
                "records the versions in the current list"
            );
        }
    }
    let Some(Overlay::Confirm(ConfirmPlan { note, .. })) = app.overlays.last() else {
        panic!("no confirmation dialog")
    };
    assert!(note.contains("p9@x gone (skipped)") && note.contains("1 invite changed"), "{note}");
}

#[test]
fn partial_list_reports_no_invite_as_gone() {
    let mut app = app_with_rows(1);
    app.model.invites.completeness = crate::app::model::invites::Completeness::NotLoaded;
    stage(&mut app, vec![delete(0), delete(9)]);
    press(&mut app, Action::Open);
    assert_eq!(confirmed_plan(&app).expect("a confirmation dialog").0.steps.len(), 2);
}

#[test]
fn step_stays_staged_until_the_journal_confirms() {
    let mut app = app_with_rows(3);
    let id = stage(&mut app, vec![delete(0), delete(1)]);
    assert!(app.model.plans.staged_step_for(&invite(0, "").identity).is_some());
    app.views.plans.selected = Some(PlansItem::Step(id, 0));
    let effects = press(&mut app, Action::RemoveStep);
    let Some(Effect::Request(request, ServiceRequest::StagePlan { plan, replaces })) = effects.first() else {
        panic!("no journal request: {effects:?}");
    };
    assert_eq!((plan.steps.len(), replaces.as_slice()), (1, &[id][..]));
    let (request, plan_id) = (*request, plan.id);
    assert!(
        app.model.plans.staged_step_for(&invite(0, "").identity).is_some(),
        "staged until the journal confirms"
    );
    assert!(press(&mut app, Action::RemoveStep).is_empty(), "one request at a time");
    send_reply(&mut app, request, ServiceReply::Failed(sample_error(ErrorKind::Journal)));
    assert_eq!(
        (app.model.plans.staged_step_count(), app.model.plans.pending_stages.len()),
        (2, 0),
        "a failure changes nothing"
    );
    app.views.plans.selected = Some(PlansItem::Step(id, 0));
    let effects = press(&mut app, Action::RemoveStep);
    let Some(Effect::Request(_, ServiceRequest::StagePlan { plan, .. })) = effects.first() else {
        panic!("no second request")
    };
    assert_ne!(plan.id, plan_id);
    let plan_id = plan.id;
    send_event(&mut app, plan_id, PlanEvent::Staged);
    assert!(app.model.plans.staged_step_for(&invite(0, "").identity).is_none());
    assert!(app.model.plans.staged_step_for(&invite(1, "").identity).is_some());
}

#[test]
fn refused_plan_leaves_its_steps_staged() {
    let mut app = app_with_rows(3);
    let staged = stage(&mut app, vec![delete(0), delete(1)]);
    let plan = app.model.new_plan(vec![delete(0), delete(1)], NOW);
    let id = plan.id;
    run_operation(&mut app, |cx| plans::apply(cx, plan, vec![staged]));
    assert_eq!(app.model.plans.staged_step_count(), 0);
    send_event(&mut app, id, PlanEvent::Paused(sample_error(ErrorKind::Refused)));
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Discarded, progress: Vec::new() });
    assert_eq!((app.model.plans.staged_step_count(), app.model.plans.stopped_plans().count()), (2, 0));
}

#[test]
fn undone_plan_of_staged_steps_is_staged_again() {
    let mut app = app_with_rows(3);
    let staged = stage(&mut app, vec![delete(0), delete(1)]);
    let plan = app.model.new_plan(vec![delete(0), delete(1)], NOW);
    let id = plan.id;
    run_operation(&mut app, |cx| plans::apply(cx, plan, vec![staged]));
    send_event(&mut app, id, PlanEvent::UndoWindow { until: Duration::from_secs(5) });
    let effects = send_event(&mut app, id, PlanEvent::Undone);
    assert!(
        matches!(effects.as_slice(), [Effect::Request(_, ServiceRequest::StagePlan { plan, .. })] if plan.steps.len() == 2),
        "{effects:?}"
    );
}

#[test]
fn finished_plan_names_what_was_done() {
    let mut app = app_with_rows(4);
    let steps = vec![delete(0), delete(1), resend(2)];
    let id = apply(&mut app, steps);
    for step in 0..3 {
        send_event(&mut app, id, step_ended(step, Outcome::Done));
    }
    let progress = app.model.plans.running[0].progress.steps.clone();
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Finished, progress });
    let text = &app.model.notifications.newest_notification().expect("a notification").text;
    assert_eq!(text, "2 invites deleted, 1 resent.");
}

#[test]
fn plan_of_many_steps_ends_with_one_notification() {
    let mut app = app_with_rows(4);
    let id = apply(&mut app, vec![delete(0), delete(1), delete(2)]);
    for (step, outcome) in [(0, Outcome::Done), (1, Outcome::Failed), (2, Outcome::Done)] {
        send_event(&mut app, id, step_ended(step, outcome));
        assert!(app.model.notifications.newest_notification().is_none(), "step {step}");
    }
    assert_eq!(app.model.invites.shown.len(), 2, "failed deletes stay in the list");
    let progress = app.model.plans.running[0].progress.steps.clone();
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Finished, progress });
    let text = &app.model.notifications.newest_notification().expect("a notification").text;
    assert_eq!(text, "Plan finished: 2 done, 1 failed. See Plans.");
    assert_eq!((app.model.notifications.error_count(), app.model.plans.unfinished.len()), (1, 1));
    press(&mut app, Action::ViewPending);
    assert_eq!(app.model.notifications.error_count(), 0, "the user has seen the result");
    assert_eq!(app.model.plans.unfinished.len(), 1, "the result stays until it is dismissed");
    let id = apply(&mut app, vec![delete(3)]);
    send_event(&mut app, id, step_ended(0, Outcome::Done));
    assert_eq!(
        app.model.notifications.newest_notification().expect("a notification").text,
        "Invite to p3@x deleted; the link no longer works."
    );
}

#[test]
fn discard_asks_if_many_steps_or_a_reinvite_are_left() {
    let delete_first =
        Step::DeleteFirst { invite: invite(0, ""), draft: Default::default(), known_versions: None };
    let half_done = Progress { old_deleted: true, ..Progress::default() };
    for (steps, progress, asks) in [
        (vec![delete(0), delete(1)], vec![Progress::default(); 2], false),
        ((0..9).map(delete).collect(), vec![Progress::default(); 9], true),
        (vec![delete_first], vec![half_done], true),
    ] {
        let mut app = app_with_rows(0);
        let id = apply(&mut app, steps);
        send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Stopped, progress });
        let effects = press(&mut app, Action::Discard);
        assert_eq!((effects.is_empty(), app.model.plans.unfinished.len() == 1), (asks, asks));
        if asks {
            press(&mut app, Action::Confirm);
            assert_eq!(app.model.plans.unfinished.len(), 1, "the focused answer keeps the plan");
            press(&mut app, Action::Discard);
            let effects = press(&mut app, Action::Yes);
            assert!(
                matches!(effects.as_slice(), [Effect::Request(_, ServiceRequest::DiscardPlan(_))]),
                "{effects:?}"
            );
        }
        assert_eq!(app.model.plans.missing_invite_count(), 0);
    }
}

#[test]
fn pause_is_no_error_and_its_key_resumes() {
    let mut app = app_with_rows(4);
    let id = apply(&mut app, vec![delete(0), delete(1)]);
    send_event(&mut app, id, PlanEvent::UndoWindow { until: Duration::from_secs(5) });
    assert!(press(&mut app, Action::Pause).is_empty(), "no pause in the undo window");
    send_event(&mut app, id, PlanEvent::StepStarted(0));
    let effects = press(&mut app, Action::Pause);
    assert!(matches!(effects.as_slice(), [Effect::Request(_, ServiceRequest::PausePlan(_))]), "{effects:?}");
    send_event(&mut app, id, step_ended(0, Outcome::Done));
    let progress = app.model.plans.running[0].progress.steps.clone();
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Paused, progress });
    assert_eq!((app.model.notifications.error_count(), app.model.plans.stopped_plans().count()), (0, 1));
    let effects = press(&mut app, Action::Pause);
    assert!(
        matches!(effects.as_slice(), [Effect::Request(_, ServiceRequest::ResumePlan { .. })]),
        "{effects:?}"
    );
}

#[test]
fn plans_view_redraws_only_when_its_text_changes() {
    let mut app = app_with_rows(0);
    let now = Now { wall: NOW.wall, mono: Duration::from_secs(100) };
    let redraw_at = |app: &App| next_redraw(app, now);
    let expires_soon = Step::Delete { invite: invite(0, "1970-01-01T00:42:30Z") };
    let id = stage(&mut app, vec![delete(1), expires_soon]);
    app.model.notifications.dismiss_newest();
    app.model.metrics.visible_items = 2;
    assert_eq!(redraw_at(&app), None, "the row that changes is not visible");
    app.model.metrics.visible_items = 3;
    assert!(redraw_at(&app).is_some());
    let plan = app.model.new_plan(vec![delete(1)], NOW);
    let running = plan.id;
    run_operation(&mut app, |cx| plans::apply(cx, plan, vec![id]));
    send_event(&mut app, running, PlanEvent::StepStarted(0));
    let next_frame = Some(Duration::from_millis(100_080));
    assert_eq!(redraw_at(&app), next_frame, "the spinner moves while a plan runs");
    send_event(&mut app, running, PlanEvent::UndoWindow { until: Duration::from_millis(103_050) });
    assert_eq!(redraw_at(&app), Some(Duration::from_millis(100_050)), "the seconds are counted down");
}

#[test]
fn only_the_current_step_is_shown_as_running() {
    let mut app = app_with_rows(2);
    let id = apply(&mut app, vec![delete(0), delete(1)]);
    send_event(&mut app, id, PlanEvent::StepStarted(0));
    for phase in [RunPhase::Running, RunPhase::Reconciling] {
        let phase_of = |n| app.model.plans.running_step_for(&invite(n, "").identity).map(|(_, phase)| phase);
        assert_eq!((phase_of(0), phase_of(1)), (Some(Some(&phase)), Some(None)));
        send_event(&mut app, id, PlanEvent::Reconciling(0));
    }
}
