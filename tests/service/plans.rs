//! Plans: the undo window, the re-check, responses to each request, stopping, and the journal.

use std::time::Duration;

use guestlist::domain::plan::{PlanState, StepCounts};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use guestlist::store::Journal;

use crate::harness::{TestEnv, create_step, delete_step, status_rule};

#[tokio::test]
async fn create_and_delete_are_done_and_recorded() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![])), delete_step(&rows[1])]);
    console.apply_plan(&plan, 0).await;
    let created = console.wait_for_step_end().await.created.expect("the invite");
    assert_eq!((created.email.as_str(), created.message.as_str()), ("bob@job", "hello"));
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(env.emails(), ["guest0@example.com", "guest2@example.com", "bob@job"]);
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    assert_eq!(entry.plan, plan);
    assert_eq!(entry.state, PlanState::Finished);
    assert_eq!(entry.calls.len(), 2);
    assert!(entry.calls.iter().all(|call| call.response.as_ref().is_some_and(|a| a.status == Some(200))));
    assert_eq!(entry.progress[0].created, Some(created));
}

#[tokio::test]
async fn plan_undone_in_its_window_makes_no_request() {
    for is_create in [false, true] {
        check_undo(is_create).await;
    }
}

async fn check_undo(is_create: bool) {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let before = env.control.requests().len();
    let plan = console.new_plan([if is_create {
        create_step("bob@job", "", Some(vec![]))
    } else {
        delete_step(&rows[0])
    }]);
    console.apply_plan(&plan, 5).await;
    let undo_window_end = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::UndoWindow { until }) => Some(*until),
        _ => None,
    };
    let until = console.wait_for_without_advancing("the undo window", undo_window_end).await;
    assert_eq!(until, env.clock.now().mono + Duration::from_secs(5));
    env.clock.advance(Duration::from_millis(4_999));
    console.submit(ServiceRequest::UndoPlan(plan.id)).await;
    console
        .wait_for("the undo", |_, reply| {
            (*reply == ServiceReply::Plan(plan.id, PlanEvent::Undone)).then_some(())
        })
        .await;
    env.clock.advance(Duration::from_secs(60));
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    assert_eq!(entry.state, PlanState::Discarded);
    assert_eq!(env.control.requests().len(), before);
    console.submit(ServiceRequest::UndoPlan(plan.id)).await;
    assert_eq!(console.wait_for_error().await.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn undo_window_ends_only_once_its_end_is_acknowledged() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 5).await;
    let undo_window_end = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::UndoWindow { until }) => Some(*until),
        _ => None,
    };
    let first = console.wait_for_without_advancing("the undo window", undo_window_end).await;
    console.submit(ServiceRequest::RestartUndoWindow(plan.id)).await;
    env.clock.advance(Duration::from_secs(2));
    // An acknowledgement of an earlier undo window does not end the new one.
    console.submit(ServiceRequest::BeginPlan { plan: plan.id, until: first }).await;
    let second = console.wait_for_without_advancing("the second undo window", undo_window_end).await;
    assert!(second >= first, "{second:?} after {first:?}");
    assert_eq!(env.request_count("DELETE"), 0);
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(
        ServiceRequest::after_undo_window(plan.id, first, first),
        ServiceRequest::BeginPlan { plan: plan.id, until: first }
    );
    let late = first + Duration::from_secs(2);
    assert_eq!(
        ServiceRequest::after_undo_window(plan.id, first, late),
        ServiceRequest::RestartUndoWindow(plan.id)
    );
}

#[tokio::test]
async fn gone_and_renewed_invites_are_reported_and_gone_is_skipped() {
    for (invites, renewed_count) in [(4, 1), (30, 1), (4, 0)] {
        let env = TestEnv::new(invites).await;
        let mut console = env.open_console();
        let mut rows = console.fetch_complete_list().await;
        for row in rows.iter_mut().skip(1).take(renewed_count) {
            row.expiry = guestlist::domain::Expiry(None);
        }
        let plan = console.new_plan(rows.iter().map(delete_step));
        env.control.accept("guest0@example.com").expect("the invite exists");
        console.apply_plan(&plan, 5).await;
        let recheck = console.wait_for_plan_event("the re-check", |event| match event {
            PlanEvent::Rechecked { gone, renewed } => Some((*gone, *renewed)),
            _ => None,
        });
        assert_eq!(recheck.await, (1, renewed_count));
        let outcomes = console.wait_for_outcomes().await;
        assert_eq!(outcomes[0], Outcome::AlreadyGone);
        assert!(outcomes[1..].iter().all(|outcome| *outcome == Outcome::Done));
        assert_eq!(env.request_count("DELETE"), invites - 1);
        assert_eq!(env.invites(), []);
    }
}

#[tokio::test]
async fn plan_of_one_delete_loads_no_list() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let before = env.control.requests().len();
    console.apply_plan(&console.new_plan([delete_step(&rows[0])]), 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    let identity = rows[0].identity.to_string();
    let requests = env.control.requests().split_off(before);
    assert!(requests.iter().all(|request| request.path.contains(&identity)), "{requests:?}");
}

#[tokio::test]
async fn retry_after_429_sends_one_email() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let wait = StatusReply::new(429).with_header("archivist-rate-limit-reset", "20");
    env.set_faults([Rule::for_method("POST", Action::Status(wait)), status_rule("POST", 429)]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert!(console.has_queued_reply(
        |reply| matches!(reply, ServiceReply::Waiting { reason, .. } if reason == "the server asked for 20 s")
    ));
    assert_eq!(env.emails(), ["bob@job"]);
    assert_eq!(env.request_count("POST"), 2, "both rules matched the first request");
}

#[tokio::test]
async fn endless_429_pauses_the_plan_after_21_requests() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let wait = StatusReply::new(429).with_header("archivist-rate-limit-reset", "0");
    env.set_faults([Rule { times: 40, ..Rule::for_method("POST", Action::Status(wait)) }]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.status(), Some(429));
    assert_eq!((env.request_count("POST"), env.emails().len()), (21, 0));
}

#[tokio::test]
async fn quota_and_permission_errors_pause_and_others_continue() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    for code in [402, 403] {
        env.set_faults([status_rule("POST", code)]);
        let plan = console
            .new_plan([create_step("a@job", "", Some(vec![])), create_step("b@job", "", Some(vec![]))]);
        console.apply_plan(&plan, 0).await;
        assert_eq!(console.wait_for_pause().await.status(), Some(code));
        console.submit(ServiceRequest::DiscardPlan(plan.id)).await;
        assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    }
    assert_eq!(env.request_count("POST"), 2);
    env.set_faults([status_rule("POST", 400)]);
    let plan =
        console.new_plan([create_step("a@job", "", Some(vec![])), create_step("b@job", "", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Refused, Outcome::Done]);
}

#[tokio::test]
async fn stop_finishes_the_current_step_and_resume_does_the_rest() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Hang(FaultTiming::Before)) }]);
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 0).await;
    env.wait_until("the second delete hangs", |env| env.request_count("DELETE") == 2).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    env.control.release_hanging();
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!(StepCounts::from_progress(&progress).to_string(), "2 done, 1 not sent");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 3]);
    assert_eq!(env.request_count("DELETE"), 3, "no request was repeated");
}

#[tokio::test]
async fn stop_in_the_undo_window_undoes_the_plan() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 5).await;
    let undo_window_end = |_, reply: &ServiceReply| {
        matches!(reply, ServiceReply::Plan(_, PlanEvent::UndoWindow { .. })).then_some(())
    };
    console.wait_for_without_advancing("the undo window", undo_window_end).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    console.wait_for_plan_event("the undo", |event| (*event == PlanEvent::Undone).then_some(())).await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[tokio::test]
async fn canceled_write_is_reconciled_and_the_plan_stops() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan(rows.iter().map(delete_step));
    let id = console.apply_plan(&plan, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    console.submit(ServiceRequest::Cancel(id)).await;
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!(progress[0].outcome, Some(Outcome::Done));
    assert_eq!(progress[1].outcome, None);
    assert_eq!(env.request_count("DELETE"), 1);
}

#[tokio::test]
async fn no_write_happens_before_the_list_is_loaded() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    let plan = console.new_plan([create_step("bob@job", "", None)]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.kind, ErrorKind::Refused);
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    console.fetch_complete_list().await;
    console.apply_plan(&plan, 0).await;
    console.wait_for_outcomes().await;
    console.apply_plan(&plan, 0).await;
    assert!(console.wait_for_pause().await.cause.contains("already exists"));
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn missing_journal_blocks_changes_and_allows_loading() {
    let env = TestEnv::new(3).await;
    std::fs::write(env.state_dir.path().join("journal.db"), "no database, but long ".repeat(99))
        .expect("written");
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    assert_eq!(rows.len(), 3);
    assert!(console.has_queued_reply(|reply| matches!(reply, ServiceReply::JournalUnusable(_))));
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.kind, ErrorKind::Journal);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[tokio::test]
async fn unwritable_journal_stops_further_requests() {
    let env = TestEnv::new(3).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let connection =
        rusqlite::Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    connection
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON step WHEN NEW.outcome IS NOT NULL
         BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
        )
        .expect("a trigger");
    let steps = rows.iter().map(delete_step).chain([create_step("bob@job", "hello", Some(vec![]))]);
    let mut plan = console.new_plan(steps);
    plan.steps.rotate_right(1);
    console.apply_plan(&plan, 0).await;
    assert_eq!(
        console.wait_for_step_end().await.outcome,
        Some(Outcome::Done),
        "the known outcome is reported"
    );
    let error = console.wait_for_pause().await;
    assert_eq!((error.kind, error.cause.as_str()), (ErrorKind::Journal, "disk is full"));
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 0));
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    console.wait_for_pause().await;
    connection.execute_batch("DROP TRIGGER full").expect("the trigger is dropped");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 4]);
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE")),
        (1, 3),
        "completed requests are not repeated"
    );
}

#[tokio::test]
async fn two_consoles_run_one_plan_at_a_time() {
    let env = TestEnv::new(2).await;
    let (mut one, mut other) = (env.open_console(), env.open_console());
    let rows = one.fetch_complete_list().await;
    other.fetch_complete_list().await;
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let first = one.new_plan([delete_step(&rows[0])]);
    one.apply_plan(&first, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    let second = other.new_plan([delete_step(&rows[1])]);
    other.apply_plan(&second, 0).await;
    let holder = other.wait_for_plan_event("the queue", |event| match event {
        PlanEvent::Queued { holder } => Some(holder.clone()),
        _ => None,
    });
    assert_eq!(holder.await, format!("process {}", std::process::id()));
    assert_eq!(env.request_count("DELETE"), 1);
    env.control.release_hanging();
    one.wait_for_outcomes().await;
    assert_eq!(other.wait_for_outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn unreachable_server_pauses_the_plan_unsent() {
    let env = TestEnv::new(0).await;
    let file = env.state_dir.path().join("token");
    std::fs::copy(env.sandbox.token_file(), &file).expect("copied");
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    console.fetch_complete_list().await;
    let TestEnv { sandbox, state_dir: _state, .. } = env;
    sandbox.stop().await;
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.kind, ErrorKind::Connect);
    assert!(
        console.has_queued_reply(|reply| matches!(reply, ServiceReply::Waiting { .. })),
        "the request was retried"
    );
    assert!(
        !console
            .has_queued_reply(|reply| matches!(reply, ServiceReply::Plan(_, PlanEvent::StepEnded { .. })))
    );
}
