//! Deletes with a lost or invalid response: only a check of the list proves their effect.

use std::time::Duration;

use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Error, Outcome, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule};

use crate::harness::{TestConsole, TestEnv, delete_step, status_rule};

fn login_page_rule(method: &str) -> Rule {
    let reply = RawReply {
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<!doctype html><html><title>Sign in</title></html>".into(),
        ..RawReply::default()
    };
    Rule::for_method(method, Action::Raw(reply)).always()
}

/// Waits for the end of a step that reports an error.
async fn wait_for_failed_step(console: &mut TestConsole) -> (Progress, Error) {
    console
        .wait_for_plan_event("a failed step", |event| match event {
            PlanEvent::StepEnded { progress, failure, .. } => Some((progress.clone(), failure.clone()?)),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn delete_with_lost_response_is_reconciled() {
    for action in [
        Action::Drop(FaultTiming::After),
        Action::Drop(FaultTiming::Before),
        Action::Hang(FaultTiming::After),
    ] {
        let env = TestEnv::new(2).await;
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        env.set_faults([Rule::for_method("DELETE", action.clone())]);
        let plan = console.new_plan([delete_step(&rows[0])]);
        console.apply_plan(&plan, 0).await;
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done], "{action:?}");
        let expected = if action == Action::Drop(FaultTiming::Before) { 2 } else { 1 };
        assert_eq!(env.request_count("DELETE"), expected, "{action:?}");
        assert_eq!(env.invites(), rows[1..]);
    }
}

#[tokio::test]
async fn login_page_does_not_confirm_a_delete() {
    let env = TestEnv::new(5).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([login_page_rule("DELETE")]);
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown), "{step:?}");
    let note = step.note.expect("a note");
    assert_eq!(note, "3 delete attempts got no response; the invite still exists");
    console.wait_for_pause().await;
    assert_eq!(env.request_count("DELETE"), 3, "the other rows were not requested");
    assert_eq!(env.invites(), rows);

    env.set_faults([login_page_rule("DELETE"), login_page_rule("GET")]);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    console.wait_for_pause().await;
    assert_eq!(env.request_count("DELETE"), 3, "the re-check got the login page");

    env.control.clear_faults();
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 5]);
}

#[tokio::test]
async fn failed_check_of_a_delete_pauses_the_plan() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([
        Rule::for_method("DELETE", Action::Drop(FaultTiming::Before)),
        Rule { skip: 2, ..status_rule("GET", 403).always() },
    ]);
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 0).await;
    let (step, failure) = console.wait_for_step_end_with_error().await;
    assert_eq!((step.outcome, failure.is_some()), (Some(Outcome::Unknown), true));
    assert!(step.note.expect("a note").contains("; the check failed too: "));
    console.wait_for_pause().await;
    assert_eq!((env.request_count("DELETE"), env.invites()), (1, rows), "the other step was not started");
}

#[tokio::test]
async fn unverified_404_counts_only_if_the_list_agrees() {
    let reply = RawReply { status: 404, body: "404 page not found".into(), ..RawReply::default() };
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("DELETE", Action::Raw(reply.clone()))]);
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    let (step, failure) = wait_for_failed_step(&mut console).await;
    assert_eq!(step.outcome, Some(Outcome::Failed));
    assert!(step.note.expect("a note").contains("the list still shows the invite"));
    assert_eq!(failure.status(), Some(404));
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Finished);
    env.set_faults([Rule::for_method("DELETE", Action::Raw(RawReply { when: FaultTiming::After, ..reply }))]);
    let plan = console.new_plan([delete_step(&rows[1])]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyGone]);
}

#[tokio::test]
async fn rejected_delete_is_refused_without_a_check() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([status_rule("DELETE", 409)]);
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    let (step, failure) = wait_for_failed_step(&mut console).await;
    assert_eq!((step.outcome, failure.status()), (Some(Outcome::Refused), Some(409)));
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Finished);
    let requests = env.control.requests();
    assert_eq!(requests.last().map(|request| request.method.as_str()), Some("DELETE"));
    assert_eq!((env.request_count("DELETE"), env.invites()), (1, rows));
}

#[tokio::test]
async fn unverified_404_after_a_pending_delete_is_unknown() {
    let env = TestEnv::with_shared_clock(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let foreign_reply = RawReply { status: 404, body: "404 page not found".into(), ..RawReply::default() };
    env.set_faults([
        Rule::for_method("DELETE", Action::LateEffectMs(60_000)),
        Rule { skip: 1, ..Rule::for_method("DELETE", Action::Raw(foreign_reply)) },
    ]);
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    let (step, failure) = wait_for_failed_step(&mut console).await;
    assert_eq!((step.outcome, failure.status()), (Some(Outcome::Unknown), Some(404)));
    assert!(step.note.expect("a note").contains("an earlier delete may still take effect"));
    console.wait_for_pause().await;
    env.clock.advance(Duration::from_secs(60));
    env.wait_until("the late effect", |env| env.invites().is_empty()).await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
}
