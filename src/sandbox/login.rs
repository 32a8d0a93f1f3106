//! The token endpoint: exchanges client id and secret for a token.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::answer::{Refusal, json_text};
use super::shared::Shared;
use super::tokens::TokenWish;

/// Form of a login.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Login {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

/// Handles a login.
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<Login>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(login) = form.map_err(|error| Refusal::bad_request(error.body_text()))?;
    if login.grant_type != "client_credentials" {
        return Err(Refusal::bad_request("unsupported grant_type: only client_credentials is"));
    }
    if !shared.tokens.knows(&login.client_id, &login.client_secret) {
        return Err(Refusal::unauthenticated("invalid client credentials"));
    }
    let life = shared.tokens.life.load(Ordering::Relaxed);
    let wish = TokenWish { expires_in: Some(life), ..TokenWish::default() };
    let token = shared.tokens.issue(wish, shared.time.now());
    let body = json!({ "access_token": token, "expires_in": life, "token_type": "Bearer" });
    Ok(json_text(StatusCode::OK, body.to_string()))
}
