//! Client of the Invites API, with one method per request.
//! Only a first page may be requested twice, at two base paths. Methods return a parsed value, or an error
//! with its texts.

mod path;
mod tenancy;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::client_state::ClientState;
use super::error_text::Endpoint;
use super::response::{self, decode_body, require_success};
use super::server_url::{self, ServerUrl, percent_encode};
use super::settings::Settings;
use super::token::{Token, TokenContext};
use super::token_provider::TokenProvider;
use super::transport::{self, HttpRequest, HttpResponse};
use super::types::{ApiResponse, Cap, DeleteResponse, ListPage, MemberPage, PageToken};
use super::wire::{self, NewInvite};
use super::{error_body, http};
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::{Connection, Draft, Error, HttpRecord, Identity, Invite, Method, TenancyKey};
pub(crate) use tenancy::PLAN_TENANCY_HINT;

/// Base paths of the invites: the first from the vendor's docs, the second from its OpenAPI files.
const BASE_PATHS: [&str; 2] = ["/archivist/iam/v1/invites", "/archivist/v1/invites"];
const CAPS_PATH: &str = "/archivist/v1/caps?service=invites";
const MEMBERS_PATH: &str = "/archivist/iam/v1/members";
/// Maximum size of a page token; a longer token would not fit into a request line.
const MAX_PAGE_TOKEN_BYTES: usize = 16 * 1024;
/// A page may take this many times longer than a small request, as long as bytes keep coming.
const PAGE_TIMEOUT_FACTOR: u32 = 10;

/// Client of one server URL and one tenancy.
/// Cheap to clone; clones share everything but the expected tenancy.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    /// Tenancy that a token must belong to; `None` allows any. The lock is empty until the first request.
    expected_tenancy: Option<Arc<OnceLock<TenancyKey>>>,
}

struct Inner {
    http: reqwest::Client,
    /// For POST requests: keeps no connection open.
    post_http: reqwest::Client,
    url: ServerUrl,
    settings: Settings,
    clock: Clock,
    token_provider: TokenProvider,
    state: Mutex<ClientState>,
}

/// Shows only the server URL, because the client contains a token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("url", &self.inner.url.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client and reads the token once, so that the connection is known from the start. A token
    /// problem is reported by the first request.
    ///
    /// # Errors
    ///
    /// The server URL or the base path is rejected, or this machine cannot make secure connections.
    pub fn new(settings: Settings, clock: Clock) -> Result<Client, Error> {
        let url = ServerUrl::parse(&settings.url)?;
        let base_path = match &settings.base_path {
            Some(path) => server_url::parse_base_path(path)?,
            None => BASE_PATHS[0].to_owned(),
        };
        let http = http::build(&url, &settings)?;
        let post_http = http::build_for_posts(&url, &settings)?;
        let state = Mutex::new(ClientState::new(base_path));
        let (token_http, token_url) = (http.clone(), url.clone());
        let context = TokenContext {
            http: token_http,
            url: token_url,
            clock: clock.clone(),
            settings: settings.clone(),
        };
        let token_provider = TokenProvider::new(settings.token.clone(), context);
        let client = Client {
            inner: Arc::new(Inner { http, post_http, url, settings, clock, token_provider, state }),
            expected_tenancy: None,
        };
        client.store_token(client.inner.token_provider.peek_token());
        Ok(client)
    }

    /// Returns the known facts about the connection.
    pub fn connection(&self) -> Connection {
        let connection = self.lock_state().connection(self.inner.url.as_str(), &self.inner.settings.profile);
        Connection { is_token_renewed: self.inner.token_provider.is_renewable(), ..connection }
    }

    /// True if this process has loaded a list from the base path in use. Changes require this.
    pub fn has_loaded_list(&self) -> bool {
        self.lock_state().has_loaded_list
    }

    /// Reloads the token source after a 401. Returns true if there is now a token that was not rejected.
    /// [`Client::connection`] then describes the new token.
    pub async fn reload_token(&self) -> bool {
        let has_new_token = self.inner.token_provider.reload().await;
        self.store_token(self.inner.token_provider.peek_token());
        has_new_token
    }

    /// Fetches the first page, or the page `after` the previous one.
    /// If the first page is missing (404, 501), tries the other base path. Does so only if no list was loaded
    /// yet and no base path is configured.
    ///
    /// # Errors
    ///
    /// Any kind except `Refused` and `Journal`. Includes the record of the request if it was made.
    pub async fn list(&self, after: Option<&PageToken>) -> Result<ApiResponse<ListPage>, Error> {
        self.list_matching(None, after).await
    }

    /// Fetches a page of the list that the server filters by email. The server may ignore the filter.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn list_email(
        &self,
        email: &str,
        after: Option<&PageToken>,
    ) -> Result<ApiResponse<ListPage>, Error> {
        self.list_matching(Some(email), after).await
    }

    async fn list_matching(
        &self,
        email: Option<&str>,
        after: Option<&PageToken>,
    ) -> Result<ApiResponse<ListPage>, Error> {
        // A page token contains the filter.
        let filter =
            email.filter(|_| after.is_none()).map(|email| format!("&email={}", percent_encode(email)));
        let path = |base_path: &str| self.page_path(base_path, after) + filter.as_deref().unwrap_or_default();
        let base_path = self.lock_state().base_path.clone();
        let error = match self.list_from_base(&base_path, &path(&base_path), after, None).await {
            Err(error) if after.is_none() && is_wrong_base(&error) && self.can_try_other_base() => error,
            result => return result,
        };
        let other_base = BASE_PATHS[usize::from(base_path == BASE_PATHS[0])];
        let status = error.status().unwrap_or_default();
        let note = format!("{base_path} responded with {status}, so this path was tried");
        match self.list_from_base(other_base, &path(other_base), after, Some(note)).await {
            // Both paths are missing: the error of the default path is more useful.
            Err(other_error) if is_wrong_base(&other_error) => Err(error),
            result => result,
        }
    }

    /// Fetches one invite.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Status(404)` if there is no such invite.
    pub async fn get(&self, identity: &Identity) -> Result<ApiResponse<Invite>, Error> {
        let response = self.send_ok(Endpoint::Get, &self.invite_path(identity), None).await?;
        decode_body(Endpoint::Get, response, |body| {
            wire::parse_invite(body).filter(|parsed| parsed.value.identity == *identity)
        })
    }

    /// Creates an invite in this tenancy; the server then sends an email.
    /// Never repeats the request. [`Error::effect`] reports what may have happened.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Refused` if the token is of another tenancy; `UnexpectedBody` also if a success
    /// has no invite with an identity and this email.
    pub async fn create(&self, tenancy: &TenancyKey, draft: &Draft) -> Result<ApiResponse<Invite>, Error> {
        // Two strings always serialize; the server would reject an empty body.
        let body = serde_json::to_string(&NewInvite::from_draft(draft)).unwrap_or_default();
        let base_path = self.lock_state().base_path.clone();
        let response = self.for_tenancy(tenancy).send_ok(Endpoint::Create, &base_path, Some(body)).await?;
        let created = decode_body(Endpoint::Create, response, wire::parse_invite)?;
        match normalize(&created.value.email) == normalize(&draft.email) {
            true => Ok(created),
            false => Err(response::other_email_error(Endpoint::Create, created.record)),
        }
    }

    /// Deletes one invite of this tenancy.
    /// A success counts only with an empty or JSON body, a 404 only with the API's own body.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Refused` if the token is of another tenancy, `Status(404)` if the 404 is not the
    /// API's own, `UnexpectedBody` if a web page responded.
    pub async fn delete(
        &self,
        tenancy: &TenancyKey,
        identity: &Identity,
    ) -> Result<ApiResponse<DeleteResponse>, Error> {
        let response =
            self.for_tenancy(tenancy).send(Endpoint::Delete, &self.invite_path(identity), None).await?;
        if response.status == 404 && error_body::parse(&response.body).is_api_error {
            return Ok(ApiResponse { value: DeleteResponse::NotFound, record: response.record });
        }
        let response = self.require_success(Endpoint::Delete, response)?;
        let deleted = decode_body(Endpoint::Delete, response, wire::parse_deleted)?;
        Ok(ApiResponse { value: DeleteResponse::Deleted, record: deleted.record })
    }

    /// Fetches the quotas. The endpoint is optional: on an error, show no quota.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn get_caps(&self) -> Result<ApiResponse<Vec<Cap>>, Error> {
        let response = self.send_ok(Endpoint::Caps, CAPS_PATH, None).await?;
        decode_body(Endpoint::Caps, response, wire::parse_caps)
    }

    /// Fetches one page of the active members.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn list_members(&self, after: Option<&PageToken>) -> Result<ApiResponse<MemberPage>, Error> {
        let path = match after {
            None => format!("{}&member_state=MEMBER_STATE_ACTIVE", self.page_path(MEMBERS_PATH, None)),
            after => self.page_path(MEMBERS_PATH, after),
        };
        let response = self.send_ok(Endpoint::Members, &path, None).await?;
        decode_body(Endpoint::Members, response, |body| {
            wire::parse_members(body).filter(|parsed| is_sendable_token(&parsed.value.next))
        })
    }

    async fn list_from_base(
        &self,
        base_path: &str,
        path: &str,
        after: Option<&PageToken>,
        note: Option<String>,
    ) -> Result<ApiResponse<ListPage>, Error> {
        let noted = |mut record: HttpRecord| {
            record.note = match (note.clone(), record.note) {
                (Some(first), Some(second)) => Some(format!("{first}; {second}")),
                (first, second) => first.or(second),
            };
            record
        };
        let list = Endpoint::List { first: after.is_none() };
        let result = match self.send_ok(list, path, None).await {
            Ok(response) => {
                let total = total_count(&response);
                decode_body(list, response, |body| {
                    wire::parse_list(body, total).filter(|parsed| is_sendable_token(&parsed.value.next))
                })
            }
            Err(error) => Err(error),
        };
        match result {
            Ok(page) => {
                self.lock_state().record_base_path(base_path);
                Ok(ApiResponse { value: page.value, record: noted(page.record) })
            }
            Err(error) => Err(Error { record: error.record.map(|record| Box::new(noted(*record))), ..error }),
        }
    }

    fn can_try_other_base(&self) -> bool {
        self.inner.settings.base_path.is_none() && !self.lock_state().has_loaded_list
    }

    fn invite_path(&self, identity: &Identity) -> String {
        format!("{}/{}", self.lock_state().base_path, percent_encode(identity.as_str()))
    }

    fn page_path(&self, path: &str, after: Option<&PageToken>) -> String {
        let size = self.inner.settings.page_size;
        match after {
            None => format!("{path}?page_size={size}"),
            Some(token) => format!("{path}?page_size={size}&page_token={}", percent_encode(&token.0)),
        }
    }

    /// Makes one request whose response must be a success.
    async fn send_ok(
        &self,
        endpoint: Endpoint,
        path: &str,
        body: Option<String>,
    ) -> Result<HttpResponse, Error> {
        self.require_success(endpoint, self.send(endpoint, path, body).await?)
    }

    /// Like [`response::require_success`], but the hint for a rejected token depends on the token source.
    fn require_success(&self, endpoint: Endpoint, response: HttpResponse) -> Result<HttpResponse, Error> {
        require_success(endpoint, response).map_err(|error| match error.status() {
            Some(401) => Error { hint: self.inner.token_provider.rejection_hint(), ..error },
            _ => error,
        })
    }

    /// Makes one request; returns the response unless it is a redirect.
    async fn send(
        &self,
        endpoint: Endpoint,
        path: &str,
        body: Option<String>,
    ) -> Result<HttpResponse, Error> {
        let token = self.current_token(endpoint).await?;
        let timeout = self.inner.settings.read_timeout;
        let is_page = matches!(endpoint, Endpoint::List { .. } | Endpoint::Members | Endpoint::Path);
        let request = HttpRequest {
            method: endpoint.method(),
            url: self.inner.url.join(path),
            body,
            with_total_count: endpoint == Endpoint::List { first: true },
            timeout: if is_page { timeout.saturating_mul(PAGE_TIMEOUT_FACTOR) } else { timeout },
        };
        let http = if endpoint.method() == Method::Post { &self.inner.post_http } else { &self.inner.http };
        let response = transport::send(http, &self.inner.clock, request, &token.secret)
            .await
            .map_err(|error| response::no_response_error(endpoint, *error, &self.inner.url.host()))?;
        if let Some(sample) = response.clock_sample {
            self.lock_state().record_clock_sample(sample);
        }
        if response.status == 401 {
            self.inner.token_provider.mark_rejected(&token.secret);
        }
        response::require_complete(endpoint, response, &self.inner.url)
    }

    fn store_token(&self, token: Option<Token>) {
        if let Some(token) = token {
            self.lock_state().record_token(&token, self.inner.settings.tenant.as_deref());
        }
    }

    fn lock_state(&self) -> MutexGuard<'_, ClientState> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_wrong_base(error: &Error) -> bool {
    matches!(error.status(), Some(404 | 501))
}

fn is_sendable_token(next: &Option<PageToken>) -> bool {
    next.as_ref().is_none_or(|token| token.0.len() <= MAX_PAGE_TOKEN_BYTES)
}

fn total_count(response: &HttpResponse) -> Option<u64> {
    response.headers.get("x-total-count")?.to_str().ok()?.trim().parse().ok()
}
