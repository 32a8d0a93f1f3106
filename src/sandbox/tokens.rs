//! Issues and checks tokens in the shape of the vendor's.
//! Signatures are not checked: a token is valid if this server issued it or was asked to accept it.

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

use super::lock::lock_ignoring_poison;
use super::response::ErrorResponse;

/// Lifetime of a token in seconds.
pub(super) const DEFAULT_LIFETIME_SECONDS: i64 = 60 * 60;
/// Tenancy of every sandbox; constant, so that a restarted sandbox is the same tenancy.
const TENANT: &str = "tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4";
const ISSUER: &str = "https://sandbox.invalid/";

/// Role of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Full access.
    #[default]
    Owner,
    /// No access to invites: 403.
    User,
}

/// A token to issue.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenRequest {
    /// Role of the token.
    pub role: Role,
    /// Seconds until the token expires, negative if expired [default: one hour].
    pub expires_in: Option<i64>,
    /// Tenancy in the claims, as `tenant/<uuid>` [default: the sandbox's tenancy].
    pub tenant: Option<String>,
    /// Accepts this text as the token instead of creating one.
    pub token: Option<String>,
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest").field("role", &self.role).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
struct StoredToken {
    role: Role,
    /// Unix time.
    expires: i64,
}

/// The issued tokens, and the client id and secret that can request new tokens.
pub(super) struct TokenStore {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// Lifetime of tokens for the client, in seconds.
    pub(super) lifetime: AtomicI64,
    issued: Mutex<HashMap<String, StoredToken>>,
}

impl TokenStore {
    pub(super) fn new(lifetime: Option<i64>) -> TokenStore {
        TokenStore {
            client_id: Uuid::new_v4().to_string(),
            client_secret: random_secret(),
            lifetime: AtomicI64::new(lifetime.unwrap_or(DEFAULT_LIFETIME_SECONDS)),
            issued: Mutex::default(),
        }
    }

    /// Creates a token, or accepts the given one, and stores it.
    pub(super) fn issue(&self, request: TokenRequest, now: Timestamp) -> String {
        let issued = now.as_second();
        let expires = issued.saturating_add(request.expires_in.unwrap_or(DEFAULT_LIFETIME_SECONDS));
        let tenant = request.tenant.as_deref().unwrap_or(TENANT);
        let token = request.token.unwrap_or_else(|| self.encode(tenant, issued, expires));
        lock_ignoring_poison(&self.issued).insert(token.clone(), StoredToken { role: request.role, expires });
        token
    }

    fn encode(&self, tenant: &str, issued: i64, expires: i64) -> String {
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
        format!("{}.{}.{}", part(header), part(claims), random_secret())
    }

    /// Returns true if the client id and secret match.
    pub(super) fn is_valid_client(&self, client_id: &str, client_secret: &str) -> bool {
        client_id == self.client_id && client_secret == self.client_secret
    }

    /// Returns the role of a request's token.
    ///
    /// # Errors
    ///
    /// The token is missing, unknown or expired.
    pub(super) fn authenticate(&self, headers: &HeaderMap, now: Timestamp) -> Result<Role, ErrorResponse> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let Some(token) = token else {
            return Err(ErrorResponse::unauthenticated("request unauthenticated with Bearer"));
        };
        let found = lock_ignoring_poison(&self.issued).get(token).copied();
        match found {
            None => Err(ErrorResponse::unauthenticated("invalid token")),
            Some(issued) if issued.expires <= now.as_second() => {
                Err(ErrorResponse::unauthenticated("token is expired"))
            }
            Some(issued) => Ok(issued.role),
        }
    }

    /// Authenticates a request that needs the owner role.
    pub(super) fn authorize(&self, headers: &HeaderMap, now: Timestamp) -> Result<(), ErrorResponse> {
        match self.authenticate(headers, now)? {
            Role::Owner => Ok(()),
            Role::User => Err(ErrorResponse::forbidden("permission denied")),
        }
    }
}

/// Returns 32 random bytes as text for a path or a token.
pub(super) fn random_secret() -> String {
    let bytes = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    URL_SAFE_NO_PAD.encode(bytes)
}
