//! How a server is reached and what guards it, as it was decided: where the token comes from, how the network is
//! used, and what a plan may not do without being confirmed by a number. Names and places only: no secret lives here.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Step;
use super::list::verdict::is_allowed;
use super::text::{plural, visible};

/// Variables of the environment that may hold, or lead to, a token, beside those that the configuration names: no
/// program that is started is given them.
pub const SECRET_VARIABLES: [&str; 5] = [
    "BEARER_TOKEN",
    "BEARER_TOKEN_FILE",
    "DATATRAILS_CLIENT_ID",
    "DATATRAILS_CLIENT_SECRET",
    "GUESTLIST_TOKEN",
];

/// Where the token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// There is none; these places were looked at.
    Missing(Vec<PathBuf>),
    /// Those that are configured are for other servers; why, as half a sentence.
    Withheld(String),
    /// A file with one token.
    File(PathBuf),
    /// Standard input, which is read once.
    Stdin,
    /// A variable of the environment, by its name.
    Variable(String),
    /// What a program prints; it is run without a shell.
    Command(Vec<String>),
    /// An app registration, which is given tokens for its secret.
    App {
        /// Its name.
        client_id: String,
        /// Where its secret comes from.
        secret: SecretFrom,
    },
}

/// Where the secret of an app registration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretFrom {
    /// A variable of the environment, by its name.
    Variable(String),
    /// A file that holds nothing else.
    File(PathBuf),
    /// What a program prints.
    Command(Vec<String>),
}

/// A proxy's address. It may hold a password, so it is never shown as it is, not even for looking for mistakes.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(pub String);

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy(…)")
    }
}

/// How the network is used; what is `None` is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy, in place of the system's.
    pub proxy: Option<Proxy>,
    /// No proxy at all, not the system's either.
    pub direct: bool,
    /// The certificates by which the server is known, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// Longest time for making a connection.
    pub connect: Option<Duration>,
    /// Longest silence in an answer.
    pub read: Option<Duration>,
    /// Longest time that a program may take to print a token or a secret.
    pub command: Option<Duration>,
}

/// What a plan may not do without being confirmed by the number of its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guards {
    /// The profile's name; empty where none is used.
    pub profile: String,
    /// Whether every plan needs the number.
    pub guarded: bool,
    /// The most steps that a plan may have without it.
    pub largest: Option<usize>,
    /// The domains that may be invited without it, in lower case; empty: all.
    pub allowed: Vec<String>,
}

impl Guards {
    /// Which limits these steps go beyond, as sentences; raw addresses may be in them.
    pub fn exceeded(&self, steps: &[Step]) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some(largest) = self.largest.filter(|largest| steps.len() > *largest) {
            let (steps, largest) = (plural(steps.len(), "step"), plural(largest, "step"));
            sentences.push(format!("{steps}: the largest plan that is allowed here has {largest}."));
        }
        let outside = steps
            .iter()
            .filter(|step| step.mails() && !is_allowed(step.email(), &self.allowed))
            .map(Step::email);
        let outside: Vec<&str> = outside.collect();
        let first = outside.first().map(|email| visible(email).into_owned()).unwrap_or_default();
        match outside.len() {
            0 => {}
            1 => sentences.push(format!("{first} is not in an allowed domain.")),
            n => sentences.push(format!("{first} and {} more are not in an allowed domain.", n - 1)),
        }
        sentences
    }

    /// Whether these steps are run only when their number was typed.
    pub fn need_the_number(&self, steps: &[Step]) -> bool {
        self.guarded || !self.exceeded(steps).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Identity, Invite};

    fn create(email: &str) -> Step {
        Step::Create { draft: Draft { email: email.into(), message: String::new() }, before: None }
    }

    fn delete(email: &str) -> Step {
        let identity = Identity::parse("a").expect("usable");
        let (email, message) = (email.to_owned(), String::new());
        Step::Delete { invite: Invite { identity, email, message, expiry: Expiry(None) } }
    }

    #[test]
    fn debug_shows_no_password_of_a_proxy() {
        let network = Network { proxy: Some(Proxy("http://ann:hidden@proxy".into())), ..Network::default() };
        assert!(!format!("{network:?}").contains("hidden"));
    }

    #[test]
    fn limits_are_said_and_a_delete_invites_nobody() {
        let guards = Guards { largest: Some(2), allowed: vec!["acme.com".into()], ..Guards::default() };
        assert_eq!(guards.exceeded(&[create("a@ACME.com"), delete("b@else.org")]), [""; 0]);
        assert_eq!(
            guards.exceeded(&[create("a@x.org"), create("b@x.org"), create("c@acme.com")]),
            [
                "3 steps: the largest plan that is allowed here has 2 steps.",
                "a@x.org and 1 more are not in an allowed domain."
            ]
        );
        assert!(guards.need_the_number(&[create("a@x.org")]));
        assert!(!guards.need_the_number(&[delete("a@x.org")]));
    }

    #[test]
    fn a_guarded_profile_needs_the_number_for_everything() {
        let guards = Guards { guarded: true, ..Guards::default() };
        assert!(guards.need_the_number(&[delete("a@x.org")]));
        assert!(!Guards::default().need_the_number(&[delete("a@x.org"), create("b@y.org")]));
    }
}
