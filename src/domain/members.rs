//! Who is a member of the tenancy already, by folded address. The members call is optional on the server, so
//! whoever asks gets an `Option` of this: "not a member" and "not known" are different answers.

use std::sync::Arc;

use hashbrown::HashSet;

use super::email;

/// The addresses of the members, as the server last told them. Cloning it shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members(Arc<HashSet<String>>);

impl Members {
    /// Whether somebody with this address is a member, whatever its case.
    pub fn has(&self, address: &str) -> bool {
        self.0.contains(&email::folded(address))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<A: AsRef<str>> FromIterator<A> for Members {
    fn from_iter<I: IntoIterator<Item = A>>(addresses: I) -> Members {
        Members(Arc::new(addresses.into_iter().map(|address| email::folded(address.as_ref())).collect()))
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
