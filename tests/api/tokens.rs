//! Tokens between file and wire.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guestlist::api::TokenSource;
use guestlist::domain::error::SideEffect;
use guestlist::domain::{Draft, ErrorKind, Identity, Method};

use crate::server::{Server, client_with, http, ok, token_file, write_private};

#[tokio::test]
async fn a_refused_token_is_read_again_and_only_another_one_is_worth_trying() {
    let (_folder, path) = token_file("Authorization: Bearer first-token\n");
    let server = Server::start([http("401 Unauthorized", "", r#"{"code":16}"#), ok("{}")]).await;
    let client = client_with(&server.address, |s| s.token = TokenSource::File(path.clone()));
    let failure = client.list(None).await.expect_err("refused");
    assert_eq!(failure.kind, ErrorKind::Status(401));
    assert!(failure.hint.contains("Put a new token into"), "{failure}");
    assert!(!client.reload_token().await, "it is the same one");
    write_private(&path, "Authorization: Bearer other-token\n");
    assert!(client.reload_token().await);
    client.list(None).await.expect("a page");
    assert!(server.requests()[0].contains("authorization: Bearer first-token\r\n"));
    assert!(server.requests()[1].contains("authorization: Bearer other-token\r\n"));
}

#[tokio::test]
async fn a_new_token_that_another_call_noticed_first_is_worth_trying() {
    let (_folder, path) = token_file("first-token");
    let server = Server::start([http("401 Unauthorized", "", ""), ok("{}")]).await;
    let client = client_with(&server.address, |s| s.token = TokenSource::File(path.clone()));
    client.list(None).await.expect_err("refused");
    write_private(&path, "the-second-token");
    client.get_caps().await.expect("quotas");
    assert!(client.reload_token().await);
}

/// A token that says whose it is.
fn jwt(tenant: &str) -> String {
    let claims = format!(r#"{{"jit_tenant_id":"tenant/{tenant}"}}"#);
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[tokio::test]
async fn token_of_another_tenancy_sends_no_request() {
    let (_folder, path) = token_file(&jwt("own"));
    let server = Server::start([ok("{}"), ok("{}"), ok("{}")]).await;
    let client = client_with(&server.address, |s| s.token = TokenSource::File(path.clone()));
    let (key, pinned) = (client.connection().key, client.for_tenancy(&client.connection().key));
    write_private(&path, &jwt("other"));
    let draft = Draft { email: "bob@job".into(), message: String::new() };
    let identity = Identity::parse("f4e4b1b5").expect("an identity");
    let reads = [pinned.list(None).await.err(), pinned.get(&identity).await.err()];
    let writes = [
        client.client().create(&key, &draft).await.err(),
        client.client().delete(&key, &identity).await.err(),
    ];
    for failure in reads.into_iter().chain(writes) {
        let failure = failure.expect("refused");
        assert_eq!((failure.kind, failure.effect(Method::Post)), (ErrorKind::Refused, SideEffect::None));
        for part in ["tenant/own", "tenant/other", &path.display().to_string()] {
            assert!(failure.cause.contains(part), "{failure}");
        }
    }
    assert_eq!(server.lines(), [""; 0], "not a byte is sent");
    write_private(&path, &jwt("own"));
    pinned.list(None).await.expect("its own token again");
    let one = client.for_first_tenancy();
    one.list(None).await.expect("the first request decides");
    write_private(&path, &jwt("other"));
    assert_eq!(one.list(None).await.expect_err("another one's").kind, ErrorKind::Refused);
    client.list(None).await.expect("no tenancy is expected");
}

#[tokio::test]
async fn a_changed_file_is_noticed_before_the_next_request() {
    let (_folder, path) = token_file("first-token");
    let server = Server::start([ok("{}"), ok("{}")]).await;
    let client = client_with(&server.address, |s| s.token = TokenSource::File(path.clone()));
    client.list(None).await.expect("a page");
    write_private(&path, "the-second-token");
    client.list(None).await.expect("a page");
    assert!(server.requests()[1].contains("Bearer the-second-token"));
}

#[tokio::test]
async fn without_a_usable_token_nothing_is_sent() {
    let (folder, path) = token_file("Bearer null\n");
    let server = Server::start([ok("{}")]).await;
    let searched = vec![folder.path().join("nowhere.txt")];
    for (source, why) in [
        (TokenSource::File(path), "contains “null”"),
        (TokenSource::File(folder.path().join("gone")), "does not exist"),
        (TokenSource::Missing { searched }, "nowhere.txt"),
    ] {
        let client = client_with(&server.address, |settings| settings.token = source);
        let failure = client.list(None).await.expect_err("no token");
        assert_eq!(failure.kind, ErrorKind::Token);
        assert!(failure.cause.contains(why), "{failure}");
        assert!(!client.reload_token().await);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_session_says_whose_token_it_is_before_the_first_call() {
    // {"jit_tenant_id":"tenant/4f2c","name":"acme","exp":1718452800}
    let claims = "eyJqaXRfdGVuYW50X2lkIjoidGVuYW50LzRmMmMiLCJuYW1lIjoiYWNtZSIsImV4cCI6MTcxODQ1MjgwMH0";
    let (_folder, path) = token_file(&format!("Bearer e30.{claims}.c2ln"));
    let client = client_with("http://127.0.0.1:9", |s| s.token = TokenSource::File(path.clone()));
    let session = client.connection();
    assert_eq!(session.key.0, "http://127.0.0.1:9 tenant/4f2c");
    assert_eq!(session.claims.name.as_deref(), Some("acme"));
    assert_eq!(session.claims.expires_at.expect("known").to_string(), "2024-06-15T12:00:00Z");
    assert_eq!(session.warnings, [""; 0]);
    let opaque = client_with("http://127.0.0.1:9", |settings| settings.profile = "work".into());
    assert_eq!(opaque.connection().key.0, "http://127.0.0.1:9 profile/work");
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = token_file("some-token");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("set");
    let client = client_with("http://127.0.0.1:9", |s| s.token = TokenSource::File(path.clone()));
    let warnings = client.connection().warnings;
    assert!(warnings[0].contains("chmod 600 '") && warnings[0].contains("token.txt"), "{warnings:?}");
}

#[tokio::test]
async fn wait_asked_for_by_a_token_request_is_told() {
    use guestlist::api::SecretSource;
    use std::time::Duration;
    for (status, headers, kind, wait) in [
        ("429 Too Many Requests", "retry-after: 3\r\n", ErrorKind::Status(429), Some(3.0)),
        ("429 Too Many Requests", "archivist-rate-limit-reset: 0.5\r\n", ErrorKind::Status(429), Some(0.5)),
        ("503 Service Unavailable", "retry-after: 7\r\n", ErrorKind::Connect, Some(7.0)),
        ("500 Internal Server Error", "retry-after: 7\r\n", ErrorKind::Connect, None),
    ] {
        let server = Server::start([http(status, headers, "")]).await;
        let secret = SecretSource::EnvVar { name: "S".into(), value: Some("secret".into()) };
        let source = TokenSource::AppRegistration { client_id: "c".into(), secret };
        let client = client_with(&server.address, |settings| settings.token = source);
        let failure = client.list(None).await.expect_err(status);
        assert_eq!(
            (failure.kind, failure.retry_after),
            (kind, wait.map(Duration::from_secs_f64)),
            "{failure}"
        );
        assert_eq!(failure.effect(Method::Post), SideEffect::None);
    }
}

#[tokio::test]
async fn several_calls_that_wait_for_a_token_make_one_token_call() {
    use guestlist::api::SecretSource;
    let token = ok(r#"{"access_token":"made-for-all","expires_in":3600,"token_type":"Bearer"}"#);
    let server = Server::start([token, ok("{}"), ok("{}"), ok("{}")]).await;
    let secret = SecretSource::EnvVar { name: "S".into(), value: Some("the-secret".to_owned().into()) };
    let source = TokenSource::AppRegistration { client_id: "me".into(), secret };
    let client = client_with(&server.address, |settings| settings.token = source);
    let (one, two, three) = tokio::join!(client.list(None), client.list(None), client.list(None));
    for read in [one, two, three] {
        read.expect("a page");
    }
    let lines = server.lines();
    assert_eq!(lines.iter().filter(|line| line.contains("token")).count(), 1, "{lines:?}");
    assert!(
        server.requests()[1..].iter().all(|request| request.contains("Bearer made-for-all")),
        "{lines:?}"
    );
}
