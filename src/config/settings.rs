//! Resolves server, token and all other settings: flags, environment, file, defaults; in the file, the profile before
//! the
//! top. Pure, except that it checks whether the default token file exists.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::config_file::ConfigFile;
use super::environment::Environment;
use super::layers::{EffectiveValues, Flags, Layers};
use super::network;
use super::profile;
use super::provenance::{EffectiveValue, Origin, Sourced, without_password};
use super::target::{self, ResolvedTarget};
use super::toml_reader::Spanned;
use crate::domain::profile_settings::{NetworkSettings, PlanLimits, TokenSourceConfig};
use crate::domain::query::NamedFilters;
use crate::domain::text::sanitize;

pub use super::target::Target;

/// Default undo window.
const DEFAULT_UNDO_SECONDS: usize = 5;

/// Badge in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// At most 16 characters.
    pub text: String,
    /// Name of the color.
    pub color: Option<String>,
}

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
    /// `variables`, and those of proxies with a password; child processes do not get them.
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
    /// A sentence: the profile does not exist, or does not fit the server.
    pub fn new(flags: &Flags, environment: &Environment, file: &ConfigFile) -> Result<Settings, String> {
        let profile = resolve_profile(flags, environment, file);
        let entries = match &profile {
            Some(chosen) => Some(file.find_profile(&chosen.value).map_err(|why| match chosen.origin {
                Origin::File(line) => format!("config.toml line {line}: {why}"),
                origin => format!("{origin}: {why}"),
            })?),
            None => None,
        };
        let named = profile.as_ref().map(|it| it.origin).filter(|it| !matches!(it, Origin::File(_)));
        let levels = Layers { profile_origin: named, profile: entries, defaults: &file.defaults };
        let decided = target::resolve(flags, environment, levels, may_exist)?;
        let notices = notices(&decided, &profile);
        // Badge, guards, tenancy and network of a profile for another server would mislead.
        let profile = profile.filter(|_| decided.other_profile.is_none());
        let levels = Layers { profile: entries.filter(|_| profile.is_some()), ..levels };
        let mut list = EffectiveValues(Vec::new());
        list.push_optional("profile", &profile);
        push_target_values(&mut list, &decided, named);
        let (guards, badge) =
            (resolve_guards(&levels, &profile, &mut list), resolve_badge(&levels, &profile, &mut list));
        let tenant = levels.pick(|it| &it.tenant);
        let network = network::resolve(&levels, environment, &decided.target, &mut list)?;
        list.push_optional("tenant", &tenant);
        let hold = or_default(file.undo_seconds.clone(), DEFAULT_UNDO_SECONDS);
        let refresh = or_default(file.refresh_minutes.clone(), 0);
        let mouse = or_default(file.mouse.clone(), false);
        let cache = or_default(file.cache.clone(), true);
        let theme = match environment.no_color {
            true => Sourced { value: "none".to_owned(), origin: Origin::EnvVar("NO_COLOR") },
            false => or_default(file.theme.clone(), "terminal".to_owned()),
        };
        list.push("undo_seconds", hold.value, hold.origin);
        list.push("refresh_minutes", refresh.value, refresh.origin);
        list.push("mouse", mouse.value, mouse.origin);
        list.push("cache", cache.value, cache.origin);
        list.push("theme", &theme.value, theme.origin);
        let (filters, templates) = (levels.merge(|it| &it.filters), levels.merge(|it| &it.templates));
        list.push_entries("filters", &filters);
        list.push_entries("templates", &templates);
        let proxy_secrets = environment.proxy_secrets.iter().map(|name| (*name).to_owned());
        Ok(Settings {
            target: decided.target,
            notices,
            undo_window: Duration::from_secs(hold.value as u64),
            refresh: Some(refresh.value as u64)
                .filter(|minutes| *minutes > 0)
                .map(|minutes| Duration::from_secs(60 * minutes)),
            mouse: mouse.value,
            cache: cache.value,
            theme: theme.value,
            filters: profile::parse_filters(&filters)?,
            guards,
            badge,
            tenant: tenant.map(|tenant| tenant.value),
            templates: templates.into_iter().map(|(name, text)| (name, text.value)).collect(),
            network,
            hidden_vars: file.secret_vars().into_iter().chain(proxy_secrets).collect(),
            secret_vars: file.secret_vars(),
            effective_values: list.0,
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
    let found = file.profile.clone();
    let in_file = found.map(|found| Sourced { value: found.value, origin: Origin::File(found.line) });
    flag.or(variable).or(in_file)
}

/// Returns sentences about settings that are not used. If no credential fits, the first request's error explains it.
fn notices(decided: &ResolvedTarget, profile: &Option<Sourced<String>>) -> Vec<String> {
    let other = profile.as_ref().zip(decided.other_profile.as_ref()).map(|(profile, own)| {
        let (name, own) = (sanitize(&profile.value), without_password(own));
        format!(
            "Not used: profile {name} ({}). Its server is {own}, and {} names another one.",
            profile.origin, decided.url
        )
    });
    let profile = profile.iter().filter(|_| !decided.ignored_vars.is_empty()).map(|profile| {
        let (ignored, name) = (decided.ignored_vars.join(", "), sanitize(&profile.value));
        format!("Ignored: {ignored}. {} names the profile {name}, which has its own server.", profile.origin)
    });
    let profile = other.into_iter().chain(profile);
    let Target::Server { source, .. } = &decided.target else { return profile.collect() };
    let is_used = !matches!(source, TokenSourceConfig::Withheld(_)) && !decided.withheld.is_empty();
    let withheld = is_used.then(|| format!("Not used for this server: {}.", decided.withheld.join(", and ")));
    profile.chain(withheld).collect()
}

fn or_default<T>(found: Option<Spanned<T>>, default: T) -> Sourced<T> {
    match found {
        Some(found) => Sourced { value: found.value, origin: Origin::File(found.line) },
        None => Sourced { value: default, origin: Origin::Default },
    }
}

fn resolve_guards(
    levels: &Layers<'_>,
    profile: &Option<Sourced<String>>,
    list: &mut EffectiveValues,
) -> PlanLimits {
    let guarded = levels.pick(|it| &it.guarded);
    let guarded = guarded.unwrap_or(Sourced { value: false, origin: Origin::Default });
    let (allowed, largest) = (levels.pick(|it| &it.allowed_domains), levels.pick(|it| &it.max_plan_steps));
    list.push("guarded", guarded.value, guarded.origin);
    match &allowed {
        Some(allowed) => list.push("allowed_domains", allowed.value.join(", "), allowed.origin),
        None => list.push("allowed_domains", "all", Origin::Default),
    }
    match &largest {
        Some(largest) => list.push("max_plan_steps", largest.value, largest.origin),
        None => list.push("max_plan_steps", "any", Origin::Default),
    }
    PlanLimits {
        profile: profile.as_ref().map(|profile| profile.value.clone()).unwrap_or_default(),
        guarded: guarded.value,
        max_steps: largest.map(|largest| largest.value),
        allowed_domains: allowed
            .iter()
            .flat_map(|it| &it.value)
            .map(|domain| domain.to_lowercase())
            .collect(),
    }
}

/// Returns the badge; the profile's name if it has none.
fn resolve_badge(
    levels: &Layers<'_>,
    profile: &Option<Sourced<String>>,
    list: &mut EffectiveValues,
) -> Option<Badge> {
    let (text, color) = (levels.pick(|it| &it.badge), levels.pick(|it| &it.color));
    let text = text.or_else(|| profile.clone().map(|it| Sourced { origin: Origin::Default, ..it }));
    list.push_optional("badge", &text);
    list.push_optional("color", &color);
    text.map(|text| Badge { text: text.value, color: color.map(|color| color.value) })
}

/// Returns true if the path exists, or cannot be checked: an unreadable token must not open the sandbox instead.
fn may_exist(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

/// Lists the server and the used and unused credentials.
fn push_target_values(list: &mut EffectiveValues, decided: &ResolvedTarget, named: Option<Origin>) {
    if let Some(origin) = named.filter(|_| !decided.ignored_vars.is_empty()) {
        list.push("ignored", decided.ignored_vars.join(", "), origin);
    }
    let Target::Server { url, base_path, source } = &decided.target else {
        return list.push("url", "the sandbox", decided.url);
    };
    list.push("url", without_password(url), decided.url);
    match (base_path, decided.base_path) {
        (Some(path), origin) => list.push("base_path", path, origin),
        (None, origin) => list.push("base_path", "as documented", origin),
    }
    list.push("token", super::provenance::describe_source(source), decided.source);
    if !matches!(source, TokenSourceConfig::Withheld(_)) && !decided.withheld.is_empty() {
        list.push("not used", decided.withheld.join(", and "), Origin::Default);
    }
}

#[cfg(test)]
mod tests;
