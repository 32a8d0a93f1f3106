//! Each kind of fault, as a client sees it.

use std::time::{Duration, Instant};

use guestlist::sandbox::{
    Action, FaultTiming, OnDuplicate, RateLimit, RawReply, RequestStatus, Rule, StatusReply, WaitHeader,
};
use serde_json::{Value, json};

use crate::harness::{BASE_PATH, TestSandbox, invite_uuid, read_json, send_request, wait_until};

async fn start_with_faults(rules: Vec<Rule>) -> TestSandbox {
    let sandbox = TestSandbox::new().await;
    sandbox.control().set_faults(rules).expect("good rules");
    sandbox
}

fn create_request(sandbox: &TestSandbox) -> reqwest::RequestBuilder {
    sandbox.request("POST", BASE_PATH).body(r#"{"email":"new@example.com","message":"hi"}"#)
}

#[tokio::test]
async fn a_status_comes_with_its_headers_and_without_the_effect() {
    let reply = StatusReply::new(429).with_header("Archivist-Rate-Limit-Reset", "0.1");
    let sandbox = start_with_faults(vec![Rule::for_method("POST", Action::Status(reply))]).await;
    let response = create_request(&sandbox).send().await.expect("a response");
    assert_eq!(response.headers()["archivist-rate-limit-reset"], "0.1");
    let (status, body) = read_json(response).await;
    assert_eq!((status, &body["code"]), (429, &8.into()));
    assert_eq!(sandbox.pending_count("new@example.com"), 0);
    assert_eq!(send_request(create_request(&sandbox)).await.0, 200);
}

#[tokio::test]
async fn a_status_can_come_after_the_effect_with_any_body() {
    let body = Some("upstream said no".to_owned());
    let reply = StatusReply { body, when: FaultTiming::After, ..StatusReply::new(502) };
    let sandbox = start_with_faults(vec![Rule::for_method("POST", Action::Status(reply))]).await;
    let response = create_request(&sandbox).send().await.expect("a response");
    assert_eq!(response.status(), 502);
    assert_eq!(response.text().await.expect("a body"), "upstream said no");
    assert_eq!(sandbox.pending_count("new@example.com"), 1);
}

#[tokio::test]
async fn any_status_can_be_set() {
    for status in [200, 204, 301, 304, 402, 418, 503, 504, 599, 777] {
        let sandbox =
            start_with_faults(vec![Rule::for_method("DELETE", Action::Status(StatusReply::new(status)))])
                .await;
        let id = sandbox.control().invites()[0].uuid;
        let response =
            sandbox.request("DELETE", &format!("{BASE_PATH}/{id}")).send().await.expect("a response");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(sandbox.control().invites().len(), 412);
    }
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_effect() {
    for (when, pending) in [(FaultTiming::Before, 0), (FaultTiming::After, 1)] {
        let sandbox = start_with_faults(vec![Rule::for_method("POST", Action::Drop(when))]).await;
        let error = create_request(&sandbox).send().await.expect_err("no response");
        assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(sandbox.pending_count("new@example.com"), pending);
        let requests = sandbox.logged_requests("POST");
        assert_eq!(
            requests.iter().map(|request| (request.outcome, request.status)).collect::<Vec<_>>(),
            [(RequestStatus::Dropped, None)]
        );
        assert_eq!(sandbox.get(BASE_PATH).await.0, 200);
    }
}

#[tokio::test]
async fn request_hangs_before_or_after_the_effect_until_released() {
    for (when, pending) in [(FaultTiming::Before, 0), (FaultTiming::After, 1)] {
        let sandbox = start_with_faults(vec![Rule::for_method("POST", Action::Hang(when))]).await;
        let request = tokio::spawn(create_request(&sandbox).send());
        wait_until("the request arrives", || sandbox.logged_requests("POST").len() == 1).await;
        wait_until("the effect", || sandbox.pending_count("new@example.com") == pending).await;
        assert_eq!(sandbox.logged_requests("POST")[0].outcome, RequestStatus::Pending);
        assert!(!request.is_finished());
        sandbox.control().release_hanging();
        assert_eq!(request.await.expect("no panic").expect("a response").status(), 200);
        assert_eq!(sandbox.pending_count("new@example.com"), 1);
    }
}

#[tokio::test]
async fn late_post_takes_effect_after_its_connection_closed() {
    let sandbox = start_with_faults(vec![Rule::for_method("POST", Action::LateEffectMs(150))]).await;
    create_request(&sandbox).send().await.expect_err("no response");
    assert_eq!(sandbox.pending_count("new@example.com"), 0);
    wait_until("the invite lands", || sandbox.pending_count("new@example.com") == 1).await;
}

#[tokio::test]
async fn truncated_body_is_shorter_than_its_content_length() {
    let sandbox = start_with_faults(vec![Rule::for_method("GET", Action::Truncate(40))]).await;
    let mut response = sandbox.request("GET", BASE_PATH).send().await.expect("a head");
    assert!(response.content_length().is_some_and(|length| length > 1000));
    let mut received = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received.extend_from_slice(&chunk),
            Ok(None) => panic!("the body ended without an error after {} bytes", received.len()),
            Err(error) => break error,
        }
    };
    assert_eq!((received.len(), &received[..12]), (40, &br#"{"invites":["#[..]), "{error:?}");
}

#[tokio::test]
async fn a_raw_reply_is_sent_as_it_is() {
    let page = "<html><form action=/login>Sign in</form></html>".to_owned();
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    let reply = RawReply { headers, body: page.clone(), ..RawReply::default() };
    let sandbox = start_with_faults(vec![Rule::for_method("DELETE", Action::Raw(reply))]).await;
    let id = sandbox.control().invites()[0].uuid;
    let response = sandbox.request("DELETE", &format!("{BASE_PATH}/{id}")).send().await.expect("a response");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/html".parse().expect("a value"))
    );
    assert_eq!(response.text().await.expect("a body"), page);
    assert_eq!(sandbox.control().invites().len(), 412);
}

#[tokio::test]
async fn garbage_has_the_requested_length() {
    let reply = RawReply { body: "garbage ".to_owned(), repeat_bytes: 100_000_000, ..RawReply::default() };
    let sandbox = start_with_faults(vec![Rule::for_method("GET", Action::Raw(reply))]).await;
    let mut response = sandbox.request("GET", BASE_PATH).send().await.expect("a response");
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await.expect("more garbage") {
        bytes += chunk.len();
    }
    assert_eq!(bytes, 100_000_000);
}

#[tokio::test]
async fn page_token_can_repeat_forever() {
    let sandbox = start_with_faults(vec![Rule::for_method("GET", Action::RepeatPageToken).always()]).await;
    let (_, first) = sandbox.get(&format!("{BASE_PATH}?page_size=400")).await;
    let token = first["next_page_token"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        let query = [("page_size", "400"), ("page_token", &*token)];
        let (_, next) = send_request(sandbox.request("GET", BASE_PATH).query(&query)).await;
        assert_eq!(
            (next["next_page_token"].as_str(), next["invites"].as_array().map(Vec::len)),
            (Some(&*token), Some(12))
        );
    }
}

#[tokio::test]
async fn pages_can_continue_forever_with_new_tokens() {
    let sandbox = start_with_faults(vec![Rule::for_method("GET", Action::EndlessPages).always()]).await;
    let (mut tokens, mut token) = (std::collections::HashSet::new(), String::new());
    for _ in 0..20 {
        let (_, page) = send_request(
            sandbox.request("GET", BASE_PATH).query(&[("page_size", "100"), ("page_token", &*token)]),
        )
        .await;
        assert_ne!(page["invites"].as_array().map(Vec::len), Some(0));
        page["next_page_token"].as_str().expect("a token").clone_into(&mut token);
        assert!(tokens.insert(token.clone()), "a token came twice");
    }
}

#[tokio::test]
async fn slow_body_arrives_whole_and_late() {
    let sandbox = start_with_faults(vec![Rule::for_method("GET", Action::SlowBodyMs(20))]).await;
    #[allow(clippy::disallowed_methods, reason = "the test measures real time")]
    let start = Instant::now();
    let (status, page) = sandbox.get(&format!("{BASE_PATH}?page_size=30")).await;
    #[allow(clippy::disallowed_methods, reason = "the test measures real time")]
    let took = start.elapsed();
    assert_eq!((status, page["invites"].as_array().map(Vec::len)), (200, Some(30)));
    assert!(took >= Duration::from_millis(80), "{took:?}");
}

#[tokio::test]
async fn latency_combines_with_an_action() {
    let drop = Rule { latency_ms: 60, ..Rule::for_method("POST", Action::Drop(FaultTiming::After)) };
    let sandbox = start_with_faults(vec![drop]).await;
    let request = tokio::spawn(create_request(&sandbox).send());
    wait_until("the request arrives", || sandbox.logged_requests("POST").len() == 1).await;
    assert_eq!(sandbox.pending_count("new@example.com"), 0);
    request.await.expect("no panic").expect_err("no response");
    assert_eq!(sandbox.pending_count("new@example.com"), 1);
}

#[tokio::test]
async fn duplicate_create_adds_refuses_or_renews() {
    let sandbox = TestSandbox::new().await;
    let (_, first) = sandbox.create("new@example.com", "one").await;
    let on_duplicate = |behavior| vec![Rule::for_method("POST", Action::OnDuplicate(behavior)).always()];

    sandbox.control().set_faults(on_duplicate(OnDuplicate::Refuse)).expect("good rules");
    let (status, error) = sandbox.create("NEW@example.com", "two").await;
    assert_eq!((status, &error["code"], sandbox.pending_count("new@example.com")), (409, &6.into(), 1));

    sandbox.control().set_faults(on_duplicate(OnDuplicate::Renew)).expect("good rules");
    sandbox.control().advance(60).expect("the clock moves");
    let (status, renewed) = sandbox.create("new@example.com", "three").await;
    assert_eq!(
        (status, &renewed["identity"], &renewed["message"]),
        (200, &first["identity"], &json!("three"))
    );
    assert!(renewed["expiry_time"].as_str() > first["expiry_time"].as_str());
    assert_eq!(sandbox.pending_count("new@example.com"), 1);

    sandbox.control().clear_faults();
    let (_, second) = sandbox.create("new@example.com", "four").await;
    assert_ne!(second["identity"], first["identity"]);
    assert_eq!(sandbox.pending_count("new@example.com"), 2);
}

#[tokio::test]
async fn list_can_have_every_known_oddity() {
    let always = |action| Rule::for_method("GET", action).always();
    let sandbox = start_with_faults(vec![
        always(Action::TrailingComma),
        always(Action::UpperCaseIdentities),
        always(Action::PageToken),
    ])
    .await;
    let response =
        sandbox.request("GET", &format!("{BASE_PATH}?page_size=2")).send().await.expect("a response");
    let text = response.text().await.expect("a body");
    assert!(text.contains("},],\"page_token\":\"ey"), "{text}");
    let page: Value = serde_json::from_str(&text.replace("},]", "}]")).expect("JSON but for the comma");
    let id = invite_uuid(&page["invites"][0]);
    assert_eq!(id, id.to_uppercase());
    assert_eq!(page["next_page_token"], Value::Null);
}

#[tokio::test]
async fn requests_beyond_the_rate_get_a_retry_time() {
    let headers = [
        (WaitHeader::Reset, Some("archivist-rate-limit-reset")),
        (WaitHeader::RetryAfter, Some("retry-after")),
        (WaitHeader::None, None),
        (WaitHeader::Raw("-3".to_owned()), Some("archivist-rate-limit-reset")),
    ];
    for (header, name) in headers {
        let limit = RateLimit { per_second: 1, header: header.clone() };
        let sandbox =
            start_with_faults(vec![Rule::for_method("GET", Action::RateLimit(limit)).always()]).await;
        let mut error = None;
        // Two requests may be in different seconds, so several are sent.
        for _ in 0..20 {
            let response =
                sandbox.request("GET", &format!("{BASE_PATH}?page_size=1")).send().await.expect("a response");
            if response.status() == 429 {
                error = Some(response);
                break;
            }
        }
        let error = error.expect("a 429");
        let present = ["archivist-rate-limit-reset", "retry-after"]
            .into_iter()
            .find(|name| error.headers().contains_key(*name));
        assert_eq!(present, name, "{header:?}");
        if header == WaitHeader::Raw("-3".to_owned()) {
            assert_eq!(error.headers()["archivist-rate-limit-reset"], "-3");
        }
        assert_eq!(read_json(error).await.1["code"], 8);
    }
}

#[tokio::test]
async fn rule_applies_only_to_matching_requests() {
    let rule = Rule {
        skip: 1,
        path_contains: Some("page_size=7".to_owned()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(503)))
    };
    let sandbox = start_with_faults(vec![rule]).await;
    let mut statuses = Vec::new();
    for size in [7, 8, 7, 7, 8] {
        statuses.push(sandbox.get(&format!("{BASE_PATH}?page_size={size}")).await.0);
    }
    assert_eq!(statuses, [200, 200, 503, 200, 200]);
}
