//! Reads and checks the settings that a profile can have.
//! At the top of the file they are the defaults of all profiles. Precedence is in [`super::settings`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::toml_reader::{Spanned, TableReader};
use crate::domain::profile_settings::{Proxy, SecretSourceConfig, TokenSourceConfig};
use crate::domain::proxy::normalize_url;
use crate::domain::query::NamedFilters;
use crate::domain::text::sanitize;

/// Badge colors.
const BADGE_COLORS: [&str; 7] = ["red", "yellow", "green", "cyan", "blue", "magenta", "white"];
/// Maximum characters of a badge.
const MAX_BADGE_CHARS: usize = 16;

/// One layer of the file: the top, or a profile. Every setting is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileConfig {
    /// Server URL.
    pub url: Option<Spanned<String>>,
    /// Path of the API below the server URL.
    pub base_path: Option<Spanned<String>>,
    /// Source of the token, with its setting's name.
    pub source: Option<(&'static str, Spanned<TokenSourceConfig>)>,
    /// Badge in the header.
    pub badge: Option<Spanned<String>>,
    /// Color of the badge, one of `BADGE_COLORS`.
    pub color: Option<Spanned<String>>,
    /// Starts the console read-only, and requires typing the number of steps of every plan.
    pub guarded: Option<Spanned<bool>>,
    /// Domains that may be invited.
    pub allowed_domains: Option<Spanned<Vec<String>>>,
    /// Plans with more steps must be confirmed by typing their number.
    pub max_plan_steps: Option<Spanned<usize>>,
    /// Tenancy that the token must belong to.
    pub tenant: Option<Spanned<String>>,
    /// CA certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<Spanned<PathBuf>>,
    /// Proxy URL.
    pub proxy: Option<Spanned<Proxy>>,
    /// Timeout for a connection, in seconds.
    pub connect_timeout: Option<Spanned<usize>>,
    /// Timeout for silence in a response, in seconds.
    pub read_timeout: Option<Spanned<usize>>,
    /// Timeout for a program that prints a token or a secret, in seconds.
    pub command_timeout: Option<Spanned<usize>>,
    /// Named filters, unparsed.
    pub filters: BTreeMap<String, Spanned<String>>,
    /// Named messages.
    pub templates: BTreeMap<String, Spanned<String>>,
}

impl ProfileConfig {
    pub(super) fn read(table: &mut TableReader<'_>) -> Result<ProfileConfig, String> {
        let path = |found: Spanned<String>| Spanned { value: PathBuf::from(found.value), line: found.line };
        let config = ProfileConfig {
            url: table.text("url")?,
            base_path: table.text("base_path")?,
            source: read_source(table)?,
            badge: table.text("badge")?,
            color: table.text("color")?,
            guarded: table.flag("guarded")?,
            allowed_domains: table.texts("allowed_domains")?,
            max_plan_steps: table.number("max_plan_steps", 1, 1_000_000)?,
            tenant: table.text("tenant")?,
            ca_file: table.text("ca_file")?.map(path),
            proxy: table.text("proxy")?.map(|found| found.map(Proxy)),
            connect_timeout: table.number("connect_timeout", 1, 600)?,
            read_timeout: table.number("read_timeout", 1, 600)?,
            command_timeout: table.number("command_timeout", 1, 600)?,
            filters: table.table("filters")?.map_or(Ok(BTreeMap::new()), TableReader::into_texts)?,
            templates: table.table("templates")?.map_or(Ok(BTreeMap::new()), TableReader::into_texts)?,
        };
        config.check().map(|()| config)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(Spanned { value, line }) = &self.allowed_domains
            && let Some(domain) = value.iter().find(|domain| !is_domain(domain))
        {
            return Err(format!(
                "line {line}: allowed_domains must not contain {:?}; write acme.com, or .acme.com for its subdomains",
                sanitize(domain)
            ));
        }
        if let Some(Spanned { value, line }) = &self.badge
            && (value.chars().count() > MAX_BADGE_CHARS || value.chars().any(char::is_control))
        {
            return Err(format!(
                "line {line}: badge must have at most {MAX_BADGE_CHARS} characters, all on one line"
            ));
        }
        if let Some(Spanned { value, line }) = &self.color
            && !BADGE_COLORS.contains(&value.as_str())
        {
            let (value, colors) = (sanitize(value), BADGE_COLORS.join(", "));
            return Err(format!("line {line}: color must be one of {colors}, not {value:?}"));
        }
        if let Some(Spanned { value, line }) = &self.proxy
            && !["http://", "https://", "socks5://", "socks5h://"]
                .iter()
                .any(|scheme| value.0.starts_with(scheme))
        {
            return Err(format!(
                "line {line}: proxy must start with http://, https://, socks5:// or socks5h://"
            ));
        }
        if let Some(Spanned { line, .. }) =
            self.proxy.as_ref().filter(|proxy| normalize_url(&proxy.value.0).is_none())
        {
            // The error does not quote the value: it may hold a password.
            return Err(format!("line {line}: proxy is not a proxy URL. Set it to http://HOST:PORT"));
        }
        parse_filters(&self.filters).map(drop)
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

/// Reads the token source. There is at most one, and an app registration needs a secret.
fn read_source(
    table: &mut TableReader<'_>,
) -> Result<Option<(&'static str, Spanned<TokenSourceConfig>)>, String> {
    let file = table
        .text("token_file")?
        .map(|found| ("token_file", found.map(|path| TokenSourceConfig::File(path.into()))));
    let variable = table.text("token_env")?.map(|found| ("token_env", found.map(TokenSourceConfig::EnvVar)));
    let command =
        table.command("token_command")?.map(|found| ("token_command", found.map(TokenSourceConfig::Command)));
    let app = read_app_registration(table)?.map(|found| ("client_id", found));
    let mut named: Vec<(&'static str, Spanned<TokenSourceConfig>)> =
        [file, variable, command, app].into_iter().flatten().collect();
    named.sort_by_key(|(_, found)| found.line);
    reject_multiple(&named, "a token has one source")?;
    if let Some((_, Spanned { value: TokenSourceConfig::EnvVar(name), line })) = named.first() {
        check_env_var_name(name, *line)?;
    }
    Ok(named.pop())
}

fn read_app_registration(table: &mut TableReader<'_>) -> Result<Option<Spanned<TokenSourceConfig>>, String> {
    let client = table.text("client_id")?;
    let variable = table.text("client_secret_env")?;
    let file = table.text("client_secret_file")?;
    let command = table.command("client_secret_command")?;
    if let Some(Spanned { value, line }) = &variable {
        check_env_var_name(value, *line)?;
    }
    let mut secrets: Vec<(&'static str, Spanned<SecretSourceConfig>)> = [
        variable.map(|found| ("client_secret_env", found.map(SecretSourceConfig::EnvVar))),
        file.map(|found| ("client_secret_file", found.map(|path| SecretSourceConfig::File(path.into())))),
        command.map(|found| ("client_secret_command", found.map(SecretSourceConfig::Command))),
    ]
    .into_iter()
    .flatten()
    .collect();
    secrets.sort_by_key(|(_, found)| found.line);
    reject_multiple(&secrets, "a secret has one source")?;
    match (client, secrets.pop()) {
        (None, None) => Ok(None),
        (Some(client), Some((_, secret))) => {
            let line = client.line;
            Ok(Some(Spanned {
                value: TokenSourceConfig::AppRegistration { client_id: client.value, secret: secret.value },
                line,
            }))
        }
        (Some(Spanned { line, .. }), None) => Err(format!(
            "line {line}: client_id needs a secret: add client_secret_env, client_secret_file or \
             client_secret_command"
        )),
        (None, Some((name, Spanned { line, .. }))) => {
            Err(format!("line {line}: {name} needs client_id: add it"))
        }
    }
}

fn reject_multiple<T>(named: &[(&'static str, Spanned<T>)], reason: &str) -> Result<(), String> {
    match named {
        [(first, first_value), (second, second_value), ..] => Err(format!(
            "line {}: {second} conflicts with {first} (line {}): {reason}, so remove one of them",
            second_value.line, first_value.line
        )),
        _ => Ok(()),
    }
}

/// Checks the name of a variable. The error does not quote it: it may be the secret.
fn check_env_var_name(name: &str, line: usize) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_allowed) && name.len() <= 64 && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(format!("line {line}: this is not a variable name; do not write the secret itself into this file"))
}

/// Returns true if the text can be a domain of an email: any other entry would exclude everyone.
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

impl<T> Spanned<T> {
    fn map<U>(self, convert: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: convert(self.value), line: self.line }
    }
}
