//! Classifies a response: a success with a body as the contract describes it, or a failure that keeps the
//! request's record. Pure.

use super::error_text::{self, Endpoint};
use super::lenient_json::Parsed;
use super::transport::{HttpResponse, NoResponse, Truncation};
use super::types::ApiResponse;
use super::{error_body, retry_after};
use crate::domain::text::{sanitize, truncate};
use crate::domain::{Error, ErrorKind, HttpRecord, limits};

/// Builds the failure of a request without a response. `host` is already sanitized.
pub(super) fn no_response_error(call: Endpoint, unanswered: NoResponse, host: &str) -> Error {
    let failure = call.build_error(unanswered.error.kind(), unanswered.error.error_text(host));
    Error { record: Some(Box::new(unanswered.record)), ..failure }
}

/// Rejects redirects, and successes with an incomplete body.
pub(super) fn require_complete(
    call: Endpoint,
    answer: HttpResponse,
    address: &str,
    host: &str,
) -> Result<HttpResponse, Error> {
    let failure = match (answer.status, &answer.truncation) {
        (200..=299, Some(Truncation::TooLarge)) => {
            call.build_error(ErrorKind::TooLarge, error_text::too_large_text(limits::MAX_BODY_BYTES))
        }
        (200..=299, Some(Truncation::Transport(broken))) => {
            call.build_error(broken.kind(), broken.error_text(host))
        }
        (300..=399, _) => {
            let target = redirect_target(&answer, address);
            call.build_error(
                ErrorKind::Redirected,
                error_text::redirect_text(answer.status, target.as_deref()),
            )
        }
        _ => return Ok(answer),
    };
    Err(Error { record: Some(Box::new(answer.record)), ..failure })
}

/// Returns the target of a redirect: scheme and host, and on the same host the path. Never its query, which may
/// hold secrets.
fn redirect_target(answer: &HttpResponse, address: &str) -> Option<String> {
    let location = String::from_utf8_lossy(answer.headers.get("location")?.as_bytes()).into_owned();
    let ours = reqwest::Url::parse(address).ok()?.join(&answer.record.path).ok()?;
    let Ok(target) = ours.join(&location) else { return Some(sanitize(&location).into_owned()) };
    let origin = match target.host_str() {
        Some(host) => {
            let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}", target.scheme())
        }
        None => target.scheme().to_owned(),
    };
    let path = if target.origin() == ours.origin() { target.path() } else { "" };
    Some(truncate(&format!("{origin}{path}"), 120))
}

/// Turns every status but a success into a failure.
pub(super) fn require_success(call: Endpoint, answer: HttpResponse) -> Result<HttpResponse, Error> {
    if let 200..=299 = answer.status {
        return Ok(answer);
    }
    let explained = error_body::parse(&answer.body);
    let wait = retry_after::requested_wait(answer.status, &answer.headers);
    let sentence = error_text::status_text(call, answer.status, &explained.message, wait);
    let failure = call.build_error(ErrorKind::Status(answer.status), sentence);
    Err(Error { retry_after: wait, record: Some(Box::new(answer.record)), ..failure })
}

/// Parses the body of a success. `read` returns `None` for an unexpected body.
pub(super) fn decode_body<T>(
    call: Endpoint,
    answer: HttpResponse,
    read: impl FnOnce(&[u8]) -> Option<Parsed<T>>,
) -> Result<ApiResponse<T>, Error> {
    let HttpResponse { status, body, mut record, .. } = answer;
    if let Some(Parsed { value, note }) = read(&body) {
        record.note = note;
        return Ok(ApiResponse { value, record });
    }
    let explained = error_body::parse(&body);
    let sentence = match explained.is_error {
        true => error_text::error_in_success_text(status, &explained.message, explained.code),
        false if explained.is_html => error_text::web_page_text(status, &explained.message),
        false => error_text::unexpected_body_text(status),
    };
    let failure = call.build_error(ErrorKind::UnexpectedBody, sentence);
    Err(Error { record: Some(Box::new(record)), ..failure })
}

/// Builds the failure of a success with the invite of another email, or of none: what became of the requested
/// one is unknown.
pub(super) fn other_email_error(call: Endpoint, record: HttpRecord) -> Error {
    let failure = call.build_error(ErrorKind::UnexpectedBody, error_text::other_email_text());
    Error { record: Some(Box::new(record)), ..failure }
}
