//! An invite that was not created yet: an email and a message.
//! Checks both for what the server would reject.

use serde::{Deserialize, Serialize};

use super::recipient::{self, EmailProblem};
use super::{email, limits};

/// Body of a create request: always both keys, and no other keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The email of the invitee.
    pub email: String,
    /// The message in the invite; may be empty.
    pub message: String,
}

/// Why a draft cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The email is empty.
    #[error("Enter an email.")]
    NoEmail,
    /// The text is not exactly one email. A suggestion ends with a question mark.
    #[error("Not an email: {0}{end}", end = if .0.suggestion.is_some() { "" } else { "." })]
    NotAnEmail(EmailProblem),
    /// The email has more code points than the server accepts.
    #[error("Email too long: {0} characters (max. {max}).", max = limits::MAX_EMAIL_CHARS)]
    EmailTooLong(usize),
    /// The message has more code points than the server accepts.
    #[error("Message too long: {0} characters (max. {max}).", max = limits::MAX_MESSAGE_CHARS)]
    MessageTooLong(usize),
}

impl Draft {
    /// Returns the first reason not to create the invite, if any.
    /// A suspicious email such as `bob@job` is no error; see [`recipient::flags`] for warnings.
    pub fn error(&self) -> Option<DraftError> {
        let (email, message) = (self.email.trim().chars().count(), self.message.chars().count());
        if email == 0 {
            Some(DraftError::NoEmail)
        } else if email > limits::MAX_EMAIL_CHARS {
            Some(DraftError::EmailTooLong(email))
        } else if let Some(error) = recipient::recipient_error(self.email.trim()) {
            Some(DraftError::NotAnEmail(error))
        } else if message > limits::MAX_MESSAGE_CHARS {
            Some(DraftError::MessageTooLong(message))
        } else {
            None
        }
    }

    /// Returns a warning about the email. A warning never blocks the invite.
    pub fn warning(&self) -> Option<&'static str> {
        email::warning(self.email.trim())
    }

    /// True if nothing was typed yet.
    pub fn is_blank(&self) -> bool {
        self.email.trim().is_empty() && self.message.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(email: &str, message: &str) -> Draft {
        Draft { email: email.into(), message: message.into() }
    }

    #[test]
    fn limits_count_code_points_not_bytes() {
        assert_eq!(draft("bob@job", &"ü".repeat(256)).error(), None);
        assert_eq!(draft("bob@job", &"ü".repeat(257)).error(), Some(DraftError::MessageTooLong(257)));
        let long = format!("{}@example.com", "é".repeat(117));
        assert_eq!(draft(&long, "").error(), Some(DraftError::EmailTooLong(129)));
        assert!(
            !matches!(draft(&long[2..], "").error(), Some(DraftError::EmailTooLong(_))),
            "128 are allowed"
        );
    }

    #[test]
    fn draft_needs_only_an_email() {
        assert_eq!(draft("  ", "hello").error(), Some(DraftError::NoEmail));
        assert_eq!(draft("bob@job", "").error(), None);
    }

    #[test]
    fn draft_is_blank_until_something_is_typed() {
        for (email, message, expected) in
            [(" ", "\n", true), ("bob@job", "", false), ("", "hello", false), ("bob@job", "hello", false)]
        {
            assert_eq!(draft(email, message).is_blank(), expected, "{email:?} {message:?}");
        }
    }

    #[test]
    fn draft_warns_about_its_trimmed_email() {
        assert_eq!(draft(" bob@job ", "").warning(), None);
        assert_eq!(draft("bob", "").warning(), Some("it has no @"));
    }

    #[test]
    fn email_with_a_hidden_character_is_rejected() {
        for email in ["bob\u{7}@job", "bob@\u{202e}job", "bob@jo\u{200b}b", "a@x\nb@x", "\u{feff}bob@job"] {
            let error = draft(email, "").error();
            assert!(matches!(error, Some(DraftError::NotAnEmail(_))), "{email:?}: {error:?}");
        }
        assert_eq!(draft(" bob@job\n", "").error(), None, "what surrounds it is trimmed");
    }
}
