//! Sends one HTTP request, reads a bounded response, and records both.
//! The client interprets the response. The token is added here, and removed from everything that is kept of
//! the response.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use secrecy::{ExposeSecret, SecretString};

use super::transport_error::TransportError;
use super::{clock_skew, error_body, http};
use crate::clock::Clock;
use crate::domain::limits::{MAX_BODY_BYTES, MAX_RECORDED_BODY_BYTES};
use crate::domain::{HttpHeaders, HttpRecord, Method};

/// Maximum bytes read of a response that is not a success.
/// Its status decides, and the body only explains it.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// Minimum length of a token that is redacted. A shorter token may also occur as normal text.
const MIN_REDACTED_LEN: usize = 8;

const REQUEST_TOTAL_COUNT: &str = "x-request-total-count";

/// One request.
pub(super) struct HttpRequest {
    pub method: Method,
    /// The whole URL, already encoded.
    pub url: String,
    /// JSON body.
    pub body: Option<String>,
    /// True to request the total count.
    pub with_total_count: bool,
    /// Timeout of the whole request.
    pub timeout: Duration,
}

/// One response: the head, and as much of the body as could be read.
pub(super) struct HttpResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Why the body of a success is incomplete.
    pub truncation: Option<Truncation>,
    pub record: HttpRecord,
    /// The measured offset of the server's clock, from the `Date` header.
    pub clock_sample: Option<clock_skew::ClockSample>,
}

/// Why a body is incomplete.
pub(super) enum Truncation {
    TooLarge,
    Transport(TransportError),
}

/// A request without a response.
pub(super) struct NoResponse {
    pub error: TransportError,
    pub record: HttpRecord,
}

/// Sends one request, once, and reads its response.
pub(super) async fn send(
    http_client: &reqwest::Client,
    clock: &Clock,
    request: HttpRequest,
    token: &SecretString,
) -> Result<HttpResponse, Box<NoResponse>> {
    let sent = clock.now();
    let mut record = HttpRecord {
        method: request.method,
        path: path_and_query(&request.url),
        sent_at: sent.wall,
        duration: Duration::ZERO,
        status: None,
        request_id: None,
        headers: HttpHeaders { request: request_headers(&request), ..HttpHeaders::default() },
        request_body: request.body.clone(),
        response_body: String::new(),
        note: None,
    };
    let response = build_request(http_client, request, token).send().await;
    let headers_at = clock.now().mono;
    record.duration = headers_at.saturating_sub(sent.mono);
    let mut response = match response {
        Ok(response) => response,
        Err(error) => {
            return Err(Box::new(NoResponse { error: TransportError::from_reqwest(error), record }));
        }
    };
    let status = response.status().as_u16();
    let mut headers = std::mem::take(response.headers_mut());
    redact_location(&mut headers, token.expose_secret());
    record.headers.response = header_texts(&headers, token.expose_secret());
    let is_success = response.status().is_success();
    let (mut body, truncation) =
        read_body(&mut response, if is_success { MAX_BODY_BYTES } else { MAX_ERROR_BODY }).await;
    record.duration = clock.now().mono.saturating_sub(sent.mono);
    record.status = Some(status);
    record.response_body = body_excerpt(&body, token.expose_secret());
    record.request_id = request_id(&headers).map(|id| redact_token(id, token.expose_secret()));
    // Texts from the body can be shown, also those of a success that turns out to be an error.
    let text = String::from_utf8_lossy(&body);
    if text.contains(token.expose_secret()) {
        body = redact_token(&text, token.expose_secret()).into_bytes();
    }
    if !is_success {
        record.request_id = error_body::parse(&body).request_id.or(record.request_id);
    }
    tracing::debug!(
        method = record.method.as_str(),
        path = record.path.split('?').next().unwrap_or_default(),
        status,
        took_ms = record.duration.as_millis() as u64,
        "request"
    );
    let date = headers.get("date").and_then(|date| date.to_str().ok());
    let clock_sample = date.and_then(|date| clock_skew::measure(date, sent, headers_at));
    Ok(HttpResponse { status, headers, body, truncation, record, clock_sample })
}

fn build_request(
    http_client: &reqwest::Client,
    http_request: HttpRequest,
    token: &SecretString,
) -> reqwest::RequestBuilder {
    let method = match http_request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut request = http_client.request(method, http_request.url).timeout(http_request.timeout);
    // A parsed token has only characters that a header accepts.
    if let Ok(mut bearer) = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())) {
        bearer.set_sensitive(true);
        request = request.header(AUTHORIZATION, bearer);
    }
    if http_request.with_total_count {
        request = request.header(REQUEST_TOTAL_COUNT, "true");
    }
    match http_request.body {
        Some(body) => request.body(body),
        None => request,
    }
}

/// Reads the decompressed body up to a limit.
pub(super) async fn read_body(
    response: &mut reqwest::Response,
    max_bytes: usize,
) -> (Vec<u8>, Option<Truncation>) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > max_bytes => {
                body.extend_from_slice(&chunk[..max_bytes - body.len()]);
                return (body, Some(Truncation::TooLarge));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, None),
            Err(error) => return (body, Some(Truncation::Transport(TransportError::from_reqwest(error)))),
        }
    }
}

/// Returns the start of a response for the detail view, without the token.
/// A token at the cut is removed completely.
fn body_excerpt(body: &[u8], token: &str) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(MAX_RECORDED_BODY_BYTES + token.len())]);
    let across = |position: usize| {
        position < MAX_RECORDED_BODY_BYTES && position + token.len() > MAX_RECORDED_BODY_BYTES
    };
    let crossing =
        start.match_indices(token).map(|(position, _)| position).find(|position| across(*position));
    let mut end = crossing.unwrap_or(MAX_RECORDED_BODY_BYTES).min(start.len());
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    redact_token(&start[..end], token)
}

/// Removes the token, which some servers echo.
fn redact_token(text: &str, token: &str) -> String {
    if token.len() < MIN_REDACTED_LEN { text.to_owned() } else { text.replace(token, "<token>") }
}

/// Removes the token from a redirect, whose path is shown.
fn redact_location(headers: &mut HeaderMap, token: &str) {
    let Some(location) = headers.get(LOCATION) else { return };
    let text = String::from_utf8_lossy(location.as_bytes());
    if !text.contains(token) {
        return;
    }
    match HeaderValue::from_str(&redact_token(&text, token)) {
        Ok(redacted) => drop(headers.insert(LOCATION, redacted)),
        Err(_) => drop(headers.remove(LOCATION)),
    }
}

/// Returns the headers of a request, with the token masked.
fn request_headers(request: &HttpRequest) -> Vec<(String, String)> {
    let mut headers = header_texts(&http::default_headers(), "");
    headers.push(("authorization".to_owned(), "Bearer <token>".to_owned()));
    if request.with_total_count {
        headers.push((REQUEST_TOTAL_COUNT.to_owned(), "true".to_owned()));
    }
    headers
}

/// Returns names and values, without the token and cookies.
fn header_texts(headers: &HeaderMap, token: &str) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = match *name {
            SET_COOKIE => "<hidden>".to_owned(),
            _ => redact_token(&String::from_utf8_lossy(value.as_bytes()), token),
        };
        (name.as_str().to_owned(), value)
    };
    headers.iter().map(text).collect()
}

fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-amzn-trace-id"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .find(|id| !id.is_empty())
}

/// Returns path and query of a URL, without the host.
fn path_and_query(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find('/').map_or_else(String::new, |position| after_scheme[position..].to_owned())
}
