//! Creates with a lost response: their effect is reconciled, and no email is sent twice.

use std::time::Duration;

use guestlist::domain::journal::{CallOutcome, CallResult, Intent};
use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Method, Outcome, Plan, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply};
use guestlist::store::Journal;

use crate::harness::{TestConsole, TestEnv, create_step, resume_and_send_again, status_rule};

async fn wait_for_reconcile(console: &mut TestConsole) {
    console
        .wait_for_plan_event("the reconcile", |event| {
            matches!(event, PlanEvent::Reconciling(0)).then_some(())
        })
        .await;
}

#[tokio::test]
async fn invite_with_lost_response_is_adopted() {
    let after = StatusReply { when: FaultTiming::After, ..StatusReply::new(503) };
    for action in [
        Action::Drop(FaultTiming::After),
        Action::Status(after),
        Action::Truncate(10),
        Action::Hang(FaultTiming::After),
    ] {
        let env = TestEnv::new(12).await;
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        env.set_faults([Rule::for_method("POST", action.clone())]);
        let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
        console.apply_plan(&plan, 0).await;
        wait_for_reconcile(&mut console).await;
        let step = console.wait_for_step_end().await;
        assert_eq!(step.outcome, Some(Outcome::Done), "{action:?}: {step:?}");
        assert_eq!(step.created.as_ref(), env.invites().last());
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
        assert_eq!(env.request_count("POST"), 1, "{action:?}");
    }
}

#[tokio::test]
async fn error_of_a_create_is_reported_unless_it_was_adopted() {
    for (timing, outcome, is_reported) in
        [(FaultTiming::After, Outcome::Done, false), (FaultTiming::Before, Outcome::Unknown, true)]
    {
        let env = TestEnv::new(0).await;
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        env.set_faults([Rule::for_method("POST", Action::Drop(timing))]);
        let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
        console.apply_plan(&plan, 0).await;
        let (step, failure) = console.wait_for_step_end_with_error().await;
        assert_eq!((step.outcome, failure.is_some()), (Some(outcome), is_reported), "{timing:?}");
        let requests = env.control.requests();
        let checks = requests.iter().rev().take_while(|request| request.method == "GET").count();
        assert_eq!(checks == 1, !is_reported, "{timing:?}: an adopted invite needs one list, not {checks}");
    }
}

#[tokio::test]
async fn failed_check_of_a_create_pauses_the_plan() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([
        Rule::for_method("POST", Action::Drop(FaultTiming::After)),
        Rule { skip: 1, ..status_rule("GET", 403).always() },
    ]);
    let plan = console
        .new_plan([create_step("bob@job", "hello", Some(vec![])), create_step("eve@job", "", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    let (step, failure) = console.wait_for_step_end_with_error().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    let note = step.note.expect("a note");
    assert!(note.starts_with("the email may have been sent, and the check failed: "), "{note}");
    assert_eq!(failure.and_then(|failure| failure.status()), Some(403));
    console.wait_for_pause().await;
    assert_eq!(env.request_count("POST"), 1, "the other step was not started");
}

#[tokio::test]
async fn absence_of_less_than_ten_minutes_proves_nothing() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console
        .new_plan([create_step("bob@job", "hello", Some(vec![])), create_step("eve@job", "", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert_eq!(step.note.as_deref(), Some("not in the list yet"));
    assert!(env.clock.now().mono <= Duration::from_secs(40), "the reconcile waits at most 30 s");
    assert!(
        console.wait_for_pause().await.cause.contains("1 done, 1 unknown"),
        "the other invite was created"
    );
    assert_eq!(env.request_count("POST"), 2);
    for _ in 0..2 {
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        console.wait_for_pause().await;
        assert_eq!(env.request_count("POST"), 2, "a plain resume does not repeat the create");
    }
    console.submit(resume_and_send_again(&plan)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(env.request_count("POST"), 3);
    assert_eq!(env.emails().iter().filter(|email| *email == "bob@job").count(), 1);
}

#[tokio::test]
async fn absence_after_ten_minutes_means_not_created() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.clock.advance(MAX_EFFECT_DELAY);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.note.as_deref(), Some("not created, and not requested again"));
    console.wait_for_pause().await;
    assert_eq!(env.request_count("POST"), 1);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 2);
}

#[tokio::test]
async fn absence_after_a_success_never_proves_anything() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let unreadable = RawReply { body: "<html>".into(), ..RawReply::default() };
    env.set_faults([Rule::for_method("POST", Action::Raw(unreadable))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    for _ in 0..2 {
        env.clock.advance(MAX_EFFECT_DELAY);
        for request in [ServiceRequest::resume_plan(plan.id), resume_and_send_again(&plan)] {
            console.submit(request).await;
            assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Unknown));
            console.wait_for_pause().await;
        }
    }
    assert_eq!(env.request_count("POST"), 1, "the server reported success");
    env.control.create("bob@job", "hello").expect("created late");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn absence_recorded_by_an_older_version_proves_nothing() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    journal.insert(plan.clone(), PlanState::Paused).await.expect("written");
    let at = env.clock.now().wall;
    let intent = Intent { plan: plan.id, step: 0, method: Method::Post, identity: None, requested_at: at };
    let call = journal.record_intent(intent).await.expect("written");
    let call_outcome = CallOutcome {
        result: CallResult::NoEffect,
        status: Some(504),
        request_id: None,
        responded_at: at + Duration::from_secs(5),
    };
    let not_sent = Progress { outcome: Some(Outcome::Skipped), ..Progress::default() };
    journal.record_result(call, call_outcome, plan.id, 0, &not_sent).await.expect("written");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Unknown));
    console.wait_for_pause().await;
    assert_eq!(env.request_count("POST"), 0);
    env.control.create("bob@job", "hello").expect("created");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 0);
}

#[tokio::test]
async fn refresh_adopts_an_invite_that_appeared_late() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.control.create("bob@job", "hello").expect("created late");
    console.fetch_complete_list().await;
    let unfinished = console
        .wait_for("the unfinished plan", |_, reply| match reply {
            ServiceReply::UnfinishedPlans(plans) => plans.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!(unfinished.findings, ["The invite to bob@job was sent; confirmed by the list."]);
    assert_eq!((unfinished.entry.state, env.request_count("POST")), (PlanState::Finished, 1));
}

#[tokio::test]
async fn email_with_unknown_outcome_is_blocked_until_discard() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let first = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&first, 0).await;
    console.wait_for_pause().await;
    let second = console.new_plan([create_step("BOB@job", "hello", Some(vec![]))]);
    console.apply_plan(&second, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Refused));
    let note = step.note.expect("a note");
    assert!(note.contains(&first.id.to_string()[..8]) && note.contains("plan discard"), "{note}");
    console.wait_for_outcomes().await;
    assert_eq!(env.request_count("POST"), 1);
    console.submit(ServiceRequest::DiscardPlan(first.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    let third = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&third, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn create_that_took_effect_before_resume_is_not_repeated() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.control.create("bob@job", "hello").expect("created late");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn older_duplicate_is_not_adopted() {
    for (action, outcome) in [
        (Action::Drop(FaultTiming::Before), Outcome::Unknown),
        (Action::Drop(FaultTiming::After), Outcome::Done),
    ] {
        let env = TestEnv::new(0).await;
        env.control.create("bob@job", "hello").expect("created");
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        env.set_faults([Rule::for_method("POST", action)]);
        let plan = console.new_plan([create_step(
            "bob@job",
            "hello",
            Some(vec![InviteVersion::from_invite(&rows[0])]),
        )]);
        console.apply_plan(&plan, 0).await;
        let step = console.wait_for_step_end().await;
        assert_eq!(step.outcome, Some(outcome));
        assert_ne!(step.created.map(|new| new.identity), Some(rows[0].identity.clone()));
    }
}

#[tokio::test]
async fn late_create_is_found_by_the_second_check() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::LateEffectMs(2_000))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    let get_count = env.request_count("GET");
    console.apply_plan(&plan, 0).await;
    // One check comes before the create. The clock stands still, so the first check after it finishes before the
    // invite exists.
    env.wait_until("the first check", |env| env.request_count("GET") == get_count + 2).await;
    assert_eq!(env.invites(), []);
    env.wait_until("the late effect", |env| env.invites().len() == 1).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Done), "{step:?}");
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn ambiguous_create_is_unknown_and_never_repeated() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the create took effect", |env| env.invites().len() == 1).await;
    env.control.create("bob@job", "hello").expect("created elsewhere");
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(step.note.expect("a note").starts_with("2 new or renewed invites for this email: "));
    console.wait_for_pause().await;
    console.submit(resume_and_send_again(&plan)).await;
    console.wait_for_pause().await;
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn failed_check_pauses_and_is_repeated_before_sending() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([
        Rule::for_method("POST", Action::Drop(FaultTiming::After)),
        // The check before the create succeeds.
        Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(500))).always() },
    ]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(step.note.expect("a note").starts_with("the email may have been sent, and the check failed: "));
    console.wait_for_pause().await;
    env.control.clear_faults();
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 1);
}

/// Loses a create without an effect, and records that another plan created an invite for the same email.
async fn lose_create_and_record_invite_of_another_plan(env: &TestEnv, console: &mut TestConsole) -> Plan {
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let lost_plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&lost_plan, 0).await;
    console.wait_for_pause().await;
    env.control.create("bob@job", "hello").expect("created");
    let other = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    journal.insert(other.clone(), PlanState::Paused).await.expect("written");
    let created = env.invites().pop();
    let done = Progress { created, outcome: Some(Outcome::Done), ..Progress::default() };
    journal.record_progress(other.id, 0, &done).await.expect("written");
    lost_plan
}

#[tokio::test]
async fn restart_does_not_adopt_an_invite_of_another_plan() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    let lost_plan = lose_create_and_record_invite_of_another_plan(&env, &mut console).await;
    console.kill().await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let unfinished = console.wait_for_unfinished_plans().await;
    let entry = unfinished.into_iter().map(|plan| plan.entry).find(|entry| entry.plan == lost_plan);
    let step = entry.expect("the plan is unfinished").progress.remove(0);
    assert_eq!((step.outcome, step.created), (Some(Outcome::Unknown), None));
}

#[tokio::test]
async fn unknown_create_does_not_adopt_an_invite_of_another_plan() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    let lost_plan = lose_create_and_record_invite_of_another_plan(&env, &mut console).await;
    console.fetch_complete_list().await;
    console.submit(ServiceRequest::resume_plan(lost_plan.id)).await;
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Unknown));
    console.wait_for_pause().await;
    env.clock.advance(MAX_EFFECT_DELAY);
    console.submit(ServiceRequest::resume_plan(lost_plan.id)).await;
    console.wait_for_pause().await;
    console.submit(ServiceRequest::resume_plan(lost_plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyInvited]);
    assert_eq!(env.request_count("POST"), 1);
}
