//! Warnings about an email from its spelling.
//! They never block: the vendor's own example, `bob@job`, has no dot in its domain.

use super::lint::email_checks::length_problem;
use super::recipient;

/// Normalizes an email, so that two spellings of one email are equal: trimmed and in lower case.
pub fn normalize(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Returns the domain of an email in lower case; `None` if the email has none.
pub fn domain(email: &str) -> Option<String> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_lowercase())
}

/// Returns what looks wrong in an email: a fragment without trailing period.
pub fn warning(email: &str) -> Option<&'static str> {
    match email.contains('@') {
        false => (!email.is_empty()).then_some("it has no @"),
        true if recipient::is_email(email) || length_problem(email).is_some() => None,
        true => Some("this does not look like an email"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_without_a_dot_is_valid() {
        assert_eq!(warning("bob@job"), None);
        assert_eq!(warning("jane.doe@example.com"), None);
    }

    #[test]
    fn domain_is_in_lower_case_and_after_the_last_at() {
        for (email, expected) in [
            (" Jane.Doe@Example.COM ", Some("example.com")),
            ("bob@job", Some("job")),
            ("\"odd@name\"@example.com", Some("example.com")),
            ("jane.doe@", None),
            ("jane.doe", None),
            ("", None),
        ] {
            assert_eq!(domain(email).as_deref(), expected, "{email}");
        }
    }

    #[test]
    fn invalid_email_has_a_reason() {
        assert_eq!(warning("jane.doe"), Some("it has no @"));
        assert_eq!(warning("jane@@example.com"), Some("this does not look like an email"));
        assert_eq!(warning(""), None);
    }
}
