//! Resolves the server and its token.
//! Each credential goes only to the server URL of its own layer: flags, environment, profile, or the top of
//! the file. A credential without a URL in its layer is for the vendor's servers.

use std::path::Path;

use super::environment::{CLIENT_ID_VAR, CLIENT_SECRET_VAR, Environment, TOKEN_VAR};
use super::layers::{Flags, Layers};
use super::paths::{default_token_file, expand_tilde};
use super::profile::ProfileConfig;
use super::provenance::{Origin, Sourced, hide_password};
use super::toml_reader::Spanned;
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use crate::domain::server_url::{VENDOR_URL, is_same_server, is_vendor};
use crate::domain::text::sanitize;

/// The server or sandbox that guestlist opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// The sandbox: no token is configured, or the user asked for it.
    #[default]
    Sandbox,
    /// A server.
    Server {
        /// Server URL.
        url: String,
        /// Path of the API, if configured.
        base_path: Option<String>,
        /// Source of the token.
        source: TokenSourceConfig,
    },
}

/// A target, with the origins of its values.
#[derive(Default)]
pub(super) struct ResolvedTarget {
    pub target: Target,
    pub url_origin: Origin,
    pub base_path_origin: Origin,
    pub source_origin: Origin,
    /// Variables that are ignored because a flag or variable selects a profile.
    pub ignored_vars: Vec<&'static str>,
    /// Reasons why credentials of higher precedence are not used; lower-case fragments.
    pub withheld: Vec<String>,
    /// Server URL of a profile that is not used because another server was given.
    pub unused_profile_url: Option<String>,
}

impl ResolvedTarget {
    /// Returns why credentials are not used.
    /// `None` if no credential fits, because the error about the token then gives the reason.
    pub(super) fn unused_credentials(&self) -> Option<String> {
        let withheld = matches!(self.target, Target::Server { source: TokenSourceConfig::Withheld(_), .. });
        (!withheld && !self.withheld.is_empty()).then(|| self.withheld.join(", and "))
    }
}

/// A credential, and the server that it is for.
struct Credential {
    source: TokenSourceConfig,
    origin: Origin,
    name: String,
    /// Server URL of its own layer; `None`: the vendor's servers.
    server: Option<String>,
}

impl Credential {
    fn is_for(&self, url: &str) -> bool {
        self.server.as_ref().map_or_else(|| is_vendor(url), |server| is_same_server(server, url))
    }

    fn withheld_reason(&self) -> String {
        let server = self.server.as_deref().map_or("the vendor's servers".into(), hide_password);
        format!("{} is for {server}", self.name)
    }
}

pub(super) fn resolve(
    flags: &Flags,
    environment: &Environment,
    layers: Layers<'_>,
    exists: impl Fn(&Path) -> bool,
) -> Result<ResolvedTarget, String> {
    let default_file = default_token_file(environment);
    let existing_file = default_file.clone().filter(|path| exists(path));
    // The profile determines the server, and the environment's credentials are for another server.
    let ignored_vars = if layers.profile_origin.is_some() { find_set_vars(environment) } else { Vec::new() };
    let environment = match layers.profile_origin {
        Some(_) => &environment.clone().without_connection_vars(),
        None => environment,
    };
    let (url, mut credentials) =
        (resolve_url(flags, environment, layers), collect_credentials(flags, environment, layers));
    let is_unconfigured = url.is_none() && credentials.is_empty() && existing_file.is_none();
    if flags.sandbox || (is_unconfigured && layers.profile.is_none()) {
        let url_origin = if flags.sandbox { Origin::Flag("--sandbox") } else { Origin::Default };
        return Ok(ResolvedTarget { url_origin, ignored_vars, ..ResolvedTarget::default() });
    }
    let url = url.unwrap_or(Sourced { value: VENDOR_URL.to_owned(), origin: Origin::Default });
    let Sourced { value: url, origin: url_origin } = url;
    check_profile_url(flags, layers, &url)?;
    credentials.extend(existing_file.map(|path| Credential {
        name: format!("the default token file {}", sanitize(&path.to_string_lossy())),
        source: TokenSourceConfig::File(path),
        origin: Origin::Default,
        server: None,
    }));
    let chosen =
        credentials.iter().position(|credential| flags.token_file.is_some() || credential.is_for(&url));
    let skipped = &credentials[..chosen.unwrap_or(credentials.len())];
    let withheld: Vec<String> = skipped.iter().map(Credential::withheld_reason).collect();
    let (source, source_origin) = match chosen {
        Some(index) => (credentials[index].source.clone(), credentials[index].origin),
        None if withheld.is_empty() => {
            let searched = default_file.into_iter().filter(|_| is_vendor(&url)).collect();
            (TokenSourceConfig::Missing(searched), Origin::Default)
        }
        None => (TokenSourceConfig::Withheld(withheld_error(&url, &withheld)), Origin::Default),
    };
    let other_profile = unused_profile_url(flags, layers, &url);
    let profile = layers.profile.filter(|_| other_profile.is_none());
    let base_path = Layers { profile, ..layers }.pick(|config| &config.base_path);
    Ok(ResolvedTarget {
        url_origin,
        base_path_origin: base_path.as_ref().map_or(Origin::Default, |found| found.origin),
        source_origin,
        target: Target::Server { url, base_path: base_path.map(|found| found.value), source },
        ignored_vars,
        withheld,
        unused_profile_url: other_profile,
    })
}

/// Returns the profile's server URL if the flags or the environment set another server.
/// `None` if `--profile` selects the profile.
fn unused_profile_url(flags: &Flags, layers: Layers<'_>, url: &str) -> Option<String> {
    let profile_url = &configured_url(Some(layers.profile?), layers.defaults)?.value;
    (flags.profile.is_none() && !is_same_server(profile_url, url)).then(|| profile_url.clone())
}

fn withheld_error(url: &str, withheld: &[String]) -> String {
    format!("no token is configured for {}: {}", hide_password(url), withheld.join(", and "))
}

/// Returns the variables for a server or a credential that are set.
fn find_set_vars(environment: &Environment) -> Vec<&'static str> {
    let app = [
        (CLIENT_ID_VAR, environment.client_id.is_some()),
        (CLIENT_SECRET_VAR, environment.has_client_credentials),
    ];
    let app = app.into_iter().filter_map(|(name, is_set)| is_set.then_some(name));
    environment.overriding_vars().into_iter().chain(app).collect()
}

/// Refuses `--url` together with a profile for another server.
/// A profile's credential never goes to another server.
fn check_profile_url(flags: &Flags, layers: Layers<'_>, url: &str) -> Result<(), String> {
    let (Some(profile), Some(_), None) = (&flags.profile, &flags.url, &flags.token_file) else {
        return Ok(());
    };
    let profile_url =
        configured_url(layers.profile, layers.defaults).map_or(VENDOR_URL, |found| &found.value);
    if is_same_server(profile_url, url) {
        return Ok(());
    }
    let (profile, profile_url) = (sanitize(profile), hide_password(profile_url));
    Err(format!(
        "--url is not the server of profile {profile}, which is {profile_url}. Leave out --url or \
         --profile, or give the token file for the server of --url with --token-file."
    ))
}

fn resolve_url(flags: &Flags, environment: &Environment, layers: Layers<'_>) -> Option<Sourced<String>> {
    let flag = flags.url.clone().map(|value| Sourced { value, origin: Origin::Flag("--url") });
    let variable = environment.url.clone();
    let variable = variable.map(|value| Sourced { value, origin: Origin::EnvVar("DATATRAILS_URL") });
    flag.or(variable).or_else(|| layers.pick(|config| &config.url))
}

fn configured_url<'a>(
    profile: Option<&'a ProfileConfig>,
    defaults: &'a ProfileConfig,
) -> Option<&'a Spanned<String>> {
    profile.and_then(|config| config.url.as_ref()).or(defaults.url.as_ref())
}

/// Returns all configured credentials, highest precedence first.
fn collect_credentials(flags: &Flags, environment: &Environment, layers: Layers<'_>) -> Vec<Credential> {
    let home = environment.home.as_deref();
    let flag = flags.token_file.as_ref().map(|path| Credential {
        source: match path.to_str() {
            Some("-") => TokenSourceConfig::Stdin,
            _ => TokenSourceConfig::File(expand_tilde(path, home)),
        },
        origin: Origin::Flag("--token-file"),
        name: "--token-file".to_owned(),
        server: flags.url.clone(),
    });
    let in_environment = |source, name| Credential {
        source,
        origin: Origin::EnvVar(name),
        name: name.to_owned(),
        server: environment.url.clone(),
    };
    let token = environment.has_token.then(|| TokenSourceConfig::EnvVar(TOKEN_VAR.to_owned()));
    let token = token.map(|source| in_environment(source, TOKEN_VAR));
    let variable = environment.token_file.as_ref();
    let variable = variable
        .map(|path| in_environment(TokenSourceConfig::File(expand_tilde(path, home)), "BEARER_TOKEN_FILE"));
    let app = environment.client_id.clone().filter(|_| environment.has_client_credentials).map(|client_id| {
        let secret = SecretSourceConfig::EnvVar(CLIENT_SECRET_VAR.to_owned());
        in_environment(TokenSourceConfig::AppRegistration { client_id, secret }, CLIENT_ID_VAR)
    });
    let in_file = |config: &ProfileConfig, server: Option<&Spanned<String>>| {
        let (name, found) = config.source.as_ref()?;
        Some(Credential {
            source: expand_source_paths(found.value.clone(), home),
            origin: Origin::File(found.line),
            name: format!("{name} (config.toml line {})", found.line),
            server: server.map(|found| found.value.clone()),
        })
    };
    let profile =
        layers.profile.and_then(|config| in_file(config, configured_url(Some(config), layers.defaults)));
    let defaults = in_file(layers.defaults, layers.defaults.url.as_ref());
    [flag, token, variable, profile, defaults, app].into_iter().flatten().collect()
}

fn expand_source_paths(source: TokenSourceConfig, home: Option<&Path>) -> TokenSourceConfig {
    match source {
        TokenSourceConfig::File(path) => TokenSourceConfig::File(expand_tilde(&path, home)),
        TokenSourceConfig::AppRegistration { client_id, secret: SecretSourceConfig::File(path) } => {
            let secret = SecretSourceConfig::File(expand_tilde(&path, home));
            TokenSourceConfig::AppRegistration { client_id, secret }
        }
        source => source,
    }
}
