//! Typed results of API requests: pages, members, quotas, and the opaque page token.
//! The JSON form is in `wire`.

use std::fmt;

use crate::domain::{HttpRecord, Invite};

/// The result of a request, with the request's record for the request log.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiResponse<T> {
    /// The parsed response.
    pub value: T,
    /// The record of the HTTP request.
    pub record: HttpRecord,
}

/// Identifies the next page. Opaque. Equal tokens identify the same page, which reveals page loops.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageToken(pub(super) Box<str>);

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageToken({} bytes)", self.0.len())
    }
}

/// One page of the list. A short or empty page is not the end: only a missing `next` is.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Invites in the server's order.
    pub invites: Vec<Invite>,
    /// Number of rows without a usable identity; they can be neither shown nor deleted.
    pub unusable_rows: usize,
    /// The next page; `None` on the last page.
    pub next: Option<PageToken>,
    /// The `X-Total-Count` header, if present. A hint: the server may be wrong.
    pub total: Option<u64>,
}

/// Result of a delete that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteResponse {
    /// The server reported success.
    Deleted,
    /// The API itself (not a proxy, not a wrong path) reported that there is no such invite.
    NotFound,
}

/// One quota, such as that of pending invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The limited resource; raw text from outside.
    pub resource: String,
    /// Remaining number; the server sends `-1` for no limit. `None` if it cannot be read.
    pub remaining: Option<i64>,
    /// The whole quota, with the same special values as `remaining`.
    pub cap: Option<i64>,
}

/// One page of the members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// Emails of the members in the server's order; raw, not sanitized.
    pub emails: Vec<String>,
    /// Number of other rows, without a readable email.
    pub unusable_rows: usize,
    /// The next page; `None` on the last page.
    pub next: Option<PageToken>,
}
