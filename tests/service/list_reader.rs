//! Loading the list: streaming, completeness, rate limits, and hostile servers.

use std::time::Duration;

use guestlist::domain::service_msg::FetchEnd;
use guestlist::domain::{ErrorKind, Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, FaultTiming, RawReply, Rule, StatusReply, TokenRequest};

use crate::harness::{TestEnv, create_step, delete_step};

fn rate_limit_rule(header: Option<&str>) -> Rule {
    let reply = StatusReply::new(429);
    Rule::for_method(
        "GET",
        Action::Status(match header {
            Some(value) => reply.with_header("archivist-rate-limit-reset", value),
            None => reply,
        }),
    )
}

fn second_page_rule(action: Action) -> Rule {
    Rule { path_contains: Some("page_token=".into()), ..Rule::for_method("GET", action) }
}

fn partial_error(end: FetchEnd) -> String {
    match end {
        FetchEnd::Partial(error) => error.to_string(),
        FetchEnd::Complete => panic!("the list is complete"),
    }
}

#[tokio::test]
async fn the_list_streams_page_by_page_and_is_complete() {
    let env = TestEnv::new(25).await;
    env.set_faults([second_page_rule(Action::Hang(FaultTiming::Before))]);
    let mut console = env.open_console();
    let id = console.submit(ServiceRequest::FetchList).await;
    let first = console
        .wait_for_without_advancing("page 1, while page 2 hangs", |from, reply| match reply {
            ServiceReply::Page(page) if from == id => Some(page.clone()),
            _ => None,
        })
        .await;
    assert_eq!((first.number, first.rows.len(), first.total), (1, 10, Some(25)));
    env.control.release_hanging();
    let (rows, end) = console.fetch_list().await;
    assert_eq!(end, FetchEnd::Complete);
    assert_eq!(rows, env.invites());
    assert!(console.has_queued_reply(
        |reply| matches!(reply, ServiceReply::Connection(connection) if connection.claims.tenant.is_some())
    ));
}

#[tokio::test]
async fn user_requests_overtake_the_list_load() {
    let env = TestEnv::new(25).await;
    env.set_faults([second_page_rule(Action::Hang(FaultTiming::Before)).always()]);
    let mut console = env.open_console();
    console.submit(ServiceRequest::FetchList).await;
    env.wait_until("page 2 hangs", |env| env.request_count("GET") == 2).await;
    let expected = env.invites()[20].clone();
    let id = console.submit(ServiceRequest::Get(expected.identity.clone())).await;
    let invite = console
        .wait_for_without_advancing("the invite", |from, reply| match reply {
            ServiceReply::Invite(invite) if from == id => Some(invite.clone()),
            _ => None,
        })
        .await;
    assert_eq!(invite, expected);
}

#[tokio::test]
async fn rate_limit_is_awaited_with_a_countdown() {
    let env = TestEnv::new(3).await;
    env.set_faults([rate_limit_rule(Some("20"))]);
    let mut console = env.open_console();
    console.submit(ServiceRequest::FetchList).await;
    let (until, reason) = console
        .wait_for_without_advancing("the countdown", |_, reply| match reply {
            ServiceReply::Waiting { until, reason } => Some((*until, reason.clone())),
            _ => None,
        })
        .await;
    assert_eq!((until, reason.as_str()), (Duration::from_secs(20), "the server asked for 20 s"));
    env.clock.advance(Duration::from_millis(19_999));
    // Other requests wait for the same rate limit.
    console.submit(ServiceRequest::Get(env.invites()[0].identity.clone())).await;
    tokio::task::yield_now().await;
    assert_eq!(env.request_count("GET"), 1, "no request is sent before the wait ends");
    env.clock.advance(Duration::from_millis(1));
    console
        .wait_for_without_advancing("the end of the wait", |_, reply| {
            (*reply == ServiceReply::WaitOver).then_some(())
        })
        .await;
    console
        .wait_for_without_advancing("both replies", {
            let mut remaining = 2;
            move |_, reply| {
                remaining -= i32::from(matches!(
                    reply,
                    ServiceReply::Invite(_) | ServiceReply::ListFinished(FetchEnd::Complete)
                ));
                (remaining == 0).then_some(())
            }
        })
        .await;
}

#[tokio::test]
async fn implausible_wait_header_falls_back_to_backoff() {
    for header in [None, Some("soon"), Some("-5"), Some("1e300"), Some("NaN"), Some("99999999")] {
        let env = TestEnv::new(3).await;
        env.set_faults([rate_limit_rule(header)]);
        let mut console = env.open_console();
        console.submit(ServiceRequest::FetchList).await;
        let until = console
            .wait_for_without_advancing("the back-off", |_, reply| match reply {
                ServiceReply::Waiting { until, .. } => Some(*until),
                _ => None,
            })
            .await;
        assert_eq!(until, Duration::from_secs(1), "{header:?}");
        assert_eq!(console.fetch_complete_list().await.len(), 3);
    }
}

#[tokio::test]
async fn very_long_wait_asks_the_user() {
    let env = TestEnv::new(3).await;
    env.set_faults([rate_limit_rule(Some("1200")), rate_limit_rule(Some("1200"))]);
    let mut console = env.open_console();
    let long_wait = |_, reply: &ServiceReply| match reply {
        ServiceReply::LongWait { wait } => Some(*wait),
        _ => None,
    };
    console.submit(ServiceRequest::FetchList).await;
    assert_eq!(console.wait_for("the long-wait prompt", long_wait).await, Duration::from_secs(1200));
    console.submit(ServiceRequest::DeclineWait).await;
    let end = console.wait_for("the end of the list", |_, reply| match reply {
        ServiceReply::ListFinished(end) => Some(end.clone()),
        _ => None,
    });
    assert!(partial_error(end.await).contains("chose not to wait"));
    env.set_faults([]);
    let request_total = env.control.requests().len();
    console.submit(ServiceRequest::FetchList).await;
    console.wait_for("the long-wait prompt", long_wait).await;
    assert_eq!(env.control.requests().len(), request_total, "the server still asks to wait");
    console.submit(ServiceRequest::AcceptWait).await;
    console
        .wait_for_without_advancing("the start of the wait", |_, reply| {
            matches!(reply, ServiceReply::Waiting { .. }).then_some(())
        })
        .await;
    env.clock.advance(Duration::from_secs(1200));
    console
        .wait_for_without_advancing("the end of the list", |_, reply| {
            (*reply == ServiceReply::ListFinished(FetchEnd::Complete)).then_some(())
        })
        .await;
}

#[tokio::test]
async fn transient_page_error_is_retried() {
    let env = TestEnv::new(35).await;
    let third_page_rule = Rule { skip: 1, times: 3, ..second_page_rule(Action::Truncate(30)) };
    env.set_faults([third_page_rule]);
    let mut console = env.open_console();
    assert_eq!(console.fetch_complete_list().await, env.invites());
    assert!(console.has_queued_reply(|reply| matches!(reply, ServiceReply::Waiting { .. })));
}

#[tokio::test]
async fn permanently_failing_page_is_named() {
    let env = TestEnv::new(35).await;
    env.set_faults([Rule { skip: 1, times: 0, ..second_page_rule(Action::Drop(FaultTiming::Before)) }]);
    let mut console = env.open_console();
    let (rows, end) = console.fetch_list().await;
    assert_eq!(rows.len(), 20);
    let error_text = partial_error(end);
    assert!(error_text.starts_with("List incomplete: could not load page 3: "), "{error_text}");
}

#[tokio::test]
async fn circular_page_tokens_end_the_load() {
    for action in [Action::RepeatPageToken, Action::EndlessPages] {
        let env = TestEnv::new(25).await;
        env.set_faults([Rule::for_method("GET", action.clone()).always()]);
        let error_text = partial_error(env.open_console().fetch_list().await.1);
        assert!(error_text.starts_with("List incomplete after page "), "{action:?}: {error_text}");
    }
}

#[tokio::test]
async fn persistent_count_mismatch_reports_both_numbers() {
    let env = TestEnv::new(0).await;
    let body = r#"{"invites":[{"identity":"invites/a","email":"bob@job"}],"next_page_token":""}"#;
    let reply = RawReply {
        headers: [("x-total-count".to_owned(), "7".to_owned())].into(),
        body: body.into(),
        ..RawReply::default()
    };
    env.set_faults([Rule::for_method("GET", Action::Raw(reply)).always()]);
    let mut console = env.open_console();
    let error_text = partial_error(console.fetch_list().await.1);
    assert!(error_text.contains("the server reports 7, but 1 arrived"), "{error_text}");
    assert_eq!(env.request_count("GET"), 3, "the list was loaded three times");
}

#[tokio::test]
async fn local_delete_during_a_load_restarts_it() {
    let env = TestEnv::new(25).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([second_page_rule(Action::Hang(FaultTiming::Before))]);
    let get_count = env.request_count("GET");
    let load_id = console.submit(ServiceRequest::FetchList).await;
    env.wait_until("page 2 hangs", |env| env.request_count("GET") == get_count + 2).await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_outcomes().await;
    env.control.release_hanging();
    let mut restarted = false;
    console
        .wait_for("the end of the list", |from, reply| match reply {
            ServiceReply::ListRestarted { reason } if from == load_id => {
                restarted = reason == "an invite was deleted while loading";
                None
            }
            ServiceReply::ListFinished(FetchEnd::Complete) if from == load_id => Some(()),
            _ => None,
        })
        .await;
    assert!(restarted);
}

#[tokio::test]
async fn new_load_cancels_the_previous_one() {
    let env = TestEnv::new(25).await;
    env.set_faults([second_page_rule(Action::Hang(FaultTiming::Before))]);
    let mut console = env.open_console();
    console.submit(ServiceRequest::FetchList).await;
    env.wait_until("page 2 hangs", |env| env.request_count("GET") == 2).await;
    assert_eq!(console.fetch_complete_list().await.len(), 25);
    assert!(console.has_queued_reply(|reply| match reply {
        ServiceReply::ListFinished(FetchEnd::Partial(error)) => error.kind == ErrorKind::Canceled,
        _ => false,
    }));
}

#[tokio::test]
async fn new_token_is_used_after_401_and_the_old_one_is_not() {
    let env = TestEnv::new(3).await;
    let file = env.state_dir.path().join("token");
    let expired = env.control.issue_token(TokenRequest { expires_in: Some(-60), ..TokenRequest::default() });
    std::fs::write(&file, &expired).expect("written");
    let client = env.client(&file);
    let mut console =
        env.open_console_with(client.clone(), guestlist::store::Journal::open(env.state_dir.path()));
    let error_text = partial_error(console.fetch_list().await.1);
    assert!(error_text.contains("401"), "{error_text}");
    assert_eq!(env.request_count("GET"), 1);
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    assert_eq!(console.fetch_complete_list().await.len(), 3);
}

/// Responds to each list request with these rows.
fn list_rule(rows: &str, total: &str) -> Rule {
    let reply = RawReply {
        headers: [("x-total-count".to_owned(), total.to_owned())].into(),
        body: format!(r#"{{"invites":[{rows}],"next_page_token":""}}"#),
        ..RawReply::default()
    };
    Rule { path_contains: Some("page_size=".into()), ..Rule::for_method("GET", Action::Raw(reply)) }.always()
}

#[tokio::test]
async fn unreadable_rows_are_counted_in_a_complete_list() {
    let env = TestEnv::new(0).await;
    let (valid_row, repeated_row) =
        (r#"{"identity":"a","email":"a@x"}"#, r#"{"identity":"b","email":"b@x"}"#);
    let conflicting_row = r#"{"identity":"b","email":"other@x"}"#;
    for (body, total, shown, unreadable) in [
        (format!(r#"{valid_row},{{"identity":"x","identity":"y"}},NaN"#), "3", 1, 2),
        (format!("{valid_row},{repeated_row},{repeated_row}"), "3", 3, 0),
        (format!("{valid_row},{repeated_row},{conflicting_row}"), "3", 3, 1),
    ] {
        env.set_faults([list_rule(&body, total)]);
        let mut console = env.open_console();
        let id = console.submit(ServiceRequest::FetchList).await;
        let (mut row_count, mut unreadable_count) = (0, 0);
        let end = console
            .wait_for("the end of the list", |from, reply| match reply {
                ServiceReply::Page(page) if from == id => {
                    (row_count, unreadable_count) =
                        (row_count + page.rows.len(), unreadable_count + page.unreadable_rows);
                    None
                }
                ServiceReply::ListRestarted { .. } => {
                    (row_count, unreadable_count) = (0, 0);
                    None
                }
                ServiceReply::ListFinished(end) if from == id => Some(end.clone()),
                _ => None,
            })
            .await;
        assert_eq!(end, FetchEnd::Complete, "{body}");
        assert_eq!((row_count, unreadable_count), (shown, unreadable), "{body}");
    }
}

#[tokio::test]
async fn lost_create_beside_an_unreadable_row_stays_unknown() {
    let env = TestEnv::new(0).await;
    env.set_faults([
        list_rule(r#"{"identity":7,"email":"x@y"}"#, "1"),
        Rule::for_method("POST", Action::Drop(FaultTiming::Before)).always(),
    ]);
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("new@example.com", "hi", Some(Vec::new()))]);
    console.apply_plan(&plan, 0).await;
    let progress = console.wait_for_step_end().await;
    assert_eq!(progress.outcome, Some(Outcome::Unknown), "{progress:?}");
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test]
async fn unreadable_row_does_not_prove_invites_gone() {
    let env = TestEnv::new(25).await;
    let mut console = env.open_console();
    let invites = console.fetch_complete_list().await;
    env.set_faults([list_rule(r#"{"identity":7,"email":"x@y"}"#, "1")]);
    let plan = console.new_plan(invites.iter().map(delete_step));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, vec![Outcome::Done; 25]);
    assert!(env.invites().is_empty(), "each invite was checked by its identity and deleted");
}
