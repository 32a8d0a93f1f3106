//! Settings of a profile: token source, network, and which plans need their step count typed.
//! Names and paths only: contains no secrets.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Step;
use super::import::entry_state::is_allowed;
use super::text::{format_plural, sanitize};

/// Environment variables that may contain a token or a secret, or the path of one.
/// The configuration can add variables. Started programs do not inherit them.
pub const SECRET_VARIABLES: [&str; 6] = [
    "BEARER_TOKEN",
    "BEARER_TOKEN_FILE",
    "DATATRAILS_CLIENT_ID",
    "DATATRAILS_CLIENT_SECRET",
    "DATATRAILS_TOKEN",
    "GUESTLIST_TOKEN",
];

/// Source of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSourceConfig {
    /// No source; these paths were searched.
    Missing(Vec<PathBuf>),
    /// The configured sources are for other servers.
    /// Contains the reason: a fragment without trailing period.
    Withheld(String),
    /// A file that contains one token.
    File(PathBuf),
    /// Standard input, read once.
    Stdin,
    /// Name of an environment variable.
    EnvVar(String),
    /// A program that prints a token; run without a shell.
    Command(Vec<String>),
    /// An app registration. Its client id and secret are exchanged for tokens.
    AppRegistration {
        /// The client id.
        client_id: String,
        /// Source of its secret.
        secret: SecretSourceConfig,
    },
}

/// Source of an app registration's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSourceConfig {
    /// Name of an environment variable.
    EnvVar(String),
    /// A file that contains only the secret.
    File(PathBuf),
    /// A program that prints the secret.
    Command(Vec<String>),
}

/// URL of a proxy. `Debug` does not show the URL, because it may contain a password.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Proxy(pub String);

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy(…)")
    }
}

/// Network settings. `None` means the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// Proxy to use instead of the system's.
    pub proxy: Option<Proxy>,
    /// True to disable all proxies, including the system's.
    pub direct: bool,
    /// File with the trusted certificates, used instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Timeout for establishing a connection.
    pub connect_timeout: Option<Duration>,
    /// Maximum time without data while a response arrives.
    pub read_timeout: Option<Duration>,
    /// Timeout of a program that prints a token or a secret.
    pub command_timeout: Option<Duration>,
}

/// Badge of a profile in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// Text of the badge, at most 16 characters.
    pub text: String,
    /// Color name of the badge; `None` for the default color.
    pub color: Option<String>,
}

/// Limits of a plan. Above them, the user must type the plan's step count to confirm it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanLimits {
    /// Name of the profile, or empty.
    pub profile: String,
    /// True if every plan needs its step count typed.
    pub guarded: bool,
    /// Maximum number of steps of a plan that needs no typed step count.
    pub max_steps: Option<usize>,
    /// Domains that may be invited without a typed step count, in lower case; if empty, all domains.
    pub allowed_domains: Vec<String>,
}

impl PlanLimits {
    /// Returns a sentence for each exceeded limit; may contain raw emails.
    pub fn violations(&self, steps: &[Step]) -> Vec<String> {
        let mut violations = Vec::new();
        if let Some(max_steps) = self.max_steps.filter(|max_steps| steps.len() > *max_steps) {
            let (steps, max_steps) = (format_plural(steps.len(), "step"), format_plural(max_steps, "step"));
            violations.push(format!("{steps}: plans of this profile are limited to {max_steps}."));
        }
        let not_allowed = steps
            .iter()
            .filter(|step| step.sends_email() && !is_allowed(step.email(), &self.allowed_domains))
            .map(Step::email);
        let not_allowed: Vec<&str> = not_allowed.collect();
        let first = not_allowed.first().map(|email| sanitize(email).into_owned()).unwrap_or_default();
        match not_allowed.len() {
            0 => {}
            1 => violations.push(format!("{first} is not in an allowed domain.")),
            n => violations.push(format!("{first} and {} more are not in an allowed domain.", n - 1)),
        }
        violations
    }

    /// Returns the name of the profile if it is guarded and has a name.
    pub fn guarded_profile(&self) -> Option<&str> {
        (self.guarded && !self.profile.is_empty()).then_some(self.profile.as_str())
    }

    /// True if the user must type the step count before these steps run.
    pub fn needs_step_count(&self, steps: &[Step]) -> bool {
        self.guarded || !self.violations(steps).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Identity, Invite};

    fn create(email: &str) -> Step {
        Step::Create { draft: Draft { email: email.into(), message: String::new() }, known_versions: None }
    }

    fn delete(email: &str) -> Step {
        let identity = Identity::parse("a").expect("usable");
        let (email, message) = (email.to_owned(), String::new());
        Step::Delete { invite: Invite { identity, email, message, expiry: Expiry(None) } }
    }

    #[test]
    fn proxy_debug_hides_the_password() {
        let network = NetworkSettings {
            proxy: Some(Proxy("http://ann:hidden@proxy".into())),
            ..NetworkSettings::default()
        };
        assert!(!format!("{network:?}").contains("hidden"));
    }

    #[test]
    fn limit_violations_are_listed_and_deletes_have_none() {
        let limits = PlanLimits {
            max_steps: Some(2),
            allowed_domains: vec!["acme.com".into()],
            ..PlanLimits::default()
        };
        assert_eq!(limits.violations(&[create("a@ACME.com"), delete("b@else.org")]), [""; 0]);
        assert_eq!(
            limits.violations(&[create("a@x.org"), create("b@x.org"), create("c@acme.com")]),
            [
                "3 steps: plans of this profile are limited to 2 steps.",
                "a@x.org and 1 more are not in an allowed domain."
            ]
        );
        assert!(limits.needs_step_count(&[create("a@x.org")]));
        assert!(!limits.needs_step_count(&[delete("a@x.org")]));
    }

    #[test]
    fn guarded_profile_needs_the_number_for_every_plan() {
        let limits = PlanLimits { guarded: true, ..PlanLimits::default() };
        assert!(limits.needs_step_count(&[delete("a@x.org")]));
        assert!(!PlanLimits::default().needs_step_count(&[delete("a@x.org"), create("b@y.org")]));
    }
}
