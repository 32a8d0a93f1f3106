//! Large plans: 200 creates with many kinds of errors, and 80 deletes answered by a proxy or a wrong base path instead
//! of the API.

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::PlanState;
use guestlist::domain::service_msg::{FetchEnd, PlanEvent};
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply, TokenRequest};
use guestlist::store::Journal;

use crate::harness::{TestConsole, TestEnv, create_step, delete_step};

fn status_action(code: u16, when: FaultTiming) -> Action {
    Action::Status(StatusReply { when, ..StatusReply::new(code) })
}

async fn journal_entry(
    env: &TestEnv,
    id: guestlist::domain::PlanId,
) -> guestlist::domain::journal::JournalEntry {
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    journal.entry(id).await.expect("the journal is readable").expect("the plan is recorded")
}

#[tokio::test]
async fn two_hundred_creates_survive_errors_without_second_emails() {
    let env = TestEnv { page_size: 500, ..TestEnv::new(0).await };
    let file = env.state_dir.path().join("token");
    let renew_token =
        || std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    renew_token();
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    console.fetch_complete_list().await;
    let guests: Vec<String> = (0..200).map(|n| format!("guest{n}@job")).collect();
    let plan = console.new_plan(guests.iter().map(|email| create_step(email, "welcome", Some(vec![]))));
    env.set_faults([
        Rule { skip: 94, ..Rule::for_method("POST", Action::Hang(FaultTiming::Before)) },
        Rule { skip: 149, ..Rule::for_method("POST", status_action(402, FaultTiming::Before)) },
        // Every tenth request fails, alternately before and after its effect.
        Rule { every: 20, ..Rule::for_method("POST", status_action(503, FaultTiming::After)) }.always(),
        Rule { skip: 10, every: 20, ..Rule::for_method("POST", status_action(500, FaultTiming::Before)) }
            .always(),
    ]);
    console.apply_plan(&plan, 0).await;
    env.wait_while_advancing(&mut console, "the 95th create hangs", |env| env.request_count("POST") == 95)
        .await;
    env.control.advance(2 * 60 * 60).expect("the token expires");
    env.control.release_hanging();
    let mut pauses = Vec::new();
    let end = loop {
        match wait_for_pause_or_end(&mut console).await {
            Ok(state) => break state,
            Err(status) => pauses.push(status),
        }
        assert!(pauses.len() < 9, "{pauses:?}");
        // After this time an invite that is not listed was not created.
        env.clock.advance(MAX_EFFECT_DELAY);
        renew_token();
        console.fetch_complete_list().await;
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
    };
    assert_eq!(end, PlanState::Finished);
    assert_eq!(pauses[..2], [Some(401), Some(402)], "the other pauses are lost requests");

    let (invites, entry) = (env.invites(), journal_entry(&env, plan.id).await);
    let mut emails = env.emails();
    emails.sort();
    let mut expected = guests.clone();
    expected.sort();
    assert_eq!(emails, expected, "everyone has exactly one invite");
    for (email, progress) in guests.iter().zip(&entry.progress) {
        assert_eq!(progress.outcome, Some(Outcome::Done), "{email}: {progress:?}");
        let own = invites.iter().find(|invite| invite.email == *email);
        assert_eq!(progress.created.as_ref(), own, "{email}");
    }
    let email_total = std::fs::read_dir(env.sandbox.outbox()).expect("the outbox").count();
    assert_eq!(email_total, 200, "one email each");
}

/// Waits for the end of a plan, or for a pause and its HTTP status.
async fn wait_for_pause_or_end(console: &mut TestConsole) -> Result<PlanState, Option<u16>> {
    console
        .wait_for_plan_event("a pause or an end", |event| match event {
            PlanEvent::Paused(error) => Some(Err(error.status())),
            PlanEvent::Ended { state, .. } => Some(Ok(*state)),
            _ => None,
        })
        .await
}

fn login_page_action() -> Action {
    Action::Raw(RawReply {
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<!doctype html><html><title>Sign in</title></html>".into(),
        ..RawReply::default()
    })
}

fn assert_nothing_done(console: &TestConsole) {
    let done = |reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::StepEnded { progress, .. }) => {
            progress.outcome.is_some_and(Outcome::is_success)
        }
        _ => false,
    };
    assert!(!console.has_queued_reply(done), "a login page confirms no delete");
}

#[tokio::test]
async fn login_page_confirms_none_of_eighty_deletes() {
    for verbs in [&["DELETE"][..], &["DELETE", "GET"]] {
        let env = TestEnv { page_size: 500, ..TestEnv::new(80).await };
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        let plan = console.new_plan(rows.iter().map(delete_step));
        env.set_faults(verbs.iter().map(|verb| Rule::for_method(verb, login_page_action()).always()));
        console.apply_plan(&plan, 0).await;
        for _ in 0..3 {
            console.wait_for_pause().await;
            console.submit(ServiceRequest::resume_plan(plan.id)).await;
        }
        console.wait_for_pause().await;
        assert_nothing_done(&console);
        let entry = journal_entry(&env, plan.id).await;
        assert!(entry.progress.iter().all(|step| !step.outcome.is_some_and(Outcome::is_success)));
        assert_eq!(env.invites(), rows, "{verbs:?}");
        env.control.clear_faults();
        console.fetch_complete_list().await;
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 80]);
    }
}

#[tokio::test]
async fn wrong_base_path_sends_nothing_and_confirms_nothing() {
    let env = TestEnv { page_size: 500, ..TestEnv::new(80).await };
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan(rows.iter().map(delete_step));
    console.apply_plan(&plan, 3600).await;
    console
        .wait_for_plan_event("the undo window", |event| {
            matches!(event, PlanEvent::UndoWindow { .. }).then_some(())
        })
        .await;
    console.kill().await;

    let client = env.client_with_base_path(env.sandbox.token_file(), Some("/archivist/v2/invites"));
    let mut wrong_console = env.open_console_with(client, Journal::open(env.state_dir.path()));
    let (_, end) = wrong_console.fetch_list().await;
    assert!(matches!(end, FetchEnd::Partial(error) if error.status() == Some(404)));
    let other = wrong_console.new_plan(rows.iter().map(delete_step));
    wrong_console.apply_plan(&other, 0).await;
    assert_eq!(wrong_console.wait_for_pause().await.kind, ErrorKind::Refused);
    assert_eq!(wrong_console.wait_for_plan_end().await.0, PlanState::Discarded);
    wrong_console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(wrong_console.wait_for_pause().await.kind, ErrorKind::Refused);
    assert_nothing_done(&wrong_console);
    assert_eq!((env.request_count("DELETE"), env.invites()), (0, rows));
    assert_eq!(
        journal_entry(&env, plan.id).await.state,
        PlanState::Staged,
        "it can still be applied with the right base path"
    );
}
