//! Routes of the server.
//! Both base paths lead to the same invites; a wrong method is 501, not 405; the control API bypasses the
//! fault rules.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, any, on};

use super::response::ErrorResponse;
use super::server_state::ServerState;
use super::{control_api, invites, members, middleware, token_endpoint};

/// Base paths of the invites, from the documentation and from the OpenAPI files.
const BASE_PATHS: [&str; 2] = ["/archivist/iam/v1/invites", "/archivist/v1/invites"];

/// Returns the router of the whole server.
pub(super) fn router(state: Arc<ServerState>) -> Router {
    let mut api = Router::new()
        .route("/archivist/v1/caps", reject_other_methods(on(MethodFilter::GET, members::list_caps)))
        .route("/archivist/iam/v1/members", reject_other_methods(on(MethodFilter::GET, members::list)))
        .route(
            "/archivist/iam/v1/appidp/token",
            reject_other_methods(on(MethodFilter::POST, token_endpoint::issue_token)),
        );
    for base in BASE_PATHS {
        let collection = on(MethodFilter::GET, invites::list).on(MethodFilter::POST, invites::create);
        let single = on(MethodFilter::GET, invites::get).on(MethodFilter::DELETE, invites::delete);
        api = api
            .route(base, reject_other_methods(collection))
            .route(&format!("{base}/{{uuid}}"), reject_other_methods(single));
    }
    api.fallback(|| async { ErrorResponse::not_found() })
        .layer(from_fn_with_state(state.clone(), middleware::handle_request))
        .route("/control/{secret}/{verb}", any(control_api::handle))
        .route("/control/{secret}/{verb}/{more}", any(control_api::handle))
        .layer(map_response_with_state(state.clone(), set_date))
        .with_state(state)
}

/// Rejects all other methods of a route with status 501.
fn reject_other_methods(routes: MethodRouter<Arc<ServerState>>) -> MethodRouter<Arc<ServerState>> {
    // axum responds to HEAD if there is a GET; the real service does not.
    routes
        .on(MethodFilter::HEAD, || async { ErrorResponse::not_implemented() })
        .fallback(|| async { ErrorResponse::not_implemented() })
}

/// Sets `Date` from the sandbox's clock, unless a fault has set it.
async fn set_date(State(state): State<Arc<ServerState>>, mut response: Response) -> Response {
    let now = httpdate::fmt_http_date(SystemTime::from(state.clock.now()));
    if let Ok(now) = HeaderValue::from_str(&now) {
        response.headers_mut().entry(header::DATE).or_insert(now);
    }
    response
}
