//! Faults of servers and networks, and the errors that the client returns.

use std::time::Duration;

use guestlist::domain::error::SideEffect;
use guestlist::domain::{Draft, Error, ErrorKind, Identity, Method, limits};

use crate::scripted_server::{
    ScriptedResponse, ScriptedServer, TOKEN, client, client_with, json_response, response, response_head,
};

async fn fetch_list_error(reply: ScriptedResponse) -> Error {
    let server = ScriptedServer::start([reply]).await;
    client(&server).list(None).await.expect_err("a fault")
}

fn draft() -> Draft {
    Draft { email: "bob@job".into(), message: String::new() }
}

#[tokio::test]
async fn truncated_response_is_a_lost_connection() {
    let half = [response_head("200 OK", "content-length: 500\r\n"), br#"{"invites":["#.to_vec()].concat();
    let chunked = [response_head("200 OK", "transfer-encoding: chunked\r\n"), b"ff\r\n{".to_vec()].concat();
    for reply in [
        ScriptedResponse::Bytes(half),
        ScriptedResponse::Bytes(chunked),
        ScriptedResponse::Bytes(Vec::new()),
        ScriptedResponse::Reset,
    ] {
        let error = fetch_list_error(reply).await;
        assert_eq!(error.kind, ErrorKind::ConnectionLost, "{error}");
        assert!(error.is_transient());
    }
    let server = ScriptedServer::start([ScriptedResponse::Reset]).await;
    let error = client(&server).create(&draft()).await.expect_err("reset");
    assert_eq!(error.effect(Method::Post), SideEffect::Unknown, "{error}");
    assert_eq!(server.request_lines().len(), 1, "a POST is never repeated");
}

#[tokio::test]
async fn silent_server_times_out() {
    for start in [Vec::new(), response_head("200 OK", "content-length: 9\r\n")] {
        let server = ScriptedServer::start([ScriptedResponse::Silent(start)]).await;
        let client = client_with(&server.url, |settings| settings.read_timeout = Duration::from_millis(150));
        let error = client.create(&draft()).await.expect_err("silence");
        assert_eq!(error.kind, ErrorKind::TimedOut, "{error}");
        assert!(error.cause.contains("did not respond in time"), "{error}");
        assert_eq!(error.effect(Method::Post), SideEffect::Unknown);
    }
}

#[tokio::test]
async fn slow_page_may_continue_but_small_requests_time_out() {
    let slow = || {
        let body = br#"{"identity":"invites/a","email":"x@example.com","page_token":""}"#;
        let mut parts = vec![response_head("200 OK", &format!("content-length: {}\r\n", body.len()))];
        parts.extend(body.chunks(8).map(<[u8]>::to_vec));
        ScriptedResponse::Slow(parts, Duration::from_millis(100))
    };
    let server = ScriptedServer::start([slow(), slow()]).await;
    let client = client_with(&server.url, |settings| settings.read_timeout = Duration::from_millis(400));
    client.list(None).await.expect("a page without invites");
    let error = client.get(&Identity::parse("a").expect("an identity")).await.expect_err("too slow");
    assert_eq!(error.kind, ErrorKind::TimedOut, "{error}");
}

#[tokio::test]
async fn endless_garbage_is_stopped() {
    let server = ScriptedServer::start([ScriptedResponse::Flood(response_head("200 OK", ""))]).await;
    let error = client(&server).list(None).await.expect_err("garbage");
    assert_eq!(error.kind, ErrorKind::TooLarge, "{error}");
    assert!(server.flooded_bytes() < limits::MAX_BODY_BYTES + 16 * 1024 * 1024, "{}", server.flooded_bytes());
    assert_eq!(error.record.expect("a record").response_body.len(), limits::MAX_RECORDED_BODY_BYTES);
}

#[tokio::test]
async fn size_limit_counts_decompressed_bytes() {
    let bomb = gzip_bomb(limits::MAX_BODY_BYTES + 1024 * 1024);
    assert!(bomb.len() < 300_000);
    let error = fetch_list_error(response("200 OK", "content-encoding: gzip\r\n", bomb)).await;
    assert_eq!(error.kind, ErrorKind::TooLarge, "{error}");
}

/// Returns a gzip stream of one fixed Huffman block: a byte, then copies of 258 bytes from one back.
fn gzip_bomb(bytes: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut push = |code: u32, length: u32| bits.extend((0..length).rev().map(|at| code >> at & 1 == 1));
    push(0b1, 1); // the last block
    push(0b10, 2); // fixed codes; its two bits go in from the low one
    push(0x30 + u32::from(b' '), 8);
    for _ in 0..bytes / 258 {
        push(0b1100_0101, 8); // length 258
        push(0, 5); // distance 1
    }
    push(0, 7); // the end
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |sum, (at, bit)| sum | u8::from(*bit) << at)),
    );
    out.extend([0; 8]);
    out
}

#[tokio::test]
async fn login_page_with_200_is_not_a_list() {
    let page = "<!doctype html><html><head><title>Sign in \u{1b}[2J</title></head></html>";
    let server =
        ScriptedServer::start([response("200 OK", "content-type: application/json\r\n", page)]).await;
    let client = client(&server);
    let error = client.list(None).await.expect_err("a page");
    assert_eq!(error.kind, ErrorKind::UnexpectedBody);
    assert_eq!(error.summary, "Could not load invites");
    assert_eq!(error.cause, "the response is a web page, not the API's (200: “Sign in ␛[2J”)");
    assert!(error.hint.contains("proxy or login page"), "{error}");
    assert_eq!(error.record.expect("a record").response_body, page);
    assert!(!client.has_loaded_list(), "no write is allowed without a list");
}

#[tokio::test]
async fn non_object_is_not_a_list() {
    for body in ["[]", "\"ok\"", "null", "7", "", "plain", "{\"invites\":{}}"] {
        let error = fetch_list_error(json_response(body)).await;
        assert_eq!(error.kind, ErrorKind::UnexpectedBody, "{body}");
    }
}

#[tokio::test]
async fn redirect_is_reported_and_never_gets_the_token() {
    let other_server = ScriptedServer::start([json_response("{}")]).await;
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let to = format!("location: {}/login?state=private\r\n", other_server.url);
        let server = ScriptedServer::start([response(status, &to, "")]).await;
        let error = client(&server).list(None).await.expect_err("a redirect");
        assert_eq!(error.kind, ErrorKind::Redirected);
        assert!(error.cause.contains(&other_server.url), "{error}");
        assert!(!error.to_string().contains("private"), "{error}");
    }
    assert!(other_server.requests().is_empty());
    let error = fetch_list_error(response("302 Found", "location: //evil.example/\u{202e}\r\n", "")).await;
    assert!(error.cause.contains("http://evil.example ("), "{error}");
    let error = fetch_list_error(response("302 Found", "location: http://[\u{202e}\r\n", "")).await;
    assert!(error.cause.contains("http://[‹U+202E› ("), "{error}");
    let error = fetch_list_error(response("302 Found", "location: /login?x=1\r\n", "")).await;
    assert!(error.cause.contains("/login ("), "{error}");
    let error = fetch_list_error(response("302 Found", "", "")).await;
    assert!(error.cause.contains("an unknown location"), "{error}");
}

#[tokio::test]
async fn error_status_decides_and_the_body_explains() {
    let body = r#"{"code":8,"message":"slow \u001b[31mdown","details":[{"@type":"type.googleapis.com/google.rpc.RequestInfo","request_id":"req-9"}]}"#;
    let headers = "archivist-rate-limit-reset: 0.5\r\nx-request-id: other\r\n";
    let error = fetch_list_error(response("429 Too Many Requests", headers, body)).await;
    assert_eq!(error.kind, ErrorKind::Status(429));
    assert_eq!(error.cause, "too many requests (429: “slow ␛[31mdown”)");
    assert_eq!(error.retry_after, Some(Duration::from_millis(500)));
    let record = error.record.expect("a record");
    assert_eq!(record.request_id.as_deref(), Some("req-9"));
    assert_eq!(record.response_body, body);
}

#[tokio::test]
async fn a_broken_or_endless_error_body_does_not_hide_the_status() {
    let cut = [response_head("401 Unauthorized", "content-length: 500\r\n"), b"{".to_vec()].concat();
    let error = fetch_list_error(ScriptedResponse::Bytes(cut)).await;
    assert_eq!(error.kind, ErrorKind::Status(401), "{error}");
    let error = fetch_list_error(ScriptedResponse::Flood(response_head(
        "503 Service Unavailable",
        "retry-after: 7\r\n",
    )))
    .await;
    assert_eq!((error.kind, error.retry_after), (ErrorKind::Status(503), Some(Duration::from_secs(7))));
    let error = fetch_list_error(response("502 Bad Gateway", "", "<html><title>Bad\ngateway</title>")).await;
    assert!(error.cause.ends_with("(502: “Bad gateway”)"), "{error}");
}

#[tokio::test]
async fn refused_or_unresolved_host_proves_nothing_was_sent() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("bound"));
    drop(closed);
    let error = client_with(&url, |_| {}).create(&draft()).await.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
    assert_eq!(error.effect(Method::Post), SideEffect::None);
    assert_eq!(error.summary, "Could not create the invite");
    assert!(error.cause.contains("refused the connection"), "{error}");
    assert_eq!(error.record.expect("a record").status, None);
}

#[tokio::test]
async fn echoed_token_is_redacted_everywhere() {
    let echo = format!(r#"{{"code":16,"message":"bad token {TOKEN}"}}"#);
    let headers = format!("x-request-id: {TOKEN}\r\n");
    let filler = "x".repeat(limits::MAX_RECORDED_BODY_BYTES - 4);
    let twice = format!("{TOKEN}{}{TOKEN}", "x".repeat(limits::MAX_RECORDED_BODY_BYTES - 4));
    let redirect = response("302 Found", &format!("location: /login/{TOKEN}\r\n"), "");
    for reply in [
        response("401 Unauthorized", &headers, &echo),
        json_response(&echo),
        json_response(format!("<title>{TOKEN}</title>")),
        redirect,
        json_response(format!("{filler}{TOKEN}")),
        json_response(twice),
    ] {
        let error = fetch_list_error(reply).await;
        let text = format!("{error} {error:?}");
        assert!(!text.contains(TOKEN) && !text.contains("xthe-"), "the token is shown");
    }
}

#[tokio::test]
async fn error_body_with_200_fails_every_request() {
    for (body, expected) in [
        (
            r#"{"code":16,"message":"token expired"}"#,
            "an error in a response with status 200: “token expired”",
        ),
        (r#"{"code":14}"#, "an error in a response with status 200: code 14"),
        (r#"{"error":"unauthorized"}"#, "an error in a response with status 200: “unauthorized”"),
    ] {
        let server = ScriptedServer::start((0..6).map(|_| json_response(body))).await;
        let client = client(&server);
        let identity = Identity::parse("a").expect("an identity");
        let draft = Draft { email: "bob@job".into(), message: String::new() };
        let errors = [
            client.list(None).await.expect_err("an error"),
            client.get(&identity).await.expect_err("an error"),
            client.create(&draft).await.expect_err("an error"),
            client.delete(&identity).await.expect_err("an error"),
            client.get_caps().await.expect_err("an error"),
            client.list_members(None).await.expect_err("an error"),
        ];
        assert!(!client.has_loaded_list(), "no write is allowed after such a list");
        for error in errors {
            assert_eq!(error.kind, ErrorKind::UnexpectedBody);
            assert!(error.cause.contains(expected), "{error}");
        }
    }
}

#[tokio::test]
async fn list_without_rows_and_paging_is_not_empty() {
    for body in [r#"{"data":[]}"#, r#"{"message":"Unauthorized"}"#, "null", "[]", "", " ", "\"\"", "0"] {
        let server = ScriptedServer::start([json_response(body)]).await;
        let error = client(&server).list(None).await.expect_err(body);
        assert_eq!(error.kind, ErrorKind::UnexpectedBody, "{body}");
    }
}

/// Starts a server that answers the first request on each connection.
/// It keeps the connection open, and closes it when a second request arrives.
async fn start_closing_server() -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let lines = std::sync::Arc::<std::sync::Mutex<Vec<String>>>::default();
    let recorded = lines.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let recorded = recorded.clone();
            tokio::spawn(async move {
                let mut bytes = vec![0; 4096];
                for reply in [true, false] {
                    let read = stream.read(&mut bytes).await.unwrap_or(0);
                    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                    if !reply || read == 0 {
                        return;
                    }
                    recorded.lock().expect("unpoisoned").extend(text.lines().next().map(str::to_owned));
                    let body = r#"{"invites":[],"identity":"invites/f4e4b1b5","email":"bob@job"}"#;
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    let _ = stream.write_all(head.as_bytes()).await;
                }
            });
        }
    });
    (url, lines)
}

#[tokio::test]
async fn post_never_reuses_a_connection() {
    let (url, lines) = start_closing_server().await;
    let client = client_with(&url, |_| {});
    client.list(None).await.expect("a page");
    for _ in 0..3 {
        client.create(&draft()).await.expect("sent on a new connection");
    }
    assert_eq!(lines.lock().expect("unpoisoned").iter().filter(|line| line.starts_with("POST")).count(), 3);
}
