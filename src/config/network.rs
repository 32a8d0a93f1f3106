//! Network settings: proxy, certificates and timeouts.

use std::time::Duration;

use super::environment::Environment;
use super::layers::{EffectiveValues, Layers};
use super::paths::expand_tilde;
use super::provenance::{Origin, Sourced, hide_password};
use super::target::Target;
use crate::domain::profile_settings::{NetworkSettings, Proxy};
use crate::domain::proxy::{is_bypassed, normalize_url};
use crate::domain::server_url::is_loopback;

/// Resolves the network settings.
///
/// # Errors
///
/// The environment's proxy is not a proxy URL.
pub(super) fn resolve(
    layers: &Layers<'_>,
    environment: &Environment,
    target: &Target,
    values: &mut EffectiveValues,
) -> Result<NetworkSettings, String> {
    let (proxy, direct) = resolve_proxy(layers, environment, target)?;
    match (&proxy, direct) {
        (Some(proxy), _) => values.push("proxy", hide_password(&proxy.value.0), proxy.origin),
        (None, Some(origin)) => values.push("proxy", "none for this server", origin),
        (None, None) => values.push("proxy", "the system's", Origin::Default),
    }
    let ca_file = layers.pick(|config| &config.ca_file);
    match &ca_file {
        Some(file) => values.push("ca_file", file.value.display(), file.origin),
        None => values.push("ca_file", "the system's", Origin::Default),
    }
    let mut seconds = |name, found, default| {
        let seconds: usize = values.resolve(name, found, default);
        Some(Duration::from_secs(seconds as u64))
    };
    Ok(NetworkSettings {
        proxy: proxy.map(|proxy| proxy.value),
        direct: direct.is_some(),
        ca_file: ca_file.map(|file| expand_tilde(&file.value, environment.home.as_deref())),
        connect_timeout: seconds("connect_timeout", layers.pick(|config| &config.connect_timeout), 10),
        read_timeout: seconds("read_timeout", layers.pick(|config| &config.read_timeout), 30),
        command_timeout: seconds("command_timeout", layers.pick(|config| &config.command_timeout), 30),
    })
}

/// Returns the proxy of the file or the environment, or the variable that excludes this server.
fn resolve_proxy(
    layers: &Layers<'_>,
    environment: &Environment,
    target: &Target,
) -> Result<(Option<Sourced<Proxy>>, Option<Origin>), String> {
    if let Some(proxy) = layers.pick(|config| &config.proxy) {
        return Ok((Some(proxy), None));
    }
    // Requests to this machine never use a proxy of the environment.
    let Target::Server { url, .. } = target else { return Ok((None, None)) };
    let Some((name, proxy)) = environment.proxy.as_ref().filter(|_| !is_loopback(url)) else {
        return Ok((None, None));
    };
    if environment.no_proxy.as_ref().is_some_and(|no_proxy| is_bypassed(no_proxy, url)) {
        return Ok((None, Some(Origin::EnvVar("NO_PROXY"))));
    }
    match normalize_url(&proxy.0) {
        Some(value) => Ok((Some(Sourced { value: Proxy(value), origin: Origin::EnvVar(name) }), None)),
        // The error does not quote the value: it may hold a password.
        None => Err(format!(
            "{name} is not a proxy URL, so no requests are made. Set it to http://HOST:PORT or socks5://HOST:PORT, \
             or unset it."
        )),
    }
}
