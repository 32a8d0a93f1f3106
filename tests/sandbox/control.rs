//! The control API over HTTP: its actions, and requests that it refuses.

use serde_json::{Value, json};

use crate::harness::{BASE_PATH, TestSandbox, send_request};

async fn post_control(bench: &TestSandbox, verb: &str, body: Value) -> (u16, Value) {
    send_request(bench.client.post(format!("{}{verb}", bench.sandbox.control_url())).json_text(&body)).await
}

trait JsonText {
    fn json_text(self, body: &Value) -> Self;
}

impl JsonText for reqwest::RequestBuilder {
    fn json_text(self, body: &Value) -> Self {
        self.body(body.to_string())
    }
}

async fn get_control(bench: &TestSandbox, verb: &str) -> Value {
    let (status, body) =
        send_request(bench.client.get(format!("{}{verb}", bench.sandbox.control_url()))).await;
    assert_eq!(status, 200);
    body
}

async fn member_emails(bench: &TestSandbox) -> Vec<Value> {
    let (_, page) = bench.get("/archivist/iam/v1/members?page_size=100").await;
    page["members"].as_array().expect("members").iter().map(|member| member["email"].clone()).collect()
}

#[tokio::test]
async fn accepted_invite_becomes_a_member() {
    let bench = TestSandbox::new().await;
    let (_, created) = bench.create("soon.member@example.com", "").await;
    assert_eq!(
        post_control(&bench, "accept", json!({ "email": "Soon.Member@example.com" })).await,
        (200, json!({}))
    );
    let uuid = crate::harness::invite_uuid(&created);
    assert_eq!(bench.get(&format!("{BASE_PATH}/{uuid}")).await.0, 404);
    assert!(member_emails(&bench).await.contains(&json!("soon.member@example.com")));
    assert_eq!(post_control(&bench, "accept", json!({ "email": "soon.member@example.com" })).await.0, 404);
    let (_, created) = bench.create("other@example.com", "").await;
    assert_eq!(
        post_control(&bench, "accept", json!({ "uuid": crate::harness::invite_uuid(&created) })).await.0,
        200
    );
    assert_eq!(post_control(&bench, "accept", json!({})).await.0, 400);
    assert_eq!(bench.control().invites().len(), 412);
}

#[tokio::test]
async fn advanced_clock_moves_the_date_header() {
    let bench = TestSandbox::new().await;
    assert_eq!(post_control(&bench, "clock", json!({ "advance_seconds": 86400 })).await.0, 200);
    let response = bench.request_without_token("GET", BASE_PATH).send().await.expect("an answer");
    let date = httpdate::parse_http_date(response.headers()["date"].to_str().expect("text")).expect("a date");
    let date = jiff::Timestamp::try_from(date).expect("a time").as_second();
    let real = guestlist::clock::Clock::system().now().wall.as_second();
    assert!((86_395..=86_405).contains(&(date - real)), "{}", date - real);
}

#[tokio::test]
async fn faults_are_set_and_cleared_and_invalid_ones_rejected() {
    let bench = TestSandbox::new().await;
    let rules = json!([{ "method": "GET", "path_contains": "/invites", "times": 0, "action": { "status": { "status": 500 } } }]);
    assert_eq!(post_control(&bench, "faults", rules).await.0, 200);
    assert_eq!(bench.get(BASE_PATH).await.0, 500);
    let (status, refused) =
        post_control(&bench, "faults", json!([{ "action": { "status": { "status": 1 } } }])).await;
    assert_eq!((status, refused["code"].as_i64()), (400, Some(3)));
    assert_eq!(post_control(&bench, "faults", json!([{ "file": "/etc/passwd" }])).await.0, 400);
    assert_eq!(bench.get(BASE_PATH).await.0, 500);
    assert_eq!(post_control(&bench, "faults/clear", json!({})).await.0, 200);
    assert_eq!(bench.get(BASE_PATH).await.0, 200);
}

#[tokio::test]
async fn control_creates_and_deletes_invites() {
    let bench = TestSandbox::new().await;
    let (status, created) =
        post_control(&bench, "create", json!({ "email": "theirs@example.com", "message": "x" })).await;
    assert_eq!((status, bench.pending_count("theirs@example.com")), (200, 1));
    assert_eq!(post_control(&bench, "delete", json!({ "uuid": created["uuid"] })).await.0, 200);
    assert_eq!(post_control(&bench, "delete", json!({ "uuid": created["uuid"] })).await.0, 404);
    assert_eq!(bench.pending_count("theirs@example.com"), 0);
    assert_eq!(bench.logged_requests("POST").len(), 0, "the door's own calls were counted");
}

#[tokio::test]
async fn control_issues_the_requested_tokens() {
    let bench = TestSandbox::new().await;
    let wishes = [
        (json!({}), 200),
        (json!({ "role": "user" }), 403),
        (json!({ "role": "owner", "expires_in": -5 }), 401),
        (json!({ "token": "anything.at.all" }), 200),
    ];
    for (wish, expected) in wishes {
        let (_, answer_) = post_control(&bench, "tokens", wish.clone()).await;
        let token = answer_["access_token"].as_str().expect("a token");
        assert_eq!(
            send_request(bench.request_without_token("GET", BASE_PATH).bearer_auth(token)).await.0,
            expected,
            "{wish}"
        );
    }
    assert_eq!(post_control(&bench, "tokens", json!({ "role": "king" })).await.0, 400);
}

#[tokio::test]
async fn control_lists_requests_and_invites() {
    let bench = TestSandbox::new().await;
    bench.create("one@example.com", "text").await;
    let calls = get_control(&bench, "calls").await;
    let call = &calls["calls"][0];
    assert_eq!(
        (&call["method"], &call["path"], &call["status"]),
        (&json!("POST"), &json!(BASE_PATH), &json!(200))
    );
    assert_eq!((&call["outcome"], &call["number"]), (&json!("answered"), &json!(1)));
    assert!(call["body"].as_str().is_some_and(|body| body.contains("one@example.com")));
    assert!(!calls.to_string().contains(&bench.token));
    assert_eq!(get_control(&bench, "invites").await["invites"].as_array().map(Vec::len), Some(413));
}

#[tokio::test]
async fn control_rejects_missing_secret_other_hosts_and_web_pages() {
    let bench = TestSandbox::new().await;
    let url = bench.sandbox.control_url().to_owned();
    let send = async |request: reqwest::RequestBuilder| {
        let response = request.body(r#"{"advance_seconds":9}"#).send().await.expect("an answer");
        assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
        response.status().as_u16()
    };
    let clock = format!("{url}clock");
    assert_eq!(send(bench.client.post(&clock)).await, 200);
    assert_eq!(send(bench.client.post(&clock).header("Host", "evil.example")).await, 403);
    assert_eq!(send(bench.client.post(&clock).header("Origin", "http://evil.example")).await, 403);
    assert_eq!(send(bench.client.post(&clock).header("Origin", "null")).await, 403);
    let guess = format!("{}/control/guess/clock", bench.sandbox.url());
    assert_eq!(send(bench.client.post(guess)).await, 404);
    assert_eq!(send(bench.client.post(format!("{url}nonsense"))).await, 404);
    assert_eq!(send(bench.client.get(&clock)).await, 404);
    assert_eq!(send(bench.client.put(&clock)).await, 501);
    assert_eq!(
        send(bench.client.request(reqwest::Method::OPTIONS, &clock).header("Origin", "http://x")).await,
        403
    );
}
