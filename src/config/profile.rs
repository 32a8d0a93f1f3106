//! Reads and checks the settings that a profile can have.
//! At the top of the file they are the defaults of all profiles. Precedence is in [`super::settings`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::toml_reader::{Spanned, command, number};
use crate::domain::profile_settings::{Proxy, SecretSourceConfig, TokenSourceConfig};
use crate::domain::proxy::normalize_url;
use crate::domain::query::NamedFilters;
use crate::domain::text::sanitize;

/// Badge colors.
const BADGE_COLORS: [&str; 7] = ["red", "yellow", "green", "cyan", "blue", "magenta", "white"];
/// Maximum characters of a badge.
const MAX_BADGE_CHARS: usize = 16;

/// A value with the name of its setting.
type Named<T> = (&'static str, Spanned<T>);

/// One layer of the file: the top, or a profile. Every setting is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileConfig {
    /// Server URL.
    pub url: Option<Spanned<String>>,
    /// Path of the API below the server URL.
    pub base_path: Option<Spanned<String>>,
    token_file: Option<Spanned<PathBuf>>,
    token_env: Option<Spanned<String>>,
    #[serde(deserialize_with = "command")]
    token_command: Option<Spanned<Vec<String>>>,
    client_id: Option<Spanned<String>>,
    client_secret_env: Option<Spanned<String>>,
    client_secret_file: Option<Spanned<PathBuf>>,
    #[serde(deserialize_with = "command")]
    client_secret_command: Option<Spanned<Vec<String>>>,
    /// Source of the token, with the name of its setting. `check` takes it from the settings above.
    #[serde(skip)]
    pub source: Option<Named<TokenSourceConfig>>,
    /// Badge in the header.
    pub badge: Option<Spanned<String>>,
    /// Color of the badge, one of `BADGE_COLORS`.
    pub color: Option<Spanned<String>>,
    /// Starts the console read-only, and requires typing the number of steps of every plan.
    pub guarded: Option<Spanned<bool>>,
    /// Domains that may be invited.
    pub allowed_domains: Option<Spanned<Vec<String>>>,
    /// Plans with more steps must be confirmed by typing their number.
    #[serde(deserialize_with = "number::<_, 1, 1_000_000>")]
    pub max_plan_steps: Option<Spanned<usize>>,
    /// Tenancy that the token must belong to.
    pub tenant: Option<Spanned<String>>,
    /// CA certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<Spanned<PathBuf>>,
    /// Proxy URL.
    pub proxy: Option<Spanned<Proxy>>,
    /// Timeout for a connection, in seconds.
    #[serde(deserialize_with = "number::<_, 1, 600>")]
    pub connect_timeout: Option<Spanned<usize>>,
    /// Timeout for silence in a response, in seconds.
    #[serde(deserialize_with = "number::<_, 1, 600>")]
    pub read_timeout: Option<Spanned<usize>>,
    /// Timeout for a program that prints a token or a secret, in seconds.
    #[serde(deserialize_with = "number::<_, 1, 600>")]
    pub command_timeout: Option<Spanned<usize>>,
    /// Named filters, unparsed.
    pub filters: BTreeMap<String, Spanned<String>>,
    /// Named messages.
    pub templates: BTreeMap<String, Spanned<String>>,
}

impl ProfileConfig {
    /// Checks the values, and combines the settings of the token. Adds each mistake.
    pub(super) fn check(&mut self, errors: &mut Vec<String>) {
        let source = self.take_source().map(|source| self.source = source);
        let domains = check_value(&self.allowed_domains, |domains| {
            let domain = sanitize(domains.iter().find(|domain| !is_domain(domain))?);
            let hint = "write acme.com, or .acme.com for its subdomains";
            Some(format!("allowed_domains must not contain {domain:?}; {hint}"))
        });
        let badge = check_value(&self.badge, |badge| {
            let is_allowed = badge.chars().count() <= MAX_BADGE_CHARS && !badge.chars().any(char::is_control);
            let error = || format!("badge must have at most {MAX_BADGE_CHARS} characters, all on one line");
            (!is_allowed).then(error)
        });
        let color = check_value(&self.color, |color| {
            let (value, colors) = (sanitize(color), BADGE_COLORS.join(", "));
            let error = || format!("color must be one of {colors}, not {value:?}");
            (!BADGE_COLORS.contains(&color.as_str())).then(error)
        });
        let proxy = check_value(&self.proxy, |proxy| proxy_error(&proxy.0).map(str::to_owned));
        errors.extend([source, domains, badge, color, proxy].into_iter().filter_map(Result::err));
        // Each on its own: a filter refers only to the built-in ones.
        let filters = self.filters.iter().map(|(name, filter)| (name.clone(), filter.clone()));
        errors.extend(filters.filter_map(|filter| parse_filters(&BTreeMap::from([filter])).err()));
    }

    /// Takes the token source. There is at most one, and an app registration needs a secret.
    fn take_source(&mut self) -> Result<Option<Named<TokenSourceConfig>>, String> {
        check_value(&self.token_env, |name| env_var_error(name))?;
        check_value(&self.client_secret_env, |name| env_var_error(name))?;
        let secrets = [
            take("client_secret_env", &mut self.client_secret_env, SecretSourceConfig::EnvVar),
            take("client_secret_file", &mut self.client_secret_file, SecretSourceConfig::File),
            take("client_secret_command", &mut self.client_secret_command, SecretSourceConfig::Command),
            None,
        ];
        let app = match (self.client_id.take(), single("a secret has one source", secrets)?) {
            (None, None) => None,
            (Some(Spanned { value: client_id, line }), Some((_, Spanned { value: secret, .. }))) => {
                let value = TokenSourceConfig::AppRegistration { client_id, secret };
                Some(("client_id", Spanned { value, line }))
            }
            (Some(Spanned { line, .. }), None) => {
                return Err(format!(
                    "line {line}: client_id needs a secret: add client_secret_env, client_secret_file or \
                     client_secret_command"
                ));
            }
            (None, Some((name, Spanned { line, .. }))) => {
                return Err(format!("line {line}: {name} needs client_id: add it"));
            }
        };
        let sources = [
            take("token_file", &mut self.token_file, TokenSourceConfig::File),
            take("token_env", &mut self.token_env, TokenSourceConfig::EnvVar),
            take("token_command", &mut self.token_command, TokenSourceConfig::Command),
            app,
        ];
        single("a token has one source", sources)
    }

    /// Returns the environment variable that holds the token or secret.
    pub(super) fn secret_var(&self) -> Option<&str> {
        match &self.source.as_ref()?.1.value {
            TokenSourceConfig::EnvVar(name)
            | TokenSourceConfig::AppRegistration { secret: SecretSourceConfig::EnvVar(name), .. } => {
                Some(name)
            }
            _ => None,
        }
    }
}

/// Returns the configured source with the name of its setting. Several sources are an error.
fn single<T>(reason: &str, sources: [Option<Named<T>>; 4]) -> Result<Option<Named<T>>, String> {
    let mut sources: Vec<Named<T>> = sources.into_iter().flatten().collect();
    sources.sort_by_key(|(_, found)| found.line);
    if let [(first, first_value), (second, second_value), ..] = &sources[..] {
        return Err(format!(
            "line {}: {second} conflicts with {first} (line {}): {reason}, so remove one of them",
            second_value.line, first_value.line
        ));
    }
    Ok(sources.pop())
}

/// Takes a setting and converts it to a source, together with the name of the setting.
fn take<T, U>(name: &'static str, found: &mut Option<Spanned<T>>, convert: fn(T) -> U) -> Option<Named<U>> {
    found.take().map(|found| (name, Spanned { value: convert(found.value), line: found.line }))
}

/// Checks a value; `error_reason` returns what is wrong with it.
fn check_value<T>(
    found: &Option<Spanned<T>>,
    error_reason: impl Fn(&T) -> Option<String>,
) -> Result<(), String> {
    let Some(Spanned { value, line }) = found else { return Ok(()) };
    error_reason(value).map_or(Ok(()), |reason| Err(format!("line {line}: {reason}")))
}

/// Returns what is wrong with the name of a variable. Does not quote it: it may be the secret.
fn env_var_error(name: &str) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name =
        name.chars().all(is_allowed) && name.len() <= 64 && !name.starts_with(|c: char| c.is_ascii_digit());
    let error = "this is not a variable name; do not write the secret itself into this file";
    (!is_name).then(|| error.to_owned())
}

/// Returns what is wrong with a proxy. Does not quote it: it may hold a password.
fn proxy_error(proxy: &str) -> Option<&'static str> {
    if !["http://", "https://", "socks5://", "socks5h://"].iter().any(|scheme| proxy.starts_with(scheme)) {
        return Some("proxy must start with http://, https://, socks5:// or socks5h://");
    }
    normalize_url(proxy).is_none().then_some("proxy is not a proxy URL. Set it to http://HOST:PORT")
}

/// Returns true if the text can be the domain of an email. Any other text would exclude all emails.
fn is_domain(text: &str) -> bool {
    let name = text.strip_prefix('.').unwrap_or(text);
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains(|c: char| c == '@' || c == '*' || c.is_whitespace() || c.is_control())
}

/// Parses the named filters.
pub(super) fn parse_filters(filters: &BTreeMap<String, Spanned<String>>) -> Result<NamedFilters, String> {
    NamedFilters::new(filters.iter().map(|(name, filter)| (name.as_str(), filter.value.as_str()))).map_err(
        |error| {
            let line = filters.get(&error.name).map_or(1, |filter| filter.line);
            let (name, message) = (sanitize(&error.name), sanitize(&error.message));
            format!("line {line}: the filter {name}: {message}")
        },
    )
}
