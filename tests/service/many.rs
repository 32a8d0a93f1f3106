//! Plans of real size: two hundred creates through all that can happen to them, and eighty deletes that a
//! proxy, or a wrong address, answers instead of the service.

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::PlanState;
use guestlist::domain::service_msg::{FetchEnd, PlanEvent};
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply, TokenRequest};
use guestlist::store::Journal;

use crate::world::{Console, World, create, delete};

fn status(code: u16, when: FaultTiming) -> Action {
    Action::Status(StatusReply { when, ..StatusReply::new(code) })
}

async fn state(world: &World, name: guestlist::domain::PlanId) -> guestlist::domain::journal::JournalEntry {
    let journal = Journal::open(world.state.path()).expect("a journal");
    journal.entry(name).await.expect("it reads").expect("it is there")
}

#[tokio::test]
async fn two_hundred_creates_survive_an_expired_token_a_quota_and_errors_and_mail_nobody_twice() {
    let world = World { page_size: 500, ..World::new(0).await };
    let file = world.state.path().join("token");
    let new_token =
        || std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    new_token();
    let mut console = world.console_with(world.client(&file), Journal::open(world.state.path()));
    console.read().await;
    let wanted: Vec<String> = (0..200).map(|n| format!("guest{n}@job")).collect();
    let plan = console.plan(wanted.iter().map(|email| create(email, "welcome", Some(vec![]))));
    world.faults([
        Rule { skip: 94, ..Rule::for_method("POST", Action::Hang(FaultTiming::Before)) },
        Rule { skip: 149, ..Rule::for_method("POST", status(402, FaultTiming::Before)) },
        // Every tenth, by turns before and after it took effect.
        Rule { every: 20, ..Rule::for_method("POST", status(503, FaultTiming::After)) }.always(),
        Rule { skip: 10, every: 20, ..Rule::for_method("POST", status(500, FaultTiming::Before)) }.always(),
    ]);
    console.run(&plan, 0).await;
    world.until_while(&mut console, "the 95th hangs", |world| world.calls("POST") == 95).await;
    world.control.advance(2 * 60 * 60).expect("the token expires");
    world.control.release_hanging();
    let mut paused = Vec::new();
    let end = loop {
        match next_end(&mut console).await {
            Ok(state) => break state,
            Err(status) => paused.push(status),
        }
        assert!(paused.len() < 9, "{paused:?}");
        // Late enough that what is not in the list was not created.
        world.clock.advance(MAX_EFFECT_DELAY);
        new_token();
        console.read().await;
        console.ask(ServiceRequest::resume_plan(plan.id)).await;
    };
    assert_eq!(end, PlanState::Finished);
    assert_eq!(paused[..2], [Some(401), Some(402)], "the rest are those that were not sent");

    let (there, entry) = (world.invites(), state(&world, plan.id).await);
    let mut emails = world.emails();
    emails.sort();
    let mut all = wanted.clone();
    all.sort();
    assert_eq!(emails, all, "every one is there, and none twice");
    for (email, progress) in wanted.iter().zip(&entry.progress) {
        assert_eq!(progress.outcome, Some(Outcome::Done), "{email}: {progress:?}");
        let own = there.iter().find(|invite| invite.email == *email);
        assert_eq!(progress.created.as_ref(), own, "{email}");
    }
    let all_letters = std::fs::read_dir(world.sandbox.outbox()).expect("the outbox").count();
    assert_eq!(all_letters, 200, "one letter each");
}

/// Waits for the end of a plan, or for a pause and the status behind it.
async fn next_end(console: &mut Console) -> Result<PlanState, Option<u16>> {
    console
        .event("a pause or an end", |event| match event {
            PlanEvent::Paused(failure) => Some(Err(failure.status())),
            PlanEvent::Ended { state, .. } => Some(Ok(*state)),
            _ => None,
        })
        .await
}

fn login_page() -> Action {
    Action::Raw(RawReply {
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<!doctype html><html><title>Sign in</title></html>".into(),
        ..RawReply::default()
    })
}

fn nothing_is_done(console: &Console) {
    let done = |reply: &ServiceReply| match reply {
        ServiceReply::Plan(_, PlanEvent::StepEnded { progress, .. }) => {
            progress.outcome.is_some_and(Outcome::is_success)
        }
        _ => false,
    };
    assert!(!console.heard(done), "a login page is no deletion");
}

#[tokio::test]
async fn of_eighty_deletes_that_a_login_page_answers_not_one_is_called_done() {
    for verbs in [&["DELETE"][..], &["DELETE", "GET"]] {
        let world = World { page_size: 500, ..World::new(80).await };
        let mut console = world.console();
        let rows = console.read().await;
        let plan = console.plan(rows.iter().map(delete));
        world.faults(verbs.iter().map(|verb| Rule::for_method(verb, login_page()).always()));
        console.run(&plan, 0).await;
        for _ in 0..3 {
            console.paused().await;
            console.ask(ServiceRequest::resume_plan(plan.id)).await;
        }
        console.paused().await;
        nothing_is_done(&console);
        let entry = state(&world, plan.id).await;
        assert!(entry.progress.iter().all(|step| !step.outcome.is_some_and(Outcome::is_success)));
        assert_eq!(world.invites(), rows, "{verbs:?}");
        world.control.clear_faults();
        console.read().await;
        console.ask(ServiceRequest::resume_plan(plan.id)).await;
        assert_eq!(console.finished().await, [Outcome::Done; 80]);
    }
}

#[tokio::test]
async fn on_a_wrong_base_path_nothing_is_sent_and_not_one_is_called_done() {
    let world = World { page_size: 500, ..World::new(80).await };
    let mut right = world.console();
    let rows = right.read().await;
    let plan = right.plan(rows.iter().map(delete));
    right.run(&plan, 3600).await;
    right.event("the hold", |event| matches!(event, PlanEvent::UndoWindow { .. }).then_some(())).await;
    right.kill().await;

    let client = world.client_at(world.sandbox.token_file(), Some("/archivist/v2/invites"));
    let mut wrong = world.console_with(client, Journal::open(world.state.path()));
    let (_, end) = wrong.read_to_end().await;
    assert!(matches!(end, FetchEnd::Partial(failure) if failure.status() == Some(404)));
    let other = wrong.plan(rows.iter().map(delete));
    wrong.run(&other, 0).await;
    assert_eq!(wrong.paused().await.kind, ErrorKind::Refused);
    assert_eq!(wrong.ended().await.0, PlanState::Discarded);
    wrong.ask(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(wrong.paused().await.kind, ErrorKind::Refused);
    nothing_is_done(&wrong);
    assert_eq!((world.calls("DELETE"), world.invites()), (0, rows));
    assert_eq!(state(&world, plan.id).await.state, PlanState::Staged, "it can still be run elsewhere");
}
