//! Reasons to ask before an email goes to an address that is legal.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::expiry::{Urgency, span};
use crate::domain::lint::{Domains, scripts};
use crate::domain::list::Earlier;
use crate::domain::members::Members;
use crate::domain::roster::Roster;
use crate::domain::{Expiry, email, text};

/// An email that left less than this ago may be in no list yet.
pub const JUST_SENT: Duration = Duration::from_secs(10 * 60);

/// What the flags of an address depend on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The present, by the server's clock.
    pub now: Timestamp,
    /// The pending invites, as far as they are loaded.
    pub pending: &'a Roster,
    /// The members, if they are known.
    pub members: Option<&'a Members>,
    /// The domains; learn them from the pending invites, the members and the other recipients.
    pub domains: &'a Domains,
    /// The folded emails to which another plan sends, or still can.
    pub sending: &'a HashSet<String>,
    /// What was sent from this machine before; see [`crate::domain::list::earlier()`].
    pub earlier: &'a Earlier,
}

/// One reason to ask first. All of them can be overruled by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// Probably misspelled.
    Typo {
        /// The address that was probably meant.
        suggestion: String,
        /// Why. Safe to show.
        reason: String,
    },
    /// It has an invite; the latest expiry of them.
    Pending(Expiry),
    /// A member has this address.
    Member,
    /// Another plan sends to it.
    BeingSent,
    /// An email left at this time, and its invite may be in no list yet.
    JustSent(Timestamp),
}

impl Flag {
    /// Half a sentence about the address, safe to show: `is a member already`.
    pub fn text(&self, now: Timestamp) -> String {
        match self {
            Flag::Typo { suggestion, reason } => {
                format!("may be a typo of {} ({reason})", text::visible(suggestion))
            }
            Flag::Pending(expiry) => match expiry.urgency(now) {
                Urgency::Expired => format!("has an invite, {}", expiry.words(now)),
                Urgency::Unknown => "has a pending invite".to_owned(),
                _ => format!("has a pending invite, expires in {}", expiry.words(now)),
            },
            Flag::Member => "is a member already".to_owned(),
            Flag::BeingSent => "gets an email from another plan".to_owned(),
            Flag::JustSent(at) => format!("got an email {} ago", span(now.duration_since(*at).as_secs())),
        }
    }

    /// The address that was probably meant, if the flag knows one.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Flag::Typo { suggestion, .. } => Some(suggestion),
            _ => None,
        }
    }
}

/// All reasons to ask before an email goes to this address; it passes [`super::is_email`].
pub fn flags(address: &str, context: &Context<'_>) -> Vec<Flag> {
    let folded = email::folded(address);
    let typo = typo(address, context.domains).map(|(suggestion, reason)| Flag::Typo { suggestion, reason });
    let pending = context.pending.to_address(address).map(|row| row.expiry).max_by_key(|e| e.to_micros());
    let is_member = context.members.is_some_and(|members| members.has(address));
    let is_being_sent = context.sending.contains(&folded);
    let sent = context.earlier.get(&folded).map(|sent| sent.at);
    let just_sent = sent.filter(|at| pending.is_none() && !is_being_sent && is_recent(*at, context.now));
    let found = [
        typo,
        pending.map(Flag::Pending),
        is_member.then_some(Flag::Member),
        is_being_sent.then_some(Flag::BeingSent),
        just_sent.map(Flag::JustSent),
    ];
    found.into_iter().flatten().collect()
}

/// The address that was probably meant, and why: look-alike letters, or a domain close to a frequent one.
pub(in crate::domain) fn typo(address: &str, domains: &Domains) -> Option<(String, String)> {
    let look_alike = scripts::look_alike(address).and_then(|found| Some((found.plain?, found.reason)));
    look_alike.or_else(|| domains.suggest(address).map(|found| (found.address, found.reason)))
}

pub(in crate::domain) fn is_recent(sent: Timestamp, now: Timestamp) -> bool {
    now.duration_since(sent) < SignedDuration::try_from(JUST_SENT).unwrap_or(SignedDuration::ZERO)
}
