//! Checks the tenancy of a token before it is sent.
//! Every request is checked against the expected tenancy, and a change also against the tenancy that the
//! profile requires.

use std::sync::Arc;

use super::Client;
use crate::api::error_text::{Endpoint, ErrorText};
use crate::api::token::Token;
use crate::domain::connection::{Claims, OTHER_TENANCY_HINT};
use crate::domain::text::sanitize;
use crate::domain::{Error, ErrorKind, Method, TenancyKey};

/// Hint for a token of another tenancy than the expected one.
pub(crate) const PLAN_TENANCY_HINT: &str = "Use a token of the plan's tenancy, then resume the plan.";
const TENANCY_HINT: &str = "Use a token of that tenancy, and try again.";

impl Client {
    /// Returns a clone for requests of one tenancy. With a token of another tenancy a request fails before
    /// any byte is sent. The check uses the token of that request, so the token file may change at any time.
    pub fn for_tenancy(&self, key: &TenancyKey) -> Client {
        Client { inner: self.inner.clone(), expected_tenancy: Some(Arc::new(key.clone().into())) }
    }

    /// Returns a clone for requests that belong together.
    /// The token of the first request decides their tenancy.
    pub fn for_first_tenancy(&self) -> Client {
        Client { inner: self.inner.clone(), expected_tenancy: Some(Arc::default()) }
    }

    /// Returns the expected tenancy; `None` before the first request of [`Client::for_first_tenancy`].
    pub fn expected_tenancy(&self) -> Option<TenancyKey> {
        self.expected_tenancy.as_ref()?.get().cloned()
    }

    /// Returns why the last known token may not be used for this tenancy, or `None` if it may.
    /// A fragment without trailing period, with both tenancies and the token source.
    pub fn other_tenancy_reason(&self, key: &TenancyKey) -> Option<String> {
        self.mismatch_reason(&self.connection().key, key)
    }

    /// Returns the token for a request of this endpoint, or why it must not be sent.
    pub(super) async fn current_token(&self, endpoint: Endpoint) -> Result<Token, Error> {
        let result = self.inner.token_provider.current_token().await;
        let token = result.map_err(|error| Error {
            retry_after: error.retry_after,
            ..endpoint.build_error(error.kind, ErrorText::new(error.cause, error.hint))
        })?;
        self.store_token(Some(token.clone()));
        // Checks exactly this token, because another request may have loaded a newer token.
        let key = self.tenancy_key(&token.claims);
        let expected = self.expected_tenancy.as_ref().map(|expected| expected.get_or_init(|| key.clone()));
        if let Some(cause) = expected.and_then(|expected| self.mismatch_reason(&key, expected)) {
            let hint = if endpoint.method() == Method::Get { TENANCY_HINT } else { PLAN_TENANCY_HINT };
            return Err(endpoint.build_error(ErrorKind::Refused, ErrorText::new(cause, hint)));
        }
        let pinned = self.inner.settings.tenant.as_deref().filter(|_| endpoint.method() != Method::Get);
        match pinned.and_then(|pinned| token.claims.tenancy_mismatch_reason(pinned)) {
            Some(cause) => {
                Err(endpoint.build_error(ErrorKind::Refused, ErrorText::new(cause, OTHER_TENANCY_HINT)))
            }
            None => Ok(token),
        }
    }

    fn tenancy_key(&self, claims: &Claims) -> TenancyKey {
        let (url, profile) = (self.inner.url.as_str(), &self.inner.settings.profile);
        TenancyKey::new(url, claims.tenant.as_deref(), profile)
    }

    fn mismatch_reason(&self, own: &TenancyKey, expected: &TenancyKey) -> Option<String> {
        let source = self.inner.token_provider.source_label();
        let (needed, found) = (sanitize(&expected.0), sanitize(&own.0));
        (own != expected).then(|| format!("it is for {needed}, but the token from {source} is for {found}"))
    }
}
