//! Kills between two writes of the journal, and pauses between the two requests of a step: the next run neither
//! repeats nor forgets a request.

use std::time::Duration;

use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Invite, Outcome, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, Rule};
use guestlist::store::Journal;
use rusqlite::Connection;

use crate::harness::{
    TestConsole, TestEnv, create_step, delete_first_step, delete_step, resume_and_send_again, status_rule,
};

/// What precedes the kill.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Start {
    /// Every request gets a response.
    Answered,
    /// The response to the DELETE is lost.
    LostDelete,
    /// The first attempt had no effect and no response, and the user resumed the plan.
    Resumed,
    /// As `Resumed`, and the response to the DELETE is lost again.
    ResumedLostDelete,
    /// As `Resumed`, and the old invite is gone by then.
    ResumedAfterDelete,
}

const VERBS: [&str; 4] = ["create", "delete", "resend", "delete first"];

fn build_step(verb: &str, old: &Invite) -> Step {
    let known_versions = Some(vec![InviteVersion::from_invite(old)]);
    match verb {
        "create" => create_step("bob@job", "hello", Some(vec![])),
        "delete" => delete_step(old),
        "resend" => Step::Resend { invite: old.clone(), known_versions },
        _ => delete_first_step(old, "again"),
    }
}

/// Lets the journal write the progress of a step `count` more times, and then not again.
fn limit_writes(env: &TestEnv, count: usize) -> Connection {
    let journal = Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    let triggers = format!(
        "CREATE TABLE written (n INTEGER);
         CREATE TRIGGER counted AFTER UPDATE ON step BEGIN INSERT INTO written VALUES (1); END;
         CREATE TRIGGER full BEFORE UPDATE ON step WHEN (SELECT count(*) FROM written) >= {count}
         BEGIN SELECT RAISE(ABORT, 'disk is full'); END;"
    );
    journal.execute_batch(&triggers).expect("triggers");
    journal
}

/// Waits for the end of the plan, or for its pause because a write failed.
async fn wait_for_end_or_pause(console: &mut TestConsole) -> Option<PlanState> {
    let end = console.wait_for_plan_event("an end or a pause", |event| match event {
        PlanEvent::Ended { state, .. } => Some(Some(*state)),
        PlanEvent::Paused(_) => Some(None),
        _ => None,
    });
    end.await
}

struct Ending {
    is_killed: bool,
    progress: Progress,
    invites: Vec<(String, String)>,
    requests: (usize, usize),
}

/// Applies a plan of one step, kills the program after `writes` writes, starts it again and finishes the plan.
async fn finish_after_kill(verb: &str, start: Start, writes: usize) -> Ending {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([build_step(verb, &rows[0])]);
    let mut request = ServiceRequest::apply_plan(plan.clone(), Duration::ZERO);
    if !matches!(start, Start::Answered | Start::LostDelete) {
        let lost = |method| Rule::for_method(method, Action::Drop(FaultTiming::Before)).always();
        env.set_faults([lost("POST"), lost("DELETE")]);
        console.submit(request).await;
        console.wait_for_pause().await;
        env.control.clear_faults();
        request = resume_and_send_again(&plan);
    }
    if start == Start::ResumedAfterDelete {
        env.control.accept(&rows[0].email).expect("the old invite");
    }
    if matches!(start, Start::LostDelete | Start::ResumedLostDelete) {
        env.set_faults([Rule::for_method("DELETE", Action::Drop(FaultTiming::After))]);
    }
    let full_journal = limit_writes(&env, writes);
    console.submit(request).await;
    let is_killed = wait_for_end_or_pause(&mut console).await != Some(PlanState::Finished);
    console.kill().await;
    full_journal
        .execute_batch("DROP TRIGGER full; DROP TRIGGER counted; DROP TABLE written")
        .expect("dropped");
    if is_killed {
        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let left = console.wait_for_unfinished_plans().await.remove(0).entry;
        assert_eq!(left.plan, plan);
        if left.state != PlanState::Finished {
            assert_ne!(left.progress[0].outcome, Some(Outcome::Done), "{verb} {start:?} {writes}");
            console.submit(resume_and_send_again(&plan)).await;
            console.wait_for_outcomes().await;
        }
        console.kill().await;
    }
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("the plan");
    let texts = env.invites().into_iter().map(|invite| (invite.email, invite.message));
    Ending {
        is_killed,
        progress: entry.progress[0].clone(),
        invites: texts.collect(),
        requests: (env.request_count("POST"), env.request_count("DELETE")),
    }
}

/// Kills the program after each number of writes, and compares with the run without a kill.
async fn check_kills(verb: &str, start: Start) {
    let whole = finish_after_kill(verb, start, usize::MAX >> 1).await;
    assert!(!whole.is_killed && whole.progress.outcome == Some(Outcome::Done), "{verb} {start:?}");
    for writes in 0.. {
        let found = finish_after_kill(verb, start, writes).await;
        let context = format!("{verb} {start:?}, killed after {writes} writes: {:?}", found.progress);
        let facts = |progress: &Progress| {
            (progress.outcome, progress.created.is_some(), progress.old_deleted, progress.verified)
        };
        assert_eq!(facts(&found.progress), facts(&whole.progress), "{context}");
        assert_eq!((found.invites, found.requests), (whole.invites.clone(), whole.requests), "{context}");
        let note = found.progress.note.unwrap_or_default();
        assert!(!note.contains("not in the list yet") && !note.contains("got no response"), "{context}");
        if !found.is_killed {
            break;
        }
    }
}

#[tokio::test]
async fn kill_after_any_write_loses_and_repeats_nothing() {
    for verb in VERBS {
        check_kills(verb, Start::Answered).await;
    }
}

#[tokio::test]
async fn kill_after_any_write_of_a_resumed_plan_loses_nothing() {
    for verb in VERBS {
        check_kills(verb, Start::Resumed).await;
    }
}

#[tokio::test]
async fn kill_after_any_write_of_a_lost_delete_loses_nothing() {
    for verb in &VERBS[1..] {
        check_kills(verb, Start::LostDelete).await;
    }
    check_kills("delete", Start::ResumedLostDelete).await;
    check_kills("delete first", Start::ResumedAfterDelete).await;
}

#[tokio::test]
async fn step_rejected_between_its_requests_is_not_done() {
    for (verb, first, second) in [("resend", "POST", "DELETE"), ("delete first", "DELETE", "POST")] {
        let env = TestEnv::new(1).await;
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        env.set_faults([status_rule(second, 403)]);
        let plan = console.new_plan([build_step(verb, &rows[0])]);
        console.apply_plan(&plan, 0).await;
        console.wait_for_pause().await;
        assert_eq!((env.request_count(first), env.request_count(second)), (1, 1), "{verb}");
        let journal = Journal::open(env.state_dir.path()).expect("the journal");
        let entry = journal.entry(plan.id).await.expect("it reads").expect("the plan");
        assert_eq!(entry.progress[0].outcome, None, "{verb}");
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done], "{verb}");
        assert_eq!((env.request_count(first), env.request_count(second)), (1, 2), "{verb}");
        assert_eq!(env.invites().len(), 1, "{verb}");
    }
}

#[tokio::test]
async fn invite_that_became_visible_loses_its_old_note() {
    let env = TestEnv::with_shared_clock(1).await;
    env.clock.advance(Duration::from_secs(1_500));
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("GET", Action::ListLagMs(1_200_000)).always()]);
    let plan = console.new_plan([build_step("resend", &rows[0])]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert!(step.note.is_some_and(|note| note.contains("not visible yet")));
    wait_for_end_or_pause(&mut console).await;
    env.set_faults([status_rule("DELETE", 403)]);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    console.wait_for_pause().await;
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("the plan");
    let step = &entry.progress[0];
    assert_eq!((step.verified, step.outcome, &step.note), (true, None, &None));
    let new = step.created.as_ref().expect("the new invite").identity.to_string();
    let reads = |env: &TestEnv| {
        let requests = env.control.requests();
        requests.iter().filter(|call| call.method == "GET" && call.path.contains(&new)).count()
    };
    let before = reads(&env);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(reads(&env), before, "the new invite is compared once");
}
