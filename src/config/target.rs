//! What is opened, and with which token. A program on this machine is given only a token that was named for it.

use std::path::{Path, PathBuf};

use super::environment::{CLIENT_ID, CLIENT_SECRET, Environment};
use super::paths::usual_token_file;
use super::provenance::Origin;
use super::settings::{Flags, Levels};
use crate::domain::access::{SecretFrom, Source};
use crate::domain::address::{VENDOR, is_loopback};

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
        /// Where the token comes from.
        source: Source,
    },
}

/// The same with where it was decided.
pub(super) struct Decided {
    pub target: Target,
    pub url: Origin,
    pub base_path: Origin,
    pub source: Origin,
}

/// How far up in the file something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Common,
    Profile,
}

pub(super) fn decide(
    flags: &Flags,
    environment: &Environment,
    levels: Levels<'_>,
    exists: impl Fn(&Path) -> bool,
) -> Decided {
    let usual = usual_token_file(environment);
    let usual_there = usual.clone().filter(|path| exists(path));
    let named_token =
        flags.token_file.is_some() || environment.token_file.is_some() || in_file(levels).is_some();
    let url = url(flags, environment, levels);
    let nothing = url.is_none() && !named_token && !environment.has_client && usual_there.is_none();
    if flags.sandbox || (nothing && levels.profile.is_none()) {
        let url = if flags.sandbox { Origin::Flag("--sandbox") } else { Origin::Default };
        return Decided { target: Target::TryOut, url, base_path: Origin::Default, source: Origin::Default };
    }
    let (url, url_origin, url_level) = url.unwrap_or((VENDOR.to_owned(), Origin::Default, None));
    let (source, source_origin) = if is_loopback(&url) {
        for_this_machine(flags, environment, levels, url_level)
    } else {
        anywhere(flags, environment, levels, usual_there, usual)
    };
    let base_path = levels.profile.and_then(|it| it.base_path.as_ref()).or(levels.common.base_path.as_ref());
    Decided {
        url: url_origin,
        base_path: base_path.map_or(Origin::Default, |found| Origin::File(found.line)),
        source: source_origin,
        target: Target::Server { url, base_path: base_path.map(|found| found.value.clone()), source },
    }
}

fn url(
    flags: &Flags,
    environment: &Environment,
    levels: Levels<'_>,
) -> Option<(String, Origin, Option<Level>)> {
    if let Some(url) = &flags.url {
        return Some((url.clone(), Origin::Flag("--url"), None));
    }
    if let Some(url) = &environment.url {
        return Some((url.clone(), Origin::Variable("DATATRAILS_URL"), None));
    }
    let at = |level, found: &super::reader::Found<String>| {
        (found.value.clone(), Origin::File(found.line), Some(level))
    };
    let profile = levels.profile.and_then(|it| it.url.as_ref()).map(|found| at(Level::Profile, found));
    profile.or_else(|| levels.common.url.as_ref().map(|found| at(Level::Common, found)))
}

fn in_file(levels: Levels<'_>) -> Option<(Source, Origin, Level)> {
    let profile = levels.profile.and_then(|it| it.source.as_ref()).map(|(_, found)| (found, Level::Profile));
    let common = levels.common.source.as_ref().map(|(_, found)| (found, Level::Common));
    let (found, level) = profile.or(common)?;
    Some((found.value.clone(), Origin::File(found.line), level))
}

/// Only what was named for it: on the command line, or in the file where its address stands, or nearer.
fn for_this_machine(
    flags: &Flags,
    environment: &Environment,
    levels: Levels<'_>,
    url: Option<Level>,
) -> (Source, Origin) {
    if let Some(path) = &flags.token_file {
        return (Source::File(path.clone()), Origin::Flag("--token-file"));
    }
    match in_file(levels) {
        Some((source, origin, level)) if url.is_some_and(|url| level >= url) => {
            (home(source, environment), origin)
        }
        _ => (Source::Missing(Vec::new()), Origin::Default),
    }
}

fn anywhere(
    flags: &Flags,
    environment: &Environment,
    levels: Levels<'_>,
    usual_there: Option<PathBuf>,
    usual: Option<PathBuf>,
) -> (Source, Origin) {
    if let Some(path) = &flags.token_file {
        return (Source::File(path.clone()), Origin::Flag("--token-file"));
    }
    if let Some(path) = &environment.token_file {
        return (Source::File(path.clone()), Origin::Variable("BEARER_TOKEN_FILE"));
    }
    if let Some((source, origin, _)) = in_file(levels) {
        return (home(source, environment), origin);
    }
    if let Some(client_id) = environment.client_id.clone().filter(|_| environment.has_client) {
        let secret = SecretFrom::Variable(CLIENT_SECRET.to_owned());
        return (Source::App { client_id, secret }, Origin::Variable(CLIENT_ID));
    }
    match usual_there {
        Some(path) => (Source::File(path), Origin::Default),
        None => (Source::Missing(usual.into_iter().collect()), Origin::Default),
    }
}

fn home(source: Source, environment: &Environment) -> Source {
    match source {
        Source::File(path) => Source::File(at_home(&path, environment)),
        Source::App { client_id, secret: SecretFrom::File(path) } => {
            Source::App { client_id, secret: SecretFrom::File(at_home(&path, environment)) }
        }
        source => source,
    }
}

/// `~/` at the start of a path is the home folder.
pub(super) fn at_home(path: &Path, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~"), &environment.home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
