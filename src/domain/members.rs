//! Who is a member of the tenancy already, by folded address. The members call is optional on the server, so
//! whoever asks gets an `Option` of this: "not a member" and "not known" are different answers.

use std::sync::Arc;

use hashbrown::HashSet;

use super::email;
use super::text::plural;

/// The addresses of the members, as the server last told them. Cloning it shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    emails: Arc<HashSet<String>>,
    /// How many more there are whose email could not be read.
    unreadable: usize,
}

impl Members {
    /// Whether somebody with this address is a member, whatever its case.
    pub fn has(&self, address: &str) -> bool {
        self.emails.contains(&email::folded(address))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.emails.len()
    }

    /// The same, with so many more whose email could not be read.
    pub fn with_unreadable(self, unreadable: usize) -> Members {
        Members { unreadable, ..self }
    }

    /// What the members that could not be read mean for a new invite, if there are any.
    pub fn unreadable_warning(&self) -> Option<String> {
        let members = plural(self.unreadable, "member");
        (self.unreadable > 0).then(|| {
            format!("{members} could not be read. Any email that you invite may be a member already.")
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.emails.is_empty()
    }
}

impl<A: AsRef<str>> FromIterator<A> for Members {
    fn from_iter<I: IntoIterator<Item = A>>(addresses: I) -> Members {
        let emails = addresses.into_iter().map(|address| email::folded(address.as_ref())).collect();
        Members { emails: Arc::new(emails), unreadable: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_known_whatever_the_case() {
        let members: Members = ["Jane@Example.com "].into_iter().collect();
        assert!(members.has("jane@example.COM"));
        assert!(!members.has("jane@example.org"));
    }
}
