//! The private folder: made for this user alone, holding the token file and, unless it lies elsewhere, the
//! outbox. What was made here is removed here; what was there before stays.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::TempDir;

use super::lock::held;
use super::settings::SandboxError;

const TOKEN_FILE: &str = "bearer-token.txt";

/// The folder, for as long as the sandbox runs.
#[derive(Debug)]
pub(super) struct Folder {
    token_file: PathBuf,
    outbox: PathBuf,
    /// Folders to remove at the end, besides a temporary one.
    made: Vec<PathBuf>,
    /// `None` for a folder that was named; the lock keeps a late token from being written after the end.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    open: bool,
    temporary: Option<TempDir>,
}

impl Folder {
    /// Makes what is missing.
    pub(super) fn open(folder: Option<&Path>, outbox: Option<&Path>) -> Result<Folder, SandboxError> {
        let mut made = Vec::new();
        let (path, temporary) = match folder {
            Some(path) => (path.to_owned(), None),
            None => {
                let temporary =
                    temporary().map_err(|error| SandboxError::file(std::env::temp_dir(), error))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        if make_private(&path)? {
            made.push(path.clone());
        }
        let inside = path.join("outbox");
        if make_private(outbox.unwrap_or(&inside))? && outbox.is_none() {
            made.push(inside.clone());
        }
        let outbox = outbox.map_or(inside, Path::to_owned);
        let state = Mutex::new(State { open: true, temporary });
        Ok(Folder { token_file: path.join(TOKEN_FILE), outbox, made, state })
    }

    pub(super) fn token_file(&self) -> &Path {
        &self.token_file
    }

    pub(super) fn outbox(&self) -> &Path {
        &self.outbox
    }

    /// Writes the token file anew, so that a reader sees the old one or the new one and never half of one.
    pub(super) fn write_token(&self, token: &str) -> Result<(), SandboxError> {
        let state = held(&self.state);
        if !state.open {
            return Ok(());
        }
        let fresh = self.token_file.with_extension("new");
        let written = private_file(&fresh, true)
            .and_then(|mut file| writeln!(file, "Authorization: Bearer {token}"))
            .and_then(|()| fs::rename(&fresh, &self.token_file));
        written.map_err(|error| SandboxError::file(&self.token_file, error))
    }

    /// Removes the token file, and the folders that were made.
    pub(super) fn close(&self) {
        let mut state = held(&self.state);
        if !std::mem::replace(&mut state.open, false) {
            return;
        }
        let mut removed = fs::remove_file(&self.token_file);
        for folder in self.made.iter().rev() {
            removed = removed.and(fs::remove_dir_all(folder));
        }
        if let Some(temporary) = state.temporary.take() {
            removed = removed.and(temporary.close());
        }
        if let Err(error) = removed {
            tracing::warn!(%error, "the sandbox's private folder was not removed whole");
        }
    }
}

/// Opens a file to write that nobody else can read; `over` an old one, or only if there is none.
pub(super) fn private_file(path: &Path, over: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).create_new(!over);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A fresh folder that nobody else can look into from the moment it exists.
fn temporary() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("guestlist-sandbox-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// Makes a folder that nobody else can look into; `false` when it was there.
fn make_private(path: &Path) -> Result<bool, SandboxError> {
    if path.is_dir() {
        return Ok(false);
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| SandboxError::file(path, error))?;
    Ok(true)
}
