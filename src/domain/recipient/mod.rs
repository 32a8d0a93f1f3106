//! The only parser of recipients.
//! The user's text becomes one email, or an error with a reason and possibly a suggestion. Every way to
//! create an invite uses it.
//!
//! 1. [`parse`] parses a text. Only its `Ok` result may be posted.
//! 2. If [`Recipient::repair`] is set, the text had to be repaired: report the repair to the user.
//! 3. [`flags`] lists the reasons to prompt before the email is invited; commands refuse without
//!    `--include-flagged`.
//!
//! Pure.

mod flag;
mod name;
mod raw_recipient;
mod repair;
mod syntax;

use super::lint::email_checks::length_problem;
use super::text;
pub use flag::{Flag, FlagInput, RECENT_SEND_WINDOW, flagged_emails, flags, is_new_recipient};
pub(in crate::domain) use flag::{find_typo, is_recent};
pub use name::decode_encoded_words;
pub(in crate::domain) use raw_recipient::strip_marks;
pub use repair::suggestion;
pub use syntax::{EmailProblem, is_email};
use syntax::{guest_email, half_width_form};

/// One person to invite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// A legal email, and nothing else.
    pub email: String,
    /// The name that was written beside the email, decoded.
    pub name: Option<String>,
    /// What was removed to get the email, as a fragment, sanitized: `there was "." at its end`. An import
    /// does not send such an entry, but suggests the email. An email that the user typed alone can be used
    /// with a notice.
    pub repair: Option<String>,
}

/// Parses the text of one recipient.
///
/// Accepts `Name <a@b>`, `"Last, First" <a@b>`, `Last, First <a@b>`, `<a@b>`, `mailto:a@b?subject=x`, `a@b
/// (Name)`, and any of these with list marks before it or separators after it. Several emails are an error;
/// [`super::import`] splits them.
///
/// # Errors
///
/// An [`EmailProblem`] for everything that is not exactly one email. Its suggestion passes [`is_email`].
pub fn parse(typed: &str) -> Result<Recipient, EmailProblem> {
    let raw = raw_recipient::split_recipient(typed);
    let (email, name) = (raw.email, raw.name);
    if is_email(&email) && has_other_email(typed, &email) {
        return Err(EmailProblem::new("it contains another email"));
    }
    if is_email(&email) {
        return Ok(Recipient { email, name, repair: None });
    }
    if let Some((repaired, repair)) = repair::trim_quotes_and_punctuation(&email) {
        return Ok(Recipient { email: repaired, name, repair: Some(repair) });
    }
    Err(EmailProblem { reason: error_reason(&email), suggestion: suggestion(&email) })
}

/// Returns what has to change in a text to become exactly one email; `None` if it is one.
pub(in crate::domain) fn find_problem(text: &str) -> Option<EmailProblem> {
    match parse(text) {
        Ok(recipient) if recipient.email == text => None,
        Ok(Recipient { email, repair, .. }) => {
            let reason = repair.unwrap_or_else(|| "it contains more than an email".to_owned());
            Some(EmailProblem { reason, suggestion: Some(email) })
        }
        Err(problem) => Some(problem),
    }
}

/// Returns why a text must not be posted as it is; `None` for exactly one email.
pub fn recipient_error(text: &str) -> Option<EmailProblem> {
    if is_email(text) {
        return None;
    }
    let reason = "it contains more than an email".to_owned();
    let problem = |recipient: Recipient| EmailProblem { reason, suggestion: Some(recipient.email) };
    Some(parse(text).map_or_else(|error| error, problem))
}

/// True if a text contains an email that differs from `email`. In `boss@acme.com <ann@acme.com>` it is
/// unknown which email is meant.
fn has_other_email(text: &str, email: &str) -> bool {
    let is_around =
        |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';' | ':');
    let email = email.to_lowercase();
    text.matches('@').count() > 1
        && text.trim().to_lowercase() != email
        && text
            .split(is_around)
            .map(|word| word.trim_matches('\''))
            .any(|word| word.contains('@') && is_email(word) && word.to_lowercase() != email)
}

/// Returns what is wrong with a text that is not an email: a fragment without trailing period.
fn error_reason(raw: &str) -> String {
    let is_odd = |c: &char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    let hidden = text::code_points(raw.chars().filter(|c| text::is_unsafe(*c)));
    if raw.trim().is_empty() {
        "there is no email".to_owned()
    } else if !hidden.is_empty() {
        format!("it contains invisible characters: {hidden}")
    } else if let Some(c) = raw.chars().find(|c| half_width_form(*c).is_some()) {
        format!("it contains a full-width {c} (U+{:04X})", c as u32)
    } else if guest_email(raw).is_some() {
        "this is the sign-in name of a guest, not an email".to_owned()
    } else if !raw.contains('@') {
        "it has no @".to_owned()
    } else if raw.matches('@').count() > 1 {
        "it has more than one @".to_owned()
    } else if let Some(c) = raw.chars().find(is_odd) {
        format!("it contains {}", if c.is_whitespace() { "a space".to_owned() } else { c.to_string() })
    } else if let Some(reason) = length_problem(raw) {
        reason
    } else if raw.contains("..") {
        "it has two dots in a row".to_owned()
    } else {
        "this does not look like an email".to_owned()
    }
}

#[cfg(test)]
mod tests;
