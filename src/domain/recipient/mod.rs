//! The one judge of recipients: what the user typed becomes one email address, or a refusal that gives the reason and,
//! where there is one, a suggestion. Every way to create an invite asks here first.
//!
//! 1. [`parse`] reads a text. Only what it returns as `Ok` may be posted.
//! 2. If [`Recipient::repair`] is set, the text was not quite an address: name the repair to the user.
//! 3. [`flags`] lists the reasons to ask before an email goes to it; commands refuse without `--include-flagged`.
//!
//! Pure: all facts arrive as arguments.

mod flag;
mod name;
mod repair;
mod syntax;
mod written;

use super::lint::address::too_long;
use super::text;
pub use flag::{Context, Flag, JUST_SENT, flagged, flags, is_new_recipient};
pub(in crate::domain) use flag::{is_recent, typo};
pub use name::decode_words;
pub use repair::suggestion;
pub use syntax::is_email;
use syntax::{full_width_twin, guest_email};
pub(in crate::domain) use written::without_marks;

/// One person to invite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// A legal email address, and nothing but that.
    pub email: String,
    /// The name that was written with it, decoded.
    pub name: Option<String>,
    /// What was taken off to make it an address, as half a sentence, safe to show: `there was "." at its end`. Lists hold
    /// such an entry and suggest the email; a single address that the user typed can be used with a notice.
    pub repair: Option<String>,
}

/// Why a text is no recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Half a sentence, safe to show: `there is no @ in it`.
    pub reason: String,
    /// The address that was probably meant, if that is plain. It passes [`is_email`].
    pub suggestion: Option<String>,
}

/// `there is no @ in it: did you mean ann@acme.com?`
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.suggestion {
            Some(email) => write!(f, "{}; did you mean {}?", self.reason, text::visible(email)),
            None => f.write_str(&self.reason),
        }
    }
}

/// Reads the text of one recipient.
///
/// Understands `Name <a@b>`, `"Last, First" <a@b>`, `Last, First <a@b>`, `<a@b>`, `mailto:a@b?subject=x`, `a@b (Name)`,
/// list marks before it and separators behind it. Several addresses are a refusal; [`super::list`] splits them.
///
/// # Errors
///
/// A [`Refusal`] for everything that is not exactly one address.
pub fn parse(typed: &str) -> Result<Recipient, Refusal> {
    let written = written::read(typed);
    let (email, name) = (written.email, written.name);
    if is_email(&email) && has_another(typed, &email) {
        return Err(Refusal { reason: "another address stands beside it".to_owned(), suggestion: None });
    }
    if is_email(&email) {
        return Ok(Recipient { email, name, repair: None });
    }
    if let Some((repaired, repair)) = repair::at_the_ends(&email) {
        return Ok(Recipient { email: repaired, name, repair: Some(repair) });
    }
    Err(Refusal { reason: reason(&email), suggestion: suggestion(&email) })
}

/// Why a text must not be posted as it is; `None` for an email address and nothing else.
pub fn refusal(text: &str) -> Option<Refusal> {
    if is_email(text) {
        return None;
    }
    Some(parse(text).map_or_else(
        |refusal| refusal,
        |found| Refusal {
            reason: "there is more than the address in it".into(),
            suggestion: Some(found.email),
        },
    ))
}

/// Whether a text holds an address besides this one, as in `boss@acme.com <ann@acme.com>`: which of them is meant is not
/// known.
fn has_another(text: &str, email: &str) -> bool {
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

/// What is wrong with a text that is not an email address, as half a sentence.
fn reason(written: &str) -> String {
    let is_odd = |c: &char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    let hidden: Vec<String> =
        written.chars().filter(|c| text::is_hostile(*c)).map(|c| format!("U+{:04X}", c as u32)).collect();
    if written.trim().is_empty() {
        "there is no address".to_owned()
    } else if !hidden.is_empty() {
        format!("it holds what cannot be seen: {}", hidden.join(", "))
    } else if let Some(c) = written.chars().find(|c| full_width_twin(*c).is_some()) {
        format!("there is a full-width {c} (U+{:04X}) in it", c as u32)
    } else if guest_email(written).is_some() {
        "this is the sign-in name of a guest, not an email address".to_owned()
    } else if !written.contains('@') {
        "there is no @ in it".to_owned()
    } else if written.matches('@').count() > 1 {
        "there is more than one @ in it".to_owned()
    } else if let Some(c) = written.chars().find(is_odd) {
        format!("there is {} in it", if c.is_whitespace() { "a blank".to_owned() } else { c.to_string() })
    } else if let Some(reason) = too_long(written) {
        reason
    } else if written.contains("..") {
        "there are two dots in a row".to_owned()
    } else {
        "this does not look like an address".to_owned()
    }
}

#[cfg(test)]
mod tests;
