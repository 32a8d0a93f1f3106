//! Resend and replace: no address is left without an invite, none is mailed twice.

use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::{Draft, Invite, Outcome, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, OnDuplicate, RawReply, Rule, StatusReply};

use crate::world::{Console, World};

fn resend(invite: &Invite, rows: &[Invite]) -> Step {
    let before =
        rows.iter().filter(|row| row.email == invite.email).map(InviteVersion::from_invite).collect();
    Step::Resend { invite: invite.clone(), known_versions: Some(before) }
}

async fn listed(invites: usize) -> (World, Console, Vec<Invite>) {
    let world = World::new(invites).await;
    let mut console = world.console();
    let rows = console.read().await;
    (world, console, rows)
}

fn texts(rows: &[Invite]) -> Vec<(String, String)> {
    let mut texts: Vec<_> = rows.iter().map(|row| (row.email.clone(), row.message.clone())).collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn every_old_invite_is_replaced_by_an_equal_one_also_across_a_429_and_a_lost_answer() {
    let (world, mut console, rows) = listed(5).await;
    let wait = StatusReply::new(429).header("archivist-rate-limit-reset", "20");
    world.faults([
        Rule { skip: 1, ..Rule::for_method("POST", Action::Status(wait)) },
        Rule { skip: 3, ..Rule::for_method("POST", Action::Drop(FaultTiming::After)) },
    ]);
    let plan = console.plan(rows.iter().map(|row| resend(row, &rows)));
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done; 5]);
    let now = world.invites();
    assert_eq!(texts(&now), texts(&rows));
    assert!(now.iter().all(|new| rows.iter().all(|old| old.identity != new.identity)));
    assert_eq!((world.calls("POST"), world.calls("DELETE")), (6, 5), "one of the creates met the 429");
}

#[tokio::test]
async fn two_invites_of_one_address_become_one_with_one_mail() {
    let world = World::new(1).await;
    world.control.create("GUEST0@example.com", "message 0").expect("a duplicate");
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan(rows.iter().map(|row| resend(row, &rows)));
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done; 2]);
    assert_eq!((world.calls("POST"), world.invites().len()), (1, 1));
}

#[tokio::test]
async fn a_server_that_renews_loses_nothing() {
    let (world, mut console, rows) = listed(2).await;
    world.faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Renew)).always()]);
    let plan = console.plan([resend(&rows[0], &rows)]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((world.calls("DELETE"), world.invites().len()), (0, 2));
}

#[tokio::test]
async fn a_server_that_refuses_duplicates_deletes_nothing_and_delete_first_is_offered() {
    let (world, mut console, rows) = listed(2).await;
    world.faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let plan = console.plan([resend(&rows[0], &rows)]);
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Refused));
    assert!(step.note.expect("a note").contains("delete the old one first"));
    assert_eq!(world.invites(), rows);
}

#[tokio::test]
async fn when_the_new_one_reads_differently_both_stay() {
    let (world, mut console, rows) = listed(1).await;
    let draft = Draft { email: rows[0].email.clone(), message: "something else".into() };
    let step = Step::Replace {
        invite: rows[0].clone(),
        draft,
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    };
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.plan([step]);
    console.run(&plan, 0).await;
    world.until("the new one is there", |world| world.invites().len() == 2).await;
    let new = world.invites()[1].identity.to_string();
    let body = format!(r#"{{"identity":"{new}","email":"guest0@example.com","message":"changed"}}"#);
    let reply = Action::Raw(RawReply { body, ..RawReply::default() });
    world.faults([Rule { path_contains: Some(new.clone()), ..Rule::for_method("GET", reply) }]);
    world.control.release_hanging();
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::OldStillActive), "{step:?}");
    assert_eq!((world.calls("DELETE"), world.invites().len()), (0, 2));
}

#[tokio::test]
async fn killed_between_its_calls_it_goes_on_with_the_second() {
    for when in [FaultTiming::Before, FaultTiming::After] {
        let (world, mut console, rows) = listed(1).await;
        world.faults([Rule::for_method("DELETE", Action::Hang(when))]);
        let plan = console.plan([resend(&rows[0], &rows)]);
        console.run(&plan, 0).await;
        world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
        let left = if when == FaultTiming::After { 1 } else { 2 };
        world.until("its effect", |world| world.invites().len() == left).await;
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        let found = console.left_over().await.remove(0);
        if when == FaultTiming::Before {
            assert_eq!(found.entry.state, PlanState::Stopped);
            console.ask(ServiceRequest::resume_plan(plan.id)).await;
            assert_eq!(console.finished().await, [Outcome::Done]);
        } else {
            assert_eq!(found.entry.state, PlanState::Finished);
        }
        assert_eq!(texts(&world.invites()), texts(&rows));
        assert_ne!(world.invites()[0].identity, rows[0].identity);
        assert_eq!(world.calls("POST"), 1);
    }
}

#[tokio::test]
async fn killed_in_its_first_call_the_new_one_is_found_and_the_old_one_deleted_on_resume() {
    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.plan([resend(&rows[0], &rows)]);
    console.run(&plan, 0).await;
    world.until("the new one is there", |world| world.invites().len() == 2).await;
    console.kill().await;

    let mut console = world.console();
    console.read().await;
    let found = console.left_over().await.remove(0);
    assert_eq!(found.findings, ["The invite to guest0@example.com was sent; confirmed by the list."]);
    assert_eq!((found.entry.state, world.calls("DELETE")), (PlanState::Stopped, 0));
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((world.calls("POST"), world.invites().len()), (1, 1));
}

#[tokio::test]
async fn a_stop_between_its_calls_leaves_no_two_live_links() {
    let (world, mut console, rows) = listed(2).await;
    world.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.plan(rows.iter().map(|row| resend(row, &rows)));
    console.run(&plan, 0).await;
    world.until("the create hangs", |world| world.invites().len() == 3).await;
    console.ask(ServiceRequest::StopPlan(plan.id)).await;
    world.control.release_hanging();
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!((world.calls("POST"), world.invites().len()), (1, 2));
}

#[tokio::test]
async fn who_is_gone_by_then_is_not_mailed_and_a_text_that_cannot_be_sent_is_refused_before() {
    let (world, mut console, rows) = listed(2).await;
    world.control.accept("guest0@example.com").expect("it is there");
    let plan = console.plan(rows.iter().map(|row| resend(row, &rows)));
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyGone, Outcome::Done]);
    assert_eq!(world.calls("POST"), 1);
    let long = Invite { message: "x".repeat(257), ..world.invites()[0].clone() };
    let plan = console.plan([resend(&long, &rows)]);
    console.run(&plan, 0).await;
    let failure = console.paused().await;
    assert!(failure.hint.contains("257 characters"), "{failure}");
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn resend_of_a_second_invite_waits_while_the_first_is_unknown() {
    let world = World::new(0).await;
    for _ in 0..2 {
        world.control.create("bob@job", "hello").expect("an invite");
    }
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan(rows.iter().map(|row| resend(row, &rows)));
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Skipped), "this step has sent nothing");
    console.paused().await;
    world.control.create("bob@job", "hello").expect("it appears late");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done, Outcome::Done]);
    assert_eq!((world.calls("POST"), world.calls("DELETE"), world.invites().len()), (1, 2, 1));
}
