//! Checks the syntax of emails, and detects characters and names that only look like an email.

use email_address::{EmailAddress, Options};

use crate::domain::lint::email_checks::length_problem;
use crate::domain::text;

/// What is wrong with a text in the place of an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailProblem {
    /// A fragment without trailing period, sanitized: `it has no @`.
    pub reason: String,
    /// The email that was probably meant, if obvious.
    pub suggestion: Option<String>,
}

impl EmailProblem {
    /// Creates a problem without a suggestion.
    pub(in crate::domain) fn new(reason: impl Into<String>) -> EmailProblem {
        EmailProblem { reason: reason.into(), suggestion: None }
    }
}

/// `it has no @; did you mean ann@acme.com?`
impl std::fmt::Display for EmailProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.suggestion {
            Some(email) => write!(f, "{}; did you mean {}?", self.reason, text::sanitize(email)),
            None => f.write_str(&self.reason),
        }
    }
}

/// True if a text is one legal email that the server accepts, and nothing else. `bob@job` is legal.
pub fn is_email(text: &str) -> bool {
    is_legal(text)
        && !has_deceptive_char(text)
        && length_problem(text).is_none()
        && guest_email(text).is_none()
}

/// True if a text has the syntax of one email, even if it is too long.
fn is_legal(text: &str) -> bool {
    let options = Options::default().with_no_minimum_sub_domains().without_display_text();
    text.trim() == text && EmailAddress::parse_with_options(text, options).is_ok()
}

/// True if a text has invisible or full-width characters.
fn has_deceptive_char(text: &str) -> bool {
    text.chars().any(|c| text::is_unsafe(c) || half_width_form(c).is_some())
}

/// Returns the email in a guest's sign-in name from Microsoft: `ann@acme.com` for
/// `ann_acme.com#EXT#@contoso.onmicrosoft.com`.
pub(super) fn guest_email(text: &str) -> Option<String> {
    let at = text.to_ascii_uppercase().find("#EXT#@")?;
    let (local, domain) = text[..at].rsplit_once('_')?;
    Some(format!("{local}@{domain}"))
}

/// Returns the character that a full-width form stands for: `＠`, `．`, `ａ`.
pub(super) fn half_width_form(c: char) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '\u{3002}' | '\u{ff61}' | '\u{fe52}' => Some('.'),
        '\u{fe6b}' => Some('@'),
        _ => None,
    }
}
