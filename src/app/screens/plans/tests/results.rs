//! Tests of finished plans, which stay until they are dismissed.

use super::*;

/// Runs a plan of deletes to its end.
fn finish_deletes(app: &mut App, rows: std::ops::Range<u128>) -> PlanId {
    let id = apply(app, rows.map(delete).collect());
    let steps = app.model.plans.running[0].plan.steps.len();
    (0..steps).for_each(|step| drop(send_event(app, id, step_ended(step, Outcome::Done))));
    let progress = app.model.plans.running[0].progress.steps.clone();
    send_event(app, id, PlanEvent::Ended { state: PlanState::Finished, progress });
    id
}

fn result_ids(app: &App) -> Vec<PlanId> {
    app.model.plans.finished_plans().map(|plan| plan.id).collect()
}

#[test]
fn results_are_new_until_the_view_is_shown() {
    let mut app = app_with_rows(4);
    app.views.current = View::Pending;
    finish_deletes(&mut app, 0..2);
    finish_deletes(&mut app, 2..3);
    assert_eq!(app.model.plans.results.unseen, 2);
    press(&mut app, Action::ViewPlans);
    assert_eq!(app.model.plans.results.unseen, 0);
    finish_deletes(&mut app, 3..4);
    assert_eq!(app.model.plans.results.unseen, 0, "the view is shown");
}

#[test]
fn results_are_dismissed_one_by_one_newest_first() {
    let mut app = app_with_rows(4);
    let older = finish_deletes(&mut app, 0..2);
    let newer = finish_deletes(&mut app, 2..4);
    let items = app.views.plans.items(&app.model);
    assert_eq!(items, [PlansItem::Plan(newer), PlansItem::Plan(older)]);
    press(&mut app, Action::ViewPending);
    press(&mut app, Action::ViewPlans);
    assert!(press(&mut app, Action::Discard).is_empty(), "the journal keeps the plan");
    assert_eq!(result_ids(&app), [older]);
    press(&mut app, Action::Discard);
    assert_eq!(result_ids(&app), []);
}

#[test]
fn result_of_deletes_offers_to_reinvite() {
    let mut app = app_with_rows(4);
    let id = finish_deletes(&mut app, 0..2);
    press(&mut app, Action::Reinvite);
    let emails = |app: &App| -> Vec<String> {
        let (plan, _) = confirmed_plan(app).expect("a confirmation dialog");
        plan.steps.iter().map(|step| format!("{} {}", step.verb(), step.email())).collect()
    };
    assert_eq!(emails(&app), ["create p0@x", "create p1@x"]);
    press(&mut app, Action::Back);
    press(&mut app, Action::Open);
    press(&mut app, Action::Down);
    assert_eq!(app.views.plans.selected, Some(PlansItem::Step(id, 0)));
    press(&mut app, Action::Reinvite);
    assert_eq!(emails(&app), ["create p0@x"], "only the selected step");
}

#[test]
fn plan_without_deletes_offers_no_reinvite() {
    let mut app = app_with_rows(1);
    let id = apply(&mut app, vec![resend(0)]);
    send_event(&mut app, id, step_ended(0, Outcome::Done));
    let progress = app.model.plans.running[0].progress.steps.clone();
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Finished, progress });
    assert_eq!(app.disabled_reason(Action::Reinvite).as_deref(), Some("this plan deleted no invites"));
}

#[test]
fn finished_plan_does_not_block_a_new_invite() {
    let mut app = app_with_rows(1);
    let lost = Step::DeleteFirst {
        invite: invite(0, ""),
        draft: crate::domain::Draft { email: "p0@x".into(), message: String::new() },
        known_versions: None,
    };
    let id = apply(&mut app, vec![lost]);
    assert!(app.model.plans.emails_in_flight().contains("p0@x"));
    let progress = Progress { old_deleted: true, ..Progress::default() };
    let failed = Progress { outcome: Some(Outcome::Failed), ..progress };
    send_event(&mut app, id, PlanEvent::StepEnded { step: 0, progress: failed.clone(), failure: None });
    send_event(&mut app, id, PlanEvent::Ended { state: PlanState::Finished, progress: vec![failed] });
    assert_eq!(app.model.plans.missing_invite_count(), 1, "the person has no invite");
    assert!(app.model.plans.emails_in_flight().is_empty(), "but the plan never runs again");
}
