//! Finds problems of the pending invites, each with its reason and the fix if it is obvious.
//! Problems are only warnings. Pure, and linear in the number of rows: only rare domains are compared with
//! frequent domains.

pub mod confusables;
pub mod domain_typos;
pub mod duplicates;
pub mod email_checks;
pub mod job;
mod known_domains;
pub mod placeholder;
mod severity;

use super::recipient::{self, EmailProblem};
use super::{Identity, email};
pub use domain_typos::{DomainStats, Suggestion};
pub use severity::Severity;

/// Kind of problem, the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No email can arrive at this address.
    InvalidAddress,
    /// The email is longer than the server or the mail standard allows.
    AddressTooLong,
    /// The email contains letters of another script or hidden letters, so it goes elsewhere.
    Confusable,
    /// The domain is probably misspelled.
    Typo,
    /// The message contains an unfilled placeholder.
    Placeholder,
    /// The message is too long to be resent.
    MessageTooLong,
    /// The person is already a member.
    AlreadyMember,
    /// The link has expired.
    Expired,
    /// The person has several invites.
    Duplicate,
    /// The link expires in less than a day.
    ExpiresSoon,
    /// The email belongs to a role, not to a person.
    RoleAddress,
}

impl ProblemKind {
    /// Returns the label on the screen, at most 12 columns.
    pub fn label(self) -> &'static str {
        match self {
            ProblemKind::InvalidAddress => "invalid",
            ProblemKind::RoleAddress => "role address",
            other => other.key(),
        }
    }

    /// Returns the key under which the journal stores dismissed problems. Keys must never change.
    pub fn key(self) -> &'static str {
        match self {
            ProblemKind::InvalidAddress => "broken",
            ProblemKind::AddressTooLong => "too long",
            ProblemKind::Confusable => "look-alike",
            ProblemKind::Typo => "typo?",
            ProblemKind::Placeholder => "placeholder",
            ProblemKind::MessageTooLong => "long message",
            ProblemKind::AlreadyMember => "member",
            ProblemKind::Expired => "expired",
            ProblemKind::Duplicate => "duplicate",
            ProblemKind::ExpiresSoon => "expires soon",
            ProblemKind::RoleAddress => "role account",
        }
    }
}

/// Fix of a problem. Each becomes a plan that the user confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Replace the invite with an invite to this email.
    ReplaceEmail(String),
    /// Edit the email; the correct email is unknown.
    EditEmail,
    /// Edit the message.
    EditMessage,
    /// Resend the invite.
    Resend,
    /// Delete the invite.
    Delete,
}

/// A problem of one invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The invite.
    pub identity: Identity,
    /// Its email; raw.
    pub email: String,
    /// The kind.
    pub kind: ProblemKind,
    /// The reason: a fragment without trailing period. Sanitized.
    pub reason: String,
    /// The fix, if known.
    pub fix: Option<Fix>,
    /// Duplicates of one person have the same number.
    pub duplicate_group: Option<usize>,
}

/// Key of a dismissed problem within a tenancy. A resend keeps the dismissal, unless the problem is the
/// expiry of one link.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DismissalKey {
    /// The normalized email.
    pub email: String,
    /// [`ProblemKind::key`], with the identity if the problem is about one link.
    pub problem_key: String,
}

impl Problem {
    /// Returns the key under which the problem's dismissal is stored.
    pub fn dismissal_key(&self) -> DismissalKey {
        let key = self.kind.key();
        let problem_key = match self.kind {
            ProblemKind::Expired | ProblemKind::ExpiresSoon => format!("{key} {}", self.identity.as_str()),
            _ => key.to_owned(),
        };
        DismissalKey { email: email::normalize(&self.email), problem_key }
    }
}

/// Returns what is wrong with the spelling of an email, and the corrected email if it is obvious.
fn syntax_problem(text: &str) -> Option<EmailProblem> {
    if recipient::is_email(text) || email_checks::length_problem(text).is_some() {
        return None;
    }
    let mut problem = recipient::find_problem(text)?;
    if problem.suggestion.as_deref() == Some(text.trim()) {
        problem.reason = "there are spaces around it".to_owned();
    }
    Some(problem)
}

/// Returns the most severe problem of an email, with its reason and fix. Less severe problems are not
/// returned.
pub fn address_problem(email: &str, domains: &DomainStats) -> Option<(ProblemKind, String, Fix)> {
    let fix = |email: Option<String>| email.map_or(Fix::EditEmail, Fix::ReplaceEmail);
    if let Some(problem) = confusables::find_confusable(email) {
        return Some((ProblemKind::Confusable, problem.reason, fix(problem.suggestion)));
    }
    if let Some(problem) = syntax_problem(email) {
        return Some((ProblemKind::InvalidAddress, problem.reason, fix(problem.suggestion)));
    }
    if let Some(reason) = email_checks::length_problem(email) {
        return Some((ProblemKind::AddressTooLong, reason, Fix::EditEmail));
    }
    let suggestion = domains.suggest(email)?;
    Some((ProblemKind::Typo, suggestion.reason, Fix::ReplaceEmail(suggestion.email)))
}

#[cfg(test)]
mod tests;
