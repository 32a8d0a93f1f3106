//! The environment variables that mean something to us, read once, as a value that tests can make up.

use std::env::VarError;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::domain::access::Proxy;

/// The vendor's names for an app registration and its secret.
pub(super) const CLIENT_ID: &str = "DATATRAILS_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "DATATRAILS_CLIENT_SECRET";

/// Variables that can name a proxy. The first four are those for https, in their order.
const PROXIES: [&str; 8] = [
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "http_proxy",
    "HTTP_PROXY",
    "ftp_proxy",
    "FTP_PROXY",
];

/// What the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `DATATRAILS_URL`: the server's address.
    pub url: Option<String>,
    /// `BEARER_TOKEN_FILE`: where the token lies.
    pub token_file: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `NO_COLOR`, set to anything but nothing.
    pub no_color: bool,
    /// `VISUAL`, or else `EDITOR`.
    pub editor: Option<String>,
    /// `TMUX` is set, or `TERM` says so, as it does on another machine.
    pub tmux: bool,
    /// `GUESTLIST_LOG`: how much is logged, such as `debug`.
    pub log: Option<String>,
    /// `GUESTLIST_PROFILE`: the profile that is used.
    pub profile: Option<String>,
    /// `DATATRAILS_CLIENT_ID`.
    pub client_id: Option<String>,
    /// That is set, and `DATATRAILS_CLIENT_SECRET` as well.
    pub has_client: bool,
    /// The proxy for https, with the variable that names it: as curl does, small letters before capitals.
    pub proxy: Option<(&'static str, Proxy)>,
    /// `no_proxy`, or else `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// The variables whose proxy has a user name or password: no program is given them.
    pub proxy_secrets: Vec<&'static str>,
}

impl Environment {
    /// Reads it.
    pub fn read() -> Environment {
        let path = |name: &str| var(name).map(PathBuf::from);
        Environment {
            url: var("DATATRAILS_URL"),
            token_file: path("BEARER_TOKEN_FILE"),
            home: path("HOME").filter(|home| home.is_absolute()),
            no_color: var("NO_COLOR").is_some(),
            editor: var("VISUAL").or_else(|| var("EDITOR")),
            tmux: var("TMUX").is_some() || var("TERM").is_some_and(|term| term.starts_with("tmux")),
            log: var("GUESTLIST_LOG"),
            profile: var("GUESTLIST_PROFILE"),
            client_id: var(CLIENT_ID),
            has_client: var(CLIENT_ID).is_some() && var(CLIENT_SECRET).is_some(),
            proxy: PROXIES[..4].iter().find_map(|name| Some((*name, Proxy(var(name)?)))),
            no_proxy: var("no_proxy").or_else(|| var("NO_PROXY")),
            proxy_secrets: PROXIES
                .into_iter()
                .filter(|name| var(name).is_some_and(|proxy| proxy.contains('@')))
                .collect(),
        }
    }

    /// The same for a profile that is changed to: a server, a token and an app that the environment names are those of
    /// the tenancy that was opened first, and another server must not be sent them.
    pub fn of_another_profile(self) -> Environment {
        Environment { url: None, token_file: None, profile: None, client_id: None, has_client: false, ..self }
    }

    /// The secrets in the variables of these names, as far as they are set, and in the vendor's.
    pub fn secrets(names: &[String]) -> Vec<(String, SecretString)> {
        let names = names.iter().map(String::as_str).chain([CLIENT_SECRET]);
        names.filter_map(|name| Some((name.to_owned(), SecretString::from(var(name)?)))).collect()
    }
}

/// A variable that is set to something; one that is no Unicode is taken as far as it can be read.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn var(name: &str) -> Option<String> {
    let value = match std::env::var(name) {
        Ok(value) => value,
        Err(VarError::NotUnicode(value)) => value.to_string_lossy().into_owned(),
        Err(VarError::NotPresent) => return None,
    };
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_server_is_sent_the_token_that_the_environment_names_for_another() {
        let environment = Environment {
            url: Some("https://first.example".into()),
            token_file: Some("/first".into()),
            client_id: Some("first".into()),
            has_client: true,
            home: Some("/home/ann".into()),
            ..Environment::default()
        };
        let home = environment.home.clone();
        let wanted = Environment { home, ..Environment::default() };
        assert_eq!(environment.of_another_profile(), wanted);
    }
}
