//! The requests of the contract, without errors.

use std::collections::HashSet;

use guestlist::sandbox::Settings;
use serde_json::Value;
use uuid::Uuid;

use crate::harness::{BASE_PATH, BASE_PATHS, TestSandbox, invite_uuid, send_request};

#[tokio::test]
async fn an_invite_is_created_read_and_deleted_on_both_bases() {
    let sandbox = TestSandbox::new().await;
    for base in BASE_PATHS {
        let body = r#"{"message":"Hello there","email":"jane.doe@example.com"}"#;
        let response = sandbox.request("POST", base).body(body).send().await.expect("a response");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        let created: Value = response.json().await.expect("an invite");
        assert_eq!(
            (created["email"].as_str(), created["message"].as_str()),
            (Some("jane.doe@example.com"), Some("Hello there"))
        );
        let id = invite_uuid(&created);
        assert_eq!(id.parse::<Uuid>().expect("a uuid").get_version_num(), 4);
        assert_eq!(sandbox.get(&format!("{base}/{id}")).await, (200, created.clone()));
        assert_eq!(sandbox.get(&format!("{base}/{}", id.to_uppercase())).await, (200, created));
        assert_eq!(
            send_request(sandbox.request("DELETE", &format!("{base}/{id}"))).await,
            (200, serde_json::json!({}))
        );
        let (status, error) = sandbox.get(&format!("{base}/{id}")).await;
        assert_eq!((status, &error["code"]), (404, &5.into()));
        assert_eq!(send_request(sandbox.request("DELETE", &format!("{base}/{id}"))).await.0, 404);
    }
}

#[tokio::test]
async fn invite_expires_ten_days_after_the_server_time() {
    let sandbox = TestSandbox::new().await;
    let response =
        sandbox.request("POST", BASE_PATH).body(r#"{"email":"a@b"}"#).send().await.expect("a response");
    let date = httpdate::parse_http_date(response.headers()["date"].to_str().expect("text")).expect("a date");
    let created: Value = response.json().await.expect("an invite");
    let text = created["expiry_time"].as_str().expect("an expiry");
    assert_eq!((text.len(), text.ends_with('Z')), ("2022-06-17T11:30:43Z".len(), true), "{text}");
    let expiry: jiff::Timestamp = text.parse().expect("a time");
    let date = jiff::Timestamp::try_from(date).expect("a time");
    assert!((expiry.as_second() - date.as_second() - 10 * 86_400).abs() <= 1);
    assert_eq!(created["message"], "");
}

#[tokio::test]
async fn limits_count_code_points_and_accept_the_extremes() {
    let sandbox = TestSandbox::new().await;
    let (email, message) = ("é".repeat(128), "🌟".repeat(256));
    let (status, created) = sandbox.create(&email, &message).await;
    assert_eq!(
        (status, created["email"].as_str(), created["message"].as_str()),
        (200, Some(&*email), Some(&*message))
    );
    assert_eq!(sandbox.create("bob@job", "").await.0, 200);
}

/// Returns all rows, page by page, with only the page size and the token.
async fn fetch_all(sandbox: &TestSandbox, size: usize, first: &str) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let request = if pages == 0 {
            sandbox.request("GET", &format!("{BASE_PATH}?page_size={size}{first}"))
        } else {
            let query = [("page_size", size.to_string()), ("page_token", token)];
            sandbox.request("GET", BASE_PATH).query(&query)
        };
        let (status, page) = send_request(request).await;
        assert_eq!(status, 200);
        let invites = page["invites"].as_array().expect("invites");
        assert!(invites.len() <= size);
        rows.extend(invites.iter().cloned());
        pages += 1;
        token = page["next_page_token"].as_str().expect("always a token").to_owned();
        if token.is_empty() {
            return (rows, pages);
        }
    }
}

#[tokio::test]
async fn all_412_invites_are_paged_in_creation_order() {
    let sandbox = TestSandbox::new().await;
    let (rows, pages) = fetch_all(&sandbox, 40, "").await;
    assert_eq!((rows.len(), pages), (412, 11));
    let identities: HashSet<String> = rows.iter().map(invite_uuid).collect();
    assert_eq!(identities.len(), 412);
    let (again, _) = fetch_all(&sandbox, 412, "").await;
    assert_eq!(again, rows);
    let (_, created) = sandbox.create("the.last@example.com", "").await;
    let (more, pages) = fetch_all(&sandbox, 413, "").await;
    assert_eq!((more.len(), pages, more.last()), (413, 1, Some(&created)));
}

#[tokio::test]
async fn total_count_is_sent_only_on_request() {
    let sandbox = TestSandbox::new().await;
    let total = async |query: &str, wanted: &str| {
        let request = sandbox.request("GET", &format!("{BASE_PATH}?page_size=5{query}"));
        let response = request.header("X-Request-Total-Count", wanted).send().await.expect("a response");
        response.headers().get("X-Total-Count").map(|total| total.to_str().expect("text").to_owned())
    };
    assert_eq!(total("", "true").await.as_deref(), Some("412"));
    assert_eq!(total("&email=DORA.twice@northwind.example", "true").await.as_deref(), Some("2"));
    assert_eq!(total("", "false").await, None);
}

#[tokio::test]
async fn email_filter_ignores_case_and_survives_paging() {
    let sandbox = TestSandbox::new().await;
    let (rows, pages) = fetch_all(&sandbox, 2, "&email=case.SENSITIVE%40tallship.example").await;
    assert_eq!((rows.len(), pages), (3, 2));
    let part = sandbox.get(&format!("{BASE_PATH}?email=sensitive%40tallship.example")).await;
    assert_eq!(part, (200, serde_json::json!({ "invites": [], "next_page_token": "" })));
}

#[tokio::test]
async fn rows_move_between_pages_after_a_delete() {
    let sandbox = TestSandbox::new().await;
    let (_, first) = sandbox.get(&format!("{BASE_PATH}?page_size=10")).await;
    let (rows, _) = fetch_all(&sandbox, 500, "").await;
    sandbox.delete(&invite_uuid(&rows[0])).await;
    let query = [("page_size", "10"), ("page_token", first["next_page_token"].as_str().expect("a token"))];
    let (_, second) = send_request(sandbox.request("GET", BASE_PATH).query(&query)).await;
    assert_eq!(second["invites"][0], rows[11]);
}

#[tokio::test]
async fn page_without_a_size_is_limited_and_has_a_token() {
    let sandbox = TestSandbox::new().await;
    for query in ["", "?page_size=0", "?order_by=DISPLAY_NAME"] {
        let (status, page) = sandbox.get(&format!("{BASE_PATH}{query}")).await;
        assert_eq!((status, page["invites"].as_array().map(Vec::len)), (200, Some(100)));
        assert_ne!(page["next_page_token"], "");
    }
}

#[tokio::test]
async fn member_pages_use_another_token_name() {
    let sandbox = TestSandbox::new().await;
    let (status, page) = sandbox.get("/archivist/iam/v1/members?page_size=20").await;
    assert_eq!((status, page["members"].as_array().map(Vec::len)), (200, Some(20)));
    let member = &page["members"][0];
    assert!(member["identity"].as_str().is_some_and(|id| id.starts_with("members/")));
    assert!(member["display_name"].is_string() && member["email"].is_string() && member["roles"].is_array());
    let query = [("page_size", "20"), ("page_token", page["page_token"].as_str().expect("a token"))];
    let (_, rest) = send_request(sandbox.request("GET", "/archivist/iam/v1/members").query(&query)).await;
    assert_eq!((rest["members"].as_array().map(Vec::len), rest["page_token"].as_str()), (Some(10), Some("")));
    let (_, active) =
        sandbox.get("/archivist/iam/v1/members?page_size=100&member_state=MEMBER_STATE_ACTIVE").await;
    let active = active["members"].as_array().expect("members");
    assert!(active.len() < 30 && active.iter().all(|member| member["active"] == true));
}

#[tokio::test]
async fn quotas_are_numbers_as_text() {
    let sandbox = TestSandbox::new().await;
    let (status, caps) = sandbox.get("/archivist/v1/caps?service=invites").await;
    let cap = &caps["caps"][0];
    assert_eq!(
        (status, cap["resource_cap"].as_str(), cap["resource_remaining"].as_str()),
        (200, Some("-1"), Some("-1"))
    );
}

#[tokio::test]
async fn client_secret_gets_a_token_and_a_wrong_one_gets_401() {
    let sandbox = TestSandbox::new().await;
    let login = async |grant: &str, secret: &str| {
        let form =
            [("grant_type", grant), ("client_id", sandbox.server.client_id()), ("client_secret", secret)];
        send_request(sandbox.request_without_token("POST", "/archivist/iam/v1/appidp/token").form(&form))
            .await
    };
    let (status, response) = login("client_credentials", sandbox.server.client_secret()).await;
    assert_eq!(
        (status, &response["expires_in"], response["token_type"].as_str()),
        (200, &3600.into(), Some("Bearer"))
    );
    let token = response["access_token"].as_str().expect("a token");
    assert_eq!(send_request(sandbox.request_without_token("GET", BASE_PATH).bearer_auth(token)).await.0, 200);
    let (status, error) = login("client_credentials", "wrong").await;
    assert_eq!((status, &error["code"]), (401, &16.into()));
    assert_eq!(login("password", sandbox.server.client_secret()).await.0, 400);
    assert!(
        sandbox.logged_requests("POST").iter().all(|request| request.body.is_empty()),
        "no secret is logged"
    );
}

#[tokio::test]
async fn large_tenancy_is_served_to_its_last_page() {
    let sandbox = TestSandbox::with_settings(Settings { invites: 20_000, ..Settings::default() }).await;
    let (rows, pages) = fetch_all(&sandbox, 1000, "").await;
    assert_eq!((rows.len(), pages), (20_000, 20));
}
