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

use super::response::{ErrorResponse, json_response};
use super::server_state::ServerState;
use super::tokens::TokenRequest;

/// Form of a token request.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenForm {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

/// Issues a token for a valid client id and secret.
pub(super) async fn issue_token(
    State(state): State<Arc<ServerState>>,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Result<Response, ErrorResponse> {
    let Form(login) = form.map_err(|error| ErrorResponse::bad_request(error.body_text()))?;
    if login.grant_type != "client_credentials" {
        return Err(ErrorResponse::bad_request("unsupported grant_type: only client_credentials is"));
    }
    if !state.tokens.is_valid_client(&login.client_id, &login.client_secret) {
        return Err(ErrorResponse::unauthenticated("invalid client credentials"));
    }
    let lifetime = state.tokens.lifetime.load(Ordering::Relaxed);
    let request = TokenRequest { expires_in: Some(lifetime), ..TokenRequest::default() };
    let token = state.tokens.issue(request, state.clock.now());
    let body = json!({ "access_token": token, "expires_in": lifetime, "token_type": "Bearer" });
    Ok(json_response(StatusCode::OK, body.to_string()))
}
