//! Tokens: made in the shape of the vendor's, remembered, and looked up again. Nothing is verified by
//! signature: a token counts because this server issued it or was told to accept it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::AtomicI64;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::answer::Refusal;
use super::lock::held;

/// How long a token lives, in seconds.
pub(super) const LIFETIME: i64 = 60 * 60;
/// The tenancy that every sandbox is, so that one started again is still the same.
const TENANT: &str = "tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4";
const ISSUER: &str = "https://sandbox.invalid/";

/// What a token's bearer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    #[default]
    Owner,
    /// Nothing with invites: 403.
    User,
}

/// A token to be handed out.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenWish {
    /// What its bearer may do.
    pub role: Role,
    /// Seconds until it expires; negative for one that has. By default an hour.
    pub expires_in: Option<i64>,
    /// Another tenancy to name in it, as `tenant/<uuid>`.
    pub tenant: Option<String>,
    /// Accept this text as the token, instead of making one.
    pub token: Option<String>,
}

impl fmt::Debug for TokenWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenWish").field("role", &self.role).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
struct Issued {
    role: Role,
    /// Seconds since 1970.
    expires: i64,
}

/// The tokens that count, and the client that may ask for more.
pub(super) struct Tokens {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// How many seconds a token lives that the client asked for.
    pub(super) life: AtomicI64,
    issued: Mutex<HashMap<String, Issued>>,
}

impl Tokens {
    pub(super) fn new(life: Option<i64>) -> Tokens {
        Tokens {
            client_id: Uuid::new_v4().to_string(),
            client_secret: random(),
            life: AtomicI64::new(life.unwrap_or(LIFETIME)),
            issued: Mutex::default(),
        }
    }

    /// Makes a token, or accepts the given one, and remembers it.
    pub(super) fn issue(&self, wish: TokenWish, now: Timestamp) -> String {
        let issued = now.as_second();
        let expires = issued.saturating_add(wish.expires_in.unwrap_or(LIFETIME));
        let tenant = wish.tenant.as_deref().unwrap_or(TENANT);
        let token = wish.token.unwrap_or_else(|| self.write(tenant, issued, expires));
        held(&self.issued).insert(token.clone(), Issued { role: wish.role, expires });
        token
    }

    fn write(&self, tenant: &str, issued: i64, expires: i64) -> String {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "sandbox" });
        let claims = json!({
            "jit_tenant_id": tenant,
            "name": "Sandbox Root",
            "sub": format!("{}@clients", self.client_id),
            "exp": expires,
            "iat": issued,
            "client_id": self.client_id,
            "iss": ISSUER,
            "aud": ISSUER,
        });
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.{}", part(header), part(claims), random())
    }

    /// Whether the secret is that of the one client.
    pub(super) fn knows(&self, client_id: &str, client_secret: &str) -> bool {
        client_id == self.client_id && client_secret == self.client_secret
    }

    /// Who asks; a refusal when that cannot be said.
    pub(super) fn authenticate(&self, headers: &HeaderMap, now: Timestamp) -> Result<Role, Refusal> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let Some(token) = token else {
            return Err(Refusal::unauthenticated("request unauthenticated with Bearer"));
        };
        let found = held(&self.issued).get(token).copied();
        match found {
            None => Err(Refusal::unauthenticated("invalid token")),
            Some(issued) if issued.expires <= now.as_second() => {
                Err(Refusal::unauthenticated("token is expired"))
            }
            Some(issued) => Ok(issued.role),
        }
    }

    /// As [`Tokens::authenticate`], for calls that only an owner may make.
    pub(super) fn authorise(&self, headers: &HeaderMap, now: Timestamp) -> Result<(), Refusal> {
        match self.authenticate(headers, now)? {
            Role::Owner => Ok(()),
            Role::User => Err(Refusal::forbidden("permission denied")),
        }
    }
}

/// 32 random bytes as text that fits into a path and into a token.
pub(super) fn random() -> String {
    let bytes = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    URL_SAFE_NO_PAD.encode(bytes)
}
