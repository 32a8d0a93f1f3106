//! One HTTP request and its answer: sent, bounded while it is read, and recorded. What the answer means is decided
//! by the client. The token is put on here, and taken out of everything that is kept of the answer.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, LOCATION};
use secrecy::{ExposeSecret, SecretString};

use super::broken::Broken;
use super::{explained, server_clock};
use crate::clock::Clock;
use crate::domain::limits::{BODY_BYTES, KEPT_BODY_BYTES};
use crate::domain::{CallRecord, Method};

/// Most bytes that are read of an answer that is no success: its status is the truth, the rest explains.
const EXPLANATION_BYTES: usize = 64 * 1024;
/// A text shorter than this is not taken for our token when it comes back in an answer.
const LEAST_TOKEN: usize = 8;

/// What is sent.
pub(super) struct Asked {
    pub method: Method,
    /// The whole URL, encoded already.
    pub url: String,
    /// JSON.
    pub body: Option<String>,
    /// Whether the total is asked for.
    pub count: bool,
    /// Longest time for the whole of it.
    pub bound: Duration,
}

/// What came back: a head, and as much of the body as could be read.
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Why the body of a success is not whole.
    pub cut: Option<Cut>,
    pub call: CallRecord,
    /// What the `Date` header says of the server's clock.
    pub measured: Option<server_clock::Measured>,
}

/// Why a body is not whole.
pub(super) enum Cut {
    TooLarge,
    Broken(Broken),
}

/// A call without an answer.
pub(super) struct Unanswered {
    pub broken: Broken,
    pub call: CallRecord,
}

/// Sends one request, once, and reads its answer.
pub(super) async fn send(
    http: &reqwest::Client,
    clock: &Clock,
    asked: Asked,
    token: &SecretString,
) -> Result<Answer, Box<Unanswered>> {
    let sent = clock.now();
    let mut call = CallRecord {
        method: asked.method,
        path: path_of(&asked.url),
        at: sent.wall,
        took: Duration::ZERO,
        status: None,
        request_id: None,
        asked: asked.body.clone(),
        answered: String::new(),
        note: None,
    };
    let response = request(http, asked, token).send().await;
    let headed = clock.now().mono;
    call.took = headed.saturating_sub(sent.mono);
    let mut response = match response {
        Ok(response) => response,
        Err(error) => return Err(Box::new(Unanswered { broken: Broken::from(error), call })),
    };
    let status = response.status().as_u16();
    let mut headers = std::mem::take(response.headers_mut());
    hide_in_location(&mut headers, token.expose_secret());
    let success = response.status().is_success();
    let (mut body, cut) = read(&mut response, if success { BODY_BYTES } else { EXPLANATION_BYTES }).await;
    call.took = clock.now().mono.saturating_sub(sent.mono);
    call.status = Some(status);
    call.answered = kept(&body, token.expose_secret());
    call.request_id = request_id(&headers).map(|id| without_token(id, token.expose_secret()));
    // A success can turn out to be an error that is shown.
    let text = String::from_utf8_lossy(&body);
    if text.contains(token.expose_secret()) {
        body = without_token(&text, token.expose_secret()).into_bytes();
    }
    if !success {
        call.request_id = explained::explain(&body).request_id.or(call.request_id);
    }
    tracing::debug!(
        method = call.method.as_str(),
        path = call.path.split('?').next().unwrap_or_default(),
        status,
        took_ms = call.took.as_millis() as u64,
        "call"
    );
    let date = headers.get("date").and_then(|date| date.to_str().ok());
    let measured = date.and_then(|date| server_clock::offset(date, sent, headed));
    Ok(Answer { status, headers, body, cut, call, measured })
}

fn request(http: &reqwest::Client, asked: Asked, token: &SecretString) -> reqwest::RequestBuilder {
    let method = match asked.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut request = http.request(method, asked.url).timeout(asked.bound);
    // A token that was read has only characters that a header takes.
    if let Ok(mut bearer) = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())) {
        bearer.set_sensitive(true);
        request = request.header(AUTHORIZATION, bearer);
    }
    if asked.count {
        request = request.header("x-request-total-count", "true");
    }
    match asked.body {
        Some(body) => request.body(body),
        None => request,
    }
}

/// Reads what comes, decompressed, up to a bound.
pub(super) async fn read(response: &mut reqwest::Response, bound: usize) -> (Vec<u8>, Option<Cut>) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > bound => {
                body.extend_from_slice(&chunk[..bound - body.len()]);
                return (body, Some(Cut::TooLarge));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, None),
            Err(error) => return (body, Some(Cut::Broken(Broken::from(error)))),
        }
    }
}

/// The start of an answer for the detail view, without our token. A token across the end is left out whole, so
/// that no half of one remains.
fn kept(body: &[u8], token: &str) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(KEPT_BODY_BYTES + token.len())]);
    let across = |at: usize| at < KEPT_BODY_BYTES && at + token.len() > KEPT_BODY_BYTES;
    let cut = start.match_indices(token).map(|(at, _)| at).find(|at| across(*at));
    let mut end = cut.unwrap_or(KEPT_BODY_BYTES).min(start.len());
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    without_token(&start[..end], token)
}

/// Servers that echo what they were sent would otherwise put the token on the screen.
fn without_token(text: &str, token: &str) -> String {
    if token.len() < LEAST_TOKEN { text.to_owned() } else { text.replace(token, "<token>") }
}

/// A redirect is shown with its path.
fn hide_in_location(headers: &mut HeaderMap, token: &str) {
    let Some(location) = headers.get(LOCATION) else { return };
    let text = String::from_utf8_lossy(location.as_bytes());
    if !text.contains(token) {
        return;
    }
    match HeaderValue::from_str(&without_token(&text, token)) {
        Ok(shown) => drop(headers.insert(LOCATION, shown)),
        Err(_) => drop(headers.remove(LOCATION)),
    }
}

fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-amzn-trace-id"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .find(|id| !id.is_empty())
}

/// Path and query of a URL, without the host.
fn path_of(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find('/').map_or_else(String::new, |at| after_scheme[at..].to_owned())
}
