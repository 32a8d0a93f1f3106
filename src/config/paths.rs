//! Folders of this machine: configuration, state and cache. Also paths that the user typed, pasted or dropped:
//! they can be quoted, have escaped spaces, be a `file://` URL, or start with `~`.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use url::Url;

use super::Environment;

/// Folders that guestlist uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Folder of `config.toml` and `keys.toml`.
    pub config: PathBuf,
    /// Folder of the journal, the log and crash reports.
    pub state: PathBuf,
    /// Folder of the cached lists; safe to delete.
    pub cache: PathBuf,
}

impl Paths {
    /// Returns the default folders of this system; `None` without a home folder.
    pub fn default_paths() -> Option<Paths> {
        let project_dirs = ProjectDirs::from("", "", "guestlist")?;
        let state = project_dirs.state_dir().unwrap_or_else(|| project_dirs.data_local_dir());
        let paths = [project_dirs.config_dir(), state, project_dirs.cache_dir()];
        // With a relative HOME, these folders would be created in the current folder.
        if !paths.iter().all(|path| path.is_absolute()) {
            return None;
        }
        let [config, state, cache] = paths.map(Path::to_owned);
        Some(Paths { config, state, cache })
    }
}

/// What a file of `guestlist login` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A token.
    Token,
    /// The secret of an integration.
    Secret,
}

impl CredentialKind {
    /// Returns the other kind.
    pub fn other(self) -> CredentialKind {
        match self {
            CredentialKind::Token => CredentialKind::Secret,
            CredentialKind::Secret => CredentialKind::Token,
        }
    }
}

/// Returns the folder of the files that `guestlist login` writes: beside the configuration file.
pub fn credential_dir(config_file: &Path) -> PathBuf {
    config_file.with_file_name("tokens")
}

/// Returns the file that `guestlist login` writes for a profile.
pub fn credential_file(config_file: &Path, profile: &str, kind: CredentialKind) -> PathBuf {
    let extension = match kind {
        CredentialKind::Token => "token",
        CredentialKind::Secret => "secret",
    };
    credential_dir(config_file).join(format!("{profile}.{extension}"))
}

/// Returns the default token file: the path in the vendor's instructions.
pub fn default_token_file(environment: &Environment) -> Option<PathBuf> {
    environment.home.as_ref().map(|home| home.join(".datatrails").join("bearer-token.txt"))
}

/// Expands `~/` at the start of a path.
pub(super) fn expand_tilde(path: &Path, home: Option<&Path>) -> PathBuf {
    let rest = path.to_str().and_then(|text| text.strip_prefix('~'));
    match (rest, home) {
        (Some(""), Some(home)) => home.to_owned(),
        // `Path::strip_prefix` would drop a slash at the end, which says that a folder is meant.
        (Some(rest), Some(home)) if rest.starts_with(std::path::is_separator) => home.join(&rest[1..]),
        _ => path.to_owned(),
    }
}

/// Parses a path, with the home folder of this process.
/// If a file has exactly that name, the text is taken literally.
pub fn parse_typed_path(text: &str) -> PathBuf {
    let literal = PathBuf::from(text);
    if literal.symlink_metadata().is_ok() {
        return literal;
    }
    parse(text, Environment::read().home.as_deref())
}

/// Parses a path as [`parse_typed_path`] does; a value parser for clap.
///
/// # Errors
///
/// Never: every text is a path.
pub fn typed_path_arg(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(parse_typed_path(text))
}

fn parse(text: &str, home: Option<&Path>) -> PathBuf {
    let text = text.trim();
    let file_url = Url::parse(text).ok().filter(|url| url.scheme() == "file");
    // A URL of another host has no local path.
    if let Some(path) = file_url.and_then(|url| url.to_file_path().ok()) {
        return path;
    }
    let path = match unquote(text) {
        Some(inside) => inside.to_owned(),
        None if cfg!(unix) => unescape(text),
        None => text.to_owned(),
    };
    expand_tilde(Path::new(&path), home)
}

/// Returns the text between quotes at both ends.
fn unquote(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// Removes backslashes that terminals put in front of spaces and brackets of a dropped file.
fn unescape(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        path.push(if c == '\\' { rest.next().unwrap_or(c) } else { c });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn typed_path_in_each_form_resolves_to_its_file() {
        for (typed, expected) in [
            ("list.csv", "list.csv"),
            ("  /tmp/list.csv ", "/tmp/list.csv"),
            ("'/tmp/my list.csv'", "/tmp/my list.csv"),
            ("\"/tmp/my list.csv\"", "/tmp/my list.csv"),
            (r"/tmp/my\ list\ \(1\).csv", "/tmp/my list (1).csv"),
            ("file:///tmp/my%20list.csv", "/tmp/my list.csv"),
            ("file://localhost/tmp/list.csv", "/tmp/list.csv"),
            ("~/list.csv", "/home/ann/list.csv"),
            ("~", "/home/ann"),
            ("'~/my list.csv'", "/home/ann/my list.csv"),
            ("~bob/list.csv", "~bob/list.csv"),
            ("it's.csv", "it's.csv"),
            ("-", "-"),
        ] {
            assert_eq!(parse(typed, Some(Path::new("/home/ann"))), PathBuf::from(expected), "{typed}");
        }
        let dir = parse("~/new/", Some(Path::new("/home/ann")));
        assert_eq!(dir.as_os_str(), "/home/ann/new/", "a slash at the end stays: a folder is meant");
        assert_eq!(parse("~/list.csv", None), PathBuf::from("~/list.csv"), "without a home it stays");
    }
}
