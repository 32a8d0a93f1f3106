//! What can be said about an e-mail address by looking at it. Doubts are warnings and never block:
//! the vendor's own example, `bob@job`, has no dot in its domain.

use super::lint::address::too_long;
use super::recipient;

/// The form in which two spellings of one address are equal: trimmed and in lower case.
pub fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What looks wrong about an address, as half a sentence for the line under the field.
pub fn warning(email: &str) -> Option<&'static str> {
    if email.is_empty() {
        None
    } else if !email.contains('@') {
        Some("there is no @ in it")
    } else if !recipient::is_email(email) && too_long(email).is_none() {
        Some("this does not look like an address")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_without_a_dot_is_legal() {
        assert_eq!(warning("bob@job"), None);
        assert_eq!(warning("jane.doe@example.com"), None);
    }

    #[test]
    fn what_cannot_be_an_address_is_said() {
        assert_eq!(warning("jane.doe"), Some("there is no @ in it"));
        assert_eq!(warning("jane@@example.com"), Some("this does not look like an address"));
        assert_eq!(warning(""), None);
    }
}
