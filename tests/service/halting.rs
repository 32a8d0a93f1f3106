//! Pausing, going on without mail, and what is said of every call meanwhile.

use std::time::Duration;

use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, ResumeScope};
use guestlist::domain::{Invite, Method, Outcome, PlanId, RequestId, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use guestlist::store::Journal;

use crate::world::{World, create, delete, delete_first};

fn resend(invite: &Invite) -> Step {
    Step::Resend { invite: invite.clone(), known_versions: Some(vec![InviteVersion::from_invite(invite)]) }
}

async fn state_in_journal(world: &World, name: PlanId) -> PlanState {
    let journal = Journal::open(world.state.path()).expect("a journal");
    journal.entry(name).await.expect("it reads").expect("it is there").state
}

#[tokio::test]
async fn a_pause_finishes_the_step_in_hand_and_a_resume_does_the_rest() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.plan(rows.iter().map(resend));
    console.run(&plan, 0).await;
    world.until("the create took effect", |world| world.invites().len() == 4).await;
    console.ask(ServiceRequest::PausePlan(plan.id)).await;
    world.control.release_hanging();
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Paused);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!(state_in_journal(&world, plan.id).await, PlanState::Paused);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done; 3]);
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (3, 3));
}

#[tokio::test]
async fn a_pause_at_the_closed_gate_ends_the_wait_and_nothing_was_sent() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    let wait = StatusReply::new(429).header("archivist-rate-limit-reset", "60");
    world.faults([Rule::for_method("POST", Action::Status(wait))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    let waiting = |_, reply: &ServiceReply| matches!(reply, ServiceReply::Waiting { .. }).then_some(());
    console.until_still("the wait", waiting).await;
    console.ask(ServiceRequest::PausePlan(plan.id)).await;
    let ended = |_, reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::Ended { state, .. }) => Some(*state),
        _ => None,
    };
    assert_eq!(console.until_still("the pause", ended).await, PlanState::Paused);
    assert_eq!((world.calls("POST"), world.emails().len()), (1, 0));
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_pause_in_the_hold_makes_no_call_and_a_stop_after_a_pause_is_a_stop() {
    let world = World::new(2).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan(rows.iter().map(delete));
    console.run(&plan, 3600).await;
    console.event("the hold", |event| matches!(event, PlanEvent::UndoWindow { .. }).then_some(())).await;
    console.ask(ServiceRequest::PausePlan(plan.id)).await;
    assert_eq!(console.ended().await.0, PlanState::Paused);
    assert_eq!(world.calls("DELETE"), 0);

    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    console.ask(ServiceRequest::PausePlan(plan.id)).await;
    console.ask(ServiceRequest::StopPlan(plan.id)).await;
    // Both were taken when this is answered.
    let id = console.ask(ServiceRequest::LoadJournal { limit: 1 }).await;
    let is_told =
        |from, reply: &ServiceReply| matches!(reply, ServiceReply::Journal(_) if from == id).then_some(());
    console.until_still("the journal", is_told).await;
    world.control.release_hanging();
    assert_eq!(console.ended().await.0, PlanState::Stopped);
    console.ask(ServiceRequest::PausePlan(plan.id)).await;
    assert!(console.failed().await.cause.contains("it is not running"));
}

#[tokio::test]
async fn after_a_402_what_sends_no_mail_is_done_and_the_rest_waits() {
    let world = World::new(4).await;
    world.control.create("GUEST0@example.com", "a duplicate").expect("an invite");
    let mut console = world.console();
    let rows = console.read().await;
    let twin = Step::Resend {
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
    let plan = console.plan([
        first,
        create("bob@job", "hello", Some(vec![])),
        delete(&rows[1]),
        delete_first(&rows[2], "again"),
        resend(&rows[3]),
        twin,
    ]);
    // The resend has mailed when the old one can neither be deleted nor the next one created.
    world.faults([
        Rule { skip: 1, ..Rule::for_method("POST", Action::Status(StatusReply::new(402))) }.always(),
        Rule::for_method("DELETE", Action::Status(StatusReply::new(403))),
    ]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.status(), Some(403));
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (1, 1));

    console
        .ask(ServiceRequest::ResumePlan {
            plan: plan.id,
            scope: ResumeScope::WithoutEmail,
            undo_window: Duration::ZERO,
        })
        .await;
    let failure = console.paused().await;
    assert!(failure.cause.contains("3 email steps skipped"), "{failure}");
    let journal = Journal::open(world.state.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
    assert_eq!(entry.state, PlanState::Paused);
    let outcomes: Vec<_> = entry.progress.iter().map(|step| step.outcome).collect();
    let done = Some(Outcome::Done);
    assert_eq!(outcomes, [done, None, done, None, None, done]);
    assert_eq!(entry.progress[3], Progress::default(), "a delete-first did not begin");
    assert_eq!(world.emails(), ["guest2@example.com", "guest3@example.com", "guest0@example.com"]);
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (1, 4));

    // The quota is still reached.
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.paused().await.status(), Some(402));
    world.control.clear_faults();
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done; 6]);
    let mut emails = world.emails();
    emails.sort();
    assert_eq!(emails, ["bob@job", "guest0@example.com", "guest2@example.com", "guest3@example.com"]);
}

#[tokio::test]
async fn every_call_is_said_once_with_its_answer_and_without_the_token() {
    let world = World::new(25).await;
    let token = std::fs::read_to_string(world.sandbox.token_file()).expect("the token");
    let secret = token.trim().rsplit(' ').next().expect("a word").to_owned();
    let mut console = world.console();
    world.faults([
        Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(503))) },
        Rule::for_method("POST", Action::Drop(FaultTiming::After)),
        Rule::for_method("DELETE", Action::Status(StatusReply::new(429))),
    ]);
    let rows = console.read().await;
    let plan = console.plan([create("bob@job", "hello", Some(vec![])), delete(&rows[0])]);
    console.run(&plan, 0).await;
    console.finished().await;
    let said = console.called();
    assert!(said.iter().all(|(id, _)| *id == RequestId(0)));
    let said: Vec<_> = said.into_iter().map(|(_, call)| (call.method, call.path, call.status)).collect();
    let on_the_wire: Vec<_> = world
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
    assert_eq!(said, on_the_wire);
    assert!(said.iter().any(|call| (call.0, call.2) == (Method::Post, None)), "the lost one too");
    assert!(!console.heard(|reply| format!("{reply:?}").contains(&secret)), "no token is said");
}

#[tokio::test]
async fn a_list_of_a_hundred_pages_is_told_call_by_call() {
    let world = World { page_size: 1, ..World::new(100).await };
    let mut console = world.console();
    let rows = console.read().await;
    assert_eq!((rows.len(), console.called().len(), world.calls("GET")), (100, 100, 100));
}
