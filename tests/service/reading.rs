//! Reading the list: streaming, completeness, the gate, and what hostile servers do.

use std::time::Duration;

use guestlist::domain::service_msg::FetchEnd;
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply, TokenRequest};

use crate::world::{World, create, delete};

fn limited(header: Option<&str>) -> Rule {
    let reply = StatusReply::new(429);
    Rule::for_method(
        "GET",
        Action::Status(match header {
            Some(value) => reply.header("archivist-rate-limit-reset", value),
            None => reply,
        }),
    )
}

fn second_page(action: Action) -> Rule {
    Rule { path_contains: Some("page_token=".into()), ..Rule::for_method("GET", action) }
}

fn partial(end: FetchEnd) -> String {
    match end {
        FetchEnd::Partial(failure) => failure.to_string(),
        FetchEnd::Complete => panic!("it is not complete"),
    }
}

#[tokio::test]
async fn the_list_streams_page_by_page_and_is_complete() {
    let world = World::new(25).await;
    world.faults([second_page(Action::Hang(FaultTiming::Before))]);
    let mut console = world.console();
    let id = console.ask(ServiceRequest::FetchList).await;
    let first = console
        .until_still("page 1, while page 2 hangs", |from, reply| match reply {
            ServiceReply::Page(page) if from == id => Some(page.clone()),
            _ => None,
        })
        .await;
    assert_eq!((first.number, first.rows.len(), first.total), (1, 10, Some(25)));
    world.control.release_hanging();
    let (rows, end) = console.read_to_end().await;
    assert_eq!(end, FetchEnd::Complete);
    assert_eq!(rows, world.invites());
    assert!(console.heard(
        |reply| matches!(reply, ServiceReply::Connection(session) if session.claims.tenant.is_some())
    ));
}

#[tokio::test]
async fn what_a_person_asks_for_overtakes_the_reading() {
    let world = World::new(25).await;
    world.faults([second_page(Action::Hang(FaultTiming::Before)).always()]);
    let mut console = world.console();
    console.ask(ServiceRequest::FetchList).await;
    world.until("page 2 hangs", |world| world.calls("GET") == 2).await;
    let wanted = world.invites()[20].clone();
    let id = console.ask(ServiceRequest::Get(wanted.identity.clone())).await;
    let got = console
        .until_still("the invite", |from, reply| match reply {
            ServiceReply::Invite(invite) if from == id => Some(invite.clone()),
            _ => None,
        })
        .await;
    assert_eq!(got, wanted);
}

#[tokio::test]
async fn a_429_is_waited_out_with_a_countdown() {
    let world = World::new(3).await;
    world.faults([limited(Some("20"))]);
    let mut console = world.console();
    console.ask(ServiceRequest::FetchList).await;
    let (until, why) = console
        .until_still("the countdown", |_, reply| match reply {
            ServiceReply::Waiting { until, reason: why } => Some((*until, why.clone())),
            _ => None,
        })
        .await;
    assert_eq!((until, why.as_str()), (Duration::from_secs(20), "the server asked for 20 s"));
    world.clock.advance(Duration::from_millis(19_999));
    // Another request is held back by the same gate.
    console.ask(ServiceRequest::Get(world.invites()[0].identity.clone())).await;
    tokio::task::yield_now().await;
    assert_eq!(world.calls("GET"), 1, "nothing is sent before the time has come");
    world.clock.advance(Duration::from_millis(1));
    console.until_still("the end of the wait", |_, r| (*r == ServiceReply::WaitOver).then_some(())).await;
    console
        .until_still("both answers", {
            let mut left = 2;
            move |_, reply| {
                left -= i32::from(matches!(
                    reply,
                    ServiceReply::Invite(_) | ServiceReply::ListFinished(FetchEnd::Complete)
                ));
                (left == 0).then_some(())
            }
        })
        .await;
}

#[tokio::test]
async fn a_header_that_cannot_be_believed_falls_back_to_back_off() {
    for header in [None, Some("soon"), Some("-5"), Some("1e300"), Some("NaN"), Some("99999999")] {
        let world = World::new(3).await;
        world.faults([limited(header)]);
        let mut console = world.console();
        console.ask(ServiceRequest::FetchList).await;
        let until = console
            .until_still("the back-off", |_, reply| match reply {
                ServiceReply::Waiting { until, .. } => Some(*until),
                _ => None,
            })
            .await;
        assert_eq!(until, Duration::from_secs(1), "{header:?}");
        assert_eq!(console.read().await.len(), 3);
    }
}

#[tokio::test]
async fn a_very_long_wait_is_asked_about() {
    let world = World::new(3).await;
    world.faults([limited(Some("1200")), limited(Some("1200"))]);
    let mut console = world.console();
    let asked = |_, reply: &ServiceReply| match reply {
        ServiceReply::LongWait { wait } => Some(*wait),
        _ => None,
    };
    console.ask(ServiceRequest::FetchList).await;
    assert_eq!(console.until("the question", asked).await, Duration::from_secs(1200));
    console.ask(ServiceRequest::DeclineWait).await;
    let end = console.until("the end", |_, reply| match reply {
        ServiceReply::ListFinished(end) => Some(end.clone()),
        _ => None,
    });
    assert!(partial(end.await).contains("chose not to wait"));
    world.faults([]);
    let calls = world.control.requests().len();
    console.ask(ServiceRequest::FetchList).await;
    console.until("the question", asked).await;
    assert_eq!(world.control.requests().len(), calls, "the server still wants none");
    console.ask(ServiceRequest::AcceptWait).await;
    console.until_still("the wait", |_, r| matches!(r, ServiceReply::Waiting { .. }).then_some(())).await;
    world.clock.advance(Duration::from_secs(1200));
    console
        .until_still("the end", |_, r| (*r == ServiceReply::ListFinished(FetchEnd::Complete)).then_some(()))
        .await;
}

#[tokio::test]
async fn a_page_that_fails_in_passing_is_read_again() {
    let world = World::new(35).await;
    let third = Rule { skip: 1, times: 3, ..second_page(Action::Truncate(30)) };
    world.faults([third]);
    let mut console = world.console();
    assert_eq!(console.read().await, world.invites());
    assert!(console.heard(|reply| matches!(reply, ServiceReply::Waiting { .. })));
}

#[tokio::test]
async fn a_page_that_stays_broken_is_named() {
    let world = World::new(35).await;
    world.faults([Rule { skip: 1, times: 0, ..second_page(Action::Drop(FaultTiming::Before)) }]);
    let mut console = world.console();
    let (rows, end) = console.read_to_end().await;
    assert_eq!(rows.len(), 20);
    let said = partial(end);
    assert!(said.starts_with("List incomplete: could not load page 3: "), "{said}");
}

#[tokio::test]
async fn pages_that_go_in_circles_end() {
    for action in [Action::RepeatPageToken, Action::EndlessPages] {
        let world = World::new(25).await;
        world.faults([Rule::for_method("GET", action.clone()).always()]);
        let said = partial(world.console().read_to_end().await.1);
        assert!(said.starts_with("List incomplete after page "), "{action:?}: {said}");
    }
}

#[tokio::test]
async fn a_count_that_never_fits_is_told_with_both_numbers() {
    let world = World::new(0).await;
    let body = r#"{"invites":[{"identity":"invites/a","email":"bob@job"}],"next_page_token":""}"#;
    let reply = RawReply {
        headers: [("x-total-count".to_owned(), "7".to_owned())].into(),
        body: body.into(),
        ..RawReply::default()
    };
    world.faults([Rule::for_method("GET", Action::Raw(reply)).always()]);
    let mut console = world.console();
    let said = partial(console.read_to_end().await.1);
    assert!(said.contains("the server reports 7, but 1 arrived"), "{said}");
    assert_eq!(world.calls("GET"), 3, "read again twice");
}

#[tokio::test]
async fn a_delete_of_ours_meanwhile_makes_the_reading_start_over() {
    let world = World::new(25).await;
    let mut console = world.console();
    let rows = console.read().await;
    world.faults([second_page(Action::Hang(FaultTiming::Before))]);
    let before = world.calls("GET");
    let reading = console.ask(ServiceRequest::FetchList).await;
    world.until("page 2 hangs", |world| world.calls("GET") == before + 2).await;
    let plan = console.plan([delete(&rows[0])]);
    console.run(&plan, 0).await;
    console.finished().await;
    world.control.release_hanging();
    let mut again = false;
    console
        .until("the end", |from, reply| match reply {
            ServiceReply::ListRestarted { reason: why } if from == reading => {
                again = why == "an invite was deleted while loading";
                None
            }
            ServiceReply::ListFinished(FetchEnd::Complete) if from == reading => Some(()),
            _ => None,
        })
        .await;
    assert!(again);
}

#[tokio::test]
async fn a_new_reading_ends_the_one_before() {
    let world = World::new(25).await;
    world.faults([second_page(Action::Hang(FaultTiming::Before))]);
    let mut console = world.console();
    let first = console.ask(ServiceRequest::FetchList).await;
    world.until("page 2 hangs", |world| world.calls("GET") == 2).await;
    assert_eq!(console.read().await.len(), 25);
    assert!(console.heard(|reply| match reply {
        ServiceReply::ListFinished(FetchEnd::Partial(failure)) => failure.kind == ErrorKind::Canceled,
        _ => false,
    }));
    let _ = first;
}

#[tokio::test]
async fn after_a_401_a_new_token_is_used_and_the_same_one_is_not_tried_again() {
    let world = World::new(3).await;
    let file = world.state.path().join("token");
    let expired =
        world.control.issue_token(TokenRequest { expires_in: Some(-60), ..TokenRequest::default() });
    std::fs::write(&file, &expired).expect("written");
    let client = world.client(&file);
    let mut console = world.console_with(client.clone(), guestlist::store::Journal::open(world.state.path()));
    let said = partial(console.read_to_end().await.1);
    assert!(said.contains("401"), "{said}");
    assert_eq!(world.calls("GET"), 1);
    std::fs::write(&file, world.control.issue_token(TokenRequest::default())).expect("written");
    assert_eq!(console.read().await.len(), 3);
}

/// Answers each request for the list with these rows.
fn rows(rows: &str, total: &str) -> Rule {
    let reply = RawReply {
        headers: [("x-total-count".to_owned(), total.to_owned())].into(),
        body: format!(r#"{{"invites":[{rows}],"next_page_token":""}}"#),
        ..RawReply::default()
    };
    Rule { path_contains: Some("page_size=".into()), ..Rule::for_method("GET", Action::Raw(reply)) }.always()
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_counted_and_the_list_is_complete() {
    let world = World::new(0).await;
    let (good, twice) = (r#"{"identity":"a","email":"a@x"}"#, r#"{"identity":"b","email":"b@x"}"#);
    let other = r#"{"identity":"b","email":"other@x"}"#;
    for (body, total, shown, unreadable) in [
        (format!(r#"{good},{{"identity":"x","identity":"y"}},NaN"#), "3", 1, 2),
        (format!("{good},{twice},{twice}"), "3", 3, 0),
        (format!("{good},{twice},{other}"), "3", 3, 1),
    ] {
        world.faults([rows(&body, total)]);
        let mut console = world.console();
        let id = console.ask(ServiceRequest::FetchList).await;
        let (mut came, mut hidden) = (0, 0);
        let end = console
            .until("the end of the list", |from, reply| match reply {
                ServiceReply::Page(page) if from == id => {
                    (came, hidden) = (came + page.rows.len(), hidden + page.unreadable_rows);
                    None
                }
                ServiceReply::ListRestarted { .. } => {
                    (came, hidden) = (0, 0);
                    None
                }
                ServiceReply::ListFinished(end) if from == id => Some(end.clone()),
                _ => None,
            })
            .await;
        assert_eq!(end, FetchEnd::Complete, "{body}");
        assert_eq!((came, hidden), (shown, unreadable), "{body}");
    }
}

#[tokio::test]
async fn lost_create_beside_an_unreadable_row_stays_unknown() {
    let world = World::new(0).await;
    world.faults([
        rows(r#"{"identity":7,"email":"x@y"}"#, "1"),
        Rule::for_method("POST", Action::Drop(FaultTiming::Before)).always(),
    ]);
    let mut console = world.console();
    console.read().await;
    let plan = console.plan([create("new@example.com", "hi", Some(Vec::new()))]);
    console.run(&plan, 0).await;
    let progress = console.step_ended().await;
    assert_eq!(progress.outcome, Some(Outcome::Unknown), "{progress:?}");
    assert_eq!(world.calls("POST"), 1);
}

#[tokio::test]
async fn unreadable_row_is_no_proof_that_invites_are_gone() {
    let world = World::new(25).await;
    let mut console = world.console();
    let invites = console.read().await;
    world.faults([rows(r#"{"identity":7,"email":"x@y"}"#, "1")]);
    let plan = console.plan(invites.iter().map(delete));
    console.run(&plan, 0).await;
    assert_eq!(console.finished().await, vec![Outcome::Done; 25]);
    assert!(world.invites().is_empty(), "each was looked for by its identity and deleted");
}
