//! Responses of the server: JSON bodies, and errors in the shape of the real service.
//! Clients use the HTTP status; `code` in the body is the matching gRPC code.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::settings::SandboxError;

/// An error response.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    status: StatusCode,
    message: String,
    has_request_id: bool,
}

impl ErrorResponse {
    fn new(status: StatusCode, message: impl Into<String>) -> ErrorResponse {
        ErrorResponse { status, message: message.into(), has_request_id: true }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> ErrorResponse {
        ErrorResponse::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn unauthenticated(message: &str) -> ErrorResponse {
        ErrorResponse::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(super) fn forbidden(message: &str) -> ErrorResponse {
        ErrorResponse::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn no_such_invite(uuid: &dyn fmt::Display) -> ErrorResponse {
        ErrorResponse::new(StatusCode::NOT_FOUND, format!("invite not found: invites/{uuid}"))
    }

    pub(super) fn already_invited() -> ErrorResponse {
        ErrorResponse::new(StatusCode::CONFLICT, "an invite for this email address already exists")
    }

    /// Returns the error for a reached quota.
    pub(super) fn quota_reached() -> ErrorResponse {
        ErrorResponse::new(StatusCode::PAYMENT_REQUIRED, "the cap of invites of this tenancy is reached")
    }

    /// Returns the error for a wrong method: 501, not 405.
    pub(super) fn not_implemented() -> ErrorResponse {
        let error = ErrorResponse::new(StatusCode::NOT_IMPLEMENTED, "Method Not Allowed");
        ErrorResponse { has_request_id: false, ..error }
    }

    pub(super) fn not_found() -> ErrorResponse {
        ErrorResponse { has_request_id: false, ..ErrorResponse::new(StatusCode::NOT_FOUND, "Not Found") }
    }

    /// Returns the error of a fault: any status, with its usual text.
    pub(super) fn from_status(status: StatusCode) -> ErrorResponse {
        ErrorResponse::new(status, status.canonical_reason().unwrap_or("refused"))
    }
}

impl From<SandboxError> for ErrorResponse {
    fn from(error: SandboxError) -> ErrorResponse {
        match error {
            SandboxError::NoSuchInvite(_) => ErrorResponse::new(StatusCode::NOT_FOUND, error.to_string()),
            SandboxError::Faults(_) => ErrorResponse::bad_request(error.to_string()),
            _ => {
                tracing::warn!(%error, "the sandbox could not store a change");
                ErrorResponse::new(StatusCode::INTERNAL_SERVER_ERROR, "storage error")
            }
        }
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        let request_info = json!({
            "@type": "type.googleapis.com/google.rpc.RequestInfo",
            "request_id": Uuid::new_v4(),
            "serving_data": "",
        });
        let details = if self.has_request_id { vec![request_info] } else { Vec::new() };
        let body = json!({ "code": grpc_code(self.status), "message": self.message, "details": details });
        let mut response = json_response(self.status, body.to_string());
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Returns a response with a JSON body.
pub(super) fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// Header with the total number of rows, in a response.
pub(super) const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
/// Header that requests [`TOTAL_COUNT`].
pub(super) const REQUEST_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-request-total-count");

/// Returns the gRPC code of an HTTP status.
fn grpc_code(status: StatusCode) -> u8 {
    match status.as_u16() {
        400 => 3,
        401 => 16,
        402 | 501 => 12,
        403 => 7,
        404 => 5,
        409 => 6,
        429 => 8,
        503 => 14,
        408 | 504 => 4,
        500..=599 => 13,
        _ => 2,
    }
}
