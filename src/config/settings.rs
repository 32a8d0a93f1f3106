//! Which server is opened, with which token, and how: flags before environment before file before defaults.
//! A pure function of those, but for one look whether a token lies at its usual place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::environment::Environment;
use super::file::ConfigFile;
use super::paths::usual_token_file;
use crate::domain::address::{VENDOR, is_loopback};
use crate::domain::query::Names;

/// How long a deletion can be taken back, unless configured otherwise.
const HOLD: Duration = Duration::from_secs(5);

/// What was said on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--url`.
    pub url: Option<String>,
    /// `--token-file`.
    pub token_file: Option<PathBuf>,
    /// `--sandbox`.
    pub sandbox: bool,
}

/// What is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A sandbox of our own, because nothing is configured or because it was asked for.
    TryOut,
    /// A server.
    Server {
        /// Its address.
        url: String,
        /// The path of the API, where it is configured.
        base_path: Option<String>,
        /// Where the token lies; `Err` names the places that were looked at.
        token_file: Result<PathBuf, Vec<PathBuf>>,
    },
}

/// Everything that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What is opened.
    pub target: Target,
    /// How long a deletion can be taken back.
    pub hold: Duration,
    /// Every how long the list is read again by itself; `None`: never.
    pub refresh: Option<Duration>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether the lists that were read are kept.
    pub cache: bool,
    /// How it looks: the name of a theme, or a file.
    pub theme: String,
    /// The filters that have a name.
    pub filters: Names,
    /// Messages by their names.
    pub templates: BTreeMap<String, String>,
    /// The domains that may be invited, in lower case; empty: all.
    pub allowed: Vec<String>,
}

impl Settings {
    /// Decides.
    pub fn new(flags: &Flags, environment: &Environment, file: &ConfigFile) -> Settings {
        let no_color = environment.no_color;
        Settings {
            target: target(flags, environment, file, may_exist),
            hold: file.hold_seconds.map_or(HOLD, |seconds| Duration::from_secs(seconds.into())),
            refresh: file
                .refresh_minutes
                .filter(|minutes| *minutes > 0)
                .map(|minutes| Duration::from_secs(60 * u64::from(minutes))),
            mouse: file.mouse.unwrap_or(false),
            cache: file.cache.unwrap_or(true),
            theme: if no_color { "none".into() } else { file.theme.clone().unwrap_or("terminal".into()) },
            filters: file.names.clone(),
            templates: file.templates.clone(),
            allowed: file.allowed_domains.iter().flatten().map(|domain| domain.to_lowercase()).collect(),
        }
    }
}

fn target(
    flags: &Flags,
    environment: &Environment,
    file: &ConfigFile,
    exists: impl Fn(&Path) -> bool,
) -> Target {
    let usual = usual_token_file(environment);
    let usual_exists = usual.as_deref().is_some_and(&exists);
    let configured_token = file.token_file.as_ref().map(|path| at_home(path, environment));
    let url = flags.url.clone().or_else(|| environment.url.clone()).or_else(|| file.url.clone());
    let token =
        flags.token_file.clone().or_else(|| environment.token_file.clone()).or(configured_token.clone());
    if flags.sandbox || (url.is_none() && token.is_none() && !usual_exists) {
        return Target::TryOut;
    }
    let url = url.unwrap_or_else(|| VENDOR.to_owned());
    let token_file = if is_loopback(&url) {
        // A program on this machine is given only a token that was named for it.
        let from_file = configured_token.filter(|_| file.url.as_deref() == Some(&*url));
        flags.token_file.clone().or(from_file).ok_or_else(Vec::new)
    } else {
        match (token, usual) {
            (Some(token), _) => Ok(token),
            (None, Some(usual)) if usual_exists => Ok(usual),
            (None, usual) => Err(usual.into_iter().collect()),
        }
    };
    Target::Server { url, base_path: file.base_path.clone(), token_file }
}

/// A token that cannot be looked at is there all the same: its place is named, and no sandbox opened instead.
fn may_exist(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

fn at_home(path: &Path, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~"), &environment.home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Environment {
        Environment { home: Some("/home/ann".into()), ..Environment::default() }
    }

    fn with(flags: Flags, environment: Environment, file: &str, usual_exists: bool) -> Target {
        let file = super::super::file::parse(file).expect("a good file");
        target(&flags, &environment, &file, |_| usual_exists)
    }

    fn token(target: Target) -> (String, Result<PathBuf, Vec<PathBuf>>) {
        match target {
            Target::Server { url, token_file, .. } => (url, token_file),
            Target::TryOut => panic!("a try-out was opened"),
        }
    }

    #[test]
    fn with_nothing_configured_it_is_a_try_out_and_otherwise_never() {
        assert_eq!(with(Flags::default(), home(), "", false), Target::TryOut);
        assert_ne!(with(Flags::default(), home(), "", true), Target::TryOut);
        assert_ne!(with(Flags::default(), home(), "url = \"https://x\"", false), Target::TryOut);
        assert_ne!(with(Flags::default(), home(), "token_file = \"/t\"", false), Target::TryOut);
        let environment = Environment { token_file: Some("/t".into()), ..home() };
        assert_ne!(with(Flags::default(), environment, "", false), Target::TryOut);
        assert_eq!(with(Flags { sandbox: true, ..Flags::default() }, home(), "", true), Target::TryOut);
    }

    #[test]
    fn flags_weigh_more_than_the_environment_and_that_more_than_the_file() {
        let flags = Flags { url: Some("https://flag".into()), ..Flags::default() };
        let environment =
            Environment { url: Some("https://env".into()), token_file: Some("/env".into()), ..home() };
        let file = "url = \"https://file\"\ntoken_file = \"~/mine\"";
        assert_eq!(token(with(flags, environment, file, true)), ("https://flag".into(), Ok("/env".into())));
        assert_eq!(
            token(with(Flags::default(), home(), file, true)),
            ("https://file".into(), Ok("/home/ann/mine".into()))
        );
        assert_eq!(
            token(with(Flags::default(), home(), "", true)),
            (VENDOR.into(), Ok("/home/ann/.datatrails/bearer-token.txt".into()))
        );
    }

    #[test]
    fn a_program_on_this_machine_gets_only_a_token_that_was_named_for_it() {
        let loopback = Flags { url: Some("http://127.0.0.1:8080".into()), ..Flags::default() };
        let environment = Environment { token_file: Some("/env".into()), ..home() };
        assert_eq!(token(with(loopback.clone(), environment, "token_file = \"/file\"", true)).1, Err(vec![]));
        let odd = Flags { url: Some("http://127.1:8080".into()), ..Flags::default() };
        assert_eq!(token(with(odd, home(), "", true)).1, Err(vec![]), "however it is written");
        let named = Flags { token_file: Some("/flag".into()), ..loopback };
        assert_eq!(token(with(named, home(), "", true)).1, Ok("/flag".into()));
        let file = "url = \"http://localhost:1\"\ntoken_file = \"/file\"";
        assert_eq!(token(with(Flags::default(), home(), file, true)).1, Ok("/file".into()));
    }
}
