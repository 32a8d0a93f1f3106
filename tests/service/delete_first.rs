//! Delete-first: between its two requests a person has no invite. The missing invite is recorded, and it is created
//! exactly once.

use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Draft, Invite, Outcome, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, OnDuplicate, Rule, StatusReply};
use guestlist::store::Journal;

use crate::harness::{TestConsole, TestEnv, delete_first_step, resume_and_send_again};

async fn set_up_listed(invites: usize) -> (TestEnv, TestConsole, Vec<Invite>) {
    let env = TestEnv::new(invites).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    (env, console, rows)
}

fn write_counts(env: &TestEnv) -> (usize, usize) {
    (env.request_count("DELETE"), env.request_count("POST"))
}

/// Returns the only pending invite; panics if there is not exactly one.
fn only_invite(env: &TestEnv) -> Invite {
    let mut invites = env.invites();
    assert_eq!(invites.len(), 1, "{invites:?}");
    invites.remove(0)
}

#[tokio::test]
async fn delete_first_works_if_the_server_refuses_duplicates() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!((step.outcome, step.old_deleted), (Some(Outcome::Done), true), "{step:?}");
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Finished);
    let new = only_invite(&env);
    assert_ne!(new.identity, rows[0].identity);
    assert_eq!((new.email.as_str(), new.message.as_str()), ("guest0@example.com", "again"));
    assert_eq!(write_counts(&env), (1, 1));
}

#[tokio::test]
async fn killed_delete_first_reinvites_once_on_resume() {
    for (method, when) in [
        ("DELETE", FaultTiming::After),
        ("DELETE", FaultTiming::Before),
        ("POST", FaultTiming::Before),
        ("POST", FaultTiming::After),
    ] {
        let (env, mut console, rows) = set_up_listed(1).await;
        env.set_faults([Rule::for_method(method, Action::Hang(when))]);
        let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
        console.apply_plan(&plan, 0).await;
        let remaining = usize::from((method == "POST") == (when == FaultTiming::After));
        env.wait_until("the request hangs", |env| {
            env.request_count(method) == 1 && env.invites().len() == remaining
        })
        .await;
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let entry = console.wait_for_unfinished_plans().await.remove(0).entry;
        let is_half_done = plan.steps[0].is_half_done(&entry.progress[0]);
        let (state, post_count) = match (method, when) {
            ("POST", FaultTiming::After) => (PlanState::Finished, 1),
            ("POST", FaultTiming::Before) => (PlanState::Stopped, 2),
            _ => (PlanState::Stopped, 1),
        };
        assert_eq!((entry.state, is_half_done), (state, remaining == 0), "{method} {when:?}: {entry:?}");
        if state != PlanState::Finished {
            console.submit(resume_and_send_again(&plan)).await;
            assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
        }
        assert_eq!(only_invite(&env).message, "again");
        assert_eq!(env.request_count("POST"), post_count, "{method} {when:?}");
        let delete_count = if (method, when) == ("DELETE", FaultTiming::Before) { 2 } else { 1 };
        assert_eq!(env.request_count("DELETE"), delete_count, "{method} {when:?}");
    }
}

#[tokio::test]
async fn refused_create_stays_missing_until_a_resume_succeeds() {
    for status in [402, 400] {
        let (env, mut console, rows) = set_up_listed(1).await;
        env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(status)))]);
        let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
        console.apply_plan(&plan, 0).await;
        let error = console.wait_for_pause().await;
        if status == 400 {
            assert!(error.cause.contains("old invite deleted but not re-invited"), "{error}");
        }
        assert_eq!(env.invites(), []);
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let entry = console.wait_for_unfinished_plans().await.remove(0).entry;
        assert_eq!(entry.state, PlanState::Stopped);
        assert!(plan.steps[0].is_half_done(&entry.progress[0]), "{status}: {entry:?}");
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
        assert!(
            !console.has_queued_reply(|reply| matches!(
                reply,
                ServiceReply::Plan(_, PlanEvent::Rechecked { .. })
            )),
            "the plan itself deleted the old invite"
        );
        assert_eq!(only_invite(&env).message, "again");
        assert_eq!(write_counts(&env), (1, 2));
    }
}

#[tokio::test]
async fn delete_first_skips_invites_gone_since() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.control.accept("guest0@example.com").expect("the invite exists");
    let plan = console.new_plan(rows.iter().map(|row| delete_first_step(row, "again")));
    // The second invite is accepted between the re-check and the request.
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    env.control.accept("guest1@example.com").expect("the invite exists");
    env.control.release_hanging();
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Finished);
    for (step, progress) in plan.steps.iter().zip(&progress) {
        assert_eq!(progress.outcome, Some(Outcome::AlreadyGone), "{progress:?}");
        assert!(!step.is_half_done(progress) && progress.note.is_some(), "{progress:?}");
    }
    assert_eq!(write_counts(&env), (1, 0));
}

#[tokio::test]
async fn gone_invite_is_not_reinvited_after_a_full_disk() {
    let (env, mut console, rows) = set_up_listed(1).await;
    let connection =
        rusqlite::Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    connection
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON step WHEN NEW.outcome IS NOT NULL
         BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
        )
        .expect("a trigger");
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    env.control.accept("guest0@example.com").expect("the invite exists");
    env.control.release_hanging();
    console.wait_for_pause().await;
    connection.execute_batch("DROP TRIGGER full").expect("the trigger is dropped");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyGone]);
    assert_eq!(write_counts(&env), (1, 0));
}

#[tokio::test]
async fn lost_create_of_delete_first_is_adopted_or_stays_missing() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::After))]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((only_invite(&env).message.as_str(), write_counts(&env)), ("again", (1, 1)));

    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    assert!(plan.steps[0].is_half_done(&step), "{step:?}");
    console.wait_for_pause().await;
    assert_eq!(write_counts(&env), (1, 1), "it is not repeated automatically");
    console.submit(resume_and_send_again(&plan)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((only_invite(&env).message.as_str(), write_counts(&env)), ("again", (1, 2)));
}

#[tokio::test]
async fn unknown_delete_prevents_the_create() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("DELETE", Action::Drop(FaultTiming::Before)).always()]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Unknown));
    console.wait_for_pause().await;
    assert_eq!((env.request_count("POST"), env.invites()), (0, rows.clone()));
    env.control.clear_faults();
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!(only_invite(&env).message, "again");
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn stop_between_requests_still_creates_the_new_invite() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan(rows.iter().map(|row| delete_first_step(row, "again")));
    console.apply_plan(&plan, 0).await;
    env.wait_until("the delete took effect", |env| env.invites().len() == 1).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    env.control.release_hanging();
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!((write_counts(&env), env.invites().len()), ((1, 1), 2));
}

#[tokio::test]
async fn discard_waives_the_missing_invites() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()]);
    let plan = console.new_plan([delete_first_step(&rows[0], "again")]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    console.submit(ServiceRequest::DiscardPlan(plan.id)).await;
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    assert!(journal.unfinished_entries(&plan.tenancy).await.expect("the journal is readable").is_empty());
}

#[tokio::test]
async fn plan_with_a_double_email_is_refused_and_names_it() {
    let (env, mut console, rows) = set_up_listed(1).await;
    let known_versions = Some(vec![InviteVersion::from_invite(&rows[0])]);
    let resend = Step::Resend { invite: rows[0].clone(), known_versions: known_versions.clone() };
    let draft = Draft { email: "GUEST0@example.com".into(), message: "other".into() };
    let replace = Step::Replace { invite: rows[0].clone(), draft, known_versions };
    let plan = console.new_plan([resend, replace]);
    console.apply_plan(&plan, 0).await;
    let error = console.wait_for_pause().await;
    assert!(error.cause.contains("GUEST0@example.com"), "{error}");
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    assert_eq!((write_counts(&env), env.invites()), ((0, 0), rows));
}
