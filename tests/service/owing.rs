//! Delete-first: between its two calls an address has no invite, so what is owed to it is never lost, and it is
//! paid once.

use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Draft, Invite, Outcome, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, OnDuplicate, Rule, StatusReply};
use guestlist::store::Journal;

use crate::world::{Console, World, delete_first, send_again};

async fn listed(invites: usize) -> (World, Console, Vec<Invite>) {
    let world = World::new(invites).await;
    let mut console = world.console();
    let rows = console.read().await;
    (world, console, rows)
}

fn wire(world: &World) -> (usize, usize) {
    (world.calls("DELETE"), world.calls("POST"))
}

/// What the address has now; nothing else may be there.
fn only(world: &World) -> Invite {
    let mut there = world.invites();
    assert_eq!(there.len(), 1, "{there:?}");
    there.remove(0)
}

#[tokio::test]
async fn a_server_that_refuses_duplicates_takes_the_new_one_when_the_old_one_is_gone() {
    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!((step.outcome, step.old_deleted), (Some(Outcome::Done), true), "{step:?}");
    assert_eq!(console.ended().await.0, PlanState::Finished);
    let new = only(&world);
    assert_ne!(new.identity, rows[0].identity);
    assert_eq!((new.email.as_str(), new.message.as_str()), ("guest0@example.com", "again"));
    assert_eq!(wire(&world), (1, 1));
}

#[tokio::test]
async fn killed_between_its_calls_what_is_owed_is_found_and_paid_once() {
    for (method, when) in [
        ("DELETE", FaultTiming::After),
        ("DELETE", FaultTiming::Before),
        ("POST", FaultTiming::Before),
        ("POST", FaultTiming::After),
    ] {
        let (world, mut console, rows) = listed(1).await;
        world.faults([Rule::for_method(method, Action::Hang(when))]);
        let plan = console.plan([delete_first(&rows[0], "again")]);
        console.run(&plan, 0).await;
        let left = usize::from((method == "POST") == (when == FaultTiming::After));
        world
            .until("the call hangs", |world| world.calls(method) == 1 && world.invites().len() == left)
            .await;
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        let found = console.left_over().await.remove(0).entry;
        let owes = plan.steps[0].is_half_done(&found.progress[0]);
        let (state, posts) = match (method, when) {
            ("POST", FaultTiming::After) => (PlanState::Finished, 1),
            ("POST", FaultTiming::Before) => (PlanState::Stopped, 2),
            _ => (PlanState::Stopped, 1),
        };
        assert_eq!((found.state, owes), (state, left == 0), "{method} {when:?}: {found:?}");
        if state != PlanState::Finished {
            console.ask(send_again(&plan)).await;
            assert_eq!(console.finished().await, [Outcome::Done]);
        }
        assert_eq!(only(&world).message, "again");
        assert_eq!(world.calls("POST"), posts, "{method} {when:?}");
        let deletes = if (method, when) == ("DELETE", FaultTiming::Before) { 2 } else { 1 };
        assert_eq!(world.calls("DELETE"), deletes, "{method} {when:?}");
    }
}

#[tokio::test]
async fn what_is_refused_after_the_delete_stays_owed_over_a_restart_until_it_is_paid() {
    for status in [402, 400] {
        let (world, mut console, rows) = listed(1).await;
        world.faults([Rule::for_method("POST", Action::Status(StatusReply::new(status)))]);
        let plan = console.plan([delete_first(&rows[0], "again")]);
        console.run(&plan, 0).await;
        let failure = console.paused().await;
        if status == 400 {
            assert!(failure.cause.contains("old invite deleted but not re-invited"), "{failure}");
        }
        assert_eq!(world.invites(), []);
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        let found = console.left_over().await.remove(0).entry;
        assert_eq!(found.state, PlanState::Stopped);
        assert!(plan.steps[0].is_half_done(&found.progress[0]), "{status}: {found:?}");
        console.ask(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.finished().await, [Outcome::Done]);
        assert!(
            !console.heard(|reply| matches!(reply, ServiceReply::Plan(_, PlanEvent::Rechecked { .. }))),
            "that it is gone is our own doing"
        );
        assert_eq!(only(&world).message, "again");
        assert_eq!(wire(&world), (1, 2));
    }
}

#[tokio::test]
async fn who_is_gone_by_then_is_owed_nothing_and_sent_nothing() {
    let (world, mut console, rows) = listed(2).await;
    world.control.accept("guest0@example.com").expect("it is there");
    let plan = console.plan(rows.iter().map(|row| delete_first(row, "again")));
    // The second one is accepted between the look and the call.
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    console.run(&plan, 0).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    world.control.accept("guest1@example.com").expect("it is there");
    world.control.release_hanging();
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Finished);
    for (step, progress) in plan.steps.iter().zip(&progress) {
        assert_eq!(progress.outcome, Some(Outcome::AlreadyGone), "{progress:?}");
        assert!(!step.is_half_done(progress) && progress.note.is_some(), "{progress:?}");
    }
    assert_eq!(wire(&world), (1, 0));
}

#[tokio::test]
async fn who_was_gone_is_owed_nothing_although_the_journal_was_full_when_it_was_found_out() {
    let (world, mut console, rows) = listed(1).await;
    let full = rusqlite::Connection::open(world.state.path().join("journal.db")).expect("the journal");
    full.execute_batch(
        "CREATE TRIGGER full BEFORE UPDATE ON step WHEN NEW.outcome IS NOT NULL
         BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
    )
    .expect("a trigger");
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    world.control.accept("guest0@example.com").expect("it is there");
    world.control.release_hanging();
    console.paused().await;
    full.execute_batch("DROP TRIGGER full").expect("room again");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::AlreadyGone]);
    assert_eq!(wire(&world), (1, 0));
}

#[tokio::test]
async fn a_lost_answer_of_its_create_is_adopted_or_asked_about_and_stays_owed_meanwhile() {
    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::After))]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((only(&world).message.as_str(), wire(&world)), ("again", (1, 1)));

    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    let step = console.step_ended().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(plan.steps[0].is_half_done(&step), "{step:?}");
    console.paused().await;
    assert_eq!(wire(&world), (1, 1), "it is not sent again by itself");
    console.ask(send_again(&plan)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((only(&world).message.as_str(), wire(&world)), ("again", (1, 2)));
}

#[tokio::test]
async fn while_it_is_unknown_whether_the_old_one_is_gone_nothing_is_sent() {
    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("DELETE", Action::Drop(FaultTiming::Before)).always()]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    assert_eq!(console.step_ended().await.outcome, Some(Outcome::Unknown));
    console.paused().await;
    assert_eq!((world.calls("POST"), world.invites()), (0, rows.clone()));
    world.control.clear_faults();
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!(only(&world).message, "again");
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn a_stop_between_its_calls_leaves_nobody_without_an_invite() {
    let (world, mut console, rows) = listed(2).await;
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let plan = console.plan(rows.iter().map(|row| delete_first(row, "again")));
    console.run(&plan, 0).await;
    world.until("the delete took effect", |world| world.invites().len() == 1).await;
    console.ask(ServiceRequest::StopPlan(plan.id)).await;
    world.control.release_hanging();
    let (state, progress) = console.ended().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!((wire(&world), world.invites().len()), ((1, 1), 2));
}

#[tokio::test]
async fn giving_the_plan_up_waives_what_it_owes() {
    let (world, mut console, rows) = listed(1).await;
    world.faults([Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()]);
    let plan = console.plan([delete_first(&rows[0], "again")]);
    console.run(&plan, 0).await;
    console.paused().await;
    console.ask(ServiceRequest::DiscardPlan(plan.id)).await;
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    let journal = Journal::open(world.state.path()).expect("a journal");
    assert!(journal.unfinished(&plan.tenancy).await.expect("it reads").is_empty());
}

#[tokio::test]
async fn a_plan_that_would_mail_an_address_twice_is_refused_and_the_address_named() {
    let (world, mut console, rows) = listed(1).await;
    let before = Some(vec![InviteVersion::from_invite(&rows[0])]);
    let resend = Step::Resend { invite: rows[0].clone(), known_versions: before.clone() };
    let draft = Draft { email: "GUEST0@example.com".into(), message: "other".into() };
    let replace = Step::Replace { invite: rows[0].clone(), draft, known_versions: before };
    let plan = console.plan([resend, replace]);
    console.run(&plan, 0).await;
    let failure = console.paused().await;
    assert!(failure.cause.contains("GUEST0@example.com"), "{failure}");
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    assert_eq!((wire(&world), world.invites()), ((0, 0), rows));
}
