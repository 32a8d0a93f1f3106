//! Each kind of fault, as a client meets it.

use std::time::{Duration, Instant};

use guestlist::sandbox::{
    Action, FaultTiming, OnDuplicate, RateLimit, RawReply, RequestStatus, Rule, StatusReply, WaitHeader,
};
use serde_json::{Value, json};

use crate::bench::{BASE, Bench, answer, json_of, until, uuid};

async fn with(rules: Vec<Rule>) -> Bench {
    let bench = Bench::new().await;
    bench.control().set_faults(rules).expect("good rules");
    bench
}

fn create(bench: &Bench) -> reqwest::RequestBuilder {
    bench.request("POST", BASE).body(r#"{"email":"new@example.com","message":"hi"}"#)
}

#[tokio::test]
async fn a_status_comes_with_its_headers_and_without_the_effect() {
    let reply = StatusReply::new(429).header("Archivist-Rate-Limit-Reset", "0.1");
    let bench = with(vec![Rule::for_method("POST", Action::Status(reply))]).await;
    let response = create(&bench).send().await.expect("an answer");
    assert_eq!(response.headers()["archivist-rate-limit-reset"], "0.1");
    let (status, body) = json_of(response).await;
    assert_eq!((status, &body["code"]), (429, &8.into()));
    assert_eq!(bench.pending("new@example.com"), 0);
    assert_eq!(answer(create(&bench)).await.0, 200);
}

#[tokio::test]
async fn a_status_can_come_after_the_effect_with_any_body() {
    let body = Some("upstream said no".to_owned());
    let reply = StatusReply { body, when: FaultTiming::After, ..StatusReply::new(502) };
    let bench = with(vec![Rule::for_method("POST", Action::Status(reply))]).await;
    let response = create(&bench).send().await.expect("an answer");
    assert_eq!(response.status(), 502);
    assert_eq!(response.text().await.expect("a body"), "upstream said no");
    assert_eq!(bench.pending("new@example.com"), 1);
}

#[tokio::test]
async fn any_status_can_be_asked_for() {
    for status in [200, 204, 301, 304, 402, 418, 503, 504, 599, 777] {
        let bench = with(vec![Rule::for_method("DELETE", Action::Status(StatusReply::new(status)))]).await;
        let id = bench.control().invites()[0].uuid;
        let response = bench.request("DELETE", &format!("{BASE}/{id}")).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(bench.control().invites().len(), 412);
    }
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_effect() {
    for (when, pending) in [(FaultTiming::Before, 0), (FaultTiming::After, 1)] {
        let bench = with(vec![Rule::for_method("POST", Action::Drop(when))]).await;
        let error = create(&bench).send().await.expect_err("no answer");
        assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(bench.pending("new@example.com"), pending);
        let calls = bench.calls("POST");
        assert_eq!(
            calls.iter().map(|call| (call.outcome, call.status)).collect::<Vec<_>>(),
            [(RequestStatus::Dropped, None)]
        );
        assert_eq!(bench.get(BASE).await.0, 200);
    }
}

#[tokio::test]
async fn a_call_hangs_before_or_after_the_effect_until_it_is_released() {
    for (when, pending) in [(FaultTiming::Before, 0), (FaultTiming::After, 1)] {
        let bench = with(vec![Rule::for_method("POST", Action::Hang(when))]).await;
        let call = tokio::spawn(create(&bench).send());
        until("the call arrives", || bench.calls("POST").len() == 1).await;
        until("the effect", || bench.pending("new@example.com") == pending).await;
        assert_eq!(bench.calls("POST")[0].outcome, RequestStatus::Pending);
        assert!(!call.is_finished());
        bench.control().release_hanging();
        assert_eq!(call.await.expect("no panic").expect("an answer").status(), 200);
        assert_eq!(bench.pending("new@example.com"), 1);
    }
}

#[tokio::test]
async fn a_late_post_lands_after_its_connection_is_gone() {
    let bench = with(vec![Rule::for_method("POST", Action::LateEffectMs(150))]).await;
    create(&bench).send().await.expect_err("no answer");
    assert_eq!(bench.pending("new@example.com"), 0);
    until("the invite lands", || bench.pending("new@example.com") == 1).await;
}

#[tokio::test]
async fn a_truncated_body_promises_more_than_it_gives() {
    let bench = with(vec![Rule::for_method("GET", Action::Truncate(40))]).await;
    let mut response = bench.request("GET", BASE).send().await.expect("a head");
    assert!(response.content_length().is_some_and(|length| length > 1000));
    let mut got = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got.extend_from_slice(&chunk),
            Ok(None) => panic!("it ended well after {} bytes", got.len()),
            Err(error) => break error,
        }
    };
    assert_eq!((got.len(), &got[..12]), (40, &br#"{"invites":["#[..]), "{error:?}");
}

#[tokio::test]
async fn a_raw_reply_is_sent_as_it_is() {
    let page = "<html><form action=/login>Sign in</form></html>".to_owned();
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    let reply = RawReply { headers, body: page.clone(), ..RawReply::default() };
    let bench = with(vec![Rule::for_method("DELETE", Action::Raw(reply))]).await;
    let id = bench.control().invites()[0].uuid;
    let response = bench.request("DELETE", &format!("{BASE}/{id}")).send().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/html".parse().expect("a value"))
    );
    assert_eq!(response.text().await.expect("a body"), page);
    assert_eq!(bench.control().invites().len(), 412);
}

#[tokio::test]
async fn garbage_goes_on_as_long_as_was_asked_for() {
    let reply = RawReply { body: "garbage ".to_owned(), repeat_bytes: 100_000_000, ..RawReply::default() };
    let bench = with(vec![Rule::for_method("GET", Action::Raw(reply))]).await;
    let mut response = bench.request("GET", BASE).send().await.expect("an answer");
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await.expect("more garbage") {
        bytes += chunk.len();
    }
    assert_eq!(bytes, 100_000_000);
}

#[tokio::test]
async fn a_page_token_can_repeat_for_ever() {
    let bench = with(vec![Rule::for_method("GET", Action::RepeatPageToken).always()]).await;
    let (_, first) = bench.get(&format!("{BASE}?page_size=400")).await;
    let token = first["next_page_token"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        let query = [("page_size", "400"), ("page_token", &*token)];
        let (_, next) = answer(bench.request("GET", BASE).query(&query)).await;
        assert_eq!(
            (next["next_page_token"].as_str(), next["invites"].as_array().map(Vec::len)),
            (Some(&*token), Some(12))
        );
    }
}

#[tokio::test]
async fn pages_can_go_on_for_ever_with_fresh_tokens() {
    let bench = with(vec![Rule::for_method("GET", Action::EndlessPages).always()]).await;
    let (mut tokens, mut token) = (std::collections::HashSet::new(), String::new());
    for _ in 0..20 {
        let (_, page) =
            answer(bench.request("GET", BASE).query(&[("page_size", "100"), ("page_token", &*token)])).await;
        assert_ne!(page["invites"].as_array().map(Vec::len), Some(0));
        page["next_page_token"].as_str().expect("a token").clone_into(&mut token);
        assert!(tokens.insert(token.clone()), "a token came twice");
    }
}

#[tokio::test]
async fn a_slow_body_comes_whole_and_late() {
    let bench = with(vec![Rule::for_method("GET", Action::SlowBodyMs(20))]).await;
    #[allow(clippy::disallowed_methods, reason = "the test measures real time")]
    let start = Instant::now();
    let (status, page) = bench.get(&format!("{BASE}?page_size=30")).await;
    #[allow(clippy::disallowed_methods, reason = "the test measures real time")]
    let took = start.elapsed();
    assert_eq!((status, page["invites"].as_array().map(Vec::len)), (200, Some(30)));
    assert!(took >= Duration::from_millis(80), "{took:?}");
}

#[tokio::test]
async fn latency_combines_with_an_action() {
    let drop = Rule { latency_ms: 60, ..Rule::for_method("POST", Action::Drop(FaultTiming::After)) };
    let bench = with(vec![drop]).await;
    let call = tokio::spawn(create(&bench).send());
    until("the call arrives", || bench.calls("POST").len() == 1).await;
    assert_eq!(bench.pending("new@example.com"), 0);
    call.await.expect("no panic").expect_err("no answer");
    assert_eq!(bench.pending("new@example.com"), 1);
}

#[tokio::test]
async fn a_second_invite_for_an_address_is_added_refused_or_renews_the_first() {
    let bench = Bench::new().await;
    let (_, first) = bench.create("new@example.com", "one").await;
    let reinvite = |how| vec![Rule::for_method("POST", Action::OnDuplicate(how)).always()];

    bench.control().set_faults(reinvite(OnDuplicate::Refuse)).expect("good rules");
    let (status, refused) = bench.create("NEW@example.com", "two").await;
    assert_eq!((status, &refused["code"], bench.pending("new@example.com")), (409, &6.into(), 1));

    bench.control().set_faults(reinvite(OnDuplicate::Renew)).expect("good rules");
    bench.control().advance(60).expect("it moves");
    let (status, renewed) = bench.create("new@example.com", "three").await;
    assert_eq!(
        (status, &renewed["identity"], &renewed["message"]),
        (200, &first["identity"], &json!("three"))
    );
    assert!(renewed["expiry_time"].as_str() > first["expiry_time"].as_str());
    assert_eq!(bench.pending("new@example.com"), 1);

    bench.control().clear_faults();
    let (_, second) = bench.create("new@example.com", "four").await;
    assert_ne!(second["identity"], first["identity"]);
    assert_eq!(bench.pending("new@example.com"), 2);
}

#[tokio::test]
async fn lists_can_have_the_oddities_that_are_met() {
    let always = |action| Rule::for_method("GET", action).always();
    let bench = with(vec![
        always(Action::TrailingComma),
        always(Action::UpperCaseIdentities),
        always(Action::PageToken),
    ])
    .await;
    let response = bench.request("GET", &format!("{BASE}?page_size=2")).send().await.expect("an answer");
    let text = response.text().await.expect("a body");
    assert!(text.contains("},],\"page_token\":\"ey"), "{text}");
    let page: Value = serde_json::from_str(&text.replace("},]", "}]")).expect("JSON but for the comma");
    let id = uuid(&page["invites"][0]);
    assert_eq!(id, id.to_uppercase());
    assert_eq!(page["next_page_token"], Value::Null);
}

#[tokio::test]
async fn calls_beyond_the_rate_are_told_when_to_come_back() {
    let headers = [
        (WaitHeader::Reset, Some("archivist-rate-limit-reset")),
        (WaitHeader::RetryAfter, Some("retry-after")),
        (WaitHeader::None, None),
        (WaitHeader::Raw("-3".to_owned()), Some("archivist-rate-limit-reset")),
    ];
    for (header, name) in headers {
        let limit = RateLimit { per_second: 1, header: header.clone() };
        let bench = with(vec![Rule::for_method("GET", Action::RateLimit(limit)).always()]).await;
        let mut refused = None;
        // More than one call in a second: at most every other one may have started a new second.
        for _ in 0..20 {
            let response =
                bench.request("GET", &format!("{BASE}?page_size=1")).send().await.expect("an answer");
            if response.status() == 429 {
                refused = Some(response);
                break;
            }
        }
        let refused = refused.expect("too many calls");
        let present = ["archivist-rate-limit-reset", "retry-after"]
            .into_iter()
            .find(|name| refused.headers().contains_key(*name));
        assert_eq!(present, name, "{header:?}");
        if header == WaitHeader::Raw("-3".to_owned()) {
            assert_eq!(refused.headers()["archivist-rate-limit-reset"], "-3");
        }
        assert_eq!(json_of(refused).await.1["code"], 8);
    }
}

#[tokio::test]
async fn a_rule_meets_only_the_calls_it_names() {
    let rule = Rule {
        skip: 1,
        path_contains: Some("page_size=7".to_owned()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(503)))
    };
    let bench = with(vec![rule]).await;
    let mut statuses = Vec::new();
    for size in [7, 8, 7, 7, 8] {
        statuses.push(bench.get(&format!("{BASE}?page_size={size}")).await.0);
    }
    assert_eq!(statuses, [200, 200, 503, 200, 200]);
}
