//! Per-tenancy OS file lock: at most one plan runs per tenancy and machine.
//! Released automatically when the process exits. Does not protect against other machines.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::{Error, ErrorKind, TenancyKey};
use crate::files::private_options;

/// Start of the text in a lock file, before the process id.
const OWNER_PREFIX: &str = "process ";

/// Lock held while a plan runs or open requests are reconciled. Dropping the lock releases the tenancy.
#[derive(Debug)]
pub struct TenancyLock(File);

/// Result of an attempt to take the lock.
#[derive(Debug)]
pub enum LockResult {
    /// This process holds the lock.
    Acquired(TenancyLock),
    /// Another process holds the lock, for example "process 4711".
    HeldBy(String),
}

impl TenancyLock {
    /// Tries to take the lock once, without waiting.
    /// Fails if the lock file cannot be created or locked at all.
    pub fn try_lock(dir: &Path, tenancy: &TenancyKey) -> Result<LockResult, Error> {
        let path = lock_path(dir, tenancy);
        let to_error = |e: std::io::Error| {
            Error::new(
                ErrorKind::Journal,
                "Could not lock the tenancy",
                format!("{}: {e}", path.display()),
                "No changes were made. Check that the folder is writable, and try again.",
            )
        };
        let mut options = private_options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(to_error)?;
        match file.try_lock() {
            Ok(()) => {
                write_owner(&mut file).map_err(to_error)?;
                Ok(LockResult::Acquired(TenancyLock(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(LockResult::HeldBy(read_owner(&mut file))),
            Err(TryLockError::Error(e)) => Err(to_error(e)),
        }
    }
}

impl Drop for TenancyLock {
    fn drop(&mut self) {
        // Closing the file also releases the lock, so an error here changes nothing.
        let _ = self.0.unlock();
    }
}

fn write_owner(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{OWNER_PREFIX}{}", std::process::id())
}

fn read_owner(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(64).read_to_string(&mut text) {
        Ok(_) if text.starts_with(OWNER_PREFIX) => text,
        _ => "another process".into(),
    }
}

/// True if a tenancy was ever locked in this folder.
/// A lock is taken only for a plan in the journal, and the lock file stays.
pub(super) fn has_locks(dir: &Path) -> bool {
    let is_lock = |name: &str| name.starts_with("tenancy-") && name.ends_with(".lock");
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_str().is_some_and(is_lock))
}

fn lock_path(dir: &Path, tenancy: &TenancyKey) -> PathBuf {
    dir.join(format!("tenancy-{:016x}.lock", fnv(tenancy.0.as_bytes())))
}

/// FNV-1a hash.
/// Every version of this program must compute the same name; two tenancies with the same name would only wait
/// for each other.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_has_one_holder_and_names_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let (acme, other) = (TenancyKey("acme".into()), TenancyKey("other".into()));
        let LockResult::Acquired(lock) = TenancyLock::try_lock(dir.path(), &acme).expect("a lock") else {
            panic!("no other process holds it");
        };
        match TenancyLock::try_lock(dir.path(), &acme).expect("an answer") {
            LockResult::HeldBy(holder) => assert_eq!(holder, format!("{OWNER_PREFIX}{}", std::process::id())),
            LockResult::Acquired(_) => panic!("one lock has two holders"),
        }
        assert!(matches!(TenancyLock::try_lock(dir.path(), &other), Ok(LockResult::Acquired(_))));
        drop(lock);
        assert!(matches!(TenancyLock::try_lock(dir.path(), &acme), Ok(LockResult::Acquired(_))));
    }

    #[test]
    fn lock_file_name_is_stable() {
        let path = lock_path(Path::new("s"), &TenancyKey("https://app.datatrails.ai tenant/1".into()));
        assert_eq!(path, Path::new("s").join("tenancy-e10ec1a1b6256f38.lock"));
    }
}
