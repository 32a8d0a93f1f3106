//! Tokens: from the file to the request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guestlist::domain::error::SideEffect;
use guestlist::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use guestlist::domain::{Draft, ErrorKind, Identity, Method};

use crate::scripted_server::{
    ScriptedResponse, ScriptedServer, client_with, json_response, response, write_private, write_token_file,
};

#[tokio::test]
async fn rejected_token_is_retried_only_if_the_file_changed() {
    let (_dir, path) = write_token_file("Authorization: Bearer first-token\n");
    let server =
        ScriptedServer::start([response("401 Unauthorized", "", r#"{"code":16}"#), json_response("{}")])
            .await;
    let client = client_with(&server.url, |s| s.token = TokenSourceConfig::File(path.clone()));
    let error = client.list(None).await.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Status(401));
    assert!(error.hint.contains("Put a new token into"), "{error}");
    assert!(!client.reload_token().await, "the token is the same");
    write_private(&path, "Authorization: Bearer other-token\n");
    assert!(client.reload_token().await);
    client.list(None).await.expect("a page");
    assert!(server.requests()[0].contains("authorization: Bearer first-token\r\n"));
    assert!(server.requests()[1].contains("authorization: Bearer other-token\r\n"));
}

#[tokio::test]
async fn token_renewed_by_another_request_is_tried() {
    let (_dir, path) = write_token_file("first-token");
    let server = ScriptedServer::start([response("401 Unauthorized", "", ""), json_response("{}")]).await;
    let client = client_with(&server.url, |s| s.token = TokenSourceConfig::File(path.clone()));
    client.list(None).await.expect_err("refused");
    write_private(&path, "the-second-token");
    client.get_caps().await.expect("quotas");
    assert!(client.reload_token().await);
}

/// Returns a token of a tenancy.
fn jwt(tenant: &str) -> String {
    let claims = format!(r#"{{"jit_tenant_id":"tenant/{tenant}"}}"#);
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[tokio::test]
async fn token_of_another_tenancy_makes_no_request() {
    let (_dir, path) = write_token_file(&jwt("own"));
    let server = ScriptedServer::start([json_response("{}"), json_response("{}"), json_response("{}")]).await;
    let client = client_with(&server.url, |s| s.token = TokenSourceConfig::File(path.clone()));
    let (key, pinned) = (client.connection().key, client.for_tenancy(&client.connection().key));
    write_private(&path, &jwt("other"));
    let draft = Draft { email: "bob@job".into(), message: String::new() };
    let identity = Identity::parse("f4e4b1b5").expect("an identity");
    let reads = [pinned.list(None).await.err(), pinned.get(&identity).await.err()];
    let writes = [
        client.client().create(&key, &draft).await.err(),
        client.client().delete(&key, &identity).await.err(),
    ];
    let read_hint = "Use a token of that tenancy, and try again.";
    let hints = [read_hint, read_hint]
        .into_iter()
        .chain(["Use a token of the plan's tenancy, then resume the plan."; 2]);
    for (error, hint) in reads.into_iter().chain(writes).zip(hints) {
        let error = error.expect("refused");
        assert_eq!(error.hint, hint);
        assert_eq!((error.kind, error.effect(Method::Post)), (ErrorKind::Refused, SideEffect::None));
        for part in ["tenant/own", "tenant/other", &path.display().to_string()] {
            assert!(error.cause.contains(part), "{error}");
        }
    }
    assert_eq!(server.request_lines(), [""; 0], "no request is sent");
    write_private(&path, &jwt("own"));
    pinned.list(None).await.expect("its own token again");
    let one = client.for_first_tenancy();
    one.list(None).await.expect("the first request decides");
    write_private(&path, &jwt("other"));
    assert_eq!(one.list(None).await.expect_err("token of another tenancy").kind, ErrorKind::Refused);
    client.list(None).await.expect("no tenancy is expected");
}

#[tokio::test]
async fn token_of_another_pinned_tenant_reads_but_never_writes() {
    let (_dir, path) = write_token_file(&jwt("own"));
    let server = ScriptedServer::start([json_response("{}"), json_response("{}")]).await;
    let client = client_with(&server.url, |settings| {
        settings.token = TokenSourceConfig::File(path.clone());
        settings.tenant = Some("tenant/other".into());
    });
    client.list(None).await.expect("a page");
    let (key, draft) = (client.connection().key, Draft { email: "bob@job".into(), message: String::new() });
    let identity = Identity::parse("f4e4b1b5").expect("an identity");
    let writes = [
        client.client().create(&key, &draft).await.err(),
        client.client().delete(&key, &identity).await.err(),
    ];
    for error in writes {
        assert_eq!(error.expect("refused").kind, ErrorKind::Refused);
    }
    assert_eq!(server.request_lines().len(), 1, "only the list was requested");
}

#[tokio::test]
async fn changed_token_file_is_read_before_the_next_request() {
    let (_dir, path) = write_token_file("first-token");
    let server = ScriptedServer::start([json_response("{}"), json_response("{}")]).await;
    let client = client_with(&server.url, |s| s.token = TokenSourceConfig::File(path.clone()));
    client.list(None).await.expect("a page");
    write_private(&path, "the-second-token");
    client.list(None).await.expect("a page");
    assert!(server.requests()[1].contains("Bearer the-second-token"));
}

#[tokio::test]
async fn unusable_token_makes_no_request() {
    let (dir, path) = write_token_file("Bearer null\n");
    let server = ScriptedServer::start([json_response("{}")]).await;
    let searched = vec![dir.path().join("nowhere.txt")];
    for (source, expected) in [
        (TokenSourceConfig::File(path), "contains “null”"),
        (TokenSourceConfig::File(dir.path().join("gone")), "does not exist"),
        (TokenSourceConfig::Missing(searched), "nowhere.txt"),
    ] {
        let client = client_with(&server.url, |settings| settings.token = source);
        let error = client.list(None).await.expect_err("no token");
        assert_eq!(error.kind, ErrorKind::Token);
        assert!(error.cause.contains(expected), "{error}");
        assert!(!client.reload_token().await);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn connection_names_the_tenancy_before_the_first_request() {
    // {"jit_tenant_id":"tenant/4f2c","name":"acme","exp":1718452800}
    let claims = "eyJqaXRfdGVuYW50X2lkIjoidGVuYW50LzRmMmMiLCJuYW1lIjoiYWNtZSIsImV4cCI6MTcxODQ1MjgwMH0";
    let (_dir, path) = write_token_file(&format!("Bearer e30.{claims}.c2ln"));
    let client = client_with("http://127.0.0.1:9", |s| s.token = TokenSourceConfig::File(path.clone()));
    let connection = client.connection();
    assert_eq!(connection.key.0, "http://127.0.0.1:9 tenant/4f2c");
    assert_eq!(connection.claims.name.as_deref(), Some("acme"));
    assert_eq!(connection.claims.expires_at.expect("known").to_string(), "2024-06-15T12:00:00Z");
    assert_eq!(connection.warnings, [""; 0]);
    let opaque = client_with("http://127.0.0.1:9", |settings| settings.profile = "work".into());
    assert_eq!(opaque.connection().key.0, "http://127.0.0.1:9 profile/work");
    let secret = SecretSourceConfig::EnvVar("S".into());
    let app = TokenSourceConfig::AppRegistration { client_id: "c".into(), secret };
    let renewed = client_with("http://127.0.0.1:9", |settings| settings.token = app.clone());
    let is_renewed = [connection, renewed.connection()].map(|connection| connection.is_token_renewed);
    assert_eq!(is_renewed, [false, true]);
}

#[cfg(unix)]
#[tokio::test]
async fn public_token_file_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, path) = write_token_file("some-token");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("set");
    let client = client_with("http://127.0.0.1:9", |s| s.token = TokenSourceConfig::File(path.clone()));
    let warnings = client.connection().warnings;
    assert!(warnings[0].contains("chmod 600 '") && warnings[0].contains("token.txt"), "{warnings:?}");
}

#[tokio::test]
async fn wait_of_a_token_request_is_reported() {
    use std::time::Duration;
    for (status, headers, kind, wait) in [
        ("429 Too Many Requests", "retry-after: 3\r\n", ErrorKind::Status(429), Some(3.0)),
        ("429 Too Many Requests", "archivist-rate-limit-reset: 0.5\r\n", ErrorKind::Status(429), Some(0.5)),
        ("503 Service Unavailable", "retry-after: 7\r\n", ErrorKind::Connect, Some(7.0)),
        ("500 Internal Server Error", "retry-after: 7\r\n", ErrorKind::Connect, None),
    ] {
        let server = ScriptedServer::start([response(status, headers, "")]).await;
        let secret = SecretSourceConfig::EnvVar("S".into());
        let source = TokenSourceConfig::AppRegistration { client_id: "c".into(), secret };
        let client = client_with(&server.url, |settings| {
            settings.token = source;
            settings.secrets = vec![("S".into(), "secret".into())];
        });
        let error = client.list(None).await.expect_err(status);
        assert_eq!((error.kind, error.retry_after), (kind, wait.map(Duration::from_secs_f64)), "{error}");
        assert_eq!(error.effect(Method::Post), SideEffect::None);
    }
}

#[tokio::test]
async fn token_server_without_a_response_allows_a_retry() {
    let server = ScriptedServer::start([ScriptedResponse::Reset]).await;
    let secret = SecretSourceConfig::EnvVar("S".into());
    let client = client_with(&server.url, |settings| {
        settings.token = TokenSourceConfig::AppRegistration { client_id: "c".into(), secret };
        settings.secrets = vec![("S".into(), "secret".into())];
    });
    let error = client.list(None).await.expect_err("no token");
    assert_eq!((error.kind, error.effect(Method::Post)), (ErrorKind::Connect, SideEffect::None), "{error}");
}

#[tokio::test]
async fn parallel_requests_share_one_token_request() {
    let token = json_response(r#"{"access_token":"made-for-all","expires_in":3600,"token_type":"Bearer"}"#);
    let server =
        ScriptedServer::start([token, json_response("{}"), json_response("{}"), json_response("{}")]).await;
    let secret = SecretSourceConfig::EnvVar("S".into());
    let source = TokenSourceConfig::AppRegistration { client_id: "me".into(), secret };
    let client = client_with(&server.url, |settings| {
        settings.token = source;
        settings.secrets = vec![("S".into(), "the-secret".into())];
    });
    let (one, two, three) = tokio::join!(client.list(None), client.list(None), client.list(None));
    for read in [one, two, three] {
        read.expect("a page");
    }
    let lines = server.request_lines();
    assert_eq!(lines.iter().filter(|line| line.contains("token")).count(), 1, "{lines:?}");
    assert!(
        server.requests()[1..].iter().all(|request| request.contains("Bearer made-for-all")),
        "{lines:?}"
    );
}
