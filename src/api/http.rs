//! Builds all HTTP clients.
//! They follow no redirects and retry nothing. For a server on this machine, they use neither a proxy nor
//! certificates. Also installs the TLS provider.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT as USER_AGENT_NAME,
};

use super::server_url::ServerUrl;
use super::settings::Settings;
use crate::domain::text::sanitize;
use crate::domain::{Error, ErrorKind};

const USER_AGENT: &str = concat!("guestlist/", env!("CARGO_PKG_VERSION"));
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Builds the client for POST requests.
/// Each POST uses a new connection. If the server had just closed an idle connection, it would be unknown
/// whether the email was sent.
pub(super) fn build_for_posts(url: &ServerUrl, settings: &Settings) -> Result<reqwest::Client, Error> {
    build_client(builder(url, settings)?.pool_max_idle_per_host(0))
}

/// Builds the client for one server URL.
pub(super) fn build(url: &ServerUrl, settings: &Settings) -> Result<reqwest::Client, Error> {
    build_client(builder(url, settings)?)
}

#[allow(clippy::disallowed_methods, reason = "the one place that builds clients")]
fn builder(url: &ServerUrl, settings: &Settings) -> Result<reqwest::ClientBuilder, Error> {
    // An error means that a provider is already installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .default_headers(default_headers())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        // Shorter than the timeouts of servers and load balancers.
        .pool_idle_timeout(Duration::from_secs(30));
    if settings.direct {
        builder = builder.no_proxy();
    }
    if url.is_loopback {
        // Resolves `localhost` to this machine, whatever the system's resolver returns.
        let loopback =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &loopback);
    }
    if let Some(proxy) = settings.proxy.as_ref().filter(|_| !url.is_loopback) {
        builder = builder.proxy(reqwest::Proxy::all(proxy.0.as_str()).map_err(|_| invalid_proxy_error())?);
    }
    if let Some(path) = settings.ca_file.as_ref().filter(|_| url.is_https) {
        builder = builder.tls_certs_only(load_certificates(path)?);
    }
    if !url.is_https {
        // Without this, a machine without CA certificates could not build a client even for http.
        builder = builder.tls_certs_only(std::iter::empty());
    }
    Ok(builder)
}

/// Returns the headers of every request.
pub(super) fn default_headers() -> HeaderMap {
    let user_agent = HeaderValue::from_static(USER_AGENT);
    HeaderMap::from_iter([
        (USER_AGENT_NAME, user_agent.clone()),
        (ACCEPT, APPLICATION_JSON),
        (CONTENT_TYPE, APPLICATION_JSON),
        (HeaderName::from_static("datatrails-user-agent"), user_agent),
    ])
}

fn build_client(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    builder.build().map_err(|error| build_error(&super::transport_error::error_chain(&error)))
}

/// The error does not repeat the text: it may hold a password.
fn invalid_proxy_error() -> Error {
    Error::new(
        ErrorKind::Refused,
        "Cannot use the proxy",
        "the proxy setting is not a URL",
        "Use the form http://HOST:PORT or socks5://HOST:PORT.",
    )
}

fn load_certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, Error> {
    let ca_file_error = |cause: String| {
        let cause = format!("ca_file {} {cause}", sanitize(&path.to_string_lossy()));
        Error::new(
            ErrorKind::Refused,
            "Could not prepare the connection",
            cause,
            "Set ca_file to a PEM file with certificates.",
        )
    };
    let pem = std::fs::read(path).map_err(|error| ca_file_error(format!("cannot be read ({error})")))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ca_file_error("contains no certificate".to_owned())),
    }
}

fn build_error(error_chain: &[String]) -> Error {
    let chain = error_chain.join(": ").to_lowercase();
    let summary = "Could not prepare the connection";
    if chain.contains("certificates") || chain.contains("root") {
        return Error::new(
            ErrorKind::Connect,
            summary,
            "this machine has no CA certificates",
            "Install the package ca-certificates, or set ca_file or SSL_CERT_FILE to a file with certificates, and restart.",
        );
    }
    let cause = error_chain.last().map(String::as_str).unwrap_or("unknown reason");
    let hint = "Check the proxy (HTTPS_PROXY, or proxy in config.toml) and restart.";
    Error::new(ErrorKind::Connect, summary, sanitize(cause), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_ca_certificates_error_names_the_variable() {
        let reasons =
            ["builder error".to_owned(), "No CA certificates were loaded from the system".to_owned()];
        assert!(build_error(&reasons).hint.contains("SSL_CERT_FILE"));
    }
}
