//! A sample invite without UUID and creation order.

/// A sample invite.
pub(super) struct SeedInvite {
    pub(super) email: String,
    pub(super) message: std::borrow::Cow<'static, str>,
    /// Seconds from the start to the expiry; negative if expired.
    pub(super) expires_in: i64,
}

/// Number of rows at the start that are composed and shuffled. Later rows are generated.
pub(super) const COMPOSED_ROWS: usize = 412;
