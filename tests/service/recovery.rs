//! Kills at critical moments: reports and actions of the next start.

use std::time::Duration;

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{PlanState, StepCounts};
use guestlist::domain::service_msg::{PlanEvent, UnfinishedCounts, UnfinishedPlan};
use guestlist::domain::{Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use crate::harness::{TestEnv, create_step, delete_step, resume_and_send_again, status_rule};

#[tokio::test]
async fn killed_create_is_found_and_not_repeated() {
    for (when, outcome, finding) in [
        (FaultTiming::After, Outcome::Done, "The invite to bob@job was sent; confirmed by the list."),
        (
            FaultTiming::Before,
            Outcome::Unknown,
            "The invite to bob@job may or may not have been sent: not in the list yet.",
        ),
    ] {
        let env = TestEnv::new(2).await;
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        env.set_faults([Rule::for_method("POST", Action::Hang(when))]);
        let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
        console.apply_plan(&plan, 0).await;
        env.wait_until("the create hangs", |env| env.request_count("POST") == 1).await;
        if when == FaultTiming::After {
            env.wait_until("the create took effect", |env| env.invites().len() == 3).await;
        }
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let left = console.wait_for_unfinished_plans().await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].findings, [finding]);
        assert_eq!(left[0].entry.plan, plan);
        assert_eq!(left[0].entry.progress[0].outcome, Some(outcome));
        assert_eq!(env.request_count("POST"), 1, "the check sends nothing");
        if when == FaultTiming::Before {
            assert_eq!(left[0].entry.state, PlanState::Stopped);
            console.submit(ServiceRequest::resume_plan(plan.id)).await;
            console.wait_for_pause().await;
            assert_eq!(env.request_count("POST"), 1, "the effect may still come");
            console.submit(resume_and_send_again(&plan)).await;
            assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
            assert_eq!(env.request_count("POST"), 2);
        } else {
            assert_eq!(left[0].entry.state, PlanState::Finished);
        }
        assert_eq!(env.emails().iter().filter(|email| *email == "bob@job").count(), 1);
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        assert!(
            !console.has_queued_reply(|reply| matches!(reply, ServiceReply::UnfinishedPlans(_))),
            "the plan is reported once"
        );
    }
}

/// Kills the program during a create without effect, and returns the report of the next start.
async fn report_after_killed_create(delay: Duration, faults: Vec<Rule>) -> UnfinishedPlan {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the create hangs", |env| env.request_count("POST") == 1).await;
    console.kill().await;
    env.clock.advance(delay);
    env.set_faults(faults);
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    console.wait_for_unfinished_plans().await.remove(0)
}

#[tokio::test]
async fn killed_create_absent_after_ten_minutes_was_not_sent() {
    let report = report_after_killed_create(MAX_EFFECT_DELAY, vec![]).await;
    assert_eq!(report.findings, ["The invite to bob@job was not sent."]);
    assert_eq!(report.entry.progress[0].outcome, Some(Outcome::Skipped));
}

#[tokio::test]
async fn killed_create_whose_check_fails_is_unknown() {
    let list_fails_later = Rule { skip: 1, ..status_rule("GET", 403).always() };
    let report = report_after_killed_create(Duration::ZERO, vec![list_fails_later]).await;
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert!(finding.starts_with("The outcome of the invite to bob@job is unknown: "), "{finding}");
    let step = &report.entry.progress[0];
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    let note = step.note.as_deref().unwrap_or_default();
    assert!(note.starts_with("the outcome of the request could not be checked: "), "{note}");
}

#[tokio::test]
async fn late_effect_after_a_kill_is_adopted_and_not_repeated() {
    let env = TestEnv::with_shared_clock(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::LateEffectMs(9_000))]);
    let plan = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the create arrives", |env| env.request_count("POST") == 1).await;
    console.kill().await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    assert_eq!(
        console.wait_for_unfinished_plans().await[0].entry.progress[0].outcome,
        Some(Outcome::Unknown)
    );
    assert_eq!(env.invites(), [], "the effect comes later");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.invites().len()), (1, 1));
}

#[tokio::test]
async fn killed_deletes_resume_without_repeating_answered_ones() {
    for when in [FaultTiming::Before, FaultTiming::After] {
        let env = TestEnv::new(6).await;
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        env.set_faults([Rule { skip: 2, ..Rule::for_method("DELETE", Action::Hang(when)) }]);
        let plan = console.new_plan(rows.iter().map(delete_step));
        console.apply_plan(&plan, 0).await;
        let left = if when == FaultTiming::After { 3 } else { 4 };
        env.wait_until("the third delete hangs", |env| {
            env.request_count("DELETE") == 3 && env.invites().len() == left
        })
        .await;
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let unfinished = console.wait_for_unfinished_plans().await.remove(0);
        let finding = match when {
            FaultTiming::After => "The invite to guest2@example.com was deleted before the program ended.",
            FaultTiming::Before => "The invite to guest2@example.com was not deleted.",
        };
        assert_eq!(unfinished.findings, [finding]);
        assert_eq!(unfinished.entry.state, PlanState::Stopped);
        let counts = if when == FaultTiming::After { "3 done, 3 not sent" } else { "2 done, 4 not sent" };
        assert_eq!(StepCounts::from_progress(&unfinished.entry.progress).to_string(), counts);
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 6]);
        assert_eq!(env.request_count("DELETE"), if when == FaultTiming::After { 6 } else { 7 });
        assert_eq!(env.invites(), []);
    }
}

#[tokio::test]
async fn plan_killed_in_its_undo_window_is_staged() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 5).await;
    console
        .wait_for_without_advancing("the undo window", |_, reply| {
            matches!(reply, ServiceReply::Plan(_, PlanEvent::UndoWindow { .. })).then_some(())
        })
        .await;
    console.kill().await;
    env.clock.advance(Duration::from_secs(60));

    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let left = console.wait_for_unfinished_plans().await.remove(0);
    assert_eq!((left.entry.state, left.findings.len()), (PlanState::Staged, 0));
    assert_eq!(env.request_count("DELETE"), 0);
    console.submit(ServiceRequest::DiscardPlan(plan.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    assert_eq!(env.invites().len(), 2);
}

#[tokio::test]
async fn running_plan_of_another_console_is_not_touched() {
    let env = TestEnv::new(2).await;
    let mut one = env.open_console();
    let rows = one.fetch_complete_list().await;
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let plan = one.new_plan(rows.iter().map(delete_step));
    one.apply_plan(&plan, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    let mut other = env.open_console();
    other.fetch_complete_list().await;
    // It checks repeatedly and finds the plan locked each time.
    let plan_report = other.wait_for("unfinished plans", |_, reply| match reply {
        ServiceReply::UnfinishedPlans(_) => Some(()),
        _ => None,
    });
    tokio::select! {
        _ = plan_report => panic!("the plan of another console was touched"),
        () = env.wait_until("the plan ended", |env| {
            env.control.release_hanging();
            env.invites().is_empty()
        }) => {}
    }
    assert_eq!(one.wait_for_outcomes().await, [Outcome::Done, Outcome::Done]);
}

#[tokio::test]
async fn killed_plan_is_announced_before_the_list_is_loaded() {
    let env = TestEnv::new(2).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    assert!(
        !console.has_queued_reply(|reply| matches!(reply, ServiceReply::Unfinished(_))),
        "there are no plans yet"
    );
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Hang(FaultTiming::Before)) }]);
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 0).await;
    env.wait_until("the second delete hangs", |env| env.request_count("DELETE") == 2).await;
    console.kill().await;

    let mut console = env.open_console();
    let counts = console
        .wait_for("the number of unfinished plans", |_, reply| match reply {
            ServiceReply::Unfinished(counts) => Some(*counts),
            _ => None,
        })
        .await;
    assert_eq!(counts, UnfinishedCounts { plans: 1, steps: 2, done: 1 });
}

#[tokio::test]
async fn unknown_delete_is_settled_by_the_next_start() {
    for (when, outcome) in [(FaultTiming::After, Some(Outcome::Done)), (FaultTiming::Before, None)] {
        check_unknown_delete_after_restart(when, outcome).await;
    }
}

/// Loses a DELETE whose check fails too, restarts, and compares the outcome of the second check.
async fn check_unknown_delete_after_restart(when: FaultTiming, outcome: Option<Outcome>) {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([
        Rule::for_method("DELETE", Action::Drop(when)),
        Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(500))).always() },
    ]);
    console.apply_plan(&console.new_plan([delete_step(&rows[0])]), 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!((step.outcome, step.note.is_some()), (Some(Outcome::Unknown), true), "{step:?}");
    console.wait_for_pause().await;
    console.kill().await;

    env.control.clear_faults();
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let unfinished = console.wait_for_unfinished_plans().await.remove(0);
    let step = &unfinished.entry.progress[0];
    assert_eq!(step.outcome, outcome);
    assert!(outcome.is_none() || step.note.is_none(), "the failed check no longer counts: {step:?}");
}
