//! The folders of this machine: where the configuration is looked for, and where state is kept.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::Environment;

/// Where things lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml` and `keys.toml` are looked for here.
    pub config: PathBuf,
    /// The journal, the log and crash reports are kept here.
    pub state: PathBuf,
    /// What is free to delete is kept here: the lists that were read.
    pub cache: PathBuf,
}

impl Paths {
    /// The usual folders for this system; `None` where it has no home for us.
    pub fn usual() -> Option<Paths> {
        let dirs = ProjectDirs::from("", "", "guestlist")?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        let folders = [dirs.config_dir(), state, dirs.cache_dir()];
        // A relative HOME would make them in whatever folder is the current one.
        if !folders.iter().all(|folder| folder.is_absolute()) {
            return None;
        }
        let [config, state, cache] = folders.map(Path::to_owned);
        Some(Paths { config, state, cache })
    }
}

/// Where the vendor's own instructions put the token.
pub fn usual_token_file(environment: &Environment) -> Option<PathBuf> {
    environment.home.as_ref().map(|home| home.join(".datatrails").join("bearer-token.txt"))
}
