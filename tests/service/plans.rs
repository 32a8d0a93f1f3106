//! Plans: the hold, the look before the first call, each call's answer, stopping, and the journal.

use std::time::Duration;

use guestlist::domain::plan::{PlanState, StepCounts};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply, TokenRequest};
use guestlist::store::Journal;

use crate::world::{World, create, delete};

fn status(method: &str, status: u16) -> Rule {
    Rule::for_method(method, Action::Status(StatusReply::new(status)))
}

#[tokio::test]
async fn a_create_and_a_delete_are_done_and_journalled() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan([create("bob@job", "hello", Some(vec![])), delete(&rows[1])]);
    console.run(&plan, 0).await;
    let created = console.step_ended().await.created.expect("the invite");
    assert_eq!((created.email.as_str(), created.message.as_str()), ("bob@job", "hello"));
    assert_eq!(console.finished().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(world.emails(), ["guest0@example.com", "guest2@example.com", "bob@job"]);
    let journal = Journal::open(world.state.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
    assert_eq!(entry.plan, plan);
    assert_eq!(entry.state, PlanState::Finished);
    assert_eq!(entry.calls.len(), 2);
    assert!(entry.calls.iter().all(|call| call.response.as_ref().is_some_and(|a| a.status == Some(200))));
    assert_eq!(entry.progress[0].created, Some(created));
}

#[tokio::test]
async fn plan_undone_in_its_window_makes_no_request() {
    for sends in [false, true] {
        undone_in_its_window(sends).await;
    }
}

async fn undone_in_its_window(sends: bool) {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    let before = world.control.requests().len();
    let plan = console.plan([if sends { create("bob@job", "", Some(vec![])) } else { delete(&rows[0]) }]);
    console.run(&plan, 5).await;
    let held = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::UndoWindow { until }) => Some(*until),
        _ => None,
    };
    let until = console.until_still("the hold", held).await;
    assert_eq!(until, world.clock.now().mono + Duration::from_secs(5));
    world.clock.advance(Duration::from_millis(4_999));
    console.ask(ServiceRequest::UndoPlan(plan.id)).await;
    console
        .until("taken back", |_, reply| {
            (*reply == ServiceReply::Plan(plan.id, PlanEvent::Undone)).then_some(())
        })
        .await;
    world.clock.advance(Duration::from_secs(60));
    let journal = Journal::open(world.state.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
    assert_eq!(entry.state, PlanState::Discarded);
    assert_eq!(world.control.requests().len(), before);
    console.ask(ServiceRequest::UndoPlan(plan.id)).await;
    assert_eq!(console.failed().await.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn undo_window_ends_only_when_its_end_was_seen() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 5).await;
    let held = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::UndoWindow { until }) => Some(*until),
        _ => None,
    };
    let first = console.until_still("the undo window", held).await;
    console.ask(ServiceRequest::RestartUndoWindow(plan.id)).await;
    world.clock.advance(Duration::from_secs(2));
    // What is said about the end of a window that is gone ends no other one.
    console.ask(ServiceRequest::BeginPlan { plan: plan.id, until: first }).await;
    let second = console.until_still("another one", held).await;
    assert!(second >= first, "{second:?} after {first:?}");
    assert_eq!(world.calls("DELETE"), 0);
    assert_eq!(console.finished().await, [Outcome::Done]);
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
async fn what_is_gone_or_renewed_by_then_is_told_and_gone_needs_no_call() {
    for invites in [4, 30] {
        let world = World::new(invites).await;
        let mut console = world.console();
        let mut rows = console.read().await;
        rows[1].expiry = guestlist::domain::Expiry(None);
        let plan = console.plan(rows.iter().map(delete));
        world.control.accept("guest0@example.com").expect("it is there");
        console.run(&plan, 5).await;
        let looked = console.event("the look", |event| match event {
            PlanEvent::Rechecked { gone, renewed } => Some((*gone, *renewed)),
            _ => None,
        });
        assert_eq!(looked.await, (1, 1));
        let outcomes = console.finished().await;
        assert_eq!(outcomes[0], Outcome::AlreadyGone);
        assert!(outcomes[1..].iter().all(|outcome| *outcome == Outcome::Done));
        assert_eq!(world.calls("DELETE"), invites - 1);
        assert_eq!(world.invites(), []);
    }
}

#[tokio::test]
async fn a_429_a_lost_connection_and_a_renewed_token_are_borne_without_a_second_mail() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    let wait = StatusReply::new(429).header("archivist-rate-limit-reset", "20");
    world.faults([Rule::for_method("POST", Action::Status(wait)), status("POST", 429)]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert!(console.heard(
        |r| matches!(r, ServiceReply::Waiting { reason: why, .. } if why == "the server asked for 20 s")
    ));
    assert_eq!(world.emails(), ["bob@job"]);
    assert_eq!(world.calls("POST"), 2, "both rules met the first call");
}

#[tokio::test]
async fn an_expired_token_in_the_middle_pauses_and_a_token_of_another_tenancy_is_named() {
    let world = World::new(0).await;
    let file = world.state.path().join("token");
    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = world.console_with(world.client(&file), Journal::open(world.state.path()));
    console.read().await;
    let plan = console.plan([create("a@job", "", Some(vec![])), create("b@job", "", Some(vec![]))]);
    let own = plan.tenancy.0.clone();
    world.faults([Rule { skip: 1, ..status("POST", 401) }]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.status(), Some(401));
    assert_eq!(world.emails(), ["a@job"]);

    let wish = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, world.control.issue_token(wish)).expect("written");
    console.read_to_end().await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    let failure = console.paused().await;
    assert!(failure.cause.contains(&own) && failure.cause.contains("tenant/elsewhere"), "{failure}");

    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    console.read().await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(world.emails(), ["a@job", "b@job"]);
}

#[tokio::test]
async fn members_and_quota_of_another_tenancy_are_not_asked_for() {
    let world = World::new(1).await;
    let file = world.state.path().join("token");
    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = world.console_with(world.client(&file), Journal::open(world.state.path()));
    let rows = console.read().await;
    let before = world.calls("GET");
    let wish = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, world.control.issue_token(wish)).expect("written");
    let requests = [
        ServiceRequest::FetchMembers,
        ServiceRequest::FetchQuota,
        ServiceRequest::Get(rows[0].identity.clone()),
    ];
    for request in requests.into_iter().cycle().take(6) {
        let id = console.ask(request).await;
        let told = console
            .until("an answer", |from, reply| match reply {
                ServiceReply::Members(members) if from == id => Some(members.is_some()),
                ServiceReply::Quota(caps) if from == id => Some(caps.is_some()),
                ServiceReply::Failed(failure) if from == id => {
                    Some(!failure.cause.contains("tenant/elsewhere"))
                }
                _ => None,
            })
            .await;
        assert!(!told);
    }
    assert_eq!(world.calls("GET"), before, "nothing was asked in the other tenancy");
    console.read_to_end().await;
    let id = console.ask(ServiceRequest::FetchMembers).await;
    let told = |from, reply: &ServiceReply| match reply {
        ServiceReply::Members(members) if from == id => Some(members.is_some()),
        _ => None,
    };
    assert!(console.until("the members", told).await, "the list is the other tenancy's now");
}

#[tokio::test]
async fn plan_with_a_swapped_token_file_sends_nothing() {
    let world = World::new(1).await;
    let file = world.state.path().join("token");
    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = world.console_with(world.client(&file), Journal::open(world.state.path()));
    let rows = console.read().await;
    let plan = console.plan([delete(&rows[0])]);
    // The last look before the DELETE is made with the plan's token; the file changes while it is answered.
    let identity = rows[0].identity.to_string();
    world.faults([Rule {
        method: Some("GET".into()),
        path_contains: Some(identity),
        latency_ms: 300,
        ..Rule::default()
    }]);
    let looks = world.calls("GET");
    console.run(&plan, 0).await;
    world.until("the look", |world| world.calls("GET") > looks).await;
    let wish = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, world.control.issue_token(wish)).expect("written");
    let failure = console.paused().await;
    for part in [plan.tenancy.0.as_str(), "tenant/elsewhere", &file.display().to_string()] {
        assert!(failure.cause.contains(part), "{failure}");
    }
    assert_eq!((world.calls("DELETE"), world.invites().len()), (0, 1));
    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    console.read().await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn quota_and_rights_pause_other_refusals_go_on() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    for code in [402, 403] {
        world.faults([status("POST", code)]);
        let plan = console.plan([create("a@job", "", Some(vec![])), create("b@job", "", Some(vec![]))]);
        console.run(&plan, 0).await;
        assert_eq!(console.paused().await.status(), Some(code));
        console.ask(ServiceRequest::DiscardPlan(plan.id)).await;
        assert_eq!(console.ended().await.0, PlanState::Discarded);
    }
    assert_eq!(world.calls("POST"), 2);
    world.faults([status("POST", 400)]);
    let plan = console.plan([create("a@job", "", Some(vec![])), create("b@job", "", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Refused, Outcome::Done]);
}

#[tokio::test]
async fn stop_finishes_the_step_in_hand_and_resume_does_the_rest() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Hang(FaultTiming::Before)) }]);
    let plan = console.plan(rows.iter().map(delete));
    console.run(&plan, 0).await;
    world.until("the second delete hangs", |world| world.calls("DELETE") == 2).await;
    console.ask(ServiceRequest::StopPlan(plan.id)).await;
    world.control.release_hanging();
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!(StepCounts::from_progress(&progress).to_string(), "2 done, 1 not sent");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done; 3]);
    assert_eq!(world.calls("DELETE"), 3, "none was sent twice");
}

#[tokio::test]
async fn stop_in_the_hold_takes_the_plan_back_so_that_it_cannot_go_on_without_one() {
    let world = World::new(1).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 5).await;
    let held = |_, reply: &ServiceReply| {
        matches!(reply, ServiceReply::Plan(_, PlanEvent::UndoWindow { .. })).then_some(())
    };
    console.until_still("the hold", held).await;
    console.ask(ServiceRequest::StopPlan(plan.id)).await;
    console.event("taken back", |event| (*event == PlanEvent::Undone).then_some(())).await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    assert_eq!(world.calls("DELETE"), 0);
}

#[tokio::test]
async fn cancelling_a_write_in_flight_is_settled_and_the_plan_stops() {
    let world = World::new(2).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let plan = console.plan(rows.iter().map(delete));
    let id = console.run(&plan, 0).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    console.ask(ServiceRequest::Cancel(id)).await;
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!(progress[0].outcome, Some(Outcome::Done));
    assert_eq!(progress[1].outcome, None);
    assert_eq!(world.calls("DELETE"), 1);
}

#[tokio::test]
async fn nothing_is_written_before_the_list_was_read() {
    let world = World::new(0).await;
    let mut console = world.console();
    let plan = console.plan([create("bob@job", "", None)]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.kind, ErrorKind::Refused);
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    console.read().await;
    console.run(&plan, 0).await;
    console.finished().await;
    console.run(&plan, 0).await;
    assert!(console.paused().await.cause.contains("already exists"));
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn without_a_journal_changes_are_refused_and_reading_works() {
    let world = World::new(3).await;
    std::fs::write(world.state.path().join("journal.db"), "no database, but long ".repeat(99))
        .expect("written");
    let mut console = world.console();
    let rows = console.read().await;
    assert_eq!(rows.len(), 3);
    assert!(console.heard(|reply| matches!(reply, ServiceReply::JournalUnusable(_))));
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.kind, ErrorKind::Journal);
    assert_eq!(world.calls("DELETE"), 0);
}

#[tokio::test]
async fn when_the_journal_cannot_be_written_any_more_nothing_more_is_sent() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    let full = rusqlite::Connection::open(world.state.path().join("journal.db")).expect("the journal");
    full.execute_batch(
        "CREATE TRIGGER full BEFORE UPDATE ON step WHEN NEW.outcome IS NOT NULL
         BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
    )
    .expect("a trigger");
    let steps = rows.iter().map(delete).chain([create("bob@job", "hello", Some(vec![]))]);
    let mut plan = console.plan(steps);
    plan.steps.rotate_right(1);
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Done), "what is known is told");
    let failure = console.paused().await;
    assert_eq!((failure.kind, failure.cause.as_str()), (ErrorKind::Journal, "disk is full"));
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (1, 0));
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    console.paused().await;
    full.execute_batch("DROP TRIGGER full").expect("room again");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done; 4]);
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (1, 3), "what was answered is not sent again");
}

#[tokio::test]
async fn two_consoles_run_one_plan_at_a_time() {
    let world = World::new(2).await;
    let (mut one, mut other) = (world.console(), world.console());
    let rows = one.read().await;
    other.read().await;
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let first = one.plan([delete(&rows[0])]);
    one.run(&first, 0).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    let second = other.plan([delete(&rows[1])]);
    other.run(&second, 0).await;
    let holder = other.event("the queue", |event| match event {
        PlanEvent::Queued { holder } => Some(holder.clone()),
        _ => None,
    });
    assert_eq!(holder.await, format!("process {}", std::process::id()));
    assert_eq!(world.calls("DELETE"), 1);
    world.control.release_hanging();
    one.finished().await;
    assert_eq!(other.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_server_that_is_down_pauses_the_plan_and_nothing_was_sent() {
    let world = World::new(0).await;
    let file = world.state.path().join("token");
    std::fs::copy(world.sandbox.token_file(), &file).expect("copied");
    let mut console = world.console_with(world.client(&file), Journal::open(world.state.path()));
    console.read().await;
    let World { sandbox, state: _state, .. } = world;
    sandbox.stop().await;
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.kind, ErrorKind::Connect);
    assert!(console.heard(|reply| matches!(reply, ServiceReply::Waiting { .. })), "it was tried again");
    assert!(!console.heard(|reply| matches!(reply, ServiceReply::Plan(_, PlanEvent::StepEnded { .. }))));
}
