//! The calls of the Invites API, one method each: one request, no repetition (but for the first page's other base
//! path), and an answer that is either what the contract says or a failure in sentences.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use serde::de::DeserializeOwned;

use super::address::{self, Address, encoded};
use super::answer::{Cap, Deleted, Got, ListPage, MemberPage, PageToken};
use super::exchange::{self, Answer, Asked, Cut};
use super::sentence::{self, Call, Sentence};
use super::settings::Settings;
use super::token::{Token, TokenError, Tokens};
use super::wire::{CapsBody, InviteBody, ListBody, MembersBody, NewInvite};
use super::{explained, http, lenient, wait};
use crate::clock::Clock;
use crate::domain::session::Claims;
use crate::domain::text::visible;
use crate::domain::{Draft, Failure, FailureKind, Identity, Invite, Session, TenancyKey, limits};

/// Where the invites are, by the vendor's prose and by its OpenAPI files.
const BASE_PATHS: [&str; 2] = ["/archivist/iam/v1/invites", "/archivist/v1/invites"];
const CAPS_PATH: &str = "/archivist/v1/caps?service=invites";
const MEMBERS_PATH: &str = "/archivist/iam/v1/members";
/// Longer page tokens could not be sent back in a request line.
const PAGE_TOKEN_BYTES: usize = 16 * 1024;
/// How many times longer than a small call a page may take, as long as bytes keep coming.
const PAGE_PATIENCE: u32 = 10;

/// Speaks to one address as one tenancy. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    address: Address,
    settings: Settings,
    clock: Clock,
    tokens: Tokens,
    known: Mutex<Known>,
}

/// What was learnt on the way.
struct Known {
    base_path: String,
    base_path_warning: Option<String>,
    listed: bool,
    claims: Claims,
    token_warning: Option<String>,
    clock_offset: SignedDuration,
}

/// Shows the address alone: what is inside holds a token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("address", &self.0.address.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client, and looks at the token once, so that the session is known from the start. What is wrong
    /// with the token is said by the first call; here only an address that cannot be used fails.
    ///
    /// # Errors
    ///
    /// The address or the base path is refused, or this machine cannot make secure connections.
    pub fn new(settings: Settings, clock: Clock) -> Result<Client, Failure> {
        let address = Address::parse(&settings.address)?;
        let base_path = match &settings.base_path {
            Some(path) => address::base_path(path)?,
            None => BASE_PATHS[0].to_owned(),
        };
        let http = http::build(&address, &settings)?;
        let known = Known {
            base_path,
            base_path_warning: None,
            listed: false,
            claims: Claims::default(),
            token_warning: None,
            clock_offset: SignedDuration::ZERO,
        };
        let tokens = Tokens::new(settings.token.clone());
        let client =
            Client(Arc::new(Inner { http, address, settings, clock, tokens, known: Mutex::new(known) }));
        if let Ok(token) = client.0.tokens.look() {
            client.learn_token(&token);
        }
        Ok(client)
    }

    /// What is known of the connection now.
    pub fn session(&self) -> Session {
        let known = self.known();
        let address = self.0.address.as_str();
        let warnings = known.base_path_warning.iter().chain(&known.token_warning);
        Session {
            key: TenancyKey::new(address, known.claims.tenant.as_deref(), &self.0.settings.profile),
            address: address.to_owned(),
            base_path: known.base_path.clone(),
            claims: known.claims.clone(),
            clock_offset: known.clock_offset,
            warnings: warnings.cloned().collect(),
        }
    }

    /// Whether a list was read on the base path in use, in this process. No write may be made before.
    pub fn has_listed(&self) -> bool {
        self.known().listed
    }

    /// Reads the token source again after a 401. True when there is a token now that was not refused, so that
    /// repeating makes sense; the session then says whose it is.
    pub async fn reload_token(&self) -> bool {
        let client = self.clone();
        tokio::task::spawn_blocking(move || {
            let another = client.0.tokens.reload();
            if let Ok(token) = client.0.tokens.look() {
                client.learn_token(&token);
            }
            another
        })
        .await
        .unwrap_or(false)
    }

    /// Reads one page: the first, or the one that the page before named. While no list was read and no base path
    /// was configured, a first page that is not there (404, 501) is looked for once at the other base path.
    ///
    /// # Errors
    ///
    /// Any kind but `Guard` and `Journal`; the call is in it where one was made.
    pub async fn list(&self, after: Option<&PageToken>) -> Result<Got<ListPage>, Failure> {
        let base_path = self.known().base_path.clone();
        let failure = match self.list_at(&base_path, after, None).await {
            Err(failure) if after.is_none() && is_wrong_base(&failure) && self.may_try_other_base() => {
                failure
            }
            read => return read,
        };
        let other = BASE_PATHS[usize::from(base_path == BASE_PATHS[0])];
        let status = failure.status().unwrap_or_default();
        let note = format!("{base_path} answered {status}, so this path was tried");
        match self.list_at(other, after, Some(note)).await {
            // Neither is there: what was said of the usual one is of more use.
            Err(second) if is_wrong_base(&second) => Err(failure),
            read => read,
        }
    }

    /// Reads one invite.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Status(404)` when there is no such invite.
    pub async fn get(&self, identity: &Identity) -> Result<Got<Invite>, Failure> {
        let answer = self.ask(Call::Get, &self.path_of(identity), None).await?;
        decoded(Call::Get, answer, |body: InviteBody| {
            body.invite().filter(|invite| invite.identity == *identity)
        })
    }

    /// Creates an invite, which sends a letter. Never repeated here; `Failure::effect` tells what may have happened.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Unreadable` also when a success brings no invite with an identity.
    pub async fn create(&self, draft: &Draft) -> Result<Got<Invite>, Failure> {
        let body = serde_json::to_string(&NewInvite::of(draft)).unwrap_or_default();
        let base_path = self.known().base_path.clone();
        let answer = self.ask(Call::Create, &base_path, Some(body)).await?;
        decoded(Call::Create, answer, InviteBody::invite)
    }

    /// Deletes one invite. A success counts only with an empty or JSON body, a 404 only with the API's own.
    ///
    /// # Errors
    ///
    /// As [`Client::list`]; `Status(404)` where the 404 is not the API's own, `Unreadable` where a web page answered.
    pub async fn delete(&self, identity: &Identity) -> Result<Got<Deleted>, Failure> {
        let answer = self.exchange(Call::Delete, &self.path_of(identity), None).await?;
        if answer.status == 404 && explained::explain(&answer.body).from_api {
            return Ok(Got { value: Deleted::NotFound, call: answer.call });
        }
        let answer = succeeded(Call::Delete, answer)?;
        if answer.body.trim_ascii().is_empty() {
            return Ok(Got { value: Deleted::Done, call: answer.call });
        }
        decoded(Call::Delete, answer, |_: serde::de::IgnoredAny| Some(Deleted::Done))
    }

    /// Reads what is left of the quotas. Optional: hide it on any failure.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn caps(&self) -> Result<Got<Vec<Cap>>, Failure> {
        let answer = self.ask(Call::Caps, CAPS_PATH, None).await?;
        decoded(Call::Caps, answer, CapsBody::caps)
    }

    /// Reads one page of the active members.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub async fn members(&self, after: Option<&PageToken>) -> Result<Got<MemberPage>, Failure> {
        let path = match after {
            None => format!("{}&member_state=MEMBER_STATE_ACTIVE", self.page_of(MEMBERS_PATH, None)),
            after => self.page_of(MEMBERS_PATH, after),
        };
        let answer = self.ask(Call::Members, &path, None).await?;
        decoded(Call::Members, answer, |body: MembersBody| body.page().filter(|page| sendable(&page.next)))
    }

    async fn list_at(
        &self,
        base_path: &str,
        after: Option<&PageToken>,
        note: Option<String>,
    ) -> Result<Got<ListPage>, Failure> {
        let noted = |mut call: crate::domain::CallRecord| {
            call.note = match (note.clone(), call.note) {
                (Some(first), Some(second)) => Some(format!("{first}; {second}")),
                (first, second) => first.or(second),
            };
            call
        };
        let read = match self.ask(Call::List, &self.page_of(base_path, after), None).await {
            Ok(answer) => {
                let total = total(&answer);
                decoded(Call::List, answer, |body: ListBody| {
                    body.page(total).filter(|page| sendable(&page.next))
                })
            }
            Err(failure) => Err(failure),
        };
        match read {
            Ok(got) => {
                self.learn_base(base_path);
                Ok(Got { value: got.value, call: noted(got.call) })
            }
            Err(failure) => Err(Failure { call: failure.call.map(|call| Box::new(noted(*call))), ..failure }),
        }
    }

    fn may_try_other_base(&self) -> bool {
        self.0.settings.base_path.is_none() && !self.known().listed
    }

    fn path_of(&self, identity: &Identity) -> String {
        format!("{}/{}", self.known().base_path, encoded(identity.as_str()))
    }

    fn page_of(&self, path: &str, after: Option<&PageToken>) -> String {
        let size = self.0.settings.page_size;
        match after {
            None => format!("{path}?page_size={size}"),
            Some(token) => format!("{path}?page_size={size}&page_token={}", encoded(&token.0)),
        }
    }

    /// One request whose answer has to be a success.
    async fn ask(&self, call: Call, path: &str, body: Option<String>) -> Result<Answer, Failure> {
        succeeded(call, self.exchange(call, path, body).await?)
    }

    /// One request, answered with whatever status but a redirect.
    async fn exchange(&self, call: Call, path: &str, body: Option<String>) -> Result<Answer, Failure> {
        let token = self.token(call).await?;
        let patience = self.0.settings.read_timeout;
        let is_page = matches!(call, Call::List | Call::Members);
        let asked = Asked {
            method: call.method(),
            url: self.0.address.join(path),
            body,
            count: call == Call::List && !path.contains("page_token="),
            bound: if is_page { patience.saturating_mul(PAGE_PATIENCE) } else { patience },
        };
        let answer = match exchange::send(&self.0.http, &self.0.clock, asked, &token.secret).await {
            Ok(answer) => answer,
            Err(unanswered) => {
                let sentence = unanswered.broken.sentence(&self.host());
                let failure = call.failed(unanswered.broken.kind(), sentence);
                return Err(Failure { call: Some(Box::new(unanswered.call)), ..failure });
            }
        };
        if let Some(measured) = answer.measured {
            let mut known = self.known();
            known.clock_offset = measured.adjust(known.clock_offset);
        }
        if answer.status == 401 {
            self.0.tokens.refuse(&token.secret);
        }
        if let 200..=299 = answer.status
            && let Some(cut) = &answer.cut
        {
            let failure = match cut {
                Cut::TooLarge => call.failed(FailureKind::TooLarge, sentence::too_large(limits::BODY_BYTES)),
                Cut::Broken(broken) => call.failed(broken.kind(), broken.sentence(&self.host())),
            };
            return Err(Failure { call: Some(Box::new(answer.call)), ..failure });
        }
        if let 300..=399 = answer.status {
            let target = self.target(&answer);
            let failure =
                call.failed(FailureKind::Redirected, sentence::redirected(answer.status, target.as_deref()));
            return Err(Failure { call: Some(Box::new(answer.call)), ..failure });
        }
        Ok(answer)
    }

    async fn token(&self, call: Call) -> Result<Token, Failure> {
        let client = self.clone();
        let looked = tokio::task::spawn_blocking(move || client.0.tokens.look()).await;
        let token = looked.unwrap_or_else(|_| {
            Err(TokenError { why: "the token could not be read".into(), next: "Press Ctrl-r.".into() })
        });
        let token =
            token.map_err(|error| call.failed(FailureKind::Token, Sentence::new(error.why, error.next)))?;
        self.learn_token(&token);
        Ok(token)
    }

    /// Where a redirect wanted to go: scheme and host, and on our own host the path. Never its query, which may
    /// hold what is not for the screen.
    fn target(&self, answer: &Answer) -> Option<String> {
        let location = String::from_utf8_lossy(answer.headers.get("location")?.as_bytes()).into_owned();
        let ours = reqwest::Url::parse(self.0.address.as_str()).ok()?;
        let Ok(target) = ours.join(&location) else { return Some(visible(&location).into_owned()) };
        let origin = target.origin().ascii_serialization();
        let path = if target.origin() == ours.origin() { target.path() } else { "" };
        Some(crate::domain::text::fit(&format!("{origin}{path}"), 120))
    }

    fn host(&self) -> String {
        let address = self.0.address.as_str();
        visible(address.split_once("://").map_or(address, |(_, host)| host)).into_owned()
    }

    fn learn_token(&self, token: &Token) {
        let mut known = self.known();
        known.claims.clone_from(&token.claims);
        known.token_warning.clone_from(&token.warning);
    }

    fn learn_base(&self, base_path: &str) {
        let mut known = self.known();
        if known.base_path != base_path {
            known.base_path_warning = Some(format!("{} is not there; {base_path} is used.", known.base_path));
            known.base_path = base_path.to_owned();
        }
        known.listed = true;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_wrong_base(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 501))
}

fn sendable(next: &Option<PageToken>) -> bool {
    next.as_ref().is_none_or(|token| token.0.len() <= PAGE_TOKEN_BYTES)
}

fn total(answer: &Answer) -> Option<u64> {
    answer.headers.get("x-total-count")?.to_str().ok()?.trim().parse().ok()
}

/// Turns every status but a success into a failure.
fn succeeded(call: Call, answer: Answer) -> Result<Answer, Failure> {
    if let 200..=299 = answer.status {
        return Ok(answer);
    }
    let explained = explained::explain(&answer.body);
    let wait = wait::asked(answer.status, &answer.headers);
    let sentence = sentence::status(call, answer.status, &explained.words, wait);
    let failure = call.failed(FailureKind::Status(answer.status), sentence);
    Err(Failure { wait, call: Some(Box::new(answer.call)), ..failure })
}

/// Reads the body of a success.
fn decoded<B: DeserializeOwned, T>(
    call: Call,
    answer: Answer,
    take: impl FnOnce(B) -> Option<T>,
) -> Result<Got<T>, Failure> {
    let Answer { status, body, call: mut record, .. } = answer;
    if let Some(read) = lenient::read::<B>(&body) {
        record.note = read.note;
        if let Some(value) = take(read.value) {
            return Ok(Got { value, call: record });
        }
    }
    let is_page = explained::is_page(&body);
    let words = if is_page { explained::explain(&body).words } else { String::new() };
    let failure = call.failed(FailureKind::Unreadable, sentence::unreadable(status, &words, is_page));
    Err(Failure { call: Some(Box::new(record)), ..failure })
}
