//! Classifies a response as a success with a valid body, or as an error with the request's record.
//! Pure.

use super::error_text::{self, Endpoint};
use super::lenient_json::Parsed;
use super::server_url::ServerUrl;
use super::transport::{HttpResponse, NoResponse, Truncation};
use super::types::ApiResponse;
use super::{error_body, retry_after};
use crate::domain::text::{sanitize, truncate};
use crate::domain::{Error, ErrorKind, HttpRecord, limits};

/// Builds the error of a request without a response. `host` is already sanitized.
pub(super) fn no_response_error(endpoint: Endpoint, no_response: NoResponse, host: &str) -> Error {
    let error = endpoint.build_error(no_response.error.kind(), no_response.error.error_text(host));
    Error { record: Some(Box::new(no_response.record)), ..error }
}

/// Rejects redirects, and successes with an incomplete body.
pub(super) fn require_complete(
    endpoint: Endpoint,
    response: HttpResponse,
    url: &ServerUrl,
) -> Result<HttpResponse, Error> {
    let error = match (response.status, &response.truncation) {
        (200..=299, Some(Truncation::TooLarge)) => {
            endpoint.build_error(ErrorKind::TooLarge, error_text::too_large_text(limits::MAX_BODY_BYTES))
        }
        (200..=299, Some(Truncation::Transport(transport_error))) => {
            endpoint.build_error(transport_error.kind(), transport_error.error_text(&url.host()))
        }
        (300..=399, _) => {
            let target = redirect_target(&response, url.as_str());
            endpoint.build_error(
                ErrorKind::Redirected,
                error_text::redirect_text(response.status, target.as_deref()),
            )
        }
        _ => return Ok(response),
    };
    Err(Error { record: Some(Box::new(response.record)), ..error })
}

/// Returns the target of a redirect: scheme and host, and on the same host the path.
/// Never returns the query, which may contain secrets.
fn redirect_target(response: &HttpResponse, url: &str) -> Option<String> {
    let location = String::from_utf8_lossy(response.headers.get("location")?.as_bytes()).into_owned();
    let request_url = reqwest::Url::parse(url).ok()?.join(&response.record.path).ok()?;
    let Ok(target) = request_url.join(&location) else { return Some(sanitize(&location).into_owned()) };
    let origin = match target.host_str() {
        Some(host) => {
            let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}", target.scheme())
        }
        None => target.scheme().to_owned(),
    };
    let path = if target.origin() == request_url.origin() { target.path() } else { "" };
    Some(truncate(&format!("{origin}{path}"), 120))
}

/// Turns every status except a success into an error.
pub(super) fn require_success(endpoint: Endpoint, response: HttpResponse) -> Result<HttpResponse, Error> {
    if let 200..=299 = response.status {
        return Ok(response);
    }
    let parsed = error_body::parse(&response.body);
    let wait = retry_after::requested_wait(response.status, &response.headers);
    let text = error_text::status_text(endpoint, response.status, &parsed.message, wait);
    let error = endpoint.build_error(ErrorKind::Status(response.status), text);
    Err(Error { retry_after: wait, record: Some(Box::new(response.record)), ..error })
}

/// Parses the body of a success. `parse` returns `None` for an unexpected body.
pub(super) fn decode_body<T>(
    endpoint: Endpoint,
    response: HttpResponse,
    parse: impl FnOnce(&[u8]) -> Option<Parsed<T>>,
) -> Result<ApiResponse<T>, Error> {
    let HttpResponse { status, body, mut record, .. } = response;
    if let Some(Parsed { value, note }) = parse(&body) {
        record.note = note;
        return Ok(ApiResponse { value, record });
    }
    let parsed = error_body::parse(&body);
    let text = match parsed.is_error {
        true => error_text::error_in_success_text(status, &parsed.message, parsed.code),
        false if parsed.is_html => error_text::web_page_text(status, &parsed.message),
        false => error_text::unexpected_body_text(status),
    };
    let error = endpoint.build_error(ErrorKind::UnexpectedBody, text);
    Err(Error { record: Some(Box::new(record)), ..error })
}

/// Builds the error for a success whose invite has a different email, or none.
/// The effect of the request is unknown.
pub(super) fn other_email_error(endpoint: Endpoint, record: HttpRecord) -> Error {
    let error = endpoint.build_error(ErrorKind::UnexpectedBody, error_text::other_email_text());
    Error { record: Some(Box::new(record)), ..error }
}
