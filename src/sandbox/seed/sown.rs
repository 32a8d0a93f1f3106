//! An invite of the seed before it has a place among the others.

/// An invite before it has a uuid and a time.
pub(super) struct Sown {
    pub(super) email: String,
    pub(super) message: std::borrow::Cow<'static, str>,
    /// Seconds from the start to the expiry; negative when it is over.
    pub(super) expires_in: i64,
}

/// How many of the first rows are put together by hand and mixed; what follows is generated one by one.
pub(super) const COMPOSED: usize = 412;
