//! The environment variables that guestlist uses, read once, as a value that tests can construct.

use std::env::VarError;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::domain::access::Proxy;

/// The vendor's variables for an app registration and its secret.
pub(super) const CLIENT_ID: &str = "DATATRAILS_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "DATATRAILS_CLIENT_SECRET";

/// Variables that can name a proxy. The first four are those for https, in order of precedence.
const PROXY_VARS: [&str; 8] = [
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "http_proxy",
    "HTTP_PROXY",
    "ftp_proxy",
    "FTP_PROXY",
];

/// Values of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `DATATRAILS_URL`: server URL.
    pub url: Option<String>,
    /// `BEARER_TOKEN_FILE`: token file.
    pub token_file: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// True if `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `VISUAL`, or else `EDITOR`.
    pub editor: Option<String>,
    /// True if `TMUX` is set, or `TERM` names tmux, as in a remote shell.
    pub tmux: bool,
    /// `GUESTLIST_LOG`: log level, such as `debug`.
    pub log: Option<String>,
    /// `GUESTLIST_PROFILE`: profile to use.
    pub profile: Option<String>,
    /// `DATATRAILS_CLIENT_ID`.
    pub client_id: Option<String>,
    /// True if `DATATRAILS_CLIENT_ID` and `DATATRAILS_CLIENT_SECRET` are set.
    pub has_client: bool,
    /// Proxy for https and the variable that names it; lower case first, as curl does.
    pub proxy: Option<(&'static str, Proxy)>,
    /// `no_proxy`, or else `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// Variables whose proxy has a user name or password; child processes do not get them.
    pub proxy_secrets: Vec<&'static str>,
}

impl Environment {
    /// Reads the environment.
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
            proxy: PROXY_VARS[..4].iter().find_map(|name| Some((*name, Proxy(var(name)?)))),
            no_proxy: var("no_proxy").or_else(|| var("NO_PROXY")),
            proxy_secrets: PROXY_VARS
                .into_iter()
                .filter(|name| var(name).is_some_and(|proxy| proxy.contains('@')))
                .collect(),
        }
    }

    /// Returns the environment for another profile: without server URL, token and app, which belong to the first
    /// session and
    /// must not be sent to another server.
    pub fn without_connection_vars(self) -> Environment {
        Environment { url: None, token_file: None, profile: None, client_id: None, has_client: false, ..self }
    }

    /// Returns the secrets in these variables, as far as they are set, and in the vendor's.
    pub fn read_secrets(names: &[String]) -> Vec<(String, SecretString)> {
        let names = names.iter().map(String::as_str).chain([CLIENT_SECRET]);
        names.filter_map(|name| Some((name.to_owned(), SecretString::from(var(name)?)))).collect()
    }
}

/// Returns the value of a variable that is set and not empty; invalid Unicode is replaced.
#[allow(clippy::disallowed_methods, reason = "the only reader of the environment")]
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
        assert_eq!(environment.without_connection_vars(), wanted);
    }
}
