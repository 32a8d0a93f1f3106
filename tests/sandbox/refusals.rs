//! Errors of the server, and their texts.

use guestlist::sandbox::{Role, Settings, TokenRequest};
use serde_json::{Value, json};

use crate::harness::{BASE_PATH, BASE_PATHS, TestSandbox, read_token, send_request};

fn has_request_id(body: &Value) -> bool {
    let detail = &body["details"][0];
    let has_type = detail["@type"].as_str().is_some_and(|kind| kind.ends_with("google.rpc.RequestInfo"));
    has_type && detail["request_id"].as_str().is_some_and(|id| id.len() == 36)
}

#[tokio::test]
async fn every_request_without_a_valid_token_is_401() {
    let sandbox = TestSandbox::new().await;
    let invite_path = format!("{BASE_PATH}/{}", sandbox.control().invites()[0].uuid);
    let requests = [
        ("GET", BASE_PATH),
        ("POST", BASE_PATH),
        ("GET", &invite_path),
        ("DELETE", &invite_path),
        ("GET", "/archivist/v1/caps?service=invites"),
        ("GET", "/archivist/iam/v1/members"),
    ];
    for (method, path) in requests {
        for authorization in [None, Some("Bearer null"), Some("Bearer a.b.c"), Some("Basic eDp5"), Some("")] {
            let mut request = sandbox.request_without_token(method, path).body("{}");
            if let Some(value) = authorization {
                request = request.header("Authorization", value);
            }
            let (status, body) = send_request(request).await;
            assert_eq!((status, &body["code"]), (401, &16.into()), "{method} {path} {authorization:?}");
            assert!(has_request_id(&body));
        }
    }
    assert_eq!(sandbox.control().invites().len(), 412);
}

#[tokio::test]
async fn create_beyond_the_quota_is_402_until_an_invite_is_deleted() {
    let sandbox =
        TestSandbox::with_settings(Settings { invites: 9, quota: Some(10), ..Settings::default() }).await;
    let create = || send_request(sandbox.request("POST", BASE_PATH).body(r#"{"email":"a@b.example"}"#));
    let caps = async || sandbox.get("/archivist/v1/caps?service=invites").await.1["caps"][0].clone();
    assert_eq!((caps().await["resource_remaining"].as_str(), create().await.0), (Some("1"), 200));
    let (status, body) = create().await;
    assert_eq!((status, &body["code"], has_request_id(&body)), (402, &12.into(), true));
    assert_eq!(caps().await["resource_cap"], "10");
    sandbox.control().delete(sandbox.control().invites()[0].uuid).expect("an invite");
    assert_eq!(create().await.0, 200);
    sandbox.control().set_quota(None);
    assert_eq!((caps().await["resource_remaining"].as_str(), create().await.0), (Some("-1"), 200));
}

#[tokio::test]
async fn a_token_without_the_owner_role_is_403() {
    let sandbox = TestSandbox::new().await;
    let token = sandbox.control().issue_token(TokenRequest { role: Role::User, ..TokenRequest::default() });
    for (method, path) in [("GET", BASE_PATH), ("POST", BASE_PATHS[1]), ("GET", "/archivist/iam/v1/members")]
    {
        let (status, body) = send_request(
            sandbox.request_without_token(method, path).bearer_auth(&token).body(r#"{"email":"a@b"}"#),
        )
        .await;
        assert_eq!((status, &body["code"], has_request_id(&body)), (403, &7.into(), true), "{method} {path}");
    }
    assert_eq!(
        send_request(sandbox.request_without_token("GET", "/archivist/v1/caps").bearer_auth(&token)).await.0,
        200
    );
}

#[tokio::test]
async fn expired_token_is_401_also_after_a_clock_advance() {
    let sandbox = TestSandbox::new().await;
    let expired =
        sandbox.control().issue_token(TokenRequest { expires_in: Some(-1), ..TokenRequest::default() });
    assert_eq!(
        send_request(sandbox.request_without_token("GET", BASE_PATH).bearer_auth(expired)).await.0,
        401
    );
    assert_eq!(sandbox.get(BASE_PATH).await.0, 200);
    sandbox.control().advance(3601).expect("the clock moves");
    assert_eq!(sandbox.get(BASE_PATH).await.0, 401);
    let new_token = read_token(&sandbox.server);
    assert_ne!(new_token, sandbox.token);
    assert_eq!(
        send_request(sandbox.request_without_token("GET", BASE_PATH).bearer_auth(new_token)).await.0,
        200
    );
}

#[tokio::test]
async fn token_has_the_form_and_claims_of_the_vendor() {
    use base64::Engine as _;
    let sandbox = TestSandbox::new().await;
    let parts: Vec<&str> = sandbox.token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let read = |part: &str| -> Value {
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64url");
        serde_json::from_slice(&text).expect("JSON")
    };
    assert_eq!(read(parts[0])["typ"], "JWT");
    let claims = read(parts[1]);
    assert!(claims["jit_tenant_id"].as_str().is_some_and(|tenant| tenant.len() == "tenant/".len() + 36));
    for claim in ["name", "sub", "client_id", "iss", "aud"] {
        assert!(claims[claim].is_string(), "{claim}");
    }
    assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|issued| issued + 3600));
}

#[tokio::test]
async fn malformed_create_is_400_with_a_reason_and_no_effect() {
    let sandbox = TestSandbox::new().await;
    let long = |key: &str, runes: usize| json!({ "email": "a@b", key: "é".repeat(runes) }).to_string();
    let cases = [
        (long("email", 129), "invalid CreateInviteRequest.Email: value length must be at most 128 runes"),
        (long("message", 257), "invalid CreateInviteRequest.Message: value length must be at most 256 runes"),
        (r#"{"message":"hi"}"#.to_owned(), "invalid CreateInviteRequest.Email: "),
        (r#"{"email":null}"#.to_owned(), "invalid CreateInviteRequest.Email: "),
        (r#"{"email":"a@b","role":"OWNER"}"#.to_owned(), "unknown field `role`"),
        (r#"{"email":["a@b"]}"#.to_owned(), "invalid type"),
        (r#"{"email":"a@b",}"#.to_owned(), "trailing comma"),
        (r#"["a@b"]"#.to_owned(), "invalid CreateInviteRequest: "),
        (String::new(), "EOF"),
    ];
    for (body, expected) in cases {
        let (status, refused) = sandbox.post(&body).await;
        assert_eq!((status, &refused["code"], has_request_id(&refused)), (400, &3.into(), true), "{body}");
        assert!(
            refused["message"].as_str().is_some_and(|text| text.contains(expected)),
            "{refused} for {body}"
        );
    }
    assert_eq!(sandbox.control().invites().len(), 412);
}

#[tokio::test]
async fn malformed_list_request_is_400() {
    let sandbox = TestSandbox::new().await;
    for query in [
        "page_size=-1",
        "page_size=ten",
        "page_size=",
        "page_size=99999999999",
        "page_size=1.5",
        "page_token=broken",
        "page_token=e30%3D",
        "order_by=EMAIL",
        "order_by=",
        "page_size=1&page_size=2",
    ] {
        let (status, body) = sandbox.get(&format!("{BASE_PATH}?{query}")).await;
        assert_eq!((status, &body["code"]), (400, &3.into()), "{query}");
    }
    let (_, page) = sandbox.get(&format!("{BASE_PATH}?page_size=2")).await;
    let token = page["next_page_token"].as_str().expect("a token");
    let other = sandbox.request("GET", BASE_PATH).query(&[("page_token", token), ("email", "a@b")]);
    assert_eq!(send_request(other).await.0, 400);
}

#[tokio::test]
async fn unknown_invite_id_is_404() {
    let sandbox = TestSandbox::new().await;
    for id in
        ["00000000-0000-4000-8000-000000000000", "nonsense", "%7B%22%0A", "00000000000040008000000000000000"]
    {
        for method in ["GET", "DELETE"] {
            let (status, body) = send_request(sandbox.request(method, &format!("{BASE_PATH}/{id}"))).await;
            assert_eq!(
                (status, &body["code"], has_request_id(&body)),
                (404, &5.into(), true),
                "{method} {id}"
            );
        }
    }
}

#[tokio::test]
async fn wrong_method_is_501() {
    let sandbox = TestSandbox::new().await;
    let invite_path = format!("{BASE_PATH}/{}", sandbox.control().invites()[0].uuid);
    for (method, path) in [
        ("PATCH", &*invite_path),
        ("PUT", &invite_path),
        ("POST", &invite_path),
        ("DELETE", BASE_PATH),
        ("POST", "/archivist/v1/caps"),
    ] {
        let (status, body) = send_request(sandbox.request(method, path)).await;
        assert_eq!((status, &body["code"]), (501, &12.into()), "{method} {path}");
    }
    assert_eq!(sandbox.request("HEAD", BASE_PATH).send().await.expect("a response").status(), 501);
    assert_eq!(sandbox.control().invites().len(), 412);
}

#[tokio::test]
async fn unknown_path_is_404_with_the_gateway_text() {
    let sandbox = TestSandbox::new().await;
    for path in [
        "/",
        "/archivist/v2/invites",
        "/archivist/iam/v1/invites/",
        "/archivist/iam/v1/invites/a/b",
        "/control",
    ] {
        for method in ["GET", "DELETE"] {
            let expected = json!({ "code": 5, "message": "Not Found", "details": [] });
            assert_eq!(send_request(sandbox.request(method, path)).await, (404, expected), "{method} {path}");
        }
    }
    assert_eq!(sandbox.control().invites().len(), 412);
}
