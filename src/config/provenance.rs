//! Origin of each value, and the text that shows it: names and paths, never a secret.

use std::fmt;

use super::toml_reader::Spanned;
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};

/// Origin of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// Not configured.
    #[default]
    Default,
    /// Line of the configuration file.
    File(usize),
    /// Environment variable.
    EnvVar(&'static str),
    /// Command-line flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(line) => write!(f, "config.toml line {line}"),
            Origin::EnvVar(name) | Origin::Flag(name) => f.write_str(name),
        }
    }
}

/// A resolved value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveValue {
    /// Name in the file.
    pub name: String,
    /// Value without secrets.
    pub value: String,
    /// Origin of the value.
    pub origin: Origin,
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T: Clone> Sourced<T> {
    /// Returns a setting of the file.
    pub(super) fn from_file(found: &Option<Spanned<T>>) -> Option<Sourced<T>> {
        let Spanned { value, line } = found.clone()?;
        Some(Sourced { value, origin: Origin::File(line) })
    }
}

/// Describes a token source. Arguments of a program are only counted: they may be secrets.
pub(super) fn describe_source(source: &TokenSourceConfig) -> String {
    match source {
        TokenSourceConfig::Missing(_) => "none".to_owned(),
        TokenSourceConfig::Withheld(reason) => format!("none: {reason}"),
        TokenSourceConfig::File(path) => format!("file {}", path.display()),
        TokenSourceConfig::Stdin => "standard input".to_owned(),
        TokenSourceConfig::EnvVar(name) => format!("variable {name}"),
        TokenSourceConfig::Command(command) => format!("command {}", describe_command(command)),
        TokenSourceConfig::AppRegistration { client_id, secret } => {
            let secret = match secret {
                SecretSourceConfig::EnvVar(name) => format!("variable {name}"),
                SecretSourceConfig::File(path) => format!("file {}", path.display()),
                SecretSourceConfig::Command(command) => format!("command {}", describe_command(command)),
            };
            format!("app registration {client_id}, its secret from {secret}")
        }
    }
}

pub(super) fn describe_command(command: &[String]) -> String {
    let program = command.first().map(String::as_str).unwrap_or_default();
    match command.len().saturating_sub(1) {
        0 => program.to_owned(),
        1 => format!("{program} (1 argument)"),
        n => format!("{program} ({n} arguments)"),
    }
}

/// Returns a URL without its user name and password.
pub(super) fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match (host.rsplit_once('@'), rest.rsplit_once('@')) {
        (Some((_, host)), _) => format!("{scheme}://…@{host}{path}"),
        // An unescaped / in a password makes the URL invalid; the password must still not be shown.
        (None, Some((user, host))) if user.contains(':') && !has_port(user) => format!("{scheme}://…@{host}"),
        (None, _) => url.to_owned(),
    }
}

/// Returns true if the first colon is in front of a port.
fn has_port(rest: &str) -> bool {
    let port = rest.split_once(':').and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    port.is_some_and(|port| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_arguments_are_hidden() {
        assert_eq!(hide_password("http://ann:hidden@proxy:3128/x"), "http://…@proxy:3128/x");
        assert_eq!(hide_password("https://proxy:3128/a@b"), "https://proxy:3128/a@b");
        assert_eq!(hide_password("http://ann:hid/den@proxy:3128"), "http://…@proxy:3128");
        let command = vec!["vault".to_owned(), "read".to_owned(), "--key=hidden".to_owned()];
        assert_eq!(describe_source(&TokenSourceConfig::Command(command)), "command vault (2 arguments)");
    }
}
