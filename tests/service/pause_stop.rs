//! Pausing, stopping, resuming without email, and the report of every request.

use std::time::Duration;

use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, ResumeScope};
use guestlist::domain::{Invite, Method, Outcome, PlanId, RequestId, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use guestlist::store::Journal;

use crate::harness::{TestEnv, create_step, delete_first_step, delete_step};

fn resend_step(invite: &Invite) -> Step {
    Step::Resend { invite: invite.clone(), known_versions: Some(vec![InviteVersion::from_invite(invite)]) }
}

async fn journal_state(env: &TestEnv, id: PlanId) -> PlanState {
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    journal.entry(id).await.expect("the journal is readable").expect("the plan is recorded").state
}

#[tokio::test]
async fn pause_finishes_the_current_step_and_resume_does_the_rest() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan(rows.iter().map(resend_step));
    console.apply_plan(&plan, 0).await;
    env.wait_until("the create took effect", |env| env.invites().len() == 4).await;
    console.submit(ServiceRequest::PausePlan(plan.id)).await;
    env.control.release_hanging();
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Paused);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!(journal_state(&env, plan.id).await, PlanState::Paused);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 3]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (3, 3));
}

#[tokio::test]
async fn pause_during_a_rate_limit_ends_the_wait() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let wait = StatusReply::new(429).with_header("archivist-rate-limit-reset", "60");
    env.set_faults([Rule::for_method("POST", Action::Status(wait))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    let is_waiting = |_, reply: &ServiceReply| matches!(reply, ServiceReply::Waiting { .. }).then_some(());
    console.wait_for_without_advancing("the start of the wait", is_waiting).await;
    console.submit(ServiceRequest::PausePlan(plan.id)).await;
    let end_state = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::Ended { state, .. }) => Some(*state),
        _ => None,
    };
    assert_eq!(console.wait_for_without_advancing("the end of the plan", end_state).await, PlanState::Paused);
    assert_eq!((env.request_count("POST"), env.emails().len()), (1, 0));
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn stop_during_the_check_of_targets_is_no_error() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("GET", Action::Hang(FaultTiming::Before))]);
    let get_count = env.request_count("GET");
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the check hangs", |env| env.request_count("GET") > get_count).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Stopped);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[tokio::test]
async fn stop_between_two_checks_of_a_create_ends_the_plan() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console
        .new_plan([create_step("bob@job", "hello", Some(vec![])), create_step("eve@job", "", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    let is_waiting = |_, reply: &ServiceReply| matches!(reply, ServiceReply::Waiting { .. }).then_some(());
    console.wait_for_without_advancing("the wait between two checks", is_waiting).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Unknown), None));
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn pause_in_undo_window_sends_nothing_and_stop_overrides() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 3600).await;
    console
        .wait_for_plan_event("the undo window", |event| {
            matches!(event, PlanEvent::UndoWindow { .. }).then_some(())
        })
        .await;
    console.submit(ServiceRequest::PausePlan(plan.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Paused);
    assert_eq!(env.request_count("DELETE"), 0);

    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    console.submit(ServiceRequest::PausePlan(plan.id)).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    // This reply comes after both requests were handled.
    let id = console.submit(ServiceRequest::LoadJournal { limit: 1 }).await;
    let is_journal_reply =
        |from, reply: &ServiceReply| matches!(reply, ServiceReply::Journal(_) if from == id).then_some(());
    console.wait_for_without_advancing("the journal", is_journal_reply).await;
    env.control.release_hanging();
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Stopped);
    console.submit(ServiceRequest::PausePlan(plan.id)).await;
    assert!(console.wait_for_error().await.cause.contains("it is not running"));
}

#[tokio::test]
async fn resume_without_email_after_402_does_only_deletes() {
    let env = TestEnv::new(4).await;
    env.control.create("GUEST0@example.com", "a duplicate").expect("an invite");
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let duplicate = Step::Resend {
        invite: rows[4].clone(),
        known_versions: Some(vec![
            InviteVersion::from_invite(&rows[0]),
            InviteVersion::from_invite(&rows[4]),
        ]),
    };
    let first = Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![
            InviteVersion::from_invite(&rows[0]),
            InviteVersion::from_invite(&rows[4]),
        ]),
    };
    let plan = console.new_plan([
        first,
        create_step("bob@job", "hello", Some(vec![])),
        delete_step(&rows[1]),
        delete_first_step(&rows[2], "again"),
        resend_step(&rows[3]),
        duplicate,
    ]);
    // The first resend sends its email; then its delete and all further creates fail.
    env.set_faults([
        Rule { skip: 1, ..Rule::for_method("POST", Action::Status(StatusReply::new(402))) }.always(),
        Rule::for_method("DELETE", Action::Status(StatusReply::new(403))),
    ]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.status(), Some(403));
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 1));

    console
        .submit(ServiceRequest::ResumePlan {
            plan: plan.id,
            scope: ResumeScope::WithoutEmail,
            undo_window: Duration::ZERO,
        })
        .await;
    let error = console.wait_for_pause().await;
    assert!(error.cause.contains("3 email steps skipped"), "{error}");
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    assert_eq!(entry.state, PlanState::Paused);
    let outcomes: Vec<_> = entry.progress.iter().map(|step| step.outcome).collect();
    let done = Some(Outcome::Done);
    assert_eq!(outcomes, [done, None, done, None, None, done]);
    assert_eq!(entry.progress[3], Progress::default(), "the delete-first step did not start");
    assert_eq!(env.emails(), ["guest2@example.com", "guest3@example.com", "guest0@example.com"]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 4));

    // The quota is still reached.
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_pause().await.status(), Some(402));
    env.control.clear_faults();
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 6]);
    let mut emails = env.emails();
    emails.sort();
    assert_eq!(emails, ["bob@job", "guest0@example.com", "guest2@example.com", "guest3@example.com"]);
}

#[tokio::test]
async fn every_request_is_reported_once_without_the_token() {
    let env = TestEnv::new(25).await;
    let token = std::fs::read_to_string(env.sandbox.token_file()).expect("the token");
    let secret = token.trim().rsplit(' ').next().expect("a token").to_owned();
    let mut console = env.open_console();
    env.set_faults([
        Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(503))) },
        Rule::for_method("POST", Action::Drop(FaultTiming::After)),
        Rule::for_method("DELETE", Action::Status(StatusReply::new(429))),
    ]);
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![])), delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_outcomes().await;
    let reported = console.queued_requests();
    assert!(reported.iter().all(|(id, _)| *id == RequestId(0)));
    let reported: Vec<_> =
        reported.into_iter().map(|(_, call)| (call.method, call.path, call.status)).collect();
    let received: Vec<_> = env
        .control
        .requests()
        .into_iter()
        .map(|call| {
            let method = match call.method.as_str() {
                "POST" => Method::Post,
                "DELETE" => Method::Delete,
                _ => Method::Get,
            };
            (method, call.path, call.status)
        })
        .collect();
    assert_eq!(reported, received);
    assert!(
        reported.iter().any(|call| (call.0, call.2) == (Method::Post, None)),
        "the lost request is reported too"
    );
    assert!(
        !console.has_queued_reply(|reply| format!("{reply:?}").contains(&secret)),
        "no reply contains the token"
    );
}

#[tokio::test]
async fn list_of_a_hundred_pages_reports_every_request() {
    let env = TestEnv { page_size: 1, ..TestEnv::new(100).await };
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    assert_eq!((rows.len(), console.queued_requests().len(), env.request_count("GET")), (100, 100, 100));
}
