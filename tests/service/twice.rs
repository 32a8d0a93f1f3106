//! Nobody is emailed twice: what somebody else did meanwhile is seen before the first request, and a server that lags
//! proves nothing.

use std::time::Duration;

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Draft, Outcome, Plan, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply};
use guestlist::store::Journal;

use crate::world::{Console, World, create, delete, delete_first, letters, send_again};

fn lag(seconds: u64) -> Rule {
    Rule::for_method("GET", Action::ListLagMs(seconds * 1000)).always()
}

#[tokio::test]
async fn two_consoles_with_one_address_send_one_email() {
    let world = World::new(1).await;
    let (mut one, mut other) = (world.console(), world.console());
    one.read().await;
    other.read().await;
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let first = one.plan([create("bob@job", "hello", Some(vec![]))]);
    let second =
        other.plan([create("Bob@Job", "hello", Some(vec![])), create("eve@job", "hello", Some(vec![]))]);
    one.run(&first, 0).await;
    world.until("the first create hangs", |world| world.calls("POST") == 1).await;
    other.run(&second, 0).await;
    other.event("it waits", |event| matches!(event, PlanEvent::Queued { .. }).then_some(())).await;
    world.control.release_hanging();
    assert_eq!(one.finished().await, [Outcome::Done]);
    let step = other.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::AlreadyInvited));
    let name = world.invites()[1].identity.to_string();
    assert_eq!(step.note, Some(format!("invited since: {name}; no email was sent")));
    assert_eq!(other.finished().await, [Outcome::AlreadyInvited, Outcome::Done]);
    assert_eq!(letters(world.sandbox.outbox(), "bob@job"), 1);
}

#[tokio::test]
async fn every_verb_that_emails_skips_who_was_invited_since() {
    let world = World::new(3).await;
    let mut console = world.console();
    let rows = console.read().await;
    let pins = |at: usize| Some(vec![InviteVersion::from_invite(&rows[at])]);
    let draft = Draft { email: rows[1].email.clone(), message: "other".into() };
    let steps = [
        Step::Resend { invite: rows[0].clone(), known_versions: pins(0) },
        Step::Replace { invite: rows[1].clone(), draft, known_versions: None },
        delete_first(&rows[2], "again"),
        create("bob@job", "hello", None),
    ];
    let plan = console.plan(steps);
    console.ask(ServiceRequest::StagePlan { plan: plan.clone(), replaces: vec![] }).await;
    console.event("it is staged", |event| matches!(event, PlanEvent::Staged).then_some(())).await;
    for step in &plan.steps {
        world.control.create(step.email(), "from elsewhere").expect("an invite");
    }
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyInvited; 4]);
    assert_eq!((world.calls("POST"), world.calls("DELETE"), world.invites().len()), (0, 0, 7));
}

#[tokio::test]
async fn resume_skips_who_was_invited_while_it_was_killed() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule { skip: 5, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let emails: Vec<String> = (0..20).map(|n| format!("new{n}@job")).collect();
    let plan = console.plan(emails.iter().map(|email| create(email, "hello", Some(vec![]))));
    console.run(&plan, 0).await;
    world.until_while(&mut console, "the sixth took effect", |world| world.invites().len() == 6).await;
    console.kill().await;
    for email in &emails[10..] {
        world.control.create(email, "from a colleague").expect("an invite");
    }
    let mut console = world.console();
    console.read().await;
    console.left_over().await;
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    let outcomes = console.finished().await;
    assert_eq!(outcomes[..10], [Outcome::Done; 10]);
    assert_eq!(outcomes[10..], [Outcome::AlreadyInvited; 10]);
    for email in &emails {
        assert_eq!(letters(world.sandbox.outbox(), email), 1, "{email}");
    }
}

#[tokio::test]
async fn without_a_complete_list_no_email_is_sent() {
    let world = World::new(1).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("GET", Action::Status(StatusReply::new(500))).always()]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.paused().await.status(), Some(500));
    assert_eq!(world.calls("POST"), 0);
    world.control.clear_faults();
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_create_that_the_list_does_not_show_yet_is_not_repeated() {
    let world = World::moved(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([lag(300)]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    let again = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&again, 0).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyInvited]);
    assert_eq!(world.calls("POST"), 1);

    world.control.clear_faults();
    let gone = console.plan([delete(&world.invites()[0])]);
    console.run(&gone, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    let new = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&new, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done], "it was deleted by us, so it may be sent");
}

#[tokio::test]
async fn a_disproved_create_does_not_adopt_what_another_plan_created() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let lost = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&lost, 0).await;
    console.paused().await;
    world.clock.advance(MAX_EFFECT_DELAY);
    console.ask(ServiceRequest::resume_plan(lost.id)).await;
    console.paused().await;
    let other = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&other, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    world.clock.advance(2 * MAX_EFFECT_DELAY);
    console.ask(ServiceRequest::resume_plan(lost.id)).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyInvited]);
    assert_eq!(world.invites().len(), 1);
}

#[tokio::test]
async fn a_new_invite_that_appears_late_is_awaited_before_the_old_one_goes() {
    let world = World::moved(1).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([lag(20)]);
    let plan = console.plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((world.calls("POST"), world.calls("DELETE"), world.invites().len()), (1, 1, 1));
}

#[tokio::test]
async fn a_new_invite_that_stays_invisible_leaves_its_delete_to_resume() {
    let world = World::moved(1).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([lag(60)]);
    let plan = console.plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(step.note.expect("a note").contains("not visible yet"));
    console.paused().await;
    assert_eq!((world.calls("POST"), world.calls("DELETE"), world.invites().len()), (1, 0, 2));
    world.clock.advance(Duration::from_secs(60));
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((world.calls("POST"), world.calls("DELETE"), world.invites().len()), (1, 1, 1));
}

#[tokio::test]
async fn a_new_invite_that_is_gone_after_ten_minutes_leaves_the_old_one() {
    let world = World::moved(1).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([lag(60)]);
    let plan = console.plan([Step::Resend {
        invite: rows[0].clone(),
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    }]);
    console.run(&plan, 0).await;
    console.paused().await;
    world.control.delete(world.control.invites()[1].uuid).expect("it is there");
    world.clock.advance(MAX_EFFECT_DELAY);
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::OldStillActive]);
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (1, 0));
}

#[tokio::test]
async fn a_delete_that_was_answered_without_effect_is_reported() {
    for rows in [1, 25] {
        let world = World::new(rows).await;
        let mut console = world.console();
        let rows = console.read().await;
        let empty = RawReply { body: String::new(), ..RawReply::default() };
        world.faults([Rule::for_method("DELETE", Action::Raw(empty))]);
        let plan = console.plan(rows.iter().map(delete));
        console.run(&plan, 0).await;
        let (state, progress) = console.ended().await;
        assert_eq!(state, PlanState::Finished);
        assert_eq!(progress[0].outcome, Some(Outcome::Failed), "{:?}", progress[0]);
        assert!(progress[0].note.as_deref().is_some_and(|note| note.contains("still exists")));
        assert!(progress[1..].iter().all(|step| step.outcome == Some(Outcome::Done)));
        assert_eq!(world.invites(), rows[..1]);
    }
}

/// A plan of one create whose first request got lost without an effect.
async fn lost_create(world: &World, console: &mut Console) -> Plan {
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    console.paused().await;
    plan
}

#[tokio::test]
async fn refused_second_request_leaves_the_create_unknown() {
    let world = World::new(0).await;
    let mut console = world.console();
    console.read().await;
    let plan = lost_create(&world, &mut console).await;
    world.faults([Rule::for_method("POST", Action::Status(StatusReply::new(409)))]);
    console.ask(send_again(&plan)).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown), "{step:?}");
    let note = step.note.unwrap_or_default();
    assert!(note.starts_with("the second request was rejected, but the first one may have sent"), "{note}");
    console.paused().await;
    let again = console.plan([create("Bob@job", "hello", Some(vec![]))]);
    console.run(&again, 0).await;
    assert_eq!(console.finished().await, [Outcome::Refused], "it is still unknown");
    world.control.create("bob@job", "hello").expect("the first one appears");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(world.calls("POST"), 2);
}

#[tokio::test]
async fn create_is_unknown_after_a_second_request_without_effect() {
    for status in [402, 403] {
        let world = World::new(0).await;
        let mut console = world.console();
        console.read().await;
        let plan = lost_create(&world, &mut console).await;
        world.faults([Rule::for_method("POST", Action::Status(StatusReply::new(status)))]);
        console.ask(send_again(&plan)).await;
        assert_eq!(console.paused().await.status(), Some(status));
        let journal = Journal::open(world.state.path()).expect("a journal");
        let entry = journal.entry(plan.id).await.expect("read").expect("the plan");
        assert_eq!(entry.progress[0].outcome, Some(Outcome::Unknown), "{status}");
        console.kill().await;
        // The next start looks for the first request as well.
        world.control.create("bob@job", "hello").expect("the first one appears");
        let mut console = world.console();
        console.read().await;
        let found = console.left_over().await.remove(0);
        assert_eq!((found.entry.state, found.reconciled_steps.as_slice()), (PlanState::Finished, &[0][..]));
        assert_eq!(world.calls("POST"), 2);
    }
}
