//! Members of the tenancy by normalized email.
//! The endpoint is optional, so callers use an `Option<Members>`: "unknown" is not "not a member".

use std::sync::Arc;

use hashbrown::HashSet;

use super::email;
use super::text::format_plural;

/// Emails of the members, as last reported by the server. Clones share the emails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    emails: Arc<HashSet<String>>,
    /// Number of further members whose email could not be read.
    unreadable_count: usize,
}

impl Members {
    /// True if a member has this email, ignoring case.
    pub fn contains(&self, email: &str) -> bool {
        self.emails.contains(&email::normalize(email))
    }

    /// Number of members.
    pub(crate) fn len(&self) -> usize {
        self.emails.len()
    }

    /// Sets the number of further members whose email could not be read.
    pub fn with_unreadable_count(self, unreadable: usize) -> Members {
        Members { unreadable_count: unreadable, ..self }
    }

    /// Returns a warning for new invites if some members could not be read.
    pub fn unreadable_warning(&self) -> Option<String> {
        let members = format_plural(self.unreadable_count, "member");
        (self.unreadable_count > 0).then(|| {
            format!("{members} could not be read. Any email that you invite may already be a member.")
        })
    }
}

impl<A: AsRef<str>> FromIterator<A> for Members {
    fn from_iter<I: IntoIterator<Item = A>>(items: I) -> Members {
        let emails = items.into_iter().map(|email| email::normalize(email.as_ref())).collect();
        Members { emails: Arc::new(emails), unreadable_count: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_lookup_ignores_case() {
        let members: Members = ["Jane@Example.com "].into_iter().collect();
        assert!(members.contains("jane@example.COM"));
        assert!(!members.contains("jane@example.org"));
    }
}
