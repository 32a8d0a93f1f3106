//! Resend and replace: no one is left without an invite, and no one gets two emails.

use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::{Draft, Invite, Outcome, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, OnDuplicate, RawReply, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv, status_rule};

fn resend_step(invite: &Invite, rows: &[Invite]) -> Step {
    let known_versions =
        rows.iter().filter(|row| row.email == invite.email).map(InviteVersion::from_invite).collect();
    Step::Resend { invite: invite.clone(), known_versions: Some(known_versions) }
}

async fn set_up_listed(invites: usize) -> (TestEnv, TestConsole, Vec<Invite>) {
    let env = TestEnv::new(invites).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    (env, console, rows)
}

fn emails_and_messages(rows: &[Invite]) -> Vec<(String, String)> {
    let mut texts: Vec<_> = rows.iter().map(|row| (row.email.clone(), row.message.clone())).collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn resend_replaces_every_invite_despite_429_and_lost_response() {
    let (env, mut console, rows) = set_up_listed(5).await;
    let wait = StatusReply::new(429).with_header("archivist-rate-limit-reset", "20");
    env.set_faults([
        Rule { skip: 1, ..Rule::for_method("POST", Action::Status(wait)) },
        Rule { skip: 3, ..Rule::for_method("POST", Action::Drop(FaultTiming::After)) },
    ]);
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 5]);
    let now = env.invites();
    assert_eq!(emails_and_messages(&now), emails_and_messages(&rows));
    assert!(now.iter().all(|new| rows.iter().all(|old| old.identity != new.identity)));
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE")),
        (6, 5),
        "one of the creates met the 429"
    );
}

#[tokio::test]
async fn resend_records_whether_the_old_invite_was_deleted() {
    for (status, outcome, is_deleted) in [(200, Outcome::Done, true), (409, Outcome::OldStillActive, false)] {
        let (env, mut console, rows) = set_up_listed(1).await;
        if status != 200 {
            env.set_faults([status_rule("DELETE", status)]);
        }
        let plan = console.new_plan([resend_step(&rows[0], &rows)]);
        console.apply_plan(&plan, 0).await;
        let step = console.wait_for_step_end().await;
        assert_eq!((step.outcome, step.old_deleted), (Some(outcome), is_deleted), "{step:?}");
    }
}

#[tokio::test]
async fn resend_of_duplicates_leaves_one_invite_and_one_email() {
    let env = TestEnv::new(1).await;
    env.control.create("GUEST0@example.com", "message 0").expect("a duplicate");
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 2]);
    assert_eq!((env.request_count("POST"), env.invites().len()), (1, 1));
}

#[tokio::test]
async fn resend_deletes_nothing_if_the_server_renews() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Renew)).always()]);
    let plan = console.new_plan([resend_step(&rows[0], &rows)]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("DELETE"), env.invites().len()), (0, 2));
}

#[tokio::test]
async fn resend_refused_as_duplicate_offers_delete_first() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let plan = console.new_plan([resend_step(&rows[0], &rows)]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Refused));
    assert!(step.note.expect("a note").contains("delete the old one first"));
    assert_eq!(env.invites(), rows);
}

#[tokio::test]
async fn replace_keeps_both_if_the_new_invite_differs() {
    let (env, mut console, rows) = set_up_listed(1).await;
    let draft = Draft { email: rows[0].email.clone(), message: "something else".into() };
    let step = Step::Replace {
        invite: rows[0].clone(),
        draft,
        known_versions: Some(vec![InviteVersion::from_invite(&rows[0])]),
    };
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan([step]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the new invite", |env| env.invites().len() == 2).await;
    let new = env.invites()[1].identity.to_string();
    let body = format!(r#"{{"identity":"{new}","email":"guest0@example.com","message":"changed"}}"#);
    let reply = Action::Raw(RawReply { body, ..RawReply::default() });
    env.set_faults([Rule { path_contains: Some(new.clone()), ..Rule::for_method("GET", reply) }]);
    env.control.release_hanging();
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::OldStillActive), "{step:?}");
    assert_eq!((env.request_count("DELETE"), env.invites().len()), (0, 2));
}

#[tokio::test]
async fn resend_killed_between_requests_resumes_with_the_delete() {
    for when in [FaultTiming::Before, FaultTiming::After] {
        let (env, mut console, rows) = set_up_listed(1).await;
        env.set_faults([Rule::for_method("DELETE", Action::Hang(when))]);
        let plan = console.new_plan([resend_step(&rows[0], &rows)]);
        console.apply_plan(&plan, 0).await;
        env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
        let expected = if when == FaultTiming::After { 1 } else { 2 };
        env.wait_until("the effect of the delete", |env| env.invites().len() == expected).await;
        console.kill().await;

        let mut console = env.open_console();
        console.fetch_complete_list().await;
        let unfinished = console.wait_for_unfinished_plans().await.remove(0);
        if when == FaultTiming::Before {
            assert_eq!(unfinished.entry.state, PlanState::Stopped);
            console.submit(ServiceRequest::resume_plan(plan.id)).await;
            assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
        } else {
            assert_eq!(unfinished.entry.state, PlanState::Finished);
        }
        assert_eq!(emails_and_messages(&env.invites()), emails_and_messages(&rows));
        assert_ne!(env.invites()[0].identity, rows[0].identity);
        assert_eq!(env.request_count("POST"), 1);
    }
}

#[tokio::test]
async fn resend_killed_during_its_create_is_adopted_on_resume() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan([resend_step(&rows[0], &rows)]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the new invite", |env| env.invites().len() == 2).await;
    console.kill().await;

    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let unfinished = console.wait_for_unfinished_plans().await.remove(0);
    assert_eq!(unfinished.findings, ["The invite to guest0@example.com was sent; confirmed by the list."]);
    assert_eq!((unfinished.entry.state, env.request_count("DELETE")), (PlanState::Stopped, 0));
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.invites().len()), (1, 1));
}

#[tokio::test]
async fn resend_with_an_unknown_delete_says_both_may_work() {
    let (env, mut console, rows) = set_up_listed(1).await;
    env.set_faults([Rule::for_method("DELETE", Action::Drop(FaultTiming::Before)).always()]);
    let plan = console.new_plan([resend_step(&rows[0], &rows)]);
    console.apply_plan(&plan, 0).await;
    let step = console.wait_for_step_end().await;
    assert_eq!(step.outcome, Some(Outcome::Unknown));
    let note = step.note.expect("a note");
    assert!(note.starts_with("the new invite was created, but the old invite may still work: 3 "), "{note}");
    console.wait_for_pause().await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (1, 3, 2));
}

#[tokio::test]
async fn stop_between_requests_leaves_one_live_link() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    env.wait_until("the create hangs", |env| env.invites().len() == 3).await;
    console.submit(ServiceRequest::StopPlan(plan.id)).await;
    env.control.release_hanging();
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Stopped);
    assert_eq!((progress[0].outcome, progress[1].outcome), (Some(Outcome::Done), None));
    assert_eq!((env.request_count("POST"), env.invites().len()), (1, 2));
}

#[tokio::test]
async fn resend_skips_gone_invites_and_rejects_unsendable_text() {
    let (env, mut console, rows) = set_up_listed(2).await;
    env.control.accept("guest0@example.com").expect("the invite exists");
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::AlreadyGone, Outcome::Done]);
    assert_eq!(env.request_count("POST"), 1);
    let long_invite = Invite { message: "x".repeat(257), ..env.invites()[0].clone() };
    let plan = console.new_plan([resend_step(&long_invite, &rows)]);
    console.apply_plan(&plan, 0).await;
    let error = console.wait_for_pause().await;
    assert!(error.hint.contains("257 characters"), "{error}");
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn resend_of_a_duplicate_waits_while_the_first_is_unknown() {
    let env = TestEnv::new(0).await;
    for _ in 0..2 {
        env.control.create("bob@job", "hello").expect("an invite");
    }
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Unknown));
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Skipped), "this step sent no email");
    console.wait_for_pause().await;
    env.control.create("bob@job", "hello").expect("created late");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done, Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), env.invites().len()), (1, 2, 1));
}
