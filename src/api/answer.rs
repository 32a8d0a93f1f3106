//! What the calls answer, in the words of the domain: pages, members, quotas, and the opaque page token.
//! How any of it looks on the wire is in `wire`.

use std::fmt;

use crate::domain::{CallRecord, Invite};

/// What a call brought, and the call itself for the request log.
#[derive(Debug, Clone, PartialEq)]
pub struct Got<T> {
    /// What was asked for.
    pub value: T,
    /// How it went over the wire.
    pub call: CallRecord,
}

/// Names the next page. Opaque; two that are equal name the same page, so that a repeat can be noticed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageToken(pub(super) Box<str>);

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageToken({} bytes)", self.0.len())
    }
}

/// One page of the list. Short and empty pages are not the end: only `next` tells.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Its rows in the server's order.
    pub invites: Vec<Invite>,
    /// Rows without a usable identity; they can be neither shown nor deleted.
    pub unusable: usize,
    /// The next page, or `None` at the end.
    pub next: Option<PageToken>,
    /// `X-Total-Count`, where the server told it: a hint, not a promise.
    pub total: Option<u64>,
}

/// How a delete ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The server said that it deleted it.
    Done,
    /// The API itself (not a proxy, not a wrong path) said that there is no such invite.
    NotFound,
}

/// What is left of a quota, such as that of pending invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// What is limited; raw text from outside.
    pub resource: String,
    /// How many more there may be; `-1` is sent for no limit. `None` where it cannot be read.
    pub remaining: Option<i64>,
    /// How many there may be in all, as `remaining`.
    pub cap: Option<i64>,
}

/// A person who has accepted. All texts are raw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// As the server names it: `members/…`.
    pub identity: String,
    /// What the person is called.
    pub display_name: String,
    /// The address.
    pub email: String,
    /// Whether the member may sign in; `None` where the server did not tell.
    pub active: Option<bool>,
    /// `OWNER` and such.
    pub roles: Vec<String>,
}

/// One page of the members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// Its rows in the server's order.
    pub members: Vec<Member>,
    /// How many more rows there are without an email that could be read.
    pub unusable: usize,
    /// The next page, or `None` at the end.
    pub next: Option<PageToken>,
}
