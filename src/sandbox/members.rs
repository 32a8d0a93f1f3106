//! The endpoints for members and caps (the invite quota).

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::invite_table::Member;
use super::lock::lock_ignoring_poison;
use super::paging::PageRequest;
use super::response::{ErrorResponse, json_response};
use super::server_state::ServerState;

type Server = State<Arc<ServerState>>;

/// Query of the members.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MembersQuery {
    page_size: Option<String>,
    page_token: Option<String>,
    member_state: Option<String>,
}

/// Returns one page of members. Its token is called `page_token`, unlike that of the invites.
pub(super) async fn list(
    State(state): Server,
    headers: HeaderMap,
    query: Result<Query<MembersQuery>, QueryRejection>,
) -> Result<Response, ErrorResponse> {
    state.tokens.authorize(&headers, state.clock.now())?;
    let Query(query) = query.map_err(|error| ErrorResponse::bad_request(error.body_text()))?;
    let active = match query.member_state.as_deref() {
        None | Some("" | "MEMBER_STATE_UNSPECIFIED") => None,
        Some("MEMBER_STATE_ACTIVE") => Some(true),
        Some("MEMBER_STATE_INACTIVE") => Some(false),
        Some(_) => return Err(ErrorResponse::bad_request("invalid member_state")),
    };
    let page = PageRequest::parse(query.page_size.as_deref(), query.page_token.as_deref(), None)?;
    let tenancy = lock_ignoring_poison(&state.tenancy);
    let matching =
        tenancy.members().iter().filter(|member| active.is_none_or(|active| member.active == active));
    let mut found: Vec<Value> = matching.skip(page.skip).take(page.size + 1).map(member_json).collect();
    let has_more = found.len() > page.size;
    found.truncate(page.size);
    let next = if has_more { page.token_after(page.skip + page.size) } else { String::new() };
    Ok(json_response(StatusCode::OK, json!({ "members": found, "page_token": next }).to_string()))
}

fn member_json(member: &Member) -> Value {
    json!({
        "identity": format!("members/{}", member.uuid),
        "display_name": member.name,
        "email": member.email,
        "active": member.active,
        "roles": [member.role],
    })
}

/// Query of the caps.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CapsQuery {
    service: Option<String>,
}

/// Returns the caps. -1 means no limit, as for the real service. Any valid token is accepted.
pub(super) async fn list_caps(
    State(state): Server,
    headers: HeaderMap,
    query: Result<Query<CapsQuery>, QueryRejection>,
) -> Result<Response, ErrorResponse> {
    state.tokens.authenticate(&headers, state.clock.now())?;
    let Query(query) = query.map_err(|error| ErrorResponse::bad_request(error.body_text()))?;
    let as_text = |n: Option<usize>| n.map_or("-1".to_owned(), |n| n.to_string());
    let (remaining, cap) = (as_text(state.remaining_quota()), as_text(*lock_ignoring_poison(&state.quota)));
    let caps = match query.service.as_deref() {
        None | Some("" | "invites") => {
            vec![json!({ "resource_type": "Invites", "resource_remaining": remaining, "resource_cap": cap })]
        }
        Some(_) => Vec::new(),
    };
    Ok(json_response(StatusCode::OK, json!({ "caps": caps }).to_string()))
}
