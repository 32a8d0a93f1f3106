//! Middleware of the API: logs each request and applies the fault rules.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::active_faults::FaultPlan;
use super::cuttable_stream::ConnectionKiller;
use super::fault_rules::{Action, FaultTiming, RawReply, StatusReply};
use super::faulty_body;
use super::request_log::RequestStatus;
use super::response::ErrorResponse;
use super::server_state::ServerState;

/// Maximum size of a request body; an invite needs about 2 kB.
const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Handles one request.
pub(super) async fn handle_request(
    State(state): State<Arc<ServerState>>,
    ConnectInfo(killer): ConnectInfo<ConnectionKiller>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST_BYTES).await else {
        return ErrorResponse::bad_request("the request is too large or incomplete").into_response();
    };
    let number = state.requests.begin(state.clock.now(), &parts, &body);
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let plan = state.faults.plan_for(parts.method.as_str(), path, state.clock.monotonic());
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(plan.quirks);
    match apply_faults(&state, plan, request, next).await {
        Some(response) => {
            state.requests.end(number, RequestStatus::Answered, Some(response.status().as_u16()));
            response
        }
        None => {
            state.requests.end(number, RequestStatus::Dropped, None);
            killer.cut();
            // The response is never delivered: the connection is cut.
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Returns the response; `None` to close the connection without one.
async fn apply_faults(
    state: &Arc<ServerState>,
    plan: FaultPlan,
    request: Request,
    next: Next,
) -> Option<Response> {
    if !plan.latency.is_zero() {
        state.clock.sleep(plan.latency).await;
    }
    for action in &plan.actions {
        match action {
            Action::Status(reply) if reply.when == FaultTiming::Before => {
                return Some(status_response(reply));
            }
            Action::Raw(reply) if reply.when == FaultTiming::Before => return Some(raw_response(reply)),
            Action::Drop(FaultTiming::Before) => return None,
            Action::Hang(FaultTiming::Before) => state.wait_for_release().await,
            Action::LateEffectMs(delay) => {
                spawn_late_effect(state.clone(), Duration::from_millis(*delay), request, next);
                return None;
            }
            _ => {}
        }
    }
    let mut response = next.run(request).await;
    for action in &plan.actions {
        match action {
            Action::Status(reply) if reply.when == FaultTiming::After => response = status_response(reply),
            Action::Raw(reply) if reply.when == FaultTiming::After => response = raw_response(reply),
            Action::Drop(FaultTiming::After) => return None,
            Action::Hang(FaultTiming::After) => state.wait_for_release().await,
            Action::Truncate(keep) => response = faulty_body::truncate(response, *keep).await,
            Action::SlowBodyMs(pause) => {
                response =
                    faulty_body::slow_down(response, Duration::from_millis(*pause), state.clone()).await;
            }
            _ => {}
        }
    }
    Some(response)
}

/// Lets a request take effect after its connection was closed, unless the sandbox stops first.
fn spawn_late_effect(state: Arc<ServerState>, delay: Duration, request: Request, next: Next) {
    tokio::spawn(async move {
        tokio::select! {
            () = state.clock.sleep(delay) => { next.run(request).await; }
            () = state.wait_for_stop() => {}
        }
    });
}

fn status_response(reply: &StatusReply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let default_response = ErrorResponse::from_status(status).into_response();
    let response = match &reply.body {
        Some(body) => default_response.map(|_| Body::from(body.clone())),
        None => default_response,
    };
    with_headers(response, &reply.headers)
}

fn raw_response(reply: &RawReply) -> Response {
    let body = match reply.repeat_bytes {
        0 => Body::from(Bytes::from(reply.body.clone())),
        total => faulty_body::repeat(&reply.body, total),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    with_headers(response, &reply.headers)
}

/// Adds the headers of a rule; they were validated with the rule.
fn with_headers<'a>(
    mut response: Response,
    headers: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Response {
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
