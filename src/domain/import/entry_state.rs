//! Status of an entry of a list before any request: new, or why the entry is not new.

use jiff::Timestamp;

use crate::domain::expiry::{Urgency, format_duration};
use crate::domain::lint::Suggestion;
use crate::domain::recipient::{self, EmailProblem};
use crate::domain::{Expiry, email, text};

/// Status of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// The entry was changed and is being checked.
    Checking,
    /// The user excluded it.
    Excluded,
    /// Another plan invites this email, or still may.
    InAnotherPlan,
    /// The entry's old invite has expired and is still listed; the user wants a new invite.
    ReplaceExpired,
    /// The entry can be sent.
    New,
    /// The email has a pending invite. Contains the latest expiry.
    AlreadyPending(Expiry),
    /// The email is already on this line.
    Duplicate(usize),
    /// A member has this email.
    AlreadyMember,
    /// Probably misspelled.
    Typo(Suggestion),
    /// The email is outside of the allowed domains.
    DomainNotAllowed,
    /// No invite can be sent to this text.
    Invalid(EmailProblem),
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

impl EntryState {
    /// True if the entry goes into the plan.
    pub fn is_included(&self) -> bool {
        matches!(self, EntryState::New | EntryState::ReplaceExpired)
    }

    /// True if the user can include the entry anyway ([`super::ImportEntry::include_anyway`]).
    pub fn can_include_anyway(&self, now: Timestamp) -> bool {
        matches!(self, EntryState::Typo(_) | EntryState::PreviouslyGone { .. }) || self.has_expired(now)
    }

    /// True if the email has an expired invite, listed or sent from this machine.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        matches!(self, EntryState::PreviouslyExpired { .. }) || self.is_listed_but_expired(now)
    }

    /// True for an invite that is still listed although it has expired.
    pub(super) fn is_listed_but_expired(&self, now: Timestamp) -> bool {
        matches!(self, EntryState::AlreadyPending(expiry) if expiry.urgency(now) == Urgency::Expired)
    }

    /// True if the user must decide about the entry. Without a decision, the entry is skipped.
    pub fn needs_attention(&self, now: Timestamp) -> bool {
        matches!(self, EntryState::DomainNotAllowed | EntryState::Invalid(_)) || self.can_include_anyway(now)
    }

    /// Returns the suggested email, if there is one.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            EntryState::Typo(suggestion) => Some(&suggestion.email),
            EntryState::Invalid(problem) => problem.suggestion.as_deref(),
            _ => None,
        }
    }

    /// Returns the text of the status, sanitized.
    pub fn description(&self, now: Timestamp) -> String {
        let ago = |at: &Timestamp| format!("{} ago", format_duration(now.duration_since(*at).as_secs()));
        match self {
            EntryState::Checking => "checking…".into(),
            EntryState::Excluded => "excluded".into(),
            EntryState::InAnotherPlan => "another plan already sends to this email".into(),
            EntryState::ReplaceExpired => "resend, replaces the expired invite".into(),
            EntryState::New => "new".into(),
            EntryState::AlreadyPending(expiry) => match expiry.urgency(now) {
                Urgency::Expired => format!("already in the list, {}", expiry.remaining_text(now)),
                Urgency::Unknown => "already pending".into(),
                _ => format!("already pending, expires in {}", expiry.remaining_text(now)),
            },
            EntryState::Duplicate(line) => format!("duplicate of line {line}"),
            EntryState::AlreadyMember => "is already a member".into(),
            EntryState::Typo(Suggestion { email, reason }) => {
                format!("typo? {} ({reason})", text::sanitize(email))
            }
            EntryState::DomainNotAllowed => "outside the allowed domains".into(),
            EntryState::Invalid(problem) => format!("invalid: {problem}"),
            EntryState::PreviouslyExpired { sent_at, expired_at } => {
                format!("was sent {} and expired {}", ago(sent_at), ago(expired_at))
            }
            EntryState::PreviouslyGone { sent_at } if recipient::is_recent(*sent_at, now) => {
                format!("was sent {} and may not be listed yet", ago(sent_at))
            }
            EntryState::PreviouslyGone { sent_at } => {
                format!(
                    "was sent {} and was gone before expiry: accepted, or deleted elsewhere",
                    ago(sent_at)
                )
            }
        }
    }
}

/// True if an email is in one of the domains that may be invited, in lower case. If empty, all domains are.
/// `.acme.com` allows all subdomains of `acme.com`.
pub fn is_allowed(email: &str, allowed: &[String]) -> bool {
    let domain = email::normalize(email).rsplit('@').next().unwrap_or_default().to_owned();
    let is_in = |rule: &String| match rule.strip_prefix('.') {
        Some(_) => domain.ends_with(rule.as_str()),
        None => domain == *rule,
    };
    allowed.is_empty() || allowed.iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_names_what_is_known_of_the_old_invite() {
        let now: Timestamp = "2024-06-17T06:00:00Z".parse().expect("a time");
        let sent_at = |text: &str| EntryState::PreviouslyGone { sent_at: text.parse().expect("a time") };
        for (state, text) in [
            (EntryState::AlreadyPending(Expiry::default()), "already pending"),
            (sent_at("2024-06-17T05:59:00Z"), "was sent 1 min ago and may not be listed yet"),
            (
                sent_at("2024-06-17T05:00:00Z"),
                "was sent 1 h ago and was gone before expiry: accepted, or deleted elsewhere",
            ),
        ] {
            assert_eq!(state.description(now), text);
        }
    }
}
