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

use jiff::Timestamp;

use super::expiry::Urgency;
use super::invite_store::{RowRef, Rows};
use super::recipient::{self, Recipient};
use super::{Identity, email, limits, members::Members};
pub use domain_typos::{DomainStats, Suggestion};

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

/// Input of [`find_problems`] other than the rows.
#[derive(Debug, Clone, Copy)]
pub struct LintInput<'a> {
    /// The current time, by the server's clock.
    pub now: Timestamp,
    /// The domains, learned from these rows and other emails.
    pub domains: &'a DomainStats,
    /// The members, if known.
    pub members: Option<&'a Members>,
}

/// Returns all problems, by severity, then by email. One row can have several problems.
pub fn find_problems(rows: &Rows, context: &LintInput<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for row in rows.iter().filter_map(|row| rows.get(row)) {
        check_row(&row, context, &mut problems);
    }
    check_duplicates(rows, &mut problems);
    problems.sort_by(|a, b| (a.kind, &a.email).cmp(&(b.kind, &b.email)));
    problems
}

/// Adds the problems of one row, other than duplicates.
pub fn check_row(row: &RowRef<'_>, context: &LintInput<'_>, problems: &mut Vec<Problem>) {
    check_email(row, context, problems);
    check_message(row, problems);
    check_expiry(row, context, problems);
}

fn new_problem(row: &RowRef<'_>, kind: ProblemKind, reason: impl Into<String>, fix: Option<Fix>) -> Problem {
    Problem {
        identity: row.identity(),
        email: row.email.to_owned(),
        kind,
        reason: reason.into(),
        fix,
        duplicate_group: None,
    }
}

/// Returns what is wrong with the spelling of an email, and the corrected email if it is obvious.
fn syntax_problem(text: &str) -> Option<(String, Option<String>)> {
    if recipient::is_email(text) || email_checks::length_problem(text).is_some() {
        return None;
    }
    match recipient::parse(text) {
        Ok(recipient) if text.trim() == recipient.email => {
            Some(("there are spaces around it".to_owned(), Some(recipient.email)))
        }
        Ok(Recipient { email, repair, .. }) => {
            Some((repair.unwrap_or_else(|| "it contains more than an email".to_owned()), Some(email)))
        }
        Err(error) => Some((error.reason, error.suggestion)),
    }
}

/// Returns the most severe problem of an email, with its reason and fix. Less severe problems are not
/// returned.
pub fn address_problem(email: &str, domains: &DomainStats) -> Option<(ProblemKind, String, Fix)> {
    let fix = |email: Option<String>| email.map_or(Fix::EditEmail, Fix::ReplaceEmail);
    if let Some(confusable) = confusables::find_confusable(email) {
        return Some((ProblemKind::Confusable, confusable.reason, fix(confusable.corrected)));
    }
    if let Some((reason, corrected)) = syntax_problem(email) {
        return Some((ProblemKind::InvalidAddress, reason, fix(corrected)));
    }
    if let Some(reason) = email_checks::length_problem(email) {
        return Some((ProblemKind::AddressTooLong, reason, Fix::EditEmail));
    }
    let suggestion = domains.suggest(email)?;
    Some((ProblemKind::Typo, suggestion.reason, Fix::ReplaceEmail(suggestion.email)))
}

fn check_email(row: &RowRef<'_>, context: &LintInput<'_>, problems: &mut Vec<Problem>) {
    if let Some((kind, reason, fix)) = address_problem(row.email, context.domains) {
        problems.push(new_problem(row, kind, reason, Some(fix)));
    }
    if let Some(role) = email_checks::role_name(row.email) {
        let reason = format!("{role}@ is a role address, not a person's");
        problems.push(new_problem(row, ProblemKind::RoleAddress, reason, None));
    }
}

fn check_message(row: &RowRef<'_>, problems: &mut Vec<Problem>) {
    if let Some(reason) = placeholder::placeholder_reason(row.message) {
        problems.push(new_problem(row, ProblemKind::Placeholder, reason, Some(Fix::EditMessage)));
    }
    let length = row.message.chars().count();
    if length > limits::MAX_MESSAGE_CHARS {
        let reason = format!("the message has {length} characters (max. {})", limits::MAX_MESSAGE_CHARS);
        problems.push(new_problem(row, ProblemKind::MessageTooLong, reason, Some(Fix::EditMessage)));
    }
}

fn check_expiry(row: &RowRef<'_>, context: &LintInput<'_>, problems: &mut Vec<Problem>) {
    if context.members.is_some_and(|members| members.contains(row.email)) {
        problems.push(new_problem(row, ProblemKind::AlreadyMember, "is already a member", Some(Fix::Delete)));
    }
    match row.expiry.urgency(context.now) {
        Urgency::Expired => {
            problems.push(new_problem(
                row,
                ProblemKind::Expired,
                row.expiry.remaining_text(context.now),
                Some(Fix::Resend),
            ));
        }
        Urgency::WithinDay => {
            let reason = format!("expires in {}", row.expiry.remaining_text(context.now));
            problems.push(new_problem(row, ProblemKind::ExpiresSoon, reason, Some(Fix::Resend)));
        }
        Urgency::Soon | Urgency::Later | Urgency::Unknown => {}
    }
}

/// Adds a problem for each duplicate.
/// In each group, the invite that expires last has no fix; the others get [`Fix::Delete`] if they certainly
/// belong to one person.
fn check_duplicates(rows: &Rows, problems: &mut Vec<Problem>) {
    for (group, duplicates) in duplicates::find_duplicates(rows).into_iter().enumerate() {
        for (index, row) in duplicates.rows.iter().enumerate() {
            let Some(row) = rows.get(*row) else { continue };
            let fix = (index > 0 && duplicates.similarity.is_certain()).then_some(Fix::Delete);
            let problem = new_problem(&row, ProblemKind::Duplicate, duplicates.similarity.reason(), fix);
            problems.push(Problem { duplicate_group: Some(group), ..problem });
        }
    }
}

#[cfg(test)]
mod tests;
