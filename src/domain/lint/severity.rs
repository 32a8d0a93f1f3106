//! How severe a problem is, for commands that check a list.

use super::{Fix, ProblemKind};

/// Severity of a problem, the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// The email does not reach the person, or its text is wrong.
    Severe,
    /// The invite needs a decision.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// Returns the name for scripts.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl ProblemKind {
    /// Returns the severity.
    pub fn severity(self) -> Severity {
        match self {
            ProblemKind::InvalidAddress
            | ProblemKind::AddressTooLong
            | ProblemKind::Confusable
            | ProblemKind::Typo
            | ProblemKind::Placeholder => Severity::Severe,
            ProblemKind::MessageTooLong
            | ProblemKind::AlreadyMember
            | ProblemKind::Expired
            | ProblemKind::Duplicate => Severity::Warning,
            ProblemKind::ExpiresSoon | ProblemKind::RoleAddress => Severity::Info,
        }
    }
}

impl Fix {
    /// Returns the name for scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Fix::ReplaceEmail(_) | Fix::EditEmail => "edit email",
            Fix::EditMessage => "edit message",
            Fix::Resend => "resend",
            Fix::Delete => "delete",
        }
    }

    /// Returns the correct email; raw. `None` if it is unknown.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Fix::ReplaceEmail(email) => Some(email),
            _ => None,
        }
    }
}
