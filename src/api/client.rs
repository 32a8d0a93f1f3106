//! The requests of the Invites API, one method each. A method makes one request (a first page may try a second
//! base path) and returns a value as the contract describes it, or a failure with a text.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::client_state::ClientState;
use super::error_text::{Endpoint, ErrorText};
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
use crate::domain::connection::Claims;
use crate::domain::email::normalize;
use crate::domain::text::sanitize;
use crate::domain::{
    Connection, Draft, Error, ErrorKind, HttpRecord, Identity, Invite, Method, TenancyKey, connection,
};

/// The paths of the invites, from the vendor's docs and from its OpenAPI files.
const BASE_PATHS: [&str; 2] = ["/archivist/iam/v1/invites", "/archivist/v1/invites"];
const CAPS_PATH: &str = "/archivist/v1/caps?service=invites";
const MEMBERS_PATH: &str = "/archivist/iam/v1/members";
/// A longer page token would not fit into a request line.
const MAX_PAGE_TOKEN_BYTES: usize = 16 * 1024;
/// Hint for a token of another tenancy than the expected one.
pub(crate) const PLAN_TENANCY_HINT: &str = "Use a token of the plan's tenancy, then resume the plan.";
const TENANCY_HINT: &str = "Use a token of that tenancy, and try again.";
/// A page may take this many times longer than a small request, as long as bytes keep coming.
const PAGE_TIMEOUT_FACTOR: u32 = 10;

/// Client of one server URL and one tenancy. Cheap to clone; clones share everything but the expected tenancy.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    /// The only tenancy whose token may be sent; not set yet: that of the first request. `None`: any.
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

/// Shows the server URL only: the client holds a token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("address", &self.inner.url.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client and reads the token once, so that the session is known from the start. A token problem is
    /// reported by the first request.
    ///
    /// # Errors
    ///
    /// The server URL or the base path is rejected, or this machine cannot make secure connections.
    pub fn new(settings: Settings, clock: Clock) -> Result<Client, Error> {
        let address = ServerUrl::parse(&settings.url)?;
        let base_path = match &settings.base_path {
            Some(path) => server_url::base_path(path)?,
            None => BASE_PATHS[0].to_owned(),
        };
        let http = http::build(&address, &settings)?;
        let posts = http::build_for_posts(&address, &settings)?;
        let known = Mutex::new(ClientState::new(base_path));
        let road = TokenContext {
            http: http.clone(),
            url: address.clone(),
            clock: clock.clone(),
            request_timeout: settings.read_timeout,
            command_timeout: settings.command_timeout,
            hidden_variables: settings.hidden_variables.clone(),
        };
        let tokens = TokenProvider::new(settings.token.clone(), road);
        let client = Client {
            inner: Arc::new(Inner {
                http,
                post_http: posts,
                url: address,
                settings,
                clock,
                token_provider: tokens,
                state: known,
            }),
            expected_tenancy: None,
        };
        client.store_token(client.inner.token_provider.peek());
        Ok(client)
    }

    /// Returns a clone for requests of one tenancy: with a token of another one they fail before any byte is sent.
    /// The check uses the token of the very request, so the token file may change at any time.
    pub fn for_tenancy(&self, key: &TenancyKey) -> Client {
        Client { inner: self.inner.clone(), expected_tenancy: Some(Arc::new(key.clone().into())) }
    }

    /// Returns a clone for requests that belong together: the token of the first request decides their tenancy.
    pub fn for_first_tenancy(&self) -> Client {
        Client { inner: self.inner.clone(), expected_tenancy: Some(Arc::default()) }
    }

    /// Returns the tenancy of [`Client::for_tenancy`], or that of the first request of [`Client::for_one_tenancy`].
    pub fn expected_tenancy(&self) -> Option<TenancyKey> {
        self.expected_tenancy.as_ref()?.get().cloned()
    }

    /// Returns why the last known token may not be used for this tenancy, or `None` if it may. A fragment without
    /// trailing period that names both tenancies and the token source.
    pub fn other_tenancy_reason(&self, key: &TenancyKey) -> Option<String> {
        self.mismatch_reason(&self.connection().key, key)
    }

    /// Returns what is known of the connection.
    pub fn connection(&self) -> Connection {
        let session = self.lock_state().connection(self.inner.url.as_str(), &self.inner.settings.profile);
        Connection { is_token_renewed: self.inner.token_provider.is_renewable(), ..session }
    }

    /// True if this process has loaded a list from the base path in use. Changes need that.
    pub fn has_loaded_list(&self) -> bool {
        self.lock_state().has_loaded_list
    }

    /// Reloads the token source after a 401. Returns true if there is now a token that was not rejected; the session
    /// then describes it.
    pub async fn reload_token(&self) -> bool {
        let another = self.inner.token_provider.reload().await;
        self.store_token(self.inner.token_provider.peek());
        another
    }

    /// Fetches one page: the first, or the one named by the previous page. Until a list was loaded, and if no base
    /// path is configured, a first page that is missing (404, 501) is also tried at the other base path.
    ///
    /// # Errors
    ///
    /// Any kind but `Guard` and `Journal`; includes the request's record if one was made.
    pub async fn list(&self, after: Option<&PageToken>) -> Result<ApiResponse<ListPage>, Error> {
        let base_path = self.lock_state().base_path.clone();
        let failure = match self.list_from_base(&base_path, after, None).await {
            Err(failure) if after.is_none() && is_wrong_base(&failure) && self.can_try_other_base() => {
                failure
            }
            read => return read,
        };
        let other = BASE_PATHS[usize::from(base_path == BASE_PATHS[0])];
        let status = failure.status().unwrap_or_default();
        let note = format!("{base_path} responded with {status}, so this path was tried");
        match self.list_from_base(other, after, Some(note)).await {
            // Both paths are missing: the error of the default path is more useful.
            Err(second) if is_wrong_base(&second) => Err(failure),
            read => read,
        }
    }

    /// Fetches one invite.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Status(404)` if there is no such invite.
    pub async fn get(&self, identity: &Identity) -> Result<ApiResponse<Invite>, Error> {
        let answer = self.send_ok(Endpoint::Get, &self.invite_path(identity), None).await?;
        decode_body(Endpoint::Get, answer, |body| {
            wire::invite(body).filter(|read| read.value.identity == *identity)
        })
    }

    /// Creates an invite in this tenancy, which sends an email. Never repeated here; `Failure::effect` reports what
    /// may have happened.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Guard` if the token is of another tenancy; `Unreadable` also if a success has no invite
    /// with an identity and this email.
    pub async fn create(&self, tenancy: &TenancyKey, draft: &Draft) -> Result<ApiResponse<Invite>, Error> {
        // Two strings always serialize; the server would reject an empty body.
        let body = serde_json::to_string(&NewInvite::from_draft(draft)).unwrap_or_default();
        let base_path = self.lock_state().base_path.clone();
        let answer = self.for_tenancy(tenancy).send_ok(Endpoint::Create, &base_path, Some(body)).await?;
        let got = decode_body(Endpoint::Create, answer, wire::invite)?;
        match normalize(&got.value.email) == normalize(&draft.email) {
            true => Ok(got),
            false => Err(response::other_email_error(Endpoint::Create, got.record)),
        }
    }

    /// Deletes one invite of this tenancy. A success counts only with an empty or JSON body, a 404 only with the
    /// API's own body.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Guard` if the token is of another tenancy, `Status(404)` if the 404 is not the API's
    /// own, `Unreadable` if a web page responded.
    pub async fn delete(
        &self,
        tenancy: &TenancyKey,
        identity: &Identity,
    ) -> Result<ApiResponse<DeleteResponse>, Error> {
        let answer =
            self.for_tenancy(tenancy).send(Endpoint::Delete, &self.invite_path(identity), None).await?;
        if answer.status == 404 && error_body::parse(&answer.body).is_api_error {
            return Ok(ApiResponse { value: DeleteResponse::NotFound, record: answer.record });
        }
        let got = decode_body(
            Endpoint::Delete,
            self.require_success(Endpoint::Delete, answer)?,
            wire::parse_deleted,
        )?;
        Ok(ApiResponse { value: DeleteResponse::Deleted, record: got.record })
    }

    /// Fetches the quotas. Optional: hide them on any failure.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn get_caps(&self) -> Result<ApiResponse<Vec<Cap>>, Error> {
        let answer = self.send_ok(Endpoint::Caps, CAPS_PATH, None).await?;
        decode_body(Endpoint::Caps, answer, wire::parse_caps)
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
        let answer = self.send_ok(Endpoint::Members, &path, None).await?;
        decode_body(Endpoint::Members, answer, |body| {
            wire::parse_members(body).filter(|read| is_sendable_token(&read.value.next))
        })
    }

    async fn list_from_base(
        &self,
        base_path: &str,
        after: Option<&PageToken>,
        note: Option<String>,
    ) -> Result<ApiResponse<ListPage>, Error> {
        let noted = |mut call: HttpRecord| {
            call.note = match (note.clone(), call.note) {
                (Some(first), Some(second)) => Some(format!("{first}; {second}")),
                (first, second) => first.or(second),
            };
            call
        };
        let list = Endpoint::List { first: after.is_none() };
        let read = match self.send_ok(list, &self.page_path(base_path, after), None).await {
            Ok(answer) => {
                let total = total_count(&answer);
                decode_body(list, answer, |body| {
                    wire::parse_list(body, total).filter(|read| is_sendable_token(&read.value.next))
                })
            }
            Err(failure) => Err(failure),
        };
        match read {
            Ok(got) => {
                self.lock_state().record_base_path(base_path);
                Ok(ApiResponse { value: got.value, record: noted(got.record) })
            }
            Err(failure) => {
                Err(Error { record: failure.record.map(|call| Box::new(noted(*call))), ..failure })
            }
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
    async fn send_ok(&self, call: Endpoint, path: &str, body: Option<String>) -> Result<HttpResponse, Error> {
        self.require_success(call, self.send(call, path, body).await?)
    }

    /// Like [`verdict::succeeded`], with a hint for a rejected token that depends on the token source.
    fn require_success(&self, call: Endpoint, answer: HttpResponse) -> Result<HttpResponse, Error> {
        require_success(call, answer).map_err(|failure| match failure.status() {
            Some(401) => Error { hint: self.inner.token_provider.rejection_hint(), ..failure },
            _ => failure,
        })
    }

    /// Makes one request; returns a response with any status but a redirect.
    async fn send(&self, call: Endpoint, path: &str, body: Option<String>) -> Result<HttpResponse, Error> {
        let token = self.current_token(call).await?;
        let patience = self.inner.settings.read_timeout;
        let is_page = matches!(call, Endpoint::List { .. } | Endpoint::Members);
        let asked = HttpRequest {
            method: call.method(),
            url: self.inner.url.join(path),
            body,
            with_total_count: call == Endpoint::List { first: true },
            timeout: if is_page { patience.saturating_mul(PAGE_TIMEOUT_FACTOR) } else { patience },
        };
        let http = if call.method() == Method::Post { &self.inner.post_http } else { &self.inner.http };
        let answer = transport::send(http, &self.inner.clock, asked, &token.secret)
            .await
            .map_err(|failed| response::no_response_error(call, *failed, &self.host()))?;
        if let Some(measured) = answer.clock_sample {
            self.lock_state().record_clock_sample(measured);
        }
        if answer.status == 401 {
            self.inner.token_provider.mark_rejected(&token.secret);
        }
        response::require_complete(call, answer, self.inner.url.as_str(), &self.host())
    }

    async fn current_token(&self, call: Endpoint) -> Result<Token, Error> {
        let looked = self.inner.token_provider.current().await;
        let token = looked.map_err(|error| Error {
            retry_after: error.retry_after,
            ..call.build_error(error.kind, ErrorText::new(error.cause, error.hint))
        })?;
        self.store_token(Some(token.clone()));
        // Uses this very token: another request may have loaded a newer one since.
        let key = self.tenancy_key(&token.claims);
        let expected = self.expected_tenancy.as_ref().map(|expected| expected.get_or_init(|| key.clone()));
        if let Some(why) = expected.and_then(|expected| self.mismatch_reason(&key, expected)) {
            let next = if call.method() == Method::Get { TENANCY_HINT } else { PLAN_TENANCY_HINT };
            return Err(call.build_error(ErrorKind::Refused, ErrorText::new(why, next)));
        }
        let wrong =
            self.inner.settings.tenant.as_deref().and_then(|pinned| token.claims.tenancy_mismatch(pinned));
        match wrong.filter(|_| call.method() != Method::Get) {
            Some(why) => {
                Err(call.build_error(ErrorKind::Refused, ErrorText::new(why, connection::OTHER_TENANCY_HINT)))
            }
            None => Ok(token),
        }
    }

    fn tenancy_key(&self, claims: &Claims) -> TenancyKey {
        let (address, profile) = (self.inner.url.as_str(), &self.inner.settings.profile);
        TenancyKey::new(address, claims.tenant.as_deref(), profile)
    }

    fn mismatch_reason(&self, own: &TenancyKey, expected: &TenancyKey) -> Option<String> {
        let place = self.inner.token_provider.source_label();
        (own != expected).then(|| {
            format!(
                "it is for {}, but the token from {place} is for {}",
                sanitize(&expected.0),
                sanitize(&own.0)
            )
        })
    }

    fn store_token(&self, token: Option<Token>) {
        if let Some(token) = token {
            self.lock_state().record_token(&token, self.inner.settings.tenant.as_deref());
        }
    }

    fn host(&self) -> String {
        let address = self.inner.url.as_str();
        sanitize(address.split('/').nth(2).unwrap_or(address)).into_owned()
    }

    fn lock_state(&self) -> MutexGuard<'_, ClientState> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_wrong_base(failure: &Error) -> bool {
    matches!(failure.status(), Some(404 | 501))
}

fn is_sendable_token(next: &Option<PageToken>) -> bool {
    next.as_ref().is_none_or(|token| token.0.len() <= MAX_PAGE_TOKEN_BYTES)
}

fn total_count(answer: &HttpResponse) -> Option<u64> {
    answer.headers.get("x-total-count")?.to_str().ok()?.trim().parse().ok()
}
