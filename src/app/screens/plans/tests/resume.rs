//! Tests of resuming a paused plan.

use super::*;

fn resumes_with(effects: &[Effect], id: PlanId, wanted: ResumeScope, window: Duration) -> bool {
    effects.iter().any(|effect| {
        matches!(effect, Effect::Request(_, ServiceRequest::ResumePlan { plan, scope, undo_window, .. })
        if *plan == id && *scope == wanted && *undo_window == window)
    })
}

#[test]
fn guarded_resume_needs_the_number_of_remaining_steps() {
    let mut app = app_with_rows(3);
    app.model.options.guards.guarded = true;
    let id = apply(&mut app, vec![delete(0), delete(1), delete(2)]);
    pause_after_first_step(&mut app, id);
    assert!(run_operation(&mut app, |cx| plans::resume(cx, id)).is_empty(), "a dialog opens first");
    assert_eq!(confirmed_plan(&app).map(|(plan, _)| plan.steps.len()), Some(2), "only the remaining steps");
    assert!(press(&mut app, Action::Yes).is_empty());
    assert!(press(&mut app, Action::Stage).is_empty());
    assert!(app.model.plans.unfinished_plan(id).is_some(), "the plan is unchanged");
    if let Some(Overlay::Confirm(confirm)) = app.overlays.last_mut() {
        confirm.count_field = crate::ui::TextField::new("2");
    }
    let effects = press(&mut app, Action::Yes);
    let undo_window = app.model.options.undo_window;
    assert!(resumes_with(&effects, id, ResumeScope::All, undo_window), "{effects:?}");
    assert!(app.overlays.is_empty());
}

#[test]
fn resumed_plan_that_is_undone_stays_paused() {
    let mut app = app_with_rows(2);
    app.model.options.undo_window = Duration::from_secs(5);
    let id = apply(&mut app, vec![delete(0), delete(1)]);
    pause_after_first_step(&mut app, id);
    let before = app.model.plans.unfinished_plan(id).cloned();
    let effects = press(&mut app, Action::Resume);
    assert!(resumes_with(&effects, id, ResumeScope::All, app.model.options.undo_window), "{effects:?}");
    send_event(&mut app, id, PlanEvent::UndoWindow { until: Duration::from_secs(5) });
    assert_eq!(app.model.plans.plan_in_undo_window().map(|run| run.plan.id), Some(id));
    assert!(send_event(&mut app, id, PlanEvent::Undone).is_empty(), "the plan is still in the journal");
    assert_eq!(app.model.plans.unfinished_plan(id).cloned(), before);
    assert!(app.model.plans.running.is_empty());
}

#[test]
fn resume_that_only_checks_has_no_undo_window() {
    let mut app = app_with_rows(0);
    app.model.options.undo_window = Duration::from_secs(5);
    let draft = crate::domain::Draft { email: "ann@x.com".into(), message: String::new() };
    let id = apply(&mut app, vec![Step::Create { draft, known_versions: None }]);
    send_event(&mut app, id, step_ended(0, Outcome::Unknown));
    send_event(&mut app, id, PlanEvent::Paused(sample_error(ErrorKind::Refused)));
    for (scope, window) in
        [(ResumeScope::All, Duration::ZERO), (ResumeScope::RepeatUnknown, app.model.options.undo_window)]
    {
        let effects = run_operation(&mut app, |cx| plans::resume_now(cx, id, scope));
        assert!(resumes_with(&effects, id, scope, window), "{scope:?}: {effects:?}");
        send_event(&mut app, id, PlanEvent::Undone);
    }
}

#[test]
fn resumed_plan_selects_its_current_step() {
    let mut app = app_with_rows(3);
    let id = apply(&mut app, vec![delete(0), delete(1), delete(2)]);
    pause_after_first_step(&mut app, id);
    press(&mut app, Action::First);
    assert_eq!(app.views.plans.selected, Some(PlansItem::Plan(id)));
    press(&mut app, Action::Resume);
    send_event(&mut app, id, PlanEvent::StepStarted(2));
    assert_eq!(app.views.plans.selected_item(&app.model), Some(PlansItem::Step(id, 2)));
}

#[test]
fn read_only_plan_cannot_resume() {
    let mut app = app_with_rows(4);
    app.model.read_only_reason = Some("you turned it on".into());
    let id = apply(&mut app, vec![delete(0), delete(1)]);
    send_event(&mut app, id, PlanEvent::Paused(sample_error(ErrorKind::TimedOut)));
    assert!(press(&mut app, Action::Resume).is_empty());
    assert_eq!(app.model.plans.stopped_plans().count(), 1);
}

#[test]
fn resume_or_discard_clears_the_pause_notification() {
    for action in [Action::Resume, Action::Discard] {
        let mut app = app_with_rows(3);
        let id = apply(&mut app, vec![delete(0), delete(1)]);
        let error = Error::new(ErrorKind::Status(402), "It failed", "a quota is used up", "Raise it.");
        send_event(&mut app, id, PlanEvent::Paused(error));
        assert_eq!(app.model.notifications.error_count(), 1);
        press(&mut app, action);
        assert_eq!(app.model.notifications.error_count(), 0, "{action:?}");
    }
}
