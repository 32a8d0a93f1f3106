//! The private folder with the token file and, by default, the outbox.
//! Files and folders that existed before are kept at the end.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::TempDir;

use super::lock::lock_ignoring_poison;
use super::settings::SandboxError;
use crate::files;

const TOKEN_FILE: &str = "bearer-token.txt";

/// The folder, while the sandbox runs.
#[derive(Debug)]
pub(super) struct WorkDir {
    token_file: PathBuf,
    outbox: PathBuf,
    /// Created folders to remove at the end; does not include a temporary folder.
    created: Vec<PathBuf>,
    /// Locked while a token is written, so that no token is written after [`WorkDir::close`].
    state: Mutex<WorkDirState>,
}

#[derive(Debug)]
struct WorkDirState {
    is_open: bool,
    temp_dir: Option<TempDir>,
}

impl WorkDir {
    /// Creates missing folders.
    pub(super) fn open(dir: Option<&Path>, outbox: Option<&Path>) -> Result<WorkDir, SandboxError> {
        let mut created = Vec::new();
        let (path, temp_dir) = match dir {
            Some(path) => (path.to_owned(), None),
            None => {
                let temp_dir =
                    create_temp_dir().map_err(|error| SandboxError::file(std::env::temp_dir(), error))?;
                (temp_dir.path().to_owned(), Some(temp_dir))
            }
        };
        if create_private_dir(&path)? {
            created.push(path.clone());
        }
        let default_outbox = path.join("outbox");
        if create_private_dir(outbox.unwrap_or(&default_outbox))? && outbox.is_none() {
            created.push(default_outbox.clone());
        }
        let outbox = outbox.map_or(default_outbox, Path::to_owned);
        let state = Mutex::new(WorkDirState { is_open: true, temp_dir });
        Ok(WorkDir { token_file: path.join(TOKEN_FILE), outbox, created, state })
    }

    pub(super) fn token_file(&self) -> &Path {
        &self.token_file
    }

    pub(super) fn outbox(&self) -> &Path {
        &self.outbox
    }

    /// Replaces the token file atomically. Issues the token while no other thread can write the file: otherwise an
    /// older token could replace a newer one.
    pub(super) fn write_token(&self, issue: impl FnOnce() -> String) -> Result<(), SandboxError> {
        let state = lock_ignoring_poison(&self.state);
        if !state.is_open {
            return Ok(());
        }
        let token = issue();
        let write = |file: &mut BufWriter<_>| writeln!(file, "Authorization: Bearer {token}");
        files::write_atomic(&self.token_file, true, write)
            .map_err(|error| SandboxError::file(&self.token_file, error))
    }

    /// Removes the token file and the created folders.
    pub(super) fn close(&self) {
        let mut state = lock_ignoring_poison(&self.state);
        if !std::mem::replace(&mut state.is_open, false) {
            return;
        }
        let mut result = fs::remove_file(&self.token_file);
        for dir in self.created.iter().rev() {
            result = result.and(fs::remove_dir_all(dir));
        }
        if let Some(temp_dir) = state.temp_dir.take() {
            result = result.and(temp_dir.close());
        }
        if let Err(error) = result {
            tracing::warn!(%error, "could not remove the sandbox's private folder completely");
        }
    }
}

/// Creates a file that only the owner can read; an existing file is an error.
pub(super) fn create_new_file(path: &Path) -> io::Result<File> {
    files::private_options().write(true).create_new(true).open(path)
}

/// Creates a temporary folder that only the owner can read from the start.
fn create_temp_dir() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("guestlist-sandbox-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// Creates a folder that only the owner can read; returns `false` if it existed.
fn create_private_dir(path: &Path) -> Result<bool, SandboxError> {
    if path.is_dir() {
        return Ok(false);
    }
    files::create_private_dir(path).map_err(|error| SandboxError::file(path, error))?;
    Ok(true)
}
