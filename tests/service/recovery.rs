//! The end of the process at a bad moment, and what the next start says and does.

use guestlist::domain::plan::{PlanState, StepCounts};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::world::{World, create, delete, send_again};

#[tokio::test]
async fn a_create_in_flight_is_found_and_never_sent_twice() {
    for (when, outcome, says) in [
        (FaultTiming::After, Outcome::Done, "The invite to bob@job was sent; confirmed by the list."),
        (
            FaultTiming::Before,
            Outcome::Unknown,
            "The invite to bob@job may or may not have been sent: not in the list yet.",
        ),
    ] {
        let world = World::new(2).await;
        let mut console = world.console();
        console.read().await;
        world.faults([Rule::for_method("POST", Action::Hang(when))]);
        let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
        console.run(&plan, 0).await;
        world.until("the create hangs", |world| world.calls("POST") == 1).await;
        if when == FaultTiming::After {
            world.until("it took effect", |world| world.invites().len() == 3).await;
        }
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        let left = console.left_over().await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].findings, [says]);
        assert_eq!(left[0].entry.plan, plan);
        assert_eq!(left[0].entry.progress[0].outcome, Some(outcome));
        assert_eq!(world.calls("POST"), 1, "looking sends nothing");
        if when == FaultTiming::Before {
            assert_eq!(left[0].entry.state, PlanState::Stopped);
            console.ask(ServiceRequest::resume_plan(plan.id)).await;
            console.paused().await;
            assert_eq!(world.calls("POST"), 1, "it may still land");
            console.ask(send_again(&plan)).await;
            assert_eq!(console.finished().await, [Outcome::Done]);
            assert_eq!(world.calls("POST"), 2);
        } else {
            assert_eq!(left[0].entry.state, PlanState::Finished);
        }
        assert_eq!(world.emails().iter().filter(|email| *email == "bob@job").count(), 1);
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        assert!(!console.heard(|reply| matches!(reply, ServiceReply::UnfinishedPlans(_))), "it is told once");
    }
}

#[tokio::test]
async fn an_effect_that_comes_after_the_kill_is_adopted_and_not_repeated() {
    let world = World::moved(0).await;
    let mut console = world.console();
    console.read().await;
    world.faults([Rule::for_method("POST", Action::LateEffectMs(9_000))]);
    let plan = console.plan([create("bob@job", "hello", Some(vec![]))]);
    console.run(&plan, 0).await;
    world.until("it is on the wire", |world| world.calls("POST") == 1).await;
    console.kill().await;
    let mut console = world.console();
    console.read().await;
    assert_eq!(console.left_over().await[0].entry.progress[0].outcome, Some(Outcome::Unknown));
    assert_eq!(world.invites(), [], "it comes later");
    console.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.finished().await, [Outcome::Done]);
    assert_eq!((world.calls("POST"), world.invites().len()), (1, 1));
}

#[tokio::test]
async fn deletes_killed_in_the_middle_go_on_and_none_that_was_answered_is_repeated() {
    for when in [FaultTiming::Before, FaultTiming::After] {
        let world = World::new(6).await;
        let mut console = world.console();
        let rows = console.read().await;
        world.faults([Rule { skip: 2, ..Rule::for_method("DELETE", Action::Hang(when)) }]);
        let plan = console.plan(rows.iter().map(delete));
        console.run(&plan, 0).await;
        let left = if when == FaultTiming::After { 3 } else { 4 };
        world.until("the third delete hangs", |w| w.calls("DELETE") == 3 && w.invites().len() == left).await;
        console.kill().await;

        let mut console = world.console();
        console.read().await;
        let found = console.left_over().await.remove(0);
        let says = match when {
            FaultTiming::After => "The invite to guest2@example.com was deleted before the program ended.",
            FaultTiming::Before => "The invite to guest2@example.com was not deleted.",
        };
        assert_eq!(found.findings, [says]);
        assert_eq!(found.entry.state, PlanState::Stopped);
        let tally = if when == FaultTiming::After { "3 done, 3 not sent" } else { "2 done, 4 not sent" };
        assert_eq!(StepCounts::from_progress(&found.entry.progress).to_string(), tally);
        console.ask(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.finished().await, [Outcome::Done; 6]);
        assert_eq!(world.calls("DELETE"), if when == FaultTiming::After { 6 } else { 7 });
        assert_eq!(world.invites(), []);
    }
}

#[tokio::test]
async fn a_plan_killed_in_its_hold_comes_back_as_staged() {
    let world = World::new(2).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 5).await;
    console
        .until_still("the hold", |_, reply| {
            matches!(reply, ServiceReply::Plan(_, PlanEvent::UndoWindow { .. })).then_some(())
        })
        .await;
    console.kill().await;
    world.clock.advance(std::time::Duration::from_secs(60));

    let mut console = world.console();
    console.read().await;
    let left = console.left_over().await.remove(0);
    assert_eq!((left.entry.state, left.findings.len()), (PlanState::Staged, 0));
    assert_eq!(world.calls("DELETE"), 0);
    console.ask(ServiceRequest::DiscardPlan(plan.id)).await;
    assert_eq!(console.ended().await.0, PlanState::Discarded);
    assert_eq!(world.invites().len(), 2);
}

#[tokio::test]
async fn the_running_plan_of_another_console_is_left_alone() {
    let world = World::new(2).await;
    let mut one = world.console();
    let rows = one.read().await;
    world.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let plan = one.plan(rows.iter().map(delete));
    one.run(&plan, 0).await;
    world.until("the delete hangs", |world| world.calls("DELETE") == 1).await;
    let mut other = world.console();
    other.read().await;
    // It looks again and again, and finds the plan in other hands each time.
    let ended = other.until("somebody says something", |_, reply| match reply {
        ServiceReply::UnfinishedPlans(_) => Some("left over"),
        _ => None,
    });
    tokio::select! {
        _ = ended => panic!("a plan in other hands was touched"),
        () = world.until("the plan ended", |world| {
            world.control.release_hanging();
            world.invites().is_empty()
        }) => {}
    }
    assert_eq!(one.finished().await, [Outcome::Done, Outcome::Done]);
}
