//! The environment variables that guestlist uses, read once, as a value that tests can construct.

use std::env::VarError;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::domain::profile_settings::Proxy;

/// The vendor's variables for an app registration and its secret.
pub(super) const CLIENT_ID_VAR: &str = "DATATRAILS_CLIENT_ID";
pub(super) const CLIENT_SECRET_VAR: &str = "DATATRAILS_CLIENT_SECRET";
/// The variable for a token itself.
pub(super) const TOKEN_VAR: &str = "DATATRAILS_TOKEN";

/// Variable that a registration script sets to the name of its shell.
pub const COMPLETION_VAR: &str = "GUESTLIST_COMPLETE";

/// Variables that can contain a proxy URL. The first four are for https, in order of precedence.
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
    /// True if `DATATRAILS_TOKEN` is set.
    pub has_token: bool,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// True if `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// Whether commands print colors, from `NO_COLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR` and `CLICOLOR`.
    /// `None` if no variable decides: then colors are for terminals.
    pub color: Option<bool>,
    /// Variable that selects a locale without UTF-8: `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set.
    /// `LANG` if none is set; `None` on systems without these variables.
    pub ascii_locale: Option<&'static str>,
    /// `VISUAL`, or else `EDITOR`.
    pub editor: Option<String>,
    /// True if `TMUX` is set, or `TERM` starts with `tmux`, as in a remote shell.
    pub tmux: bool,
    /// `GUESTLIST_LOG`: log level, such as `debug`.
    pub log: Option<String>,
    /// `GUESTLIST_PROFILE`: profile to use.
    pub profile: Option<String>,
    /// `DATATRAILS_CLIENT_ID`.
    pub client_id: Option<String>,
    /// True if `DATATRAILS_CLIENT_ID` and `DATATRAILS_CLIENT_SECRET` are set.
    pub has_client_credentials: bool,
    /// Variable and proxy URL for https. Lower-case variables have precedence, as in curl.
    pub proxy: Option<(&'static str, Proxy)>,
    /// `no_proxy`, or else `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// Variables whose proxy has a user name or password; child processes do not get them.
    pub proxy_secrets: Vec<&'static str>,
}

impl Environment {
    /// Reads the environment.
    pub fn read() -> Environment {
        let path = |name: &str| read_var(name).map(PathBuf::from);
        Environment {
            url: read_var("DATATRAILS_URL"),
            token_file: path("BEARER_TOKEN_FILE"),
            has_token: read_var(TOKEN_VAR).is_some(),
            home: path("HOME").filter(|home| home.is_absolute()),
            no_color: read_var("NO_COLOR").is_some(),
            color: color_choice(read_var),
            ascii_locale: if cfg!(unix) { ascii_locale(read_var) } else { None },
            editor: read_var("VISUAL").or_else(|| read_var("EDITOR")),
            tmux: read_var("TMUX").is_some() || read_var("TERM").is_some_and(|term| term.starts_with("tmux")),
            log: read_var("GUESTLIST_LOG"),
            profile: read_var("GUESTLIST_PROFILE"),
            client_id: read_var(CLIENT_ID_VAR),
            has_client_credentials: read_var(CLIENT_ID_VAR).is_some()
                && read_var(CLIENT_SECRET_VAR).is_some(),
            proxy: PROXY_VARS[..4].iter().find_map(|name| Some((*name, Proxy(read_var(name)?)))),
            no_proxy: read_var("no_proxy").or_else(|| read_var("NO_PROXY")),
            proxy_secrets: PROXY_VARS
                .into_iter()
                .filter(|name| read_var(name).is_some_and(|proxy| proxy.contains('@')))
                .collect(),
        }
    }

    /// Returns the shell that asks for completions: `GUESTLIST_COMPLETE`, set by the registration script.
    pub fn completion_shell() -> Option<String> {
        read_var(COMPLETION_VAR)
    }

    /// Returns the environment for another profile: without server URL, token and app registration.
    /// These values belong to the first session and must not be sent to another server.
    pub fn without_connection_vars(self) -> Environment {
        Environment {
            url: None,
            token_file: None,
            has_token: false,
            profile: None,
            client_id: None,
            has_client_credentials: false,
            ..self
        }
    }

    /// Returns the variables that are set and have precedence over the profile that `config.toml` selects.
    pub fn overriding_vars(&self) -> Vec<&'static str> {
        let vars = [
            ("DATATRAILS_URL", self.url.is_some()),
            (TOKEN_VAR, self.has_token),
            ("BEARER_TOKEN_FILE", self.token_file.is_some()),
        ];
        vars.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect()
    }

    /// Returns the secrets in these variables and in those of the vendor's users, if they are set.
    pub fn read_secrets(names: &[String]) -> Vec<(String, SecretString)> {
        let names = names.iter().map(String::as_str).chain([CLIENT_SECRET_VAR, TOKEN_VAR]);
        names.filter_map(|name| Some((name.to_owned(), SecretString::from(read_var(name)?)))).collect()
    }
}

/// Returns whether commands print colors. `NO_COLOR` has precedence, then the variables that force colors.
fn color_choice(read_var: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let is_on = |name: &str| read_var(name).is_some_and(|value| value != "0");
    if read_var("NO_COLOR").is_some() {
        return Some(false);
    }
    if is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR") {
        return Some(true);
    }
    (read_var("CLICOLOR").as_deref() == Some("0")).then_some(false)
}

/// Returns the variable that selects a locale without UTF-8. Without any variable the locale is C, as in other programs.
fn ascii_locale(read_var: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, read_var(name)?)));
    let (name, locale) = set.unwrap_or(("LANG", "C".to_owned()));
    let locale = locale.to_lowercase();
    (!locale.contains("utf-8") && !locale.contains("utf8")).then_some(name)
}

/// Returns the value of a variable that is set and not empty; invalid Unicode is replaced.
#[allow(clippy::disallowed_methods, reason = "the only reader of the environment")]
fn read_var(name: &str) -> Option<String> {
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
    fn first_locale_variable_selects_ascii() {
        let ascii = |set: &[(&str, &str)]| {
            let find = |name: &str| set.iter().find(|(known, _)| *known == name);
            ascii_locale(|name| find(name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(ascii(&[]), Some("LANG"));
        assert_eq!(ascii(&[("LANG", "de_DE.ISO-8859-1")]), Some("LANG"));
        assert_eq!(ascii(&[("LANG", "C.UTF-8")]), None);
        assert_eq!(ascii(&[("LANG", "POSIX"), ("LC_CTYPE", "UTF-8")]), None);
        assert_eq!(
            ascii(&[("LC_ALL", "C"), ("LC_CTYPE", "en_US.utf8"), ("LANG", "C.UTF-8")]),
            Some("LC_ALL")
        );
    }

    #[test]
    fn environment_token_goes_only_to_its_own_server() {
        let environment = Environment {
            url: Some("https://first.example".into()),
            token_file: Some("/first".into()),
            has_token: true,
            client_id: Some("first".into()),
            has_client_credentials: true,
            home: Some("/home/ann".into()),
            ..Environment::default()
        };
        let home = environment.home.clone();
        let expected = Environment { home, ..Environment::default() };
        assert_eq!(environment.without_connection_vars(), expected);
    }
}
