//! HTTP interface of the control.
//! Its path contains a secret, the `Host` header must be the sandbox's own address, requests of web pages are refused,
//! and it takes no file paths.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::control::Control;
use super::fault_rules::Rule;
use super::response::{ErrorResponse, json_response};
use super::server_state::ServerState;
use super::tokens::TokenRequest;

/// Checks the request and runs the control action.
pub(super) async fn handle(
    State(state): State<Arc<ServerState>>,
    Path(parts): Path<Vec<(String, String)>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let secret = parts.first().map_or("", |(_, secret)| secret.as_str());
    if secret != state.secret {
        return ErrorResponse::not_found().into_response();
    }
    let host = headers.get(header::HOST).map_or(&b""[..], |host| host.as_bytes());
    if host != state.host.as_bytes() {
        return ErrorResponse::forbidden("the Host header must be the sandbox's own address").into_response();
    }
    if headers.contains_key(header::ORIGIN) {
        return ErrorResponse::forbidden("the control API does not serve web pages").into_response();
    }
    let verb = uri.path().splitn(4, '/').nth(3).unwrap_or_default();
    match dispatch(&Control(state), &method, verb, &body) {
        Ok(response) => json_response(StatusCode::OK, response.to_string()),
        Err(error) => error.into_response(),
    }
}

fn dispatch(control: &Control, method: &Method, verb: &str, body: &[u8]) -> Result<Value, ErrorResponse> {
    let is_get = *method == Method::GET;
    if !is_get && *method != Method::POST {
        return Err(ErrorResponse::not_implemented());
    }
    let done = |()| json!({});
    Ok(match (verb, is_get) {
        ("calls", true) => json!({ "calls": control.requests() }),
        ("invites", true) => json!({ "invites": control.invites() }),
        ("accept", false) => done(control.accept(&read_body::<AcceptTarget>(body)?.into_text()?)?),
        ("create", false) => {
            let request: CreateRequest = read_body(body)?;
            json!(control.create(&request.email, &request.message)?)
        }
        ("delete", false) => done(control.delete(read_body::<DeleteRequest>(body)?.uuid)?),
        ("clock", false) => done(control.advance(read_body::<AdvanceRequest>(body)?.advance_seconds)?),
        ("faults", false) => done(control.set_faults(read_body::<Vec<Rule>>(body)?)?),
        ("faults/clear", false) => done(control.set_faults(Vec::new())?),
        ("release", false) => {
            control.release_hanging();
            json!({})
        }
        ("tokens", false) => json!({ "access_token": control.issue_token(read_body::<TokenRequest>(body)?) }),
        _ => return Err(ErrorResponse::not_found()),
    })
}

/// The invite to accept: email or UUID.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptTarget {
    email: Option<String>,
    uuid: Option<Uuid>,
}

impl AcceptTarget {
    fn into_text(self) -> Result<String, ErrorResponse> {
        match (self.email, self.uuid) {
            (Some(email), None) => Ok(email),
            (None, Some(uuid)) => Ok(uuid.to_string()),
            _ => Err(ErrorResponse::bad_request("give either the email or the uuid of the invite")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateRequest {
    email: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeleteRequest {
    uuid: Uuid,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceRequest {
    advance_seconds: i64,
}

fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorResponse> {
    serde_json::from_slice(body).map_err(|error| ErrorResponse::bad_request(error.to_string()))
}
