//! Calls whose answer was lost: what they did is looked for, and nothing is sent twice.

use std::time::Duration;

use guestlist::domain::journal::{CallOutcome, CallResult, Intent};
use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Method, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply};

use guestlist::store::Journal;

use crate::world::{Console, World, create, delete, send_again};

fn login_page(method: &str) -> Rule {
    let reply = RawReply {
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<!doctype html><html><title>Sign in</title></html>".into(),
        ..RawReply::default()
    };
    Rule::for_method(method, Action::Raw(reply)).always()
}

async fn settling(console: &mut Console) {
    console.event("settling", |e| matches!(e, PlanEvent::Reconciling(0)).then_some(())).await;
}

#[tokio::test]
async fn an_invite_whose_answer_was_lost_is_found_and_adopted() {
    let after = StatusReply { when: FaultTiming::After, ..StatusReply::new(503) };
    for action in [
        Action::Drop(FaultTiming::After),
        Action::Status(after),
        Action::Truncate(10),
        Action::Hang(FaultTiming::After),
    ] {
        let world = World::new(12).await;
        let mut console = world.console();
        console.read().await;
        world.faults([Rule::for_method("POST", action.clone())]);
        let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
        console.run(&plan, 0).await;
        settling(&mut console).await;
        let step = console.step_ended().await;
        assert_eq!(step.outcome, Some(Outcome::Done), "{action:?}: {step:?}");
        assert_eq!(step.created.as_ref(), world.invites().last());
        assert_eq!(console.finished().await, [Outcome::Done]);
        assert_eq!(world.calls("POST"), 1, "{action:?}");
    }
}

#[tokio::test]
async fn absence_of_less_than_ten_minutes_proves_nothing() {
    let world = World::new(3).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![])), create("eve@job", "", Some(vec![]))]);
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert_eq!(step.note.as_deref(), Some("not in the list yet"));
    assert!(world.clock.now().mono <= Duration::from_secs(40), "it waits at most 30 s");
    assert!(console.paused().await.cause.contains("1 done, 1 unknown"), "the other one was sent");
    assert_eq!(world.calls("POST"), 2);
    for _ in 0..2 {
        console.ask(ServiceRequest::resume_plan(plan.id)).await;
        console.paused().await;
        assert_eq!(world.calls("POST"), 2, "to go on is no consent");
    }
    console.ask(send_again(&plan)).await;
    assert_eq!(console.finished().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(world.calls("POST"), 3);
    assert_eq!(world.emails().iter().filter(|email| *email == "bob@job").count(), 1);
}

#[tokio::test]
async fn absence_after_ten_minutes_is_not_created_and_resume_sends_it() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    console.paused().await;
    world.clock.advance(MAX_EFFECT_DELAY);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    let step = console.step_ended().await;
    assert_eq!(step.note.as_deref(), Some("not created, and not requested again"));
    console.paused().await;
    assert_eq!(world.calls("POST"), 1);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 2);
}

#[tokio::test]
async fn absence_after_a_success_never_proves_anything() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    let unreadable = RawReply { body: "<html>".into(), ..RawReply::default() };
    world.faults([Rule::for_method("POST", Action::Raw(unreadable))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    console.paused().await;
    for _ in 0..2 {
        world.clock.advance(MAX_EFFECT_DELAY);
        for request in [ServiceRequest::resume_plan(plan.id), send_again(&plan)] {
            console.ask(request).await;
            assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
            console.paused().await;
        }
    }
    assert_eq!(world.calls("POST"), 1, "the server said that it did it");
    world.control.create("bob@job", "hello").expect("it appears at last");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn an_absence_that_an_older_version_believed_is_no_proof() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    let journal = Journal::open(world.state.path()).expect("a journal");
    journal.insert(plan.clone(), PlanState::Paused).await.expect("written");
    let at = world.clock.now().wall;
    let intent = Intent { plan: plan.id, step: 0, method: Method::Post, identity: None, requested_at: at };
    let call = journal.record_intent(intent).await.expect("written");
    let late = CallOutcome {
        result: CallResult::NoEffect,
        status: Some(504),
        request_id: None,
        responded_at: at + Duration::from_secs(5),
    };
    let not_sent = Progress { outcome: Some(Outcome::Skipped), ..Progress::default() };
    journal.record_result(call, late, plan.id, 0, &not_sent).await.expect("written");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    console.paused().await;
    assert_eq!(world.calls("POST"), 0);
    world.control.create("bob@job", "hello").expect("it had been created");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 0);
}

#[tokio::test]
async fn a_refresh_adopts_what_has_appeared() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    console.paused().await;
    world.control.create("bob@job", "hello").expect("it appears");
    console.read().await;
    let found = console
        .until("it was found", |_, reply| match reply {
            ServiceReply::UnfinishedPlans(left) => left.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!(found.findings, ["The invite to bob@job was sent; confirmed by the list."]);
    assert_eq!((found.entry.state, world.calls("POST")), (PlanState::Finished, 1));
}

#[tokio::test]
async fn an_unknown_address_is_refused_until_its_plan_is_dropped() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let first = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&first, 0).await;
    console.paused().await;
    let second = console.plan([create("BOB@job", "hello", Some(vec![]))]);
    console.run(&second, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Refused));
    let note = step.note.expect("a note");
    assert!(note.contains(&first.id.to_string()[..8]) && note.contains("plan discard"), "{note}");
    console.finished().await;
    assert_eq!(world.calls("POST"), 1);
    console.ask(ServiceRequest::DiscardPlan(first.id)).await;
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    let third = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&third, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_create_that_landed_before_the_resume_is_not_sent_again() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    console.paused().await;
    world.control.create("bob@job", "hello").expect("it lands very late");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn an_older_twin_is_not_taken_for_the_new_one() {
    for (action, outcome) in [
        (Action::Drop(FaultTiming::Before), Outcome::Unknown),
        (Action::Drop(FaultTiming::After), Outcome::Done),
    ] {
        let world = World::new(0).await;
        world.control.create("bob@job", "hello").expect("the twin");
        let mut console = world.console();
        let rows = console.read().await;
        world.faults([Rule::for_method("POST", action)]);
        let plan =
            console.plan([create("bob@job", "hello", Some(vec![InviteVersion::from_invite(&rows[0])]))]);
        console.run(&plan, 0).await;
        let step = console.step_ended().await;
        assert_eq!(step.outcome, Some(outcome));
        assert_ne!(step.created.map(|new| new.identity), Some(rows[0].identity.clone()));
    }
}

#[tokio::test]
async fn a_create_that_lands_late_is_found_at_the_second_look() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::LateEffectMs(2_000))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    let looks = world.calls("GET");
    console.run(&plan, 0).await;
    // One look comes before the create. The clock stands still meanwhile, so the first look after it is over before the
    // invite is there.
    world.until("the first look", |world| world.calls("GET") == looks + 2).await;
    assert_eq!(world.invites(), []);
    world.until("it lands", |world| world.invites().len() == 1).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Done), "{step:?}");
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn what_cannot_be_told_is_unknown_and_never_sent_again() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    world.until("it took effect", |world| world.invites().len() == 1).await;
    world.control.create("bob@job", "hello").expect("somebody else's, at the same time");
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(step.note.expect("a note").starts_with("2 new or renewed invites for this email: "));
    console.paused().await;
    console.ask(send_again(&plan)).await;
    console.paused().await;
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn when_looking_fails_the_plan_pauses_and_looks_again_before_it_sends() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([
        Rule::for_method("POST", Action::Drop(FaultTiming::After)),
        // The look before the create succeeds.
        Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(500))).always() },
    ]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    console.paused().await;
    world.control.clear_faults();
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn a_delete_whose_answer_was_lost_is_settled_by_looking() {
    for action in [
        Action::Drop(FaultTiming::After),
        Action::Drop(FaultTiming::Before),
        Action::Hang(FaultTiming::After),
    ] {
        let world = World::new(2).await;
        let mut console = world.console();
        let rows = console.read().await;
        world.faults([Rule::for_method("DELETE", action.clone())]);
        let plan = console.plan([delete(&rows[0])]);
        console.run(&plan, 0).await;
        assert_eq!(console.finished().await, [Outcome::Done], "{action:?}");
        let calls = if action == Action::Drop(FaultTiming::Before) { 2 } else { 1 };
        assert_eq!(world.calls("DELETE"), calls, "{action:?}");
        assert_eq!(world.invites(), rows[1..]);
    }
}

#[tokio::test]
async fn a_login_page_is_no_deletion() {
    let world = World::new(5).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([login_page("DELETE")]);
    let plan = console.plan(rows.iter().map(delete));
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown), "{step:?}");
    console.paused().await;
    assert_eq!(world.calls("DELETE"), 3, "the other rows were not tried");
    assert_eq!(world.invites(), rows);

    world.faults([login_page("DELETE"), login_page("GET")]);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    console.paused().await;
    assert_eq!(world.calls("DELETE"), 3, "the look before the first call met the login page");

    world.control.clear_faults();
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done; 5]);
}

#[tokio::test]
async fn a_404_of_a_stranger_counts_only_when_the_list_agrees() {
    let reply = RawReply { status: 404, body: "404 page not found".into(), ..RawReply::default() };
    let world = World::new(2).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([Rule::for_method("DELETE", Action::Raw(reply.clone()))]);
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Failed));
    assert_eq!(console.ended().await.0, PlanState::Finished);
    world.faults([Rule::for_method("DELETE", Action::Raw(RawReply { when: FaultTiming::After, ..reply }))]);
    let plan = console.plan([delete(&rows[1])]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyGone]);
}

#[tokio::test]
async fn a_404_of_a_stranger_after_a_delete_that_may_land_is_unknown() {
    let world = World::moved(1).await;
    let mut console = world.console();
    let rows = console.read().await;
    let stranger = RawReply { status: 404, body: "404 page not found".into(), ..RawReply::default() };
    world.faults([
        Rule::for_method("DELETE", Action::LateEffectMs(60_000)),
        Rule { skip: 1, ..Rule::for_method("DELETE", Action::Raw(stranger)) },
    ]);
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    console.paused().await;
    world.clock.advance(Duration::from_secs(60));
    world.until("it lands", |world| world.invites().is_empty()).await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn an_unknown_create_never_adopts_what_another_plan_created() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let lost = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&lost, 0).await;
    console.paused().await;
    world.control.create("bob@job", "hello").expect("by the other plan");
    let other = console.plan([create("bob@job", "hello", Some(vec![]))]);
    let journal = Journal::open(world.state.path()).expect("a journal");
    journal.insert(other.clone(), PlanState::Paused).await.expect("written");
    let created = world.invites().pop();
    let done = Progress { created, outcome: Some(Outcome::Done), ..Progress::default() };
    journal.record_progress(other.id, 0, &done).await.expect("written");
    console.read().await;
    console.ask(ServiceRequest::resume_plan(lost.id)).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    console.paused().await;
    world.clock.advance(MAX_EFFECT_DELAY);
    console.ask(ServiceRequest::resume_plan(lost.id)).await;
    console.paused().await;
    console.ask(ServiceRequest::resume_plan(lost.id)).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyInvited]);
    assert_eq!(world.calls("POST"), 1);
}
