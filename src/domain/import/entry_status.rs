//! Computes the status of each entry of a list before any request: new, or why the entry is not new.
//! Pure.

use hashbrown::HashMap;
use jiff::Timestamp;

use super::{EntryWarning, ImportEntry, ImportList, SentHistory};
use crate::domain::expiry::{Urgency, format_duration};
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::recipient::{self, Recipient, RecipientError};
use crate::domain::{Expiry, email, text};

/// Status of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryStatus {
    /// The entry can be sent.
    New,
    /// The email has a pending invite. Contains the latest expiry.
    AlreadyPending(Expiry),
    /// The email is already on this line.
    Duplicate(usize),
    /// A member has this email.
    AlreadyMember,
    /// Probably misspelled.
    Typo {
        /// The email that was probably meant.
        suggestion: String,
        /// The reason. Sanitized.
        reason: String,
    },
    /// The email is outside of the allowed domains.
    DomainNotAllowed,
    /// No invite can be sent to this text.
    Invalid {
        /// The reason: a fragment without trailing period. Sanitized.
        reason: String,
        /// The corrected email, if it is obvious.
        suggestion: Option<String>,
    },
    /// An invite was sent from this machine before and has expired; the user can resend it.
    PreviouslyExpired {
        /// When it was sent.
        sent_at: Timestamp,
        /// When the invite expired.
        expired_at: Timestamp,
    },
    /// An invite was sent from this machine before and was gone before expiry: accepted, or deleted
    /// elsewhere.
    PreviouslyGone {
        /// When it was sent.
        sent_at: Timestamp,
    },
}

impl EntryStatus {
    /// True if the entry goes into the plan.
    pub fn is_included(&self) -> bool {
        *self == EntryStatus::New
    }

    /// True if the user can include the entry anyway ([`ImportEntry::include_anyway`]).
    pub fn can_include_anyway(&self) -> bool {
        matches!(
            self,
            EntryStatus::Typo { .. }
                | EntryStatus::PreviouslyExpired { .. }
                | EntryStatus::PreviouslyGone { .. }
        )
    }

    /// Returns the suggested email, if there is one.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            EntryStatus::Typo { suggestion, .. } => Some(suggestion),
            EntryStatus::Invalid { suggestion, .. } => suggestion.as_deref(),
            _ => None,
        }
    }

    /// Returns the text of the status, sanitized.
    pub fn description(&self, now: Timestamp) -> String {
        let ago = |at: &Timestamp| format!("{} ago", format_duration(now.duration_since(*at).as_secs()));
        match self {
            EntryStatus::New => "new".into(),
            EntryStatus::AlreadyPending(expiry) => match expiry.urgency(now) {
                Urgency::Expired => format!("already in the list, {}", expiry.remaining_text(now)),
                Urgency::Unknown => "already pending".into(),
                _ => format!("already pending, expires in {}", expiry.remaining_text(now)),
            },
            EntryStatus::Duplicate(line) => format!("duplicate of line {line}"),
            EntryStatus::AlreadyMember => "is already a member".into(),
            EntryStatus::Typo { suggestion, reason } => {
                format!("typo? {} ({reason})", text::sanitize(suggestion))
            }
            EntryStatus::DomainNotAllowed => "outside the allowed domains".into(),
            EntryStatus::Invalid { reason, suggestion: None } => format!("invalid: {reason}"),
            EntryStatus::Invalid { reason, suggestion: Some(email) } => {
                format!("invalid: {reason}; did you mean {}?", text::sanitize(email))
            }
            EntryStatus::PreviouslyExpired { sent_at, expired_at } => {
                format!("was sent {} and expired {}", ago(sent_at), ago(expired_at))
            }
            EntryStatus::PreviouslyGone { sent_at } if recipient::is_recent(*sent_at, now) => {
                format!("was sent {} and may not be listed yet", ago(sent_at))
            }
            EntryStatus::PreviouslyGone { sent_at } => {
                format!(
                    "was sent {} and was gone before expiry: accepted, or deleted elsewhere",
                    ago(sent_at)
                )
            }
        }
    }
}

/// The data that the statuses depend on.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// The current time, by the server's clock.
    pub now: Timestamp,
    /// The pending invites.
    /// While not all are loaded, "new" means new among the loaded invites; the text must state that.
    pub pending: &'a InviteStore,
    /// The members, if known.
    pub members: Option<&'a Members>,
    /// Domain counts, learned from the pending invites, the members and the imported list.
    pub domains: &'a DomainStats,
    /// The domains that may be invited, in lower case; if empty, all domains. `.acme.com` allows all
    /// subdomains of `acme.com`.
    pub allowed_domains: &'a [String],
    /// Invites sent from this machine before.
    pub sent_history: &'a SentHistory,
}

/// Returns the status of each entry, in order.
pub fn check(list: &ImportList, context: &CheckContext<'_>) -> Vec<EntryStatus> {
    let mut lines: HashMap<String, usize> = HashMap::with_capacity(list.entries.len());
    let mut statuses = Vec::with_capacity(list.entries.len());
    for entry in &list.entries {
        let status = match invalid_status(entry) {
            Some(status) => status,
            None => match lines.entry(email::normalize(&entry.email)) {
                hashbrown::hash_map::Entry::Occupied(first) => EntryStatus::Duplicate(*first.get()),
                hashbrown::hash_map::Entry::Vacant(free) => {
                    free.insert(entry.line);
                    entry_status(entry, context)
                }
            },
        };
        statuses.push(status);
    }
    statuses
}

fn invalid_status(entry: &ImportEntry) -> Option<EntryStatus> {
    if let Some(EntryWarning { reason, suggestion }) = entry.warning.clone() {
        return Some(EntryStatus::Invalid { reason, suggestion });
    }
    match recipient::parse(&entry.email) {
        Ok(recipient) if recipient.email == entry.email => None,
        Ok(Recipient { email, repair, .. }) => {
            let reason = repair.unwrap_or_else(|| "it contains more than an email".to_owned());
            Some(EntryStatus::Invalid { reason, suggestion: Some(email) })
        }
        Err(RecipientError { reason, suggestion }) => Some(EntryStatus::Invalid { reason, suggestion }),
    }
}

fn entry_status(entry: &ImportEntry, context: &CheckContext<'_>) -> EntryStatus {
    let email = entry.email.trim();
    if let Some(last) =
        context.pending.find_by_email(email).map(|row| row.expiry).max_by_key(|e| e.to_micros())
    {
        return EntryStatus::AlreadyPending(last);
    }
    if context.members.is_some_and(|members| members.contains(email)) {
        return EntryStatus::AlreadyMember;
    }
    let typo = recipient::find_typo(email, context.domains);
    // A typo of an allowed domain is not an allowed domain; reporting the typo helps more.
    let meant = typo.as_ref().is_some_and(|(suggestion, _)| is_allowed(suggestion, context.allowed_domains));
    match (typo, is_allowed(email, context.allowed_domains)) {
        (Some((suggestion, reason)), allowed) if meant && !(entry.include_anyway && allowed) => {
            EntryStatus::Typo { suggestion, reason }
        }
        (_, false) => EntryStatus::DomainNotAllowed,
        _ if entry.include_anyway => EntryStatus::New,
        _ => history_status(email, context),
    }
}

fn history_status(email: &str, context: &CheckContext<'_>) -> EntryStatus {
    match context.sent_history.get(&email::normalize(email)) {
        None => EntryStatus::New,
        Some(last) => match last.expiry.0.filter(|expiry| *expiry <= context.now) {
            Some(expired_at) => EntryStatus::PreviouslyExpired { sent_at: last.sent_at, expired_at },
            None => EntryStatus::PreviouslyGone { sent_at: last.sent_at },
        },
    }
}

/// True if an email is in one of the domains that may be invited.
pub fn is_allowed(email: &str, allowed: &[String]) -> bool {
    let domain = email::normalize(email).rsplit('@').next().unwrap_or_default().to_owned();
    let is_in = |rule: &String| match rule.strip_prefix('.') {
        Some(_) => domain.ends_with(rule.as_str()),
        None => domain == *rule,
    };
    allowed.is_empty() || allowed.iter().any(is_in)
}
