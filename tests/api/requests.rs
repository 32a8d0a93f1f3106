//! The requests of each method on the wire, and the parsed responses.

use guestlist::api::{Client, Settings};
use guestlist::clock::Clock;
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::domain::{Draft, ErrorKind, Expiry, Identity, Method, curl};
use jiff::SignedDuration;

use crate::scripted_server::{
    ScriptedResponse, ScriptedServer, client, client_with, json_response, response, write_token_file,
};

const ID: &str = "f4e4b1b5-8186-4feb-9072-9999f89d4619";

fn identity() -> Identity {
    Identity::parse(ID).expect("an identity")
}

fn invite_json() -> String {
    format!(
        r#"{{"identity":"invites/{ID}","email":"bob@job","message":"hi","expiry_time":"2022-06-17T11:30:43Z"}}"#
    )
}

fn expected_request(line: &str, extra: &[&str], body: &str, host: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut headers = vec![
        "accept: application/json".to_owned(),
        "content-type: application/json".into(),
        format!("datatrails-user-agent: guestlist/{version}"),
        format!("user-agent: guestlist/{version}"),
        "authorization: Bearer the-secret-token".into(),
        "accept-encoding: gzip".into(),
        format!("host: {}", host.trim_start_matches("http://")),
    ];
    headers.extend(extra.iter().map(ToString::to_string));
    headers.sort();
    format!("{line} HTTP/1.1\n{}\n\n{body}", headers.join("\n"))
}

fn sort_headers(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").expect("a whole request");
    let mut lines = head.lines();
    let line = lines.next().expect("a request line");
    let mut headers: Vec<_> = lines.collect();
    headers.sort_unstable();
    format!("{line}\n{}\n\n{body}", headers.join("\n"))
}

#[tokio::test]
async fn each_request_matches_the_contract() {
    let server = ScriptedServer::start([
        json_response(r#"{"invites":[],"next_page_token":"a=+/ &"}"#),
        json_response("{}"),
        json_response(invite_json()),
        json_response(invite_json()),
        json_response("{}"),
        json_response("{}"),
        json_response(r#"{"page_token":"m"}"#),
        json_response("{}"),
    ])
    .await;
    let client = client(&server);
    let next = client.list(None).await.expect("a page").value.next.expect("another page");
    client.list(Some(&next)).await.expect("a page");
    client.get(&identity()).await.expect("an invite");
    let draft = Draft { email: "bob@job".into(), message: "ü".into() };
    client.create(&draft).await.expect("an invite");
    client.delete(&identity()).await.expect("gone");
    client.get_caps().await.expect("quotas");
    let next = client.list_members(None).await.expect("members").value.next.expect("another page");
    client.list_members(Some(&next)).await.expect("members");

    let base = "/archivist/iam/v1/invites";
    let body = r#"{"message":"ü","email":"bob@job"}"#;
    let length = format!("content-length: {}", body.len());
    let members = "/archivist/iam/v1/members?page_size=3";
    let expected = [
        (format!("GET {base}?page_size=3"), vec!["x-request-total-count: true"], ""),
        (format!("GET {base}?page_size=3&page_token=a%3D%2B%2F%20%26"), vec![], ""),
        (format!("GET {base}/{ID}"), vec![], ""),
        (format!("POST {base}"), vec![length.as_str()], body),
        (format!("DELETE {base}/{ID}"), vec![], ""),
        ("GET /archivist/v1/caps?service=invites".into(), vec![], ""),
        (format!("GET {members}&member_state=MEMBER_STATE_ACTIVE"), vec![], ""),
        (format!("GET {members}&page_token=m"), vec![], ""),
    ];
    for (request, (line, extra, body)) in server.requests().iter().zip(&expected) {
        assert_eq!(sort_headers(request), expected_request(line, extra, body, &server.url));
    }
    assert_eq!(server.requests().len(), expected.len());
}

#[tokio::test]
async fn page_is_parsed_with_its_total_and_record() {
    let body = format!(r#"{{"invites":[{},{{"email":"nobody"}}],}}"#, invite_json());
    let headers = "x-total-count: 412\r\nx-request-id: req-7\r\ncontent-type: application/octet-stream\r\n";
    let server = ScriptedServer::start([response("200 OK", headers, &body)]).await;
    let client = client(&server);
    assert!(!client.has_loaded_list());
    let response = client.list(None).await.expect("a page");
    assert!(client.has_loaded_list());
    assert_eq!(
        (response.value.total, response.value.unusable_rows, response.value.next),
        (Some(412), 1, None)
    );
    let row = &response.value.invites[0];
    assert_eq!((row.email.as_str(), row.expiry), ("bob@job", Expiry::parse("2022-06-17T11:30:43Z")));
    let record = response.record;
    assert_eq!((record.method, record.status, record.request_body), (Method::Get, Some(200), None));
    assert_eq!(record.path, "/archivist/iam/v1/invites?page_size=3");
    assert_eq!(record.request_id.as_deref(), Some("req-7"));
    assert_eq!(record.response_body, body);
    assert_eq!(record.note.as_deref(), Some("repaired: trailing comma"));
}

#[tokio::test]
async fn chunked_and_compressed_responses_are_read() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
        c\r\n{\"invites\":[\r\n10\r\n{\"identity\":\"a\"}\r\n2\r\n]}\r\n0\r\n\r\n";
    let zipped = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xab, 0x56, 0xca, 0xcc, 0x2b, 0xcb, 0x2c, 0x49, 0x2d, 0x56, 0xb2,
        0x8a, 0xae, 0x56, 0xca, 0x4c, 0x49, 0xcd, 0x2b, 0xc9, 0x2c, 0xa9, 0x54, 0xb2, 0x82, 0x09, 0xeb, 0x57,
        0x65, 0x16, 0x14, 0xa4, 0xa6, 0x28, 0xe9, 0x28, 0xa5, 0xe6, 0x26, 0x66, 0xe6, 0x00, 0x25, 0xaa, 0x1c,
        0x52, 0x2b, 0x12, 0x73, 0x0b, 0x72, 0x52, 0xf5, 0x92, 0xf3, 0x73, 0x95, 0x6a, 0x63, 0x6b, 0x01, 0xcb,
        0xbb, 0x25, 0x41, 0x43, 0, 0, 0,
    ];
    let gzip = response("200 OK", "content-encoding: gzip\r\n", zipped);
    let server = ScriptedServer::start([ScriptedResponse::Bytes(chunked.to_vec()), gzip]).await;
    let client = client(&server);
    for name in ["a", "zipped"] {
        let page = client.list(None).await.expect("a page").value;
        assert_eq!(page.invites[0].identity.as_str(), name);
    }
}

#[tokio::test]
async fn missing_first_page_is_tried_once_at_the_other_base_path() {
    for status in ["404 Not Found", "501 Not Implemented"] {
        let server = ScriptedServer::start([
            response(status, "", "nope"),
            json_response("{}"),
            json_response("{}"),
            response(status, "", ""),
        ])
        .await;
        let client = client(&server);
        let response = client.list(None).await.expect("a page");
        let code = &status[..3];
        assert_eq!(
            response.record.note.expect("a note"),
            format!("/archivist/iam/v1/invites responded with {code}, so this path was tried")
        );
        let connection = client.connection();
        assert_eq!(connection.base_path, "/archivist/v1/invites");
        assert_eq!(
            connection.warnings,
            ["/archivist/iam/v1/invites was not found; using /archivist/v1/invites."]
        );
        client.list(None).await.expect("a page");
        let error = client.list(None).await.expect_err("a missing list");
        assert_eq!(error.status(), Some(code.parse().expect("a number")));
        let (first, second) =
            ("GET /archivist/iam/v1/invites?page_size=3", "GET /archivist/v1/invites?page_size=3");
        assert_eq!(server.request_lines(), [first, second, second, second]);
    }
}

#[tokio::test]
async fn missing_base_paths_report_and_keep_the_default() {
    let server =
        ScriptedServer::start([response("404 Not Found", "", ""), response("404 Not Found", "", "")]).await;
    let client = client(&server);
    let error = client.list(None).await.expect_err("no list");
    assert_eq!(error.kind, ErrorKind::Status(404));
    assert!(error.hint.contains("base path"), "{error}");
    assert_eq!(error.record.expect("a record").path, "/archivist/iam/v1/invites?page_size=3");
    assert_eq!(client.connection().base_path, "/archivist/iam/v1/invites");
    assert!(!client.has_loaded_list());
}

#[tokio::test]
async fn other_error_of_the_other_base_path_is_reported() {
    let denied = response("403 Forbidden", "", "");
    let server = ScriptedServer::start([response("404 Not Found", "", ""), denied]).await;
    let error = client(&server).list(None).await.expect_err("no list");
    assert_eq!(error.kind, ErrorKind::Status(403));
    let record = error.record.expect("a record");
    assert_eq!(record.path, "/archivist/v1/invites?page_size=3");
    assert_eq!(
        record.note.as_deref(),
        Some("/archivist/iam/v1/invites responded with 404, so this path was tried")
    );
}

#[tokio::test]
async fn configured_base_path_and_url_path_are_kept() {
    let server = ScriptedServer::start([response("404 Not Found", "", "")]).await;
    let client = client_with(&format!("{}/proxy/", server.url), |settings| {
        settings.base_path = Some("my/invites/".into());
    });
    client.list(None).await.expect_err("no list");
    assert_eq!(server.request_lines(), ["GET /proxy/my/invites?page_size=3"]);
}

#[tokio::test]
async fn identity_is_one_path_segment() {
    for (name, path) in [
        ("a%2Fb+ü", "a%252Fb%2B%C3%BC"),
        ("a?b=1#c", "a%3Fb%3D1%23c"),
        ("?", "%3F"),
        ("#", "%23"),
        ("%2e%2e", "%252e%252e"),
        ("a\\..\\b;c", "a%5C..%5Cb%3Bc"),
        ("\u{202e}", "%E2%80%AE"),
    ] {
        let unusual = Identity::parse(&format!("invites/{name}")).expect("usable");
        let server = ScriptedServer::start([json_response(""), json_response("{}")]).await;
        let client = client(&server);
        client.delete(&unusual).await.expect("gone");
        client.get(&unusual).await.expect_err("no invite");
        let path = format!("/archivist/iam/v1/invites/{path}");
        assert_eq!(server.request_lines(), [format!("DELETE {path}"), format!("GET {path}")]);
        let line = curl::for_invite("https://h", "/archivist/iam/v1/invites", Method::Delete, &unusual);
        assert!(
            line.ends_with(&format!("https://h{path}")) || line.ends_with(&format!("'https://h{path}'")),
            "{line}"
        );
    }
}

#[tokio::test]
async fn server_clock_offset_is_measured() {
    let (_dir, path) = write_token_file("token");
    let response_with_date = |date: &str| response("200 OK", &format!("date: {date}\r\n"), "{}");
    let server = ScriptedServer::start([
        response_with_date("Sat, 15 Jun 2024 12:01:00 GMT"),
        response_with_date("Sat, 15 Jun 2024 12:01:01 GMT"),
        response_with_date("soon"),
    ])
    .await;
    let clock = Clock::manual("2024-06-15T12:00:00Z".parse().expect("a time"));
    let settings =
        Settings { url: server.url.clone(), token: TokenSourceConfig::File(path), ..Settings::default() };
    let client = Client::new(settings, clock).expect("a client");
    for _ in 0..3 {
        client.list(None).await.expect("a page");
        assert_eq!(client.connection().clock_offset, SignedDuration::from_millis(60_500));
    }
}

#[tokio::test]
async fn oversized_page_token_is_an_error() {
    let server =
        ScriptedServer::start([json_response(format!(r#"{{"next_page_token":"{}"}}"#, "x".repeat(70_000)))])
            .await;
    let error = client(&server).list(None).await.expect_err("too long");
    assert_eq!(error.kind, ErrorKind::UnexpectedBody);
}
