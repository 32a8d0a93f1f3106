//! The connection: server URL, tenancy and claims of the token.
//! No secrets: claims are decoded for display only and are never verified or trusted.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::text::{format_plural, truncate};

/// Key of messages, state, journal and cache, so that two tenancies are never mixed up. Consists of the
/// server URL and the token's tenant id. A token without a tenant id is replaced by the profile's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenancyKey(pub String);

impl TenancyKey {
    /// Combines the server URL with the tenant id; without a tenant id, with the profile's name. Ignores a
    /// trailing slash of the URL.
    pub fn new(url: &str, tenant: Option<&str>, profile: &str) -> TenancyKey {
        let url = url.trim_end_matches('/').to_lowercase();
        match tenant {
            Some(tenant) => TenancyKey(format!("{url} {tenant}")),
            None => TenancyKey(format!("{url} profile/{profile}")),
        }
    }
}

/// Claims of a token, unverified. All texts are raw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `jit_tenant_id`, such as `tenant/4f2c…`.
    pub tenant: Option<String>,
    /// `name`: the user or app that the token was issued to.
    pub name: Option<String>,
    /// `sub`: the id of that user or app.
    pub subject: Option<String>,
    /// `exp`, or the lifetime reported with the token: when the token expires.
    pub expires_at: Option<Timestamp>,
}

/// A token with less remaining time is reported as expiring.
const EXPIRES_SOON: SignedDuration = SignedDuration::from_mins(5);

impl Connection {
    /// Returns when the token expires, if that is soon and the token is not renewed automatically.
    pub fn expires_soon(&self, server_now: Timestamp) -> Option<Timestamp> {
        let end = self.claims.expires_at.filter(|_| !self.is_token_renewed)?;
        let left = end.duration_since(server_now);
        (left.is_positive() && left < EXPIRES_SOON).then_some(end)
    }
}

/// Larger clock differences are reported.
/// An invite may be expired by one clock and valid for days by the other.
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_hours(24);

impl Connection {
    /// Returns a warning if the clocks of this machine and the server differ by more than a day.
    pub fn clock_warning(&self) -> Option<String> {
        if self.clock_offset.unsigned_abs() <= MAX_CLOCK_DIFFERENCE {
            return None;
        }
        let days = usize::try_from(self.clock_offset.as_hours().unsigned_abs() / 24).unwrap_or(usize::MAX);
        let side = if self.clock_offset.is_positive() { "ahead of" } else { "behind" };
        Some(format!(
            "The server's clock is {} {side} this machine's. Check this machine's clock: expiry times \
             may be wrong.",
            format_plural(days, "day")
        ))
    }
}

/// Hint for a token of another tenancy.
pub const OTHER_TENANCY_HINT: &str = "Use a token of that tenancy, or switch the profile.";

impl Claims {
    /// Returns why a token does not belong to a tenancy: a fragment without trailing period. `None` if the
    /// token belongs to it. A token without a tenant id belongs to no tenancy.
    pub fn tenancy_mismatch_reason(&self, tenant: &str) -> Option<String> {
        let id = |tenant: &str| tenant.rsplit('/').next().unwrap_or_default().trim().to_lowercase();
        let expected = truncate(tenant.rsplit('/').next().unwrap_or(tenant), 40);
        match &self.tenant {
            Some(own) if id(own) == id(tenant) => None,
            Some(own) => {
                let own = truncate(own.rsplit('/').next().unwrap_or(own), 40);
                Some(format!("the profile expects tenant {expected}, but the token is for tenant {own}"))
            }
            None => Some(format!("the profile expects tenant {expected}, but the token contains no tenant")),
        }
    }
}

/// Current facts about the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Key of everything that belongs to this tenancy.
    pub key: TenancyKey,
    /// The server URL, as configured.
    pub url: String,
    /// The base path in use. Changes once if the first base path is wrong.
    pub base_path: String,
    /// The claims of the token, once one was read.
    pub claims: Claims,
    /// How far the server's clock is ahead of this machine's, from the `Date` headers; zero until known.
    pub clock_offset: SignedDuration,
    /// Warnings about the connection, such as a token file that other users can read.
    pub warnings: Vec<String>,
    /// True if the token is renewed automatically before its expiry.
    pub is_token_renewed: bool,
    /// Why no changes are allowed with this token: the profile expects another tenancy.
    /// A fragment without trailing period.
    pub wrong_tenancy_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_offset_of_a_day_is_reported() {
        let connection = |clock_offset| Connection {
            key: TenancyKey(String::new()),
            url: String::new(),
            base_path: String::new(),
            claims: Claims::default(),
            clock_offset,
            warnings: Vec::new(),
            is_token_renewed: false,
            wrong_tenancy_reason: None,
        };
        let warning = |offset| connection(offset).clock_warning();
        assert_eq!(warning(SignedDuration::from_hours(24)), None);
        assert_eq!(warning(SignedDuration::from_hours(-24)), None);
        let ahead = warning(SignedDuration::from_hours(24 * 1_500)).expect("a warning");
        assert!(ahead.starts_with("The server's clock is 1,500 days ahead of this machine's."), "{ahead}");
        let behind = warning(-SignedDuration::from_secs(24 * 3600 + 1)).expect("a warning");
        assert!(behind.contains("1 day behind"), "{behind}");
        assert!(warning(SignedDuration::MIN).is_some() && warning(SignedDuration::MAX).is_some());
    }

    #[test]
    fn pinned_tenancy_matches_in_any_notation_and_no_other() {
        let claims = |tenant: Option<&str>| Claims { tenant: tenant.map(str::to_owned), ..Claims::default() };
        assert_eq!(claims(Some("tenant/4F2c")).tenancy_mismatch_reason("4f2c"), None);
        assert_eq!(claims(Some("4f2c")).tenancy_mismatch_reason("tenant/4f2c"), None);
        let reason = claims(Some("tenant/5a\u{1b}")).tenancy_mismatch_reason("tenant/4f2c").expect("another");
        assert_eq!(reason, "the profile expects tenant 4f2c, but the token is for tenant 5a␛");
        assert!(
            claims(None)
                .tenancy_mismatch_reason("4f2c")
                .expect("unknown")
                .ends_with("the token contains no tenant")
        );
    }
}
