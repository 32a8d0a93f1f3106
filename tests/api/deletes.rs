//! Responses that confirm a delete or a create, and responses that do not.

use guestlist::api::DeleteResponse;
use guestlist::domain::error::SideEffect;
use guestlist::domain::{Draft, ErrorKind, Identity, Method};

use crate::scripted_server::{ScriptedServer, client, json_response, response};

fn identity() -> Identity {
    Identity::parse("a").expect("an identity")
}

#[tokio::test]
async fn empty_or_json_success_confirms_a_delete() {
    for body in ["", " \r\n", "{}", "null", "\u{feff}{}", r#"{"identity":"invites/a"}"#] {
        for status in ["200 OK", "202 Accepted"] {
            let server = ScriptedServer::start([response(status, "", body)]).await;
            let response =
                client(&server).delete(&identity()).await.unwrap_or_else(|f| panic!("{body:?}: {f}"));
            assert_eq!(response.value, DeleteResponse::Deleted);
        }
    }
    let server = ScriptedServer::start([response("204 No Content", "", "")]).await;
    assert_eq!(client(&server).delete(&identity()).await.expect("gone").value, DeleteResponse::Deleted);
}

#[tokio::test]
async fn login_page_does_not_confirm_a_delete() {
    for body in ["<html><title>Log in</title></html>", "logged out", "{"] {
        let server = ScriptedServer::start([json_response(body)]).await;
        let error = client(&server).delete(&identity()).await.expect_err(body);
        assert_eq!(error.kind, ErrorKind::UnexpectedBody, "{body}");
        assert_eq!(error.effect(Method::Delete), SideEffect::Unknown);
        assert_eq!(error.summary, "The invite may or may not have been deleted");
    }
}

#[tokio::test]
async fn only_an_api_404_means_invite_not_found() {
    for body in
        [r#"{"code":5,"message":"no such invite","details":[]}"#, r#"{"code":"404"}"#, r#"{"code":5,}"#]
    {
        let server = ScriptedServer::start([response("404 Not Found", "", body)]).await;
        let response = client(&server).delete(&identity()).await.unwrap_or_else(|f| panic!("{body}: {f}"));
        assert_eq!((response.value, response.record.status), (DeleteResponse::NotFound, Some(404)));
    }
    for body in ["", "Not Found", "<html>code</html>", "{}", r#"["code"]"#, r#"{"message":"no route"}"#] {
        let server = ScriptedServer::start([response("404 Not Found", "", body)]).await;
        let error = client(&server).delete(&identity()).await.expect_err(body);
        assert_eq!(error.kind, ErrorKind::Status(404), "{body}");
    }
}

#[tokio::test]
async fn get_with_404_or_another_invite_fails() {
    let server = ScriptedServer::start([
        response("404 Not Found", "", r#"{"code":5,"message":"no such invite"}"#),
        json_response(r#"{"identity":"invites/b"}"#),
    ])
    .await;
    let client = client(&server);
    let error = client.get(&identity()).await.expect_err("gone");
    assert_eq!(error.kind, ErrorKind::Status(404));
    let error = client.get(&identity()).await.expect_err("another one");
    assert_eq!(error.kind, ErrorKind::UnexpectedBody);
}

#[tokio::test]
async fn create_response_for_another_email_is_unknown() {
    let invite = |email: &str| format!(r#"{{"identity":"invites/a"{email}}}"#);
    let draft = Draft { email: " Bob@Job ".into(), message: String::new() };
    for email in [r#","email":"eve@job""#, "", r#","email":null"#, r#","email":"bob@job.example""#] {
        let server = ScriptedServer::start([json_response(invite(email))]).await;
        let error = client(&server).create(&draft).await.expect_err(email);
        assert_eq!(error.kind, ErrorKind::UnexpectedBody, "{email}");
        assert_eq!(error.effect(Method::Post), SideEffect::Unknown);
        assert!(error.cause.contains("a different email"), "{error}");
        assert_eq!(error.record.expect("a request").response_body, invite(email));
    }
    let server = ScriptedServer::start([json_response(invite(r#","email":"BOB@job ""#))]).await;
    client(&server).create(&draft).await.expect("the same email");
}

#[tokio::test]
async fn success_without_a_valid_invite_does_not_confirm_a_create() {
    for body in ["", "{}", "[]", "<html>", r#"{"identity":"invites/"}"#, r#"{"invites":[{"identity":"a"}]}"#]
    {
        let server = ScriptedServer::start([json_response(body)]).await;
        let draft = Draft { email: "bob@job".into(), message: String::new() };
        let error = client(&server).create(&draft).await.expect_err(body);
        assert_eq!(error.kind, ErrorKind::UnexpectedBody, "{body}");
        assert_eq!(error.effect(Method::Post), SideEffect::Unknown);
        let record = error.record.expect("a record");
        assert_eq!(record.request_body.as_deref(), Some(r#"{"message":"","email":"bob@job"}"#));
        assert_eq!(record.response_body, body);
    }
}
