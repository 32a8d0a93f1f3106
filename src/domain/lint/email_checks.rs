//! Checks for emails that are too long, or that belong to a role instead of a person.

use super::domain_typos::split_email;
use crate::domain::limits;
use crate::domain::words::{Words, parse_words};

/// Local parts that belong to a role, not to a person.
static ROLE_NAMES: Words = Words::new(|| parse_words(include_str!("words/role_names.txt")));

/// Returns the problem of an email that is longer than the server or the mail standard allows.
pub fn length_problem(email: &str) -> Option<String> {
    let length = email.trim().chars().count();
    if length > limits::MAX_EMAIL_CHARS {
        return Some(format!("{length} characters (max. {})", limits::MAX_EMAIL_CHARS));
    }
    let (local, domain) = split_email(email.trim())?;
    if local.len() > 64 {
        Some(format!("{} bytes before the @ (max. 64)", local.len()))
    } else if domain.split('.').any(|part| part.len() > 63) {
        Some("a part of the domain has more than 63 bytes".to_owned())
    } else {
        None
    }
}

/// Returns the local part of a role address: `info`, `admin`. Ignores the text after a plus.
pub fn role_name(email: &str) -> Option<&str> {
    let (local, _) = split_email(email.trim())?;
    let local = local.split('+').next().unwrap_or(local);
    ROLE_NAMES.iter().any(|role| role.eq_ignore_ascii_case(local)).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_limits_match_the_server_and_email_rules() {
        let long = format!("{}@{}.com", "a".repeat(60), "b".repeat(64));
        assert_eq!(length_problem(&long).as_deref(), Some("129 characters (max. 128)"));
        let local = format!("{}@x.com", "a".repeat(65));
        assert_eq!(length_problem(&local).as_deref(), Some("65 bytes before the @ (max. 64)"));
        assert_eq!(length_problem("jane@acme.com"), None);
    }

    #[test]
    fn role_address_is_recognized() {
        assert_eq!(role_name("Info@acme.com"), Some("Info"));
        assert_eq!(role_name("admin+eu@acme.com"), Some("admin"));
        assert_eq!(role_name("information@acme.com"), None);
    }

    #[test]
    fn role_names_are_complete() {
        assert_eq!(ROLE_NAMES.len(), 44);
    }
}
