//! The four invite endpoints: permissions, validation and responses.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::active_faults::Quirks;
use super::invite_table::{InviteRow, is_same_email};
use super::lock::lock_ignoring_poison;
use super::paging::{PageRequest, write_invite, write_page};
use super::response::{ErrorResponse, REQUEST_TOTAL_COUNT, TOTAL_COUNT, json_response};
use super::server_state::ServerState;
use crate::domain::limits;

type Server = State<Arc<ServerState>>;

/// Query of LIST. Numbers are kept as text, so that errors have the service's texts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    page_size: Option<String>,
    page_token: Option<String>,
    email: Option<String>,
    order_by: Option<String>,
}

/// LIST: returns one page in creation order.
pub(super) async fn list(
    State(state): Server,
    Extension(quirks): Extension<Quirks>,
    headers: HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, ErrorResponse> {
    state.tokens.authorize(&headers, state.clock.now())?;
    let Query(query) = query.map_err(|error| ErrorResponse::bad_request(error.body_text()))?;
    if !matches!(query.order_by.as_deref(), None | Some("DEFAULT" | "DISPLAY_NAME")) {
        return Err(ErrorResponse::bad_request(
            "invalid order_by: value must be one of DEFAULT, DISPLAY_NAME",
        ));
    }
    let (size, token) = (query.page_size.as_deref(), query.page_token.as_deref());
    let page = PageRequest::parse(size, token, query.email.as_deref())?;
    let hidden = state.hidden_invites(quirks.lag);
    let tenancy = lock_ignoring_poison(&state.tenancy);
    let shown: Vec<InviteRow>;
    let rows = if hidden.is_empty() {
        tenancy.rows().all()
    } else {
        shown = tenancy.rows().all().iter().filter(|row| !hidden.contains(&row.uuid)).cloned().collect();
        &shown
    };
    let body = if page.email.is_empty() {
        page_of_all(rows, &page, &quirks)
    } else {
        page_of_matches(rows, &page, &quirks)
    };
    let mut response = json_response(StatusCode::OK, body);
    if headers.get(REQUEST_TOTAL_COUNT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true")) {
        let total = match page.email.as_str() {
            "" => rows.len(),
            email => rows.iter().filter(|row| is_same_email(&row.email, email)).count(),
        };
        response.headers_mut().insert(TOTAL_COUNT, HeaderValue::from(total));
    }
    Ok(response)
}

/// Returns a slice of the rows: every page costs the same.
fn page_of_all(rows: &[InviteRow], page: &PageRequest, quirks: &Quirks) -> Vec<u8> {
    let skip = if quirks.endless_pages { page.skip % rows.len().max(1) } else { page.skip };
    let start = skip.min(rows.len());
    let end = start.saturating_add(page.size).min(rows.len());
    let next = next_token(page, page.skip + (end - start), end < rows.len(), quirks);
    write_page(rows[start..end].iter(), &next, quirks)
}

/// Returns the rows of one email, searched from the start.
fn page_of_matches(rows: &[InviteRow], page: &PageRequest, quirks: &Quirks) -> Vec<u8> {
    let matching = rows.iter().filter(|row| is_same_email(&row.email, &page.email));
    let mut found: Vec<&InviteRow> = matching.skip(page.skip).take(page.size + 1).collect();
    let has_more = found.len() > page.size;
    found.truncate(page.size);
    let next = next_token(page, page.skip + found.len(), has_more, quirks);
    write_page(found.into_iter(), &next, quirks)
}

fn next_token(page: &PageRequest, skip: usize, has_more: bool, quirks: &Quirks) -> String {
    if quirks.repeat_page_token {
        page.token_after(page.size)
    } else if has_more || quirks.endless_pages {
        page.token_after(skip)
    } else {
        String::new()
    }
}

/// Body of a create. `null` means absent, as for the real service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    email: Option<String>,
    message: Option<String>,
}

/// CREATE: stores the invite and writes its email.
pub(super) async fn create(
    State(state): Server,
    Extension(quirks): Extension<Quirks>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ErrorResponse> {
    state.tokens.authorize(&headers, state.clock.now())?;
    let body: CreateBody = serde_json::from_slice(&body)
        .map_err(|error| ErrorResponse::bad_request(format!("invalid CreateInviteRequest: {error}")))?;
    let (email, message) = (body.email.unwrap_or_default(), body.message.unwrap_or_default());
    if email.is_empty() {
        return Err(invalid_field("Email", "value length must be at least 1 runes"));
    }
    check_length("Email", &email, limits::MAX_EMAIL_CHARS)?;
    check_length("Message", &message, limits::MAX_MESSAGE_CHARS)?;
    if state.remaining_quota() == Some(0) {
        return Err(ErrorResponse::quota_reached());
    }
    let row = state.create_invite(&email, &message, quirks.on_duplicate)?;
    Ok(invite_response(&row, &quirks))
}

fn check_length(field: &str, text: &str, runes: usize) -> Result<(), ErrorResponse> {
    if text.chars().count() > runes {
        return Err(invalid_field(field, &format!("value length must be at most {runes} runes")));
    }
    Ok(())
}

fn invalid_field(field: &str, reason: &str) -> ErrorResponse {
    ErrorResponse::bad_request(format!("invalid CreateInviteRequest.{field}: {reason}"))
}

/// GET: returns one invite.
pub(super) async fn get(
    State(state): Server,
    Extension(quirks): Extension<Quirks>,
    headers: HeaderMap,
    uuid: Result<Path<String>, PathRejection>,
) -> Result<Response, ErrorResponse> {
    state.tokens.authorize(&headers, state.clock.now())?;
    let uuid = read_uuid(uuid)?;
    let hidden = state.hidden_invites(quirks.lag);
    let tenancy = lock_ignoring_poison(&state.tenancy);
    let row = tenancy.rows().get(uuid).filter(|row| !hidden.contains(&row.uuid));
    let row = row.ok_or_else(|| ErrorResponse::no_such_invite(&uuid))?;
    Ok(invite_response(row, &quirks))
}

/// DELETE: removes the invite; its link stops working.
pub(super) async fn delete(
    State(state): Server,
    headers: HeaderMap,
    uuid: Result<Path<String>, PathRejection>,
) -> Result<Response, ErrorResponse> {
    state.tokens.authorize(&headers, state.clock.now())?;
    let uuid = read_uuid(uuid)?;
    let row = lock_ignoring_poison(&state.tenancy).delete(uuid)?;
    row.ok_or_else(|| ErrorResponse::no_such_invite(&uuid))?;
    Ok(json_response(StatusCode::OK, "{}"))
}

/// Parses the UUID of a path, in upper or lower case, with hyphens.
fn read_uuid(path: Result<Path<String>, PathRejection>) -> Result<Uuid, ErrorResponse> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    let uuid = Uuid::parse_str(&text).ok().filter(|_| text.len() == 36);
    uuid.ok_or_else(|| ErrorResponse::no_such_invite(&text))
}

fn invite_response(row: &InviteRow, quirks: &Quirks) -> Response {
    let mut json = Vec::new();
    write_invite(&mut json, row, quirks);
    json_response(StatusCode::OK, json)
}
