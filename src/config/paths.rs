//! Folders of this machine: configuration, state and cache.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

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
