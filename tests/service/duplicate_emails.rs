//! No one gets two emails: invites created elsewhere are found before the first request, and an absence in a list that
//! lags is no proof.

use std::time::Duration;

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Draft, Outcome, Plan, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply};
use guestlist::store::Journal;

use crate::harness::{
    TestConsole, TestEnv, create_step, delete_first_step, delete_step, email_count, resume_and_send_again,
};

fn lag_rule(seconds: u64) -> Rule {
    Rule::for_method("GET", Action::ListLagMs(seconds * 1000)).always()
}

#[tokio::test]
async fn two_consoles_with_the_same_email_send_one_email() {
    let env = TestEnv::new(1).await;
    let (mut one, mut other) = (env.open_console(), env.open_console());
    one.fetch_complete_list().await;
    other.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let first = one.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    let second = other.new_plan([
        create_step("Bob@Job", "hello", Some(vec![])),
        create_step("eve@job", "hello", Some(vec![])),
    ]);
    one.apply_plan(&first, 0).await;
    env.wait_until("the first create hangs", |env| env.request_count("POST") == 1).await;
    other.apply_plan(&second, 0).await;
    other
        .wait_for_plan_event("the queue", |event| matches!(event, PlanEvent::Queued { .. }).then_some(()))
        .await;
    env.control.release_hanging();
    assert_eq!(one.wait_for_outcomes().await, [Outcome::Done]);
    let step = other.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::AlreadyInvited));
    let identity = env.invites()[1].identity.to_string();
    assert_eq!(step.note, Some(format!("invited since the plan was made: {identity}; no email was sent")));
    assert_eq!(other.wait_for_outcomes().await, [Outcome::AlreadyInvited, Outcome::Done]);
    assert_eq!(email_count(env.sandbox.outbox(), "bob@job"), 1);
}

#[tokio::test]
async fn every_sending_step_skips_people_invited_since() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let versions_of = |index: usize| Some(vec![InviteVersion::from_invite(&rows[index])]);
    let draft = Draft { email: rows[1].email.clone(), message: "other".into() };
    let steps = [
        Step::Resend { invite: rows[0].clone(), known_versions: versions_of(0) },
        Step::Replace { invite: rows[1].clone(), draft, known_versions: None },
        delete_first_step(&rows[2], "again"),
        create_step("bob@job", "hello", None),
    ];
    let plan = console.new_plan(steps);
    console.submit(ServiceRequest::StagePlan { plan: plan.clone(), replaces: vec![] }).await;
    console
        .wait_for_plan_event("the staged plan", |event| matches!(event, PlanEvent::Staged).then_some(()))
        .await;
    for step in &plan.steps {
        env.control.create(step.email(), "from elsewhere").expect("an invite");
    }
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyInvited; 4]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (0, 0, 7));
}

#[tokio::test]
async fn resume_skips_people_invited_after_the_kill() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule { skip: 5, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let emails: Vec<String> = (0..20).map(|n| format!("new{n}@job")).collect();
    let plan = console.new_plan(emails.iter().map(|email| create_step(email, "hello", Some(vec![]))));
    console.apply_plan(&plan, 0).await;
    env.wait_while_advancing(&mut console, "the sixth create took effect", |env| env.invites().len() == 6)
        .await;
    console.kill().await;
    for email in &emails[10..] {
        env.control.create(email, "from a colleague").expect("an invite");
    }
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    console.wait_for_unfinished_plans().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    let outcomes = console.wait_for_outcomes().await;
    assert_eq!(outcomes[..10], [Outcome::Done; 10]);
    assert_eq!(outcomes[10..], [Outcome::AlreadyInvited; 10]);
    for email in &emails {
        assert_eq!(email_count(env.sandbox.outbox(), email), 1, "{email}");
    }
}

#[tokio::test]
async fn partial_list_sends_no_email() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(500))).always()]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.status(), Some(500));
    assert_eq!(env.request_count("POST"), 0);
    env.control.clear_faults();
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn create_not_yet_listed_is_not_repeated() {
    let env = TestEnv::with_shared_clock(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([lag_rule(300)]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    let second_plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&second_plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyInvited]);
    assert_eq!(env.request_count("POST"), 1);

    env.control.clear_faults();
    let delete_plan = console.new_plan([delete_step(&env.invites()[0])]);
    console.apply_plan(&delete_plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    let create_plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&create_plan, 0).await;
    assert_eq!(
        console.wait_for_outcomes().await,
        [Outcome::Done],
        "the plan deleted the old invite, so a create is allowed"
    );
}

#[tokio::test]
async fn invite_just_created_can_be_resent_before_it_is_listed() {
    let env = TestEnv::with_shared_clock(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    let created = env.invites().remove(0);
    env.set_faults([Rule { path_contains: Some("page_size".into()), ..lag_rule(300) }]);
    let plan = console.new_plan([Step::Resend { invite: created, known_versions: None }]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done], "the plan replaces it");
}

#[tokio::test]
async fn disproved_create_does_not_adopt_an_invite_of_another_plan() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let lost_plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&lost_plan, 0).await;
    console.wait_for_pause().await;
    env.clock.advance(MAX_EFFECT_DELAY);
    console.submit(ServiceRequest::resume_plan(lost_plan.id)).await;
    console.wait_for_pause().await;
    let other = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&other, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    env.clock.advance(2 * MAX_EFFECT_DELAY);
    console.submit(ServiceRequest::resume_plan(lost_plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyInvited]);
    assert_eq!(env.invites().len(), 1);
}

#[tokio::test]
async fn late_new_invite_is_awaited_before_the_delete() {
    let env = TestEnv::with_shared_clock(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([lag_rule(20)]);
    let plan = console.new_plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (1, 1, 1));
}

#[tokio::test]
async fn new_invite_never_listed_leaves_the_delete_to_resume() {
    let env = TestEnv::with_shared_clock(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([lag_rule(60)]);
    let plan = console.new_plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(step.note.expect("a note").contains("not visible yet"));
    console.wait_for_pause().await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (1, 0, 2));
    env.clock.advance(Duration::from_secs(60));
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (1, 1, 1));
}

#[tokio::test]
async fn new_invite_gone_after_ten_minutes_keeps_the_old_one() {
    let env = TestEnv::with_shared_clock(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([lag_rule(60)]);
    let plan = console.new_plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.control.delete(env.control.invites()[1].uuid).expect("the invite exists");
    env.clock.advance(MAX_EFFECT_DELAY);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::OldStillActive]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 0));
}

#[tokio::test]
async fn confirmed_delete_without_effect_is_reported() {
    for rows in [1, 25] {
        let env = TestEnv::new(rows).await;
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        let empty_reply = RawReply { body: String::new(), ..RawReply::default() };
        env.set_faults([Rule::for_method("DELETE", Action::Raw(empty_reply))]);
        let plan = console.new_plan(rows.iter().map(delete_step));
        console.apply_plan(&plan, 0).await;
        let (state, progress) = console.wait_for_plan_end().await;
        assert_eq!(state, PlanState::Finished);
        assert_eq!(progress[0].outcome, Some(Outcome::Failed), "{:?}", progress[0]);
        assert!(progress[0].note.as_deref().is_some_and(|note| note.contains("still exists")));
        assert!(!progress[0].old_deleted);
        assert!(progress[1..].iter().all(|step| step.outcome == Some(Outcome::Done)));
        assert_eq!(env.invites(), rows[..1]);
    }
}

/// Pauses a plan of one create whose first request was lost without an effect.
async fn pause_lost_create(env: &TestEnv, console: &mut TestConsole) -> Plan {
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    plan
}

#[tokio::test]
async fn refused_second_request_leaves_the_create_unknown() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let plan = pause_lost_create(&env, &mut console).await;
    env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(409)))]);
    console.submit(resume_and_send_again(&plan)).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown), "{step:?}");
    let note = step.note.unwrap_or_default();
    assert!(note.starts_with("the second request was rejected, but the first one may have sent"), "{note}");
    console.wait_for_pause().await;
    let second_plan = console.new_plan([create_step("Bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&second_plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Refused], "the first create is still unknown");
    env.control.create("bob@job", "hello").expect("created late");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(env.request_count("POST"), 2);
}

#[tokio::test]
async fn create_is_unknown_after_a_second_request_without_effect() {
    for status in [402, 403] {
        let env = TestEnv::new(0).await;
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let plan = pause_lost_create(&env, &mut console).await;
        env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(status)))]);
        console.submit(resume_and_send_again(&plan)).await;
        assert_eq!(console.wait_for_pause().await.status(), Some(status));
        let journal = Journal::open(env.state_dir.path()).expect("a journal");
        let entry = journal.entry(plan.id).await.expect("read").expect("the plan");
        assert_eq!(entry.progress[0].outcome, Some(Outcome::Unknown), "{status}");
        console.kill().await;
        // The next start reconciles the first request too.
        env.control.create("bob@job", "hello").expect("created late");
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let unfinished = console.wait_for_unfinished_plans().await.remove(0);
        assert_eq!(
            (unfinished.entry.state, unfinished.reconciled_steps.as_slice()),
            (PlanState::Finished, &[0][..])
        );
        assert_eq!(env.request_count("POST"), 2);
    }
}
