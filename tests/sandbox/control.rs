//! The control API over HTTP: its actions, and requests that it refuses.

use serde_json::{Value, json};

use crate::harness::{BASE_PATH, TestSandbox, send_request};

async fn post_control(sandbox: &TestSandbox, verb: &str, body: Value) -> (u16, Value) {
    send_request(sandbox.client.post(format!("{}{verb}", sandbox.server.control_url())).json_text(&body))
        .await
}

trait JsonText {
    fn json_text(self, body: &Value) -> Self;
}

impl JsonText for reqwest::RequestBuilder {
    fn json_text(self, body: &Value) -> Self {
        self.body(body.to_string())
    }
}

async fn get_control(sandbox: &TestSandbox, verb: &str) -> Value {
    let (status, body) =
        send_request(sandbox.client.get(format!("{}{verb}", sandbox.server.control_url()))).await;
    assert_eq!(status, 200);
    body
}

async fn member_emails(sandbox: &TestSandbox) -> Vec<Value> {
    let (_, page) = sandbox.get("/archivist/iam/v1/members?page_size=100").await;
    page["members"].as_array().expect("members").iter().map(|member| member["email"].clone()).collect()
}

#[tokio::test]
async fn accepted_invite_becomes_a_member() {
    let sandbox = TestSandbox::new().await;
    let (_, created) = sandbox.create("soon.member@example.com", "").await;
    assert_eq!(
        post_control(&sandbox, "accept", json!({ "email": "Soon.Member@example.com" })).await,
        (200, json!({}))
    );
    let uuid = crate::harness::invite_uuid(&created);
    assert_eq!(sandbox.get(&format!("{BASE_PATH}/{uuid}")).await.0, 404);
    assert!(member_emails(&sandbox).await.contains(&json!("soon.member@example.com")));
    assert_eq!(post_control(&sandbox, "accept", json!({ "email": "soon.member@example.com" })).await.0, 404);
    let (_, created) = sandbox.create("other@example.com", "").await;
    assert_eq!(
        post_control(&sandbox, "accept", json!({ "uuid": crate::harness::invite_uuid(&created) })).await.0,
        200
    );
    assert_eq!(post_control(&sandbox, "accept", json!({})).await.0, 400);
    assert_eq!(sandbox.control().invites().len(), 412);
}

#[tokio::test]
async fn advanced_clock_moves_the_date_header() {
    let sandbox = TestSandbox::new().await;
    assert_eq!(post_control(&sandbox, "clock", json!({ "advance_seconds": 86400 })).await.0, 200);
    let response = sandbox.request_without_token("GET", BASE_PATH).send().await.expect("a response");
    let date = httpdate::parse_http_date(response.headers()["date"].to_str().expect("text")).expect("a date");
    let date = jiff::Timestamp::try_from(date).expect("a time").as_second();
    let real = guestlist::clock::Clock::system().now().wall.as_second();
    assert!((86_395..=86_405).contains(&(date - real)), "{}", date - real);
}

#[tokio::test]
async fn faults_are_set_and_cleared_and_invalid_ones_rejected() {
    let sandbox = TestSandbox::new().await;
    let rules = json!([{ "method": "GET", "path_contains": "/invites", "times": 0, "action": { "status": { "status": 500 } } }]);
    assert_eq!(post_control(&sandbox, "faults", rules).await.0, 200);
    assert_eq!(sandbox.get(BASE_PATH).await.0, 500);
    let (status, error) =
        post_control(&sandbox, "faults", json!([{ "action": { "status": { "status": 1 } } }])).await;
    assert_eq!((status, error["code"].as_i64()), (400, Some(3)));
    assert_eq!(post_control(&sandbox, "faults", json!([{ "file": "/etc/passwd" }])).await.0, 400);
    assert_eq!(sandbox.get(BASE_PATH).await.0, 500);
    assert_eq!(post_control(&sandbox, "faults/clear", json!({})).await.0, 200);
    assert_eq!(sandbox.get(BASE_PATH).await.0, 200);
}

#[tokio::test]
async fn control_creates_and_deletes_invites() {
    let sandbox = TestSandbox::new().await;
    let (status, created) =
        post_control(&sandbox, "create", json!({ "email": "theirs@example.com", "message": "x" })).await;
    assert_eq!((status, sandbox.pending_count("theirs@example.com")), (200, 1));
    assert_eq!(post_control(&sandbox, "delete", json!({ "uuid": created["uuid"] })).await.0, 200);
    assert_eq!(post_control(&sandbox, "delete", json!({ "uuid": created["uuid"] })).await.0, 404);
    assert_eq!(sandbox.pending_count("theirs@example.com"), 0);
    assert_eq!(sandbox.logged_requests("POST").len(), 0, "requests to the control API are not logged");
}

#[tokio::test]
async fn control_issues_the_requested_tokens() {
    let sandbox = TestSandbox::new().await;
    let requests = [
        (json!({}), 200),
        (json!({ "role": "user" }), 403),
        (json!({ "role": "owner", "expires_in": -5 }), 401),
        (json!({ "token": "anything.at.all" }), 200),
    ];
    for (request, expected) in requests {
        let (_, response) = post_control(&sandbox, "tokens", request.clone()).await;
        let token = response["access_token"].as_str().expect("a token");
        assert_eq!(
            send_request(sandbox.request_without_token("GET", BASE_PATH).bearer_auth(token)).await.0,
            expected,
            "{request}"
        );
    }
    assert_eq!(post_control(&sandbox, "tokens", json!({ "role": "king" })).await.0, 400);
}

#[tokio::test]
async fn control_lists_requests_and_invites() {
    let sandbox = TestSandbox::new().await;
    sandbox.create("one@example.com", "text").await;
    let requests = get_control(&sandbox, "calls").await;
    let request = &requests["calls"][0];
    assert_eq!(
        (&request["method"], &request["path"], &request["status"]),
        (&json!("POST"), &json!(BASE_PATH), &json!(200))
    );
    assert_eq!((&request["outcome"], &request["number"]), (&json!("answered"), &json!(1)));
    assert!(request["body"].as_str().is_some_and(|body| body.contains("one@example.com")));
    assert!(!requests.to_string().contains(&sandbox.token));
    assert_eq!(get_control(&sandbox, "invites").await["invites"].as_array().map(Vec::len), Some(413));
}

#[tokio::test]
async fn control_rejects_missing_secret_other_hosts_and_web_pages() {
    let sandbox = TestSandbox::new().await;
    let url = sandbox.server.control_url().to_owned();
    let send = async |request: reqwest::RequestBuilder| {
        let response = request.body(r#"{"advance_seconds":9}"#).send().await.expect("a response");
        assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
        response.status().as_u16()
    };
    let clock = format!("{url}clock");
    assert_eq!(send(sandbox.client.post(&clock)).await, 200);
    assert_eq!(send(sandbox.client.post(&clock).header("Host", "evil.example")).await, 403);
    assert_eq!(send(sandbox.client.post(&clock).header("Origin", "http://evil.example")).await, 403);
    assert_eq!(send(sandbox.client.post(&clock).header("Origin", "null")).await, 403);
    let guess = format!("{}/control/guess/clock", sandbox.server.url());
    assert_eq!(send(sandbox.client.post(guess)).await, 404);
    assert_eq!(send(sandbox.client.post(format!("{url}nonsense"))).await, 404);
    assert_eq!(send(sandbox.client.get(&clock)).await, 404);
    assert_eq!(send(sandbox.client.put(&clock)).await, 501);
    assert_eq!(
        send(sandbox.client.request(reqwest::Method::OPTIONS, &clock).header("Origin", "http://x")).await,
        403
    );
}
