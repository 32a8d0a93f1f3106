//! Resolves server, token and all other settings.
//! Precedence: flags, environment, profile, top of the file, defaults. Pure, except that it checks whether
//! the default token file exists.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::config_file::ConfigFile;
use super::environment::Environment;
use super::layers::{EffectiveValues, Flags, Layers};
use super::provenance::{EffectiveValue, Origin, Sourced, hide_password};
use super::target::{self, ResolvedTarget};
use super::{network, profile};
use crate::domain::profile_settings::{Badge, NetworkSettings, PlanLimits};
use crate::domain::query::NamedFilters;
use crate::domain::text::sanitize;

pub use super::target::Target;

/// Default undo window.
const DEFAULT_UNDO_SECONDS: usize = 5;

/// The resolved settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Server or sandbox.
    pub target: Target,
    /// Undo window: the time in which a confirmed plan can be undone.
    pub undo_window: Duration,
    /// Auto-refresh interval; `None`: off.
    pub refresh: Option<Duration>,
    /// Enables the mouse.
    pub mouse: bool,
    /// Caches lists on disk.
    pub cache: bool,
    /// Theme: a name, or a file.
    pub theme: String,
    /// Draws only ASCII.
    pub ascii: bool,
    /// Named filters.
    pub filters: NamedFilters,
    /// Limits that require typing the number of steps.
    pub guards: PlanLimits,
    /// Badge of the profile.
    pub badge: Option<Badge>,
    /// Tenancy that the token must belong to.
    pub tenant: Option<String>,
    /// Named messages.
    pub templates: BTreeMap<String, String>,
    /// Proxy, certificates, timeouts.
    pub network: NetworkSettings,
    /// Environment variables that hold tokens and secrets, of all profiles.
    pub secret_vars: Vec<String>,
    /// Variables that child processes do not get: `secret_vars` and proxies with a password.
    pub hidden_vars: Vec<String>,
    /// Sentences about settings that are not used.
    pub notices: Vec<String>,
    /// Each value with its origin.
    pub effective_values: Vec<EffectiveValue>,
}

impl Settings {
    /// Resolves the settings.
    ///
    /// # Errors
    ///
    /// The profile does not exist, or is for another server.
    pub fn new(flags: &Flags, environment: &Environment, file: &ConfigFile) -> Result<Settings, String> {
        let profile = resolve_profile(flags, environment, file);
        let config = match &profile {
            Some(chosen) => Some(file.find_profile(&chosen.value).map_err(|reason| match chosen.origin {
                Origin::File(line) => format!("config.toml line {line}: {reason}"),
                origin => format!("{origin}: {reason}"),
            })?),
            None => None,
        };
        let origin = profile.as_ref().map(|profile| profile.origin);
        let profile_origin = origin.filter(|origin| !matches!(origin, Origin::File(_)));
        let layers = Layers { profile_origin, profile: config, defaults: &file.defaults };
        let resolved = target::resolve(flags, environment, layers, may_exist)?;
        let notices = build_notices(&resolved, &profile);
        // The badge, guards, tenancy and network of a profile do not apply to another server.
        let profile = profile.filter(|_| resolved.unused_profile_url.is_none());
        let layers = Layers { profile: config.filter(|_| profile.is_some()), ..layers };
        let mut values = EffectiveValues(Vec::new());
        values.push_optional("profile", &profile, "none");
        push_target_values(&mut values, &resolved, profile_origin);
        let (guards, badge) =
            (resolve_guards(&layers, &profile, &mut values), resolve_badge(&layers, &profile, &mut values));
        let tenant = layers.pick(|config| &config.tenant);
        let network = network::resolve(&layers, environment, &resolved.target, &mut values)?;
        values.push_optional("tenant", &tenant, "none");
        let undo_seconds = Sourced::from_file(&file.undo_seconds);
        let undo_seconds = values.resolve("undo_seconds", undo_seconds, DEFAULT_UNDO_SECONDS);
        let refresh = values.resolve("refresh_minutes", Sourced::from_file(&file.refresh_minutes), 0);
        let mouse = values.resolve("mouse", Sourced::from_file(&file.mouse), false);
        let cache = values.resolve("cache", Sourced::from_file(&file.cache), true);
        let no_color = Sourced { value: "none".to_owned(), origin: Origin::EnvVar("NO_COLOR") };
        let theme = environment.no_color.then_some(no_color).or_else(|| Sourced::from_file(&file.theme));
        let theme = values.resolve("theme", theme, "terminal".to_owned());
        let locale = environment.ascii_locale;
        let locale = locale.map(|name| Sourced { value: true, origin: Origin::EnvVar(name) });
        let ascii = values.resolve("ascii", Sourced::from_file(&file.ascii).or(locale), false);
        let (filters, templates) =
            (layers.merge(|config| &config.filters), layers.merge(|config| &config.templates));
        values.push_entries("filters", &filters);
        values.push_entries("templates", &templates);
        let proxy_secrets = environment.proxy_secrets.iter().map(|name| (*name).to_owned());
        Ok(Settings {
            target: resolved.target,
            notices,
            undo_window: Duration::from_secs(undo_seconds as u64),
            refresh: (refresh > 0).then(|| Duration::from_secs(60 * refresh as u64)),
            mouse,
            cache,
            theme,
            ascii,
            filters: profile::parse_filters(&filters)?,
            guards,
            badge,
            tenant: tenant.map(|tenant| tenant.value),
            templates: templates.into_iter().map(|(name, text)| (name, text.value)).collect(),
            network,
            hidden_vars: file.secret_vars().into_iter().chain(proxy_secrets).collect(),
            secret_vars: file.secret_vars(),
            effective_values: values.0,
        })
    }
}

fn resolve_profile(flags: &Flags, environment: &Environment, file: &ConfigFile) -> Option<Sourced<String>> {
    if flags.sandbox {
        return None;
    }
    let flag = flags.profile.clone().map(|value| Sourced { value, origin: Origin::Flag("--profile") });
    let variable = environment.profile.clone();
    let variable = variable.map(|value| Sourced { value, origin: Origin::EnvVar("GUESTLIST_PROFILE") });
    flag.or(variable).or_else(|| Sourced::from_file(&file.profile))
}

/// Returns sentences about settings that are not used.
/// If no credential fits, the error of the first request gives the reason.
fn build_notices(resolved: &ResolvedTarget, profile: &Option<Sourced<String>>) -> Vec<String> {
    let other = profile.as_ref().zip(resolved.unused_profile_url.as_ref()).map(|(profile, own_url)| {
        let (name, origin, own_url) = (sanitize(&profile.value), profile.origin, hide_password(own_url));
        let conflict = format!("Its server is {own_url}, but {} sets another server.", resolved.url_origin);
        format!("Not used: profile {name} ({origin}). {conflict}")
    });
    let profile = profile.iter().filter(|_| !resolved.ignored_vars.is_empty()).map(|profile| {
        let (ignored, name) = (resolved.ignored_vars.join(", "), sanitize(&profile.value));
        let origin = profile.origin;
        format!("Ignored: {ignored}. {origin} selects the profile {name}, which has its own server.")
    });
    let profile = other.into_iter().chain(profile);
    let withheld =
        resolved.unused_credentials().map(|withheld| format!("Not used for this server: {withheld}."));
    profile.chain(withheld).collect()
}

fn resolve_guards(
    layers: &Layers<'_>,
    profile: &Option<Sourced<String>>,
    values: &mut EffectiveValues,
) -> PlanLimits {
    let guarded = values.resolve("guarded", layers.pick(|config| &config.guarded), false);
    let (allowed, max_steps) =
        (layers.pick(|config| &config.allowed_domains), layers.pick(|config| &config.max_plan_steps));
    match &allowed {
        Some(allowed) => values.push("allowed_domains", allowed.value.join(", "), allowed.origin),
        None => values.push("allowed_domains", "all", Origin::Default),
    }
    values.push_optional("max_plan_steps", &max_steps, "any");
    PlanLimits {
        profile: profile.as_ref().map(|profile| profile.value.clone()).unwrap_or_default(),
        guarded,
        max_steps: max_steps.map(|max_steps| max_steps.value),
        allowed_domains: allowed
            .iter()
            .flat_map(|domains| &domains.value)
            .map(|domain| domain.to_lowercase())
            .collect(),
    }
}

/// Returns the configured badge, or else the profile's name.
fn resolve_badge(
    layers: &Layers<'_>,
    profile: &Option<Sourced<String>>,
    values: &mut EffectiveValues,
) -> Option<Badge> {
    let (text, color) = (layers.pick(|config| &config.badge), layers.pick(|config| &config.color));
    let text = text.or_else(|| profile.clone().map(|profile| Sourced { origin: Origin::Default, ..profile }));
    values.push_optional("badge", &text, "none");
    values.push_optional("color", &color, "none");
    text.map(|text| Badge { text: text.value, color: color.map(|color| color.value) })
}

/// Returns true if the path exists or cannot be checked.
/// If the token file is unreadable, guestlist must report an error and not open the sandbox.
fn may_exist(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

/// Lists the server and the used and unused credentials.
fn push_target_values(
    values: &mut EffectiveValues,
    resolved: &ResolvedTarget,
    profile_origin: Option<Origin>,
) {
    if let Some(origin) = profile_origin.filter(|_| !resolved.ignored_vars.is_empty()) {
        values.push("ignored", resolved.ignored_vars.join(", "), origin);
    }
    let Target::Server { url, base_path, source } = &resolved.target else {
        return values.push("url", "the sandbox", resolved.url_origin);
    };
    values.push("url", hide_password(url), resolved.url_origin);
    values.push("base_path", base_path.as_deref().unwrap_or("as documented"), resolved.base_path_origin);
    values.push("token", super::provenance::describe_source(source), resolved.source_origin);
    if let Some(withheld) = resolved.unused_credentials() {
        values.push("not used", withheld, Origin::Default);
    }
}

#[cfg(test)]
mod tests;
